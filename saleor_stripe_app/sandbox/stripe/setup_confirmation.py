"""What becomes of a setup intent when it is confirmed (https://docs.stripe.com/payments/setup-intents)."""

from saleor_stripe_app.sandbox.stripe import saving
from saleor_stripe_app.sandbox.stripe.authentication import needs_action, next_action
from saleor_stripe_app.sandbox.stripe.context import Context
from saleor_stripe_app.sandbox.stripe.customer_objects import PaymentMethod, SetupIntent
from saleor_stripe_app.sandbox.stripe.decline_errors import card_error
from saleor_stripe_app.sandbox.stripe.errors import StripeFailure
from saleor_stripe_app.sandbox.stripe.form import Json
from saleor_stripe_app.sandbox.stripe.method_object import render as render_method
from saleor_stripe_app.sandbox.stripe.setup_object import render


def confirm(context: Context, intent: SetupIntent, method: PaymentMethod) -> None:
    """Try to set the payment method up. A decline is raised once it is recorded."""
    intent.payment_method, intent.latest_attempt = method.id, context.ids.new("setatt")
    intent.last_setup_error = intent.next_action = None
    if needs_action(method, intent.options, off_session=False):
        intent.status = "requires_action"
        intent.next_action = next_action(
            context, intent.id, method.type, intent.return_url, use_stripe_sdk=intent.use_stripe_sdk
        )
        context.emit("setup_intent.requires_action", render(intent))
        return
    failure = _complete(context, intent, method)
    if failure:
        raise failure


def authenticated(context: Context, intent: SetupIntent, *, succeeds: bool) -> None:
    """The shopper has met the challenge or approved the redirect, or has failed to."""
    assert intent.payment_method is not None
    method = context.books.payment_methods[intent.payment_method]
    intent.next_action = None
    if succeeds:
        _complete(context, intent, method)
        return
    message = (
        "The provided PaymentMethod has failed authentication. You can provide payment_method_data or a new "
        "PaymentMethod to attempt to fulfill this SetupIntent again."
    )
    _fail(context, intent, method, StripeFailure(402, message, code="setup_intent_authentication_failure"))


def _complete(context: Context, intent: SetupIntent, method: PaymentMethod) -> StripeFailure | None:
    reason = method.behaviour.decline
    if reason and not method.behaviour.can_be_kept:
        return _fail(context, intent, method, card_error(reason))
    origin: dict[str, Json] = {"charge": None, "setup_attempt": intent.latest_attempt}
    saving.keep(context, method, intent.customer, intent.usage, origin)
    intent.status = "succeeded"
    context.emit("setup_intent.succeeded", render(intent))
    return None


def _fail(context: Context, intent: SetupIntent, method: PaymentMethod, failure: StripeFailure) -> StripeFailure:
    shown = render_method(method)
    intent.last_setup_error = {**failure.error, "payment_method": shown}
    intent.status, intent.payment_method = "requires_payment_method", None
    failure.error |= {"setup_intent": render(intent), "payment_method": shown}
    context.emit("setup_intent.setup_failed", render(intent))
    return failure
