"""Addresses in Stripe's Dashboard, for staff."""

DASHBOARD = "https://dashboard.stripe.com"


def external_url(payment_intent_id: str, *, livemode: bool) -> str:
    """Where staff see this payment in Stripe's Dashboard."""
    return f"{DASHBOARD}{'' if livemode else '/test'}/payments/{payment_intent_id}"
