"""What becomes of an intent when it is confirmed (https://docs.stripe.com/payments/paymentintents/lifecycle)."""

from saleor_stripe_app.sandbox.stripe import disputes, early_fraud_warnings, saving
from saleor_stripe_app.sandbox.stripe.authentication import needs_action, next_action
from saleor_stripe_app.sandbox.stripe.authorizations import authorize
from saleor_stripe_app.sandbox.stripe.card_numbers import AUTHENTICATION, FUNDS, Decline
from saleor_stripe_app.sandbox.stripe.charge_object import render as render_charge
from saleor_stripe_app.sandbox.stripe.charges import open_charge, settle, take
from saleor_stripe_app.sandbox.stripe.context import Context
from saleor_stripe_app.sandbox.stripe.customer_objects import PaymentMethod
from saleor_stripe_app.sandbox.stripe.decline_errors import card_error
from saleor_stripe_app.sandbox.stripe.errors import StripeFailure
from saleor_stripe_app.sandbox.stripe.intent_object import manual, render
from saleor_stripe_app.sandbox.stripe.method_object import render as render_method
from saleor_stripe_app.sandbox.stripe.method_types import METHOD_TYPES, Flow
from saleor_stripe_app.sandbox.stripe.objects import Charge, PaymentIntent


def confirm(
    context: Context, intent: PaymentIntent, method: PaymentMethod, *, off_session: bool, error_on_action: bool
) -> None:
    """Try to take or authorise the money. A decline is raised once it is recorded."""
    intent.payment_method = method.id
    intent.last_payment_error = None
    intent.next_action = None
    if not needs_action(method, intent.options, off_session=off_session):
        _raise(attempt(context, intent, method, off_session=off_session))
    elif off_session:
        _raise(decline(context, intent, method, AUTHENTICATION))
    elif error_on_action:
        _raise(fail(context, intent, method, card_error(AUTHENTICATION)))
    else:
        intent.status = "requires_action"
        intent.next_action = next_action(
            context, intent.id, method.type, intent.return_url, use_stripe_sdk=intent.use_stripe_sdk
        )
        context.emit("payment_intent.requires_action", render(intent))


def authenticated(context: Context, intent: PaymentIntent, *, succeeds: bool) -> None:
    """The shopper has met the challenge or approved the redirect, or has failed to."""
    assert intent.payment_method is not None
    method = context.books.payment_methods[intent.payment_method]
    intent.next_action = None
    if succeeds:
        attempt(context, intent, method, challenged=True)
        return
    challenged = method.type == "card"
    code = "payment_intent_authentication_failure" if challenged else "payment_intent_payment_attempt_failed"
    message = (
        "The provided PaymentMethod has failed authentication. You can provide payment_method_data or a new "
        "PaymentMethod to attempt to fulfill this PaymentIntent again."
        if challenged
        else "The payment failed."
    )
    fail(context, intent, method, StripeFailure(402, message, code=code))


def attempt(
    context: Context,
    intent: PaymentIntent,
    method: PaymentMethod,
    *,
    challenged: bool = False,
    off_session: bool = False,
) -> StripeFailure | None:
    """Go to the issuer or the bank; answers the decline, if it is one."""
    if METHOD_TYPES[method.type].flow in (Flow.DELAYED, Flow.VOUCHER):
        _process(context, intent, method)
        return None
    if method.behaviour.decline:
        return decline(context, intent, method, method.behaviour.decline)
    charge = open_charge(context, intent, method)
    charge.authenticated = challenged and method.type == "card"
    charge.off_session = off_session
    _use(context, intent, method, charge)
    if manual(intent, method.type):
        authorize(context, intent, charge)
    else:
        _take_all(context, intent, charge)
    return None


def processed(context: Context, intent: PaymentIntent, *, succeeds: bool) -> None:
    """The bank has reported on a payment in processing."""
    charge = context.books.latest_charge(intent)
    method = context.books.payment_methods[charge.payment_method]
    if succeeds:
        charge.status, charge.paid = "succeeded", True
        charge.outcome = {"network_status": "approved_by_network", "type": "authorized"}
        charge.amount_captured = 0
        take(context, charge, charge.amount)
        _succeed(context, intent, charge)
        return
    reason = method.behaviour.decline or FUNDS
    charge.captured, charge.amount_captured = False, 0
    _fail_charge(context, charge, reason)
    fail(context, intent, method, card_error(reason, charge.id))


def decline(context: Context, intent: PaymentIntent, method: PaymentMethod, reason: Decline) -> StripeFailure:
    """Record a declined try: a failed charge, and the intent waits for another payment method."""
    charge = open_charge(context, intent, method)
    charge.captured = False
    saving.use(method)
    _fail_charge(context, charge, reason)
    return fail(context, intent, method, card_error(reason, charge.id))


def fail(context: Context, intent: PaymentIntent, method: PaymentMethod, failure: StripeFailure) -> StripeFailure:
    """Record why the last try came to nothing; the failure is ready to be answered."""
    shown = render_method(method)
    intent.last_payment_error = {**failure.error, "payment_method": shown}
    intent.status = "requires_payment_method"
    intent.payment_method = None
    intent.next_action = None
    failure.error |= {"payment_intent": render(intent), "payment_method": shown}
    context.emit("payment_intent.payment_failed", render(intent))
    return failure


def _use(context: Context, intent: PaymentIntent, method: PaymentMethod, charge: Charge) -> None:
    saving.use(method)
    saving.keep_after_payment(context, intent, method, charge)


def _raise(failure: StripeFailure | None) -> None:
    if failure:
        raise failure


def _take_all(context: Context, intent: PaymentIntent, charge: Charge) -> None:
    """`automatic` books the money at once; `automatic_async`, the default, books it after the answer."""
    if intent.capture_method == "automatic_async":
        charge.amount_captured = charge.amount
        context.later(context.now + context.delays.settlement, lambda later: settle(later, charge))
    else:
        take(context, charge, charge.amount)
    _succeed(context, intent, charge)


def _succeed(context: Context, intent: PaymentIntent, charge: Charge) -> None:
    intent.status = "succeeded"
    intent.amount_received = charge.amount
    context.emit("charge.succeeded", render_charge(context, charge))
    context.emit("payment_intent.succeeded", render(intent))
    disputes.plan(context, charge)
    early_fraud_warnings.plan(context, charge)


def _process(context: Context, intent: PaymentIntent, method: PaymentMethod) -> None:
    charge = open_charge(context, intent, method)
    charge.status, charge.paid, charge.amount_captured = "pending", False, charge.amount
    charge.outcome = {"network_status": "not_sent_to_network", "type": "authorized"}
    _use(context, intent, method, charge)
    intent.status = "processing"
    context.emit("charge.pending", render_charge(context, charge))
    context.emit("payment_intent.processing", render(intent))
    if context.delays.processing is not None:

        def report(later: Context) -> None:
            if intent.status == "processing" and intent.latest_charge == charge.id:
                processed(later, intent, succeeds=method.behaviour.decline is None)

        context.later(context.now + context.delays.processing, report)


def _fail_charge(context: Context, charge: Charge, reason: Decline) -> None:
    charge.status, charge.paid = "failed", False
    charge.failure_code, charge.failure_message = reason.code, reason.message
    charge.outcome = {
        "advice_code": reason.advice,
        "network_advice_code": None,
        "network_decline_code": None,
        "network_status": "declined_by_network",
        "reason": reason.decline_code,
        "risk_level": "normal",
        "risk_score": 7,
        "seller_message": "The bank did not return any further details with this decline.",
        "type": "issuer_declined",
    }
    context.emit("charge.failed", render_charge(context, charge))
