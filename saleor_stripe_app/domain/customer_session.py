"""What Stripe's Payment Element may show and change of what a customer saved.

https://docs.stripe.com/api/customer_sessions/create, https://docs.stripe.com/payments/save-during-payment.
"""

from saleor_stripe_app.domain.options import SaveMethods
from saleor_stripe_app.domain.report import Json
from saleor_stripe_app.domain.stored_methods import redisplayed

MOST_SHOWN = 10  # the most that Stripe takes


def of_payment(customer: str, saving: SaveMethods, *, agreed: bool = False) -> dict[str, Json]:
    """A session for paying: what was saved is shown and can be removed; a new method can be saved by ticking a box.

    The box is there only where the shopper is asked, and not where the storefront did so itself (`agreed`). It decides
    by itself what the payment is set up for, so that the intent must not say it, too:
    https://docs.stripe.com/changelog/dahlia/2026-03-25/elements-pmo-sfu-customer-session-conflict.
    """
    if saving is SaveMethods.ASK and not agreed:
        return _session(
            customer, saving, {"payment_method_save": "enabled", "payment_method_save_usage": "off_session"}
        )
    return _session(customer, saving, {"payment_method_save": "disabled"})


def of_setup(customer: str, saving: SaveMethods) -> dict[str, Json]:
    """A session for saving without paying: no box, since saving is all that this is about."""
    return _session(customer, saving, {"payment_method_save": "disabled"})


def _session(customer: str, saving: SaveMethods, features: dict[str, Json]) -> dict[str, Json]:
    shown: dict[str, Json] = {
        "payment_method_redisplay": "enabled",
        "payment_method_redisplay_limit": MOST_SHOWN,
        "payment_method_allow_redisplay_filters": [value.value for value in redisplayed(saving)],
        "payment_method_remove": "enabled",
    }
    return {"customer": customer, "components": {"payment_element": {"enabled": True, "features": shown | features}}}
