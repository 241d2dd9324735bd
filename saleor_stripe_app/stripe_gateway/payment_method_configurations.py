"""Payment method configurations: a merchant's choices of methods, made in Stripe's Dashboard.

https://docs.stripe.com/payments/payment-method-configurations
"""

import re

import stripe

from saleor_stripe_app.domain.errors import Declined, Refusal
from saleor_stripe_app.stripe_gateway.calls import answered
from saleor_stripe_app.stripe_gateway.failures import is_forbidden, is_missing
from saleor_stripe_app.stripe_gateway.wire import Identified, narrowed

INVALID = "InvalidMethodConfiguration"
# "... a similar object exists in live mode, but a test mode key was used to make this request."
_OTHER_MODE = re.compile(r"\bexists in (live|test) mode\b")


class _Wire(Identified, frozen=True):
    active: bool


async def require_usable(client: stripe.StripeClient, configuration_id: str) -> None:
    """Return if payments made with this key can use the payment method configuration (`pmc_...`).

    Raises Refusal: InvalidMethodConfiguration where Stripe does not know it with this key, or where it is inactive,
    MissingPermissions where the key may not read it; Declined for a key that is refused altogether, and Unavailable.
    """
    try:
        answer = await answered(lambda: client.v1.payment_method_configurations.retrieve_async(configuration_id))
    except Declined as error:
        if is_missing(error):
            raise Refusal(_unknown(configuration_id, str(error)), code=INVALID) from error
        if is_forbidden(error):
            raise Refusal(
                f"{error} Without reading payment method configurations {configuration_id} cannot be checked: grant "
                "that to the key in Stripe's Dashboard, and save again.",
                code="MissingPermissions",
            ) from error
        raise
    if not narrowed(answer, _Wire).active:
        raise Refusal(
            f"The payment method configuration {configuration_id} is not active: switch it on in Stripe's Dashboard, "
            "or choose another one.",
            code=INVALID,
        )


def _unknown(configuration_id: str, words: str) -> str:
    other = _OTHER_MODE.search(words)
    if other is None:
        return (
            f"The Stripe account has no payment method configuration {configuration_id}. Copy the id of one that was "
            "made in this account, or leave it empty for the account's default."
        )
    here = "test" if other[1] == "live" else "live"
    return (
        f"The payment method configuration {configuration_id} is for {other[1]} mode, the keys are for {here} mode. "
        f"Copy the id of one that was made in {here} mode."
    )
