"""A request to confirm a payment, by the server or by Stripe.js: what it may say, before anything is tried.

https://docs.stripe.com/api/payment_intents/confirm
"""

from saleor_stripe_app.sandbox.stripe import amount_details, confirmation, confirmation_tokens, method_making
from saleor_stripe_app.sandbox.stripe.call import Call
from saleor_stripe_app.sandbox.stripe.customer_objects import PaymentMethod, SetupIntent
from saleor_stripe_app.sandbox.stripe.errors import StripeFailure, invalid, unexpected_state
from saleor_stripe_app.sandbox.stripe.intent_changes import set_fields
from saleor_stripe_app.sandbox.stripe.intent_object import render
from saleor_stripe_app.sandbox.stripe.keys import PUBLISHABLE
from saleor_stripe_app.sandbox.stripe.method_choice import check_method, types_of_payment
from saleor_stripe_app.sandbox.stripe.method_types import MANDATED, redirects
from saleor_stripe_app.sandbox.stripe.objects import PaymentIntent
from saleor_stripe_app.sandbox.stripe.saving import future_usage

_CONFIRMABLE = ("requires_payment_method", "requires_confirmation", "requires_action")


def given_method(call: Call) -> PaymentMethod | None:
    """The payment method that a request names or describes."""
    data = call.parameters.hash("payment_method_data")
    if data.values:
        return method_making.from_data(call.context, data)
    identifier = call.parameters.text("payment_method")
    return method_making.find(call.context, identifier, 400) if identifier else None


def confirm(call: Call, intent: PaymentIntent) -> None:
    """Confirm an intent, with what the request and its confirmation token say; a decline is raised as 402."""
    _check_status(intent)
    call, token = confirmation_tokens.with_token(call)
    parameters = call.parameters
    set_fields(intent, parameters, amount_details.shown(parameters, intent.amount), call.key)
    if "capture_method" in parameters:
        intent.capture_method = parameters.required_text("capture_method")
    intent.method_types = types_of_payment(call.books, intent)
    intent.return_url = parameters.text("return_url") or intent.return_url
    intent.use_stripe_sdk = bool(parameters.flag("use_stripe_sdk")) or call.key.kind == PUBLISHABLE
    method = given_method(call) or call.books.payment_methods.get(intent.payment_method or "")
    if method is None:
        raise unexpected_state(
            render(intent),
            "You cannot confirm this PaymentIntent because it's missing a payment method. Update the PaymentIntent "
            "with a payment method and confirm it again, or confirm it with a payment method.",
        )
    off_session = parameters.text("off_session") not in (None, "false")
    check_method(intent, method, render(intent))
    if not off_session:
        check_return_url(call, intent, method)
    _check_off_session(call, intent, method, off_session=off_session)
    _check_mandate(call, intent, method)
    if token:
        token.payment_intent = intent.id
    error_on_action = bool(parameters.flag("error_on_requires_action"))
    confirmation.confirm(call.context, intent, method, off_session=off_session, error_on_action=error_on_action)


def check_return_url(call: Call, intent: PaymentIntent | SetupIntent, method: PaymentMethod) -> None:
    """A server must say where the shopper returns to whenever a redirect is possible; Stripe.js when it happens."""
    by_server = call.key.kind != PUBLISHABLE and not call.parameters.flag("use_stripe_sdk")
    possible = any(redirects(name) for name in intent.method_types) if by_server else redirects(method.type)
    kind = "PaymentIntent" if isinstance(intent, PaymentIntent) else "SetupIntent"
    if possible and not intent.return_url:
        raise invalid(
            f"This {kind} is configured to accept payment methods that might redirect your customer off of your "
            "page, so you must provide a `return_url`. If you don't want to accept redirect-based payment methods, set "
            f"`automatic_payment_methods[allow_redirects]` to `never` when creating the {kind}.",
            "return_url",
        )


def mandate_missing(call: Call, method: PaymentMethod, kind: str) -> StripeFailure | None:
    """The refusal of a bank debit for which nobody said that the shopper accepted its mandate.

    Stripe.js shows the mandate and says so by itself (https://docs.stripe.com/payments/mandates).
    """
    if method.type not in MANDATED or method.mandated:
        return None
    if call.key.kind == PUBLISHABLE or call.parameters.hash("mandate_data").values:
        method.mandated = True
        return None
    return invalid(
        f"This {kind} requires a mandate, but no existing mandate was found. Collect mandate acceptance from the "
        "customer and try again, providing acceptance data in the mandate_data parameter."
    )


def _check_status(intent: PaymentIntent) -> None:
    if intent.status in _CONFIRMABLE:
        return
    raise unexpected_state(
        render(intent),
        "You cannot confirm this PaymentIntent because it has already succeeded after being previously confirmed."
        if intent.status == "succeeded"
        else f"You cannot confirm this PaymentIntent because it has a status of {intent.status}. Only a "
        "PaymentIntent with one of the following statuses may be confirmed: requires_confirmation, "
        "requires_action.",
    )


def _check_off_session(call: Call, intent: PaymentIntent, method: PaymentMethod, *, off_session: bool) -> None:
    if not off_session:
        return
    if call.key.kind == PUBLISHABLE:
        raise invalid("`off_session` cannot be set with a publishable key.", "off_session")
    if future_usage(intent, method.type):
        raise invalid(
            "You cannot confirm with the `off_session` parameter when `setup_future_usage` is also set on the "
            "PaymentIntent because you cannot set up future usages when processing payments off-session.",
            "off_session",
        )


def _check_mandate(call: Call, intent: PaymentIntent, method: PaymentMethod) -> None:
    failure = mandate_missing(call, method, "PaymentIntent")
    if failure:
        failure.error["payment_intent"] = render(intent)
        raise failure
