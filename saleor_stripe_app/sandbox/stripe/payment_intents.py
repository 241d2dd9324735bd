"""The endpoints of payment intents (https://docs.stripe.com/api/payment_intents)."""

import hmac

from saleor_stripe_app.sandbox.stripe import amount_details, captures, confirmation, payment_methods
from saleor_stripe_app.sandbox.stripe.amounts import check_amount
from saleor_stripe_app.sandbox.stripe.call import Call
from saleor_stripe_app.sandbox.stripe.errors import invalid, unexpected_state
from saleor_stripe_app.sandbox.stripe.form import Json
from saleor_stripe_app.sandbox.stripe.intent_object import FIELDS, public, render
from saleor_stripe_app.sandbox.stripe.keys import PUBLISHABLE
from saleor_stripe_app.sandbox.stripe.method_types import METHOD_TYPES, redirects
from saleor_stripe_app.sandbox.stripe.objects import PaymentIntent, PaymentMethod
from saleor_stripe_app.sandbox.stripe.pages import page
from saleor_stripe_app.sandbox.stripe.parameters import Parameters, merged_metadata

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
_DETAILS = "amount_details"
_CONFIRMABLE = ("requires_payment_method", "requires_confirmation", "requires_action")


def create(call: Call) -> dict[str, Json]:
    """POST /v1/payment_intents; with confirm=true the try follows at once, and the intent stays if it fails."""
    parameters, context = call.parameters, call.context
    amount, currency = parameters.required_integer("amount"), parameters.required_text("currency")
    check_amount(amount, currency)
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
            _DETAILS: amount_details.shown(parameters, amount),
        },
        metadata=merged_metadata({}, parameters),
        allowed=parameters.texts("allowed_payment_method_types") or None,
        excluded=parameters.texts("excluded_payment_method_types") or None,
        customer=call.books.customer(customer, 400).id if customer else None,
    )
    _set_options(intent, parameters)
    _choose_types(call, intent)
    method = _method(call)
    if method:
        _check_method(intent, method)
        intent.payment_method, intent.status = method.id, "requires_confirmation"
    call.books.payment_intents[identifier] = intent
    context.emit("payment_intent.created", render(intent))
    if parameters.flag("confirm"):
        _confirm(call, intent)
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
    intent.amount, intent.currency = amount, currency
    intent.capture_method = parameters.text("capture_method") or intent.capture_method
    customer = parameters.text("customer")
    intent.customer = call.books.customer(customer, 400).id if customer else intent.customer
    _set_fields(intent, parameters, details)
    _choose_types(call, intent)
    method = _method(call)
    if method:
        _check_method(intent, method)
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
    _confirm(call, intent)
    return _shown(call, intent)


def capture(call: Call) -> dict[str, Json]:
    """POST /v1/payment_intents/{intent}/capture."""
    intent = _own(call)
    final, amount = call.parameters.flag("final_capture"), call.parameters.integer("amount_to_capture")
    details = amount_details.shown(call.parameters, intent.amount_capturable if amount is None else amount)
    captures.capture(call.context, intent, amount, final=final is not False)
    _set_fields(intent, call.parameters, details)
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
    _set_fields(intent, call.parameters, details)
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


def _set_options(intent: PaymentIntent, parameters: Parameters) -> None:
    for name in parameters.hash("payment_method_options").values:
        given = parameters.hash("payment_method_options").value(name)
        intent.options[name] = {**intent.options.get(name, {}), **(given if isinstance(given, dict) else {})}


def _set_fields(intent: PaymentIntent, parameters: Parameters, details: dict[str, Json] | None) -> None:
    intent.metadata = merged_metadata(intent.metadata, parameters)
    intent.fields |= {name: parameters.value(name) for name in FIELDS if name in parameters}
    if _DETAILS in parameters:
        intent.fields[_DETAILS] = details
    _set_options(intent, parameters)
    for name, attribute in (("allowed_payment_method_types", "allowed"), ("excluded_payment_method_types", "excluded")):
        if name in parameters:
            setattr(intent, attribute, parameters.texts(name) or None)


