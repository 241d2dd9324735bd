"""Declines in Stripe's shape (https://docs.stripe.com/declines)."""

from collections.abc import Mapping

from saleor_stripe_app.sandbox.stripe.card_numbers import Decline
from saleor_stripe_app.sandbox.stripe.errors import StripeFailure
from saleor_stripe_app.sandbox.stripe.form import Json


def card_error(reason: Decline, charge: str | None = None) -> StripeFailure:
    """402 for what an issuer turns down; `charge` is the failed try, where there was one."""
    more: Mapping[str, Json] = {
        "advice_code": reason.advice,
        "decline_code": reason.decline_code,
        **({"charge": charge} if charge else {}),
    }
    return StripeFailure(402, reason.message, type="card_error", code=reason.code, more=more)
