"""What requests set on an intent: texts, amounts and options, and what it is kept for."""

from collections.abc import Mapping

from saleor_stripe_app.sandbox.stripe.destination_charges import FIELDS as ROUTING
from saleor_stripe_app.sandbox.stripe.errors import invalid
from saleor_stripe_app.sandbox.stripe.form import Json
from saleor_stripe_app.sandbox.stripe.intent_object import FIELDS
from saleor_stripe_app.sandbox.stripe.keys import PUBLISHABLE, Key
from saleor_stripe_app.sandbox.stripe.objects import PaymentIntent
from saleor_stripe_app.sandbox.stripe.parameters import Parameters, merged_metadata

DETAILS = "amount_details"
_FUTURE = "setup_future_usage"


def set_fields(intent: PaymentIntent, parameters: Parameters, details: dict[str, Json] | None, key: Key) -> None:
    """Set what is given; `details` are the amount details that were checked before."""
    _check_future_usage(intent, parameters, key)
    routing = routed(intent.fields, parameters)
    intent.metadata = merged_metadata(intent.metadata, parameters)
    intent.fields |= {name: parameters.value(name) for name in FIELDS if name in parameters}
    intent.fields |= routing
    if DETAILS in parameters:
        intent.fields[DETAILS] = details
    set_options(intent.options, parameters)
    for name, attribute in (("allowed_payment_method_types", "allowed"), ("excluded_payment_method_types", "excluded")):
        if name in parameters:
            setattr(intent, attribute, parameters.texts(name) or None)


def routed(fields: Mapping[str, Json], parameters: Parameters) -> dict[str, Json]:
    """Where the money goes once a request is met: a new amount of transfer_data leaves its destination as it was."""
    merged = {name: parameters.value(name) if name in parameters else fields.get(name) for name in ROUTING}
    before, after = fields.get("transfer_data"), merged["transfer_data"]
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        merged["transfer_data"] = {**before, **after}
    return merged


def set_options(options: dict[str, dict[str, Json]], parameters: Parameters) -> None:
    """Merge payment_method_options by type."""
    given = parameters.hash("payment_method_options")
    for name in given.values:
        value = given.value(name)
        options[name] = {**options.get(name, {}), **(value if isinstance(value, dict) else {})}


def _check_future_usage(intent: PaymentIntent, parameters: Parameters, key: Key) -> None:
    """With a publishable key a value that is set can only become off_session.

    https://docs.stripe.com/api/payment_intents/confirm#confirm_payment_intent-setup_future_usage
    """
    if key.kind != PUBLISHABLE:
        return
    options = parameters.hash("payment_method_options")
    changes = [(intent.fields.get(_FUTURE), parameters, _FUTURE)] + [
        (intent.options.get(name, {}).get(_FUTURE), options.hash(name), f"payment_method_options[{name}][{_FUTURE}]")
        for name in options.values
    ]
    for current, given, param in changes:
        if current and _FUTURE in given and given.text(_FUTURE) not in (current, "off_session"):
            raise invalid(f"{_FUTURE} can only be updated from on_session to off_session.", param)
