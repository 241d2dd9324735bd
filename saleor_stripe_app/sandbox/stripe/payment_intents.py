"""The endpoints of payment intents (https://docs.stripe.com/api/payment_intents)."""

import hmac

from saleor_stripe_app.sandbox.stripe import (
    amount_details,
    captures,
    confirming,
    countries,
    destination_charges,
    method_configurations,
)
from saleor_stripe_app.sandbox.stripe.amounts import check_amount
from saleor_stripe_app.sandbox.stripe.call import Call
from saleor_stripe_app.sandbox.stripe.confirming import given_method
from saleor_stripe_app.sandbox.stripe.errors import invalid, unexpected_state
from saleor_stripe_app.sandbox.stripe.form import Json
from saleor_stripe_app.sandbox.stripe.intent_changes import DETAILS, routed, set_fields, set_options
from saleor_stripe_app.sandbox.stripe.intent_object import FIELDS, public, render
from saleor_stripe_app.sandbox.stripe.keys import PUBLISHABLE
from saleor_stripe_app.sandbox.stripe.method_choice import check_method, types_of_payment
from saleor_stripe_app.sandbox.stripe.objects import PaymentIntent
from saleor_stripe_app.sandbox.stripe.pages import page
from saleor_stripe_app.sandbox.stripe.parameters import merged_metadata

_OPEN = ("requires_payment_method", "requires_confirmation", "requires_action")
_ONLY_OPEN = (
    "amount",
    "currency",
    "capture_method",
    "payment_method",
    "payment_method_data",
    "setup_future_usage",
    "customer",
)


def create(call: Call) -> dict[str, Json]:
    """POST /v1/payment_intents; with confirm=true the try follows at once, and the intent stays if it fails."""
    parameters, context = call.parameters, call.context
    amount, currency = parameters.required_integer("amount"), parameters.required_text("currency")
    check_amount(amount, currency)
    countries.check_shipping(parameters)
    customer = parameters.text("customer")
    automatic = parameters.hash("automatic_payment_methods")
    identifier = context.ids.new("pi")
    intent = PaymentIntent(
        id=identifier,
        amount=amount,
        currency=currency,
        created=context.now,
        livemode=call.books.livemode,
        client_secret=f"{identifier}_secret_{context.ids.text(25)}",
        capture_method=parameters.text("capture_method") or "automatic_async",
        confirmation_method=parameters.text("confirmation_method") or "automatic",
        method_types=[],
        options={},
        automatic={"enabled": True, "allow_redirects": automatic.text("allow_redirects") or "always"},
        fields={
            **{name: parameters.value(name) for name in FIELDS},
            DETAILS: amount_details.shown(parameters, amount),
        },
        metadata=merged_metadata({}, parameters),
        allowed=parameters.texts("allowed_payment_method_types") or None,
        excluded=parameters.texts("excluded_payment_method_types") or None,
        customer=call.books.customer(customer, 400).id if customer else None,
        configuration=method_configurations.chosen(call),
    )
    destination_charges.check(context, intent.fields, amount)
    set_options(intent.options, parameters)
    intent.method_types = types_of_payment(call.books, intent)
    method = given_method(call)
    if method:
        check_method(intent, method)
        intent.payment_method, intent.status = method.id, "requires_confirmation"
    call.books.payment_intents[identifier] = intent
    context.emit("payment_intent.created", render(intent))
    if parameters.flag("confirm"):
        confirming.confirm(call, intent)
    return render(intent)


def retrieve(call: Call) -> dict[str, Json]:
    """GET /v1/payment_intents/{intent}; a publishable key needs the client secret and sees less."""
    return _shown(call, _own(call))


