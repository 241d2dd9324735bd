"""The endpoints of setup intents (https://docs.stripe.com/api/setup_intents)."""

import hmac

from saleor_stripe_app.sandbox.stripe import confirmation_tokens, method_configurations, setup_confirmation
from saleor_stripe_app.sandbox.stripe.call import Call
from saleor_stripe_app.sandbox.stripe.confirming import check_return_url, given_method, mandate_missing
from saleor_stripe_app.sandbox.stripe.customer_objects import PaymentMethod, SetupIntent
from saleor_stripe_app.sandbox.stripe.errors import StripeFailure, invalid, missing
from saleor_stripe_app.sandbox.stripe.form import Json
from saleor_stripe_app.sandbox.stripe.intent_changes import set_options
from saleor_stripe_app.sandbox.stripe.keys import PUBLISHABLE
from saleor_stripe_app.sandbox.stripe.method_choice import check_method, types_of_setup
from saleor_stripe_app.sandbox.stripe.pages import page
from saleor_stripe_app.sandbox.stripe.parameters import merged_metadata
from saleor_stripe_app.sandbox.stripe.setup_object import public, render

_OPEN = ("requires_payment_method", "requires_confirmation", "requires_action")
_ENDED = {"succeeded": "it has already succeeded", "canceled": "it has been canceled"}


def create(call: Call) -> dict[str, Json]:
    """POST /v1/setup_intents; with confirm=true the try follows at once, and the intent stays if it fails."""
    parameters, context = call.parameters, call.context
    automatic = parameters.hash("automatic_payment_methods")
    identifier = context.ids.new("seti")
    intent = SetupIntent(
        id=identifier,
        created=context.now,
        livemode=call.books.livemode,
        client_secret=f"{identifier}_secret_{context.ids.text(25)}",
        usage=parameters.text("usage") or "off_session",
        automatic={"enabled": True, "allow_redirects": automatic.text("allow_redirects") or "always"},
        options={},
        metadata={},
    )
    _set(call, intent)
    method = given_method(call)
    if method:
        check_method(intent, method)
        intent.payment_method, intent.status = method.id, "requires_confirmation"
    call.books.setup_intents[identifier] = intent
    context.emit("setup_intent.created", render(intent))
    if parameters.flag("confirm"):
        _confirm(call, intent)
    return render(intent)


def retrieve(call: Call) -> dict[str, Json]:
    """GET /v1/setup_intents/{intent}; a publishable key needs the client secret and sees less."""
    return _shown(call, _own(call))


def update(call: Call) -> dict[str, Json]:
    """POST /v1/setup_intents/{intent}."""
    intent = _own(call)
    method = given_method(call)
    if method and intent.status in _ENDED:
        raise _unexpected(intent, f"You cannot update this SetupIntent because {_ENDED[intent.status]}.")
    _set(call, intent)
    if method:
        check_method(intent, method, render(intent))
        intent.payment_method, intent.status, intent.next_action = method.id, "requires_confirmation", None
    return render(intent)


def list_all(call: Call) -> dict[str, Json]:
    """GET /v1/setup_intents, by customer, payment_method and time, newest first."""
    customer, method = call.parameters.text("customer"), call.parameters.text("payment_method")
    found = [
        intent
        for intent in reversed(call.books.setup_intents.values())
        if customer in (None, intent.customer) and method in (None, intent.payment_method)
    ]
    return page(call, found, lambda intent: _shown(call, intent))


def confirm(call: Call) -> dict[str, Json]:
    """POST /v1/setup_intents/{intent}/confirm, by the server or by Stripe.js."""
    intent = _own(call)
    _confirm(call, intent)
    return _shown(call, intent)


def cancel(call: Call) -> dict[str, Json]:
    """POST /v1/setup_intents/{intent}/cancel."""
    intent = _own(call)
    if intent.status == "canceled":
        raise _unexpected(intent, "You cannot cancel this SetupIntent because it is already canceled.")
    if intent.status not in _OPEN:
        raise _unexpected(
            intent,
            f"You cannot cancel this SetupIntent because it has a status of {intent.status}. Only a SetupIntent with "
            "one of the following statuses may be canceled: `requires_payment_method`, `requires_confirmation`, or "
            "`requires_action`.",
        )
    intent.status, intent.next_action = "canceled", None
    intent.cancellation_reason = call.parameters.text("cancellation_reason")
    call.context.emit("setup_intent.canceled", render(intent))
    return render(intent)


def _own(call: Call) -> SetupIntent:
    intent = call.books.setup_intents.get(call.path[0])
    if intent is None:
        raise missing("setupintent", call.path[0], "intent")
    if call.key.kind == PUBLISHABLE:
        secret = call.parameters.text("client_secret") or ""
        if not hmac.compare_digest(secret.encode(), intent.client_secret.encode()):
            raise invalid(
                "The client_secret provided does not match the client_secret associated with the SetupIntent.",
                "client_secret",
                "setup_intent_invalid_parameter",
            )
    return intent


def _shown(call: Call, intent: SetupIntent) -> dict[str, Json]:
    shown = render(intent)
    if call.key.kind == PUBLISHABLE:
        return public(shown)
    if not call.key.may("rak_setup_intent_write"):
        shown["client_secret"] = None
    return shown


def _set(call: Call, intent: SetupIntent) -> None:
    parameters = call.parameters
    customer = parameters.text("customer")
    intent.customer = call.books.customer(customer, 400).id if customer else intent.customer
    intent.configuration = method_configurations.chosen(call, intent.configuration)
    intent.metadata = merged_metadata(intent.metadata, parameters)
    if "description" in parameters:
        intent.description = parameters.text("description")
    for name, attribute in (("allowed_payment_method_types", "allowed"), ("excluded_payment_method_types", "excluded")):
        if name in parameters:
            setattr(intent, attribute, parameters.texts(name) or None)
    set_options(intent.options, parameters)
    intent.method_types = types_of_setup(call.books, intent)


def _confirm(call: Call, intent: SetupIntent) -> None:
    call, token = confirmation_tokens.with_token(call)
    parameters = call.parameters
    method = given_method(call) or call.books.payment_methods.get(intent.payment_method or "")
    if method is None:
        raise _unexpected(
            intent,
            "You cannot confirm this SetupIntent because it's missing a payment method. You can either update the "
            "SetupIntent with a payment method and then confirm it again, or confirm it again directly with a payment "
            "method or ConfirmationToken.",
        )
    if intent.status not in _OPEN:
        raise _unexpected(intent, f"You cannot confirm this SetupIntent because {_ENDED[intent.status]}.")
    set_options(intent.options, parameters)
    intent.return_url = parameters.text("return_url") or intent.return_url
    intent.use_stripe_sdk = bool(parameters.flag("use_stripe_sdk")) or call.key.kind == PUBLISHABLE
    check_method(intent, method, render(intent))
    check_return_url(call, intent, method)
    _check_mandate(call, intent, method)
    if token:
        token.setup_intent = intent.id
    setup_confirmation.confirm(call.context, intent, method)


def _check_mandate(call: Call, intent: SetupIntent, method: PaymentMethod) -> None:
    failure = mandate_missing(call, method, "SetupIntent")
    if failure:
        failure.error["setup_intent"] = render(intent)
        raise failure


def _unexpected(intent: SetupIntent, message: str) -> StripeFailure:
    return StripeFailure(400, message, code="setup_intent_unexpected_state", more={"setup_intent": render(intent)})
