"""How an intent looks, and what follows from how it was set (https://docs.stripe.com/api/payment_intents/object)."""

from saleor_stripe_app.sandbox.stripe import method_configurations
from saleor_stripe_app.sandbox.stripe.form import Json
from saleor_stripe_app.sandbox.stripe.method_types import METHOD_TYPES
from saleor_stripe_app.sandbox.stripe.objects import PaymentIntent

FIELDS = (
    "amount_details",
    "application_fee_amount",
    "description",
    "on_behalf_of",
    "payment_details",
    "receipt_email",
    "setup_future_usage",
    "shipping",
    "statement_descriptor",
    "statement_descriptor_suffix",
    "transfer_data",
    "transfer_group",
)
"""What an intent shows as it was set."""

_CARD: dict[str, Json] = {
    "installments": None,
    "mandate_options": None,
    "network": None,
    "request_three_d_secure": "automatic",
}
_UNSET: dict[str, dict[str, Json]] = {
    "bancontact": {"preferred_language": "en"},
    "boleto": {"expires_after_days": 3},
}
"""What options of a type show beside what was set."""
_PUBLIC = frozenset(
    """id object amount amount_details automatic_payment_methods canceled_at cancellation_reason capture_method
    client_secret confirmation_method created currency description last_payment_error livemode next_action
    payment_method payment_method_types processing receipt_email setup_future_usage shipping status""".split()
)


def manual(intent: PaymentIntent, method_type: str) -> bool:
    """Whether a payment by this type is authorised first; a type that cannot is taken at once.

    Set for the whole intent or for one type
    (https://docs.stripe.com/payments/place-a-hold-on-a-payment-method).
    """
    if not METHOD_TYPES[method_type].manual:
        return False
    chosen = intent.options.get(method_type, {}).get("capture_method")
    return (chosen or intent.capture_method) == "manual"


def render(intent: PaymentIntent) -> dict[str, Json]:
    """An intent as a secret key sees it."""
    options: dict[str, Json] = {name: {**_UNSET.get(name, {}), **given} for name, given in intent.options.items()}
    if "card" in intent.method_types:
        options["card"] = {**_CARD, **intent.options.get("card", {})}
    return {
        "id": intent.id,
        "object": "payment_intent",
        "allowed_payment_method_types": intent.allowed,
        "amount": intent.amount,
        "amount_capturable": intent.amount_capturable,
        "amount_received": intent.amount_received,
        "application": None,
        "automatic_payment_methods": intent.automatic,
        "canceled_at": intent.canceled_at,
        "cancellation_reason": intent.cancellation_reason,
        "capture_method": intent.capture_method,
        "client_secret": intent.client_secret,
        "confirmation_method": intent.confirmation_method,
        "created": intent.created,
        "currency": intent.currency,
        "customer": intent.customer,
        "customer_account": None,
        "excluded_payment_method_types": intent.excluded,
        "last_payment_error": intent.last_payment_error,
        "latest_charge": intent.latest_charge,
        "livemode": intent.livemode,
        "metadata": dict(intent.metadata),
        "next_action": intent.next_action,
        "payment_method": intent.payment_method,
        "payment_method_configuration_details": method_configurations.details(intent.configuration),
        "payment_method_options": options,
        "payment_method_types": list(intent.method_types),
        "processing": None,
        "review": intent.review,
        "source": None,
        "status": intent.status,
        **intent.fields,
    }


def public(shown: dict[str, Json]) -> dict[str, Json]:
    """The part of an intent that a publishable key with its client secret may see."""
    return {name: value for name, value in shown.items() if name in _PUBLIC}
