"""How a setup intent looks (https://docs.stripe.com/api/setup_intents/object)."""

from saleor_stripe_app.sandbox.stripe import method_configurations
from saleor_stripe_app.sandbox.stripe.customer_objects import SetupIntent
from saleor_stripe_app.sandbox.stripe.form import Json

_CARD: dict[str, Json] = {"mandate_options": None, "network": None, "request_three_d_secure": "automatic"}
_PUBLIC = frozenset(
    """id object automatic_payment_methods cancellation_reason client_secret created description last_setup_error
    livemode next_action payment_method payment_method_types status usage""".split()
)


def render(intent: SetupIntent) -> dict[str, Json]:
    """A setup intent as a secret key sees it."""
    options: dict[str, Json] = {name: dict(given) for name, given in intent.options.items()}
    if "card" in intent.method_types:
        options["card"] = {**_CARD, **intent.options.get("card", {})}
    return {
        "id": intent.id,
        "object": "setup_intent",
        "allowed_payment_method_types": intent.allowed,
        "application": None,
        "automatic_payment_methods": intent.automatic,
        "cancellation_reason": intent.cancellation_reason,
        "client_secret": intent.client_secret,
        "created": intent.created,
        "customer": intent.customer,
        "customer_account": None,
        "description": intent.description,
        "excluded_payment_method_types": intent.excluded,
        "flow_directions": None,
        "last_setup_error": intent.last_setup_error,
        "latest_attempt": intent.latest_attempt,
        "livemode": intent.livemode,
        "mandate": None,
        "metadata": dict(intent.metadata),
        "next_action": intent.next_action,
        "on_behalf_of": None,
        "payment_method": intent.payment_method,
        "payment_method_configuration_details": method_configurations.details(intent.configuration),
        "payment_method_options": options,
        "payment_method_types": list(intent.method_types),
        "single_use_mandate": None,
        "status": intent.status,
        "usage": intent.usage,
    }


def public(shown: dict[str, Json]) -> dict[str, Json]:
    """The part that a publishable key with its client secret may see."""
    return {name: value for name, value in shown.items() if name in _PUBLIC}