def update(call: Call) -> dict[str, Json]:
    """POST /v1/payment_intents/{intent}."""
    intent, parameters = _own(call), call.parameters
    if intent.status not in _OPEN:
        for name in _ONLY_OPEN:
            if name in parameters:
                raise unexpected_state(
                    render(intent),
                    f"This PaymentIntent's {name} could not be updated because it has a status of {intent.status}. "
                    f"You may only update the {name} of a PaymentIntent with one of the following statuses: "
                    f"{', '.join(_OPEN)}.",
                )
    amount = parameters.integer("amount")
    currency = parameters.text("currency") or intent.currency
    amount = intent.amount if amount is None else amount
    check_amount(amount, currency)
    details = amount_details.shown(parameters, amount)
    destination_charges.check(call.context, routed(intent.fields, parameters), amount)
    intent.amount, intent.currency = amount, currency
    intent.capture_method = parameters.text("capture_method") or intent.capture_method
    customer = parameters.text("customer")
    intent.customer = call.books.customer(customer, 400).id if customer else intent.customer
    intent.configuration = method_configurations.chosen(call, intent.configuration)
    set_fields(intent, parameters, details, call.key)
    intent.method_types = types_of_payment(call.books, intent)
    method = given_method(call)
    if method:
        check_method(intent, method, render(intent))
        intent.payment_method, intent.status, intent.next_action = method.id, "requires_confirmation", None
    return render(intent)


def list_all(call: Call) -> dict[str, Json]:
    """GET /v1/payment_intents, by customer and time."""
    customer = call.parameters.text("customer")
    found = [intent for intent in reversed(call.books.payment_intents.values()) if customer in (None, intent.customer)]
    return page(call, found, lambda intent: _shown(call, intent))


def confirm(call: Call) -> dict[str, Json]:
    """POST /v1/payment_intents/{intent}/confirm, by the server or by Stripe.js."""
    intent = _own(call)
    confirming.confirm(call, intent)
    return _shown(call, intent)


def capture(call: Call) -> dict[str, Json]:
    """POST /v1/payment_intents/{intent}/capture."""
    intent = _own(call)
    final, amount = call.parameters.flag("final_capture"), call.parameters.integer("amount_to_capture")
    details = amount_details.shown(call.parameters, intent.amount_capturable if amount is None else amount)
    routing = routed(intent.fields, call.parameters)
    destination_charges.check(call.context, routing, intent.amount)
    part = call.parameters.hash("transfer_data").integer("amount")
    if part is not None and amount is not None and part > amount:
        raise invalid("transfer_data[amount] must not be above the amount captured.", "transfer_data[amount]")
    captures.capture(call.context, intent, amount, final=final is not False, routing=routing)
    set_fields(intent, call.parameters, details, call.key)
    return render(intent)


def cancel(call: Call) -> dict[str, Json]:
    """POST /v1/payment_intents/{intent}/cancel."""
    intent = _own(call)
    captures.cancel(call.context, intent, call.parameters.text("cancellation_reason"))
    return render(intent)


def increment_authorization(call: Call) -> dict[str, Json]:
    """POST /v1/payment_intents/{intent}/increment_authorization."""
    intent = _own(call)
    amount = call.parameters.required_integer("amount")
    details = amount_details.shown(call.parameters, amount)
    captures.increment(call.context, intent, amount)
    set_fields(intent, call.parameters, details, call.key)
    return render(intent)


def _own(call: Call) -> PaymentIntent:
    intent = call.books.intent(call.path[0])
    if call.key.kind == PUBLISHABLE:
        secret = call.parameters.text("client_secret") or ""
        if not hmac.compare_digest(secret.encode(), intent.client_secret.encode()):
            raise invalid(
                "The client_secret provided does not match the client_secret associated with the PaymentIntent.",
                "client_secret",
                "payment_intent_invalid_parameter",
            )
    return intent


def _shown(call: Call, intent: PaymentIntent) -> dict[str, Json]:
    shown = render(intent)
    if call.key.kind == PUBLISHABLE:
        return public(shown)
    if not call.key.may("rak_payment_intent_write"):
        shown["client_secret"] = None
    return shown