def _choose_types(call: Call, intent: PaymentIntent) -> None:
    """The types that the merchant switched on and that suit the payment; top-level manual capture hides the rest."""
    redirect = (intent.automatic or {}).get("allow_redirects") != "never"
    intent.method_types = [
        name
        for name in call.books.account.methods
        if (intent.allowed is None or name in intent.allowed)
        and name not in (intent.excluded or ())
        and (currencies := METHOD_TYPES[name].currencies or (intent.currency,))
        and intent.currency in currencies
        and (intent.capture_method != "manual" or METHOD_TYPES[name].manual)
        and (redirect or not redirects(name))
    ]


def _method(call: Call) -> PaymentMethod | None:
    data = call.parameters.hash("payment_method_data")
    if data.values:
        return payment_methods.from_data(call.context, data)
    identifier = call.parameters.text("payment_method")
    return payment_methods.find(call.context, identifier, 400) if identifier else None


def _check_method(intent: PaymentIntent, method: PaymentMethod) -> None:
    if method.type not in intent.method_types:
        raise invalid(
            f"The PaymentMethod provided ({method.type}) is not allowed for this PaymentIntent. Please attach a "
            f"PaymentMethod of one of the following types: {', '.join(intent.method_types)}.",
            "payment_method",
            "payment_intent_incompatible_payment_method",
        )
    if method.customer and method.customer != intent.customer:
        raise invalid(
            "The payment method supplied belongs to a Customer. Please include that Customer in the `customer` "
            "parameter on the PaymentIntent.",
            "payment_method",
        )


def _confirm(call: Call, intent: PaymentIntent) -> None:
    if intent.status not in _CONFIRMABLE:
        raise unexpected_state(
            render(intent),
            "You cannot confirm this PaymentIntent because it has already succeeded after being previously confirmed."
            if intent.status == "succeeded"
            else f"You cannot confirm this PaymentIntent because it has a status of {intent.status}. Only a "
            "PaymentIntent with one of the following statuses may be confirmed: requires_confirmation, "
            "requires_action.",
        )
    parameters = call.parameters
    _set_fields(intent, parameters, amount_details.shown(parameters, intent.amount))
    if "capture_method" in parameters:
        intent.capture_method = parameters.required_text("capture_method")
    _choose_types(call, intent)
    intent.return_url = parameters.text("return_url") or intent.return_url
    intent.use_stripe_sdk = bool(parameters.flag("use_stripe_sdk")) or call.key.kind == PUBLISHABLE
    method = _method(call) or call.books.payment_methods.get(intent.payment_method or "")
    if method is None:
        raise unexpected_state(
            render(intent),
            "You cannot confirm this PaymentIntent because it's missing a payment method. Update the PaymentIntent "
            "with a payment method and confirm it again, or confirm it with a payment method.",
        )
    _check_method(intent, method)
    _check_return_url(call, intent, method)
    off_session = parameters.text("off_session") not in (None, "false")
    error_on_action = bool(parameters.flag("error_on_requires_action"))
    confirmation.confirm(call.context, intent, method, off_session=off_session, error_on_action=error_on_action)


def _check_return_url(call: Call, intent: PaymentIntent, method: PaymentMethod) -> None:
    """A server must say where the shopper returns to whenever a redirect is possible; Stripe.js when it happens."""
    by_server = call.key.kind != PUBLISHABLE and not intent.use_stripe_sdk
    possible = any(redirects(name) for name in intent.method_types) if by_server else redirects(method.type)
    if possible and not intent.return_url and call.parameters.text("off_session") in (None, "false"):
        raise invalid(
            "This PaymentIntent is configured to accept payment methods that might redirect your customer off of your "
            "page, so you must provide a `return_url`. If you don't want to accept redirect-based payment methods, set "
            "`automatic_payment_methods[allow_redirects]` to `never` when creating the PaymentIntent.",
            "return_url",
        )
