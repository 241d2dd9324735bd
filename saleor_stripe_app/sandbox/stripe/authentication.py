"""Whether the shopper has to do something before a payment or a setup goes on, and what.

https://docs.stripe.com/testing#regulatory-cards and https://docs.stripe.com/payments/3d-secure/authentication-flow
"""

from collections.abc import Mapping

from saleor_stripe_app.sandbox.stripe.context import Context
from saleor_stripe_app.sandbox.stripe.customer_objects import PaymentMethod
from saleor_stripe_app.sandbox.stripe.form import Json
from saleor_stripe_app.sandbox.stripe.method_types import METHOD_TYPES, Flow


def needs_action(method: PaymentMethod, options: Mapping[str, Mapping[str, Json]], *, off_session: bool) -> bool:
    """Whether a challenge, a redirect or a voucher comes first; `off_session` means that no shopper is there for it."""
    flow = METHOD_TYPES[method.type].flow
    if flow is Flow.VOUCHER or (flow is Flow.REDIRECT and not (off_session and method.customer)):
        return True
    challenge = method.behaviour.challenge
    if challenge == "unless_set_up":
        return not (off_session and method.set_up)
    asked = options.get("card", {}).get("request_three_d_secure") in ("any", "challenge")
    return challenge == "always" or (challenge == "optional" and asked)


def next_action(
    context: Context, intent: str, method_type: str, return_url: str | None, *, use_stripe_sdk: bool
) -> dict[str, Json]:
    """What the shopper does next for an intent, by Stripe.js or on the stand-in's own page."""
    page = f"{context.pages}/_sandbox/pages/{intent}"
    if method_type == "blik":
        return {"type": "blik_authorize", "blik_authorize": {}}
    if method_type == "card" and (use_stripe_sdk or not return_url):
        return {"type": "use_stripe_sdk", "use_stripe_sdk": {"type": "three_d_secure_redirect", "stripe_js": page}}
    return {"type": "redirect_to_url", "redirect_to_url": {"return_url": return_url, "url": page}}
