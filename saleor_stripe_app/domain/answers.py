"""What a request of Saleor's is answered, from the payment as it stands."""

from datetime import datetime, timedelta
from decimal import Decimal

from saleor_stripe_app.domain import deadline, money
from saleor_stripe_app.domain.equality import available_actions, pending_kind
from saleor_stripe_app.domain.errors import Declined, Refusal
from saleor_stripe_app.domain.history import History, Kind
from saleor_stripe_app.domain.links import external_url
from saleor_stripe_app.domain.payment import FAILED_REFUND, PENDING_REFUND, UNPAID, IntentStatus, Payment, Refund
from saleor_stripe_app.domain.report import Answer, Json, Result
from saleor_stripe_app.domain.transaction import Action, Flow

TICK = timedelta(milliseconds=1)
CANCEL_SUCCESS_SINCE = (3, 23)  # below, a session answer CANCEL_SUCCESS is refused by Saleor
WORDS = {
    IntentStatus.REQUIRES_PAYMENT_METHOD: "The payment needs a payment method",
    IntentStatus.REQUIRES_CONFIRMATION: "The payment needs to be confirmed",
    IntentStatus.REQUIRES_ACTION: "The payment needs an action of the shopper",
    IntentStatus.PROCESSING: "The payment is being processed",
    IntentStatus.SUCCEEDED: "The payment succeeded",
    IntentStatus.CANCELED: "The payment was canceled",
}


def later(fact: datetime, newest: datetime | None) -> datetime:
    """A time for an answer or a report: Stripe's of the fact, unless Saleor has a newer event. Its sums go by time."""
    return fact if newest is None else max(fact, newest + TICK)


def of_session(
    payment: Payment,
    flow: Flow,
    *,
    version: tuple[int, int],
    newest: datetime | None = None,
    known: History | None = None,
) -> Answer:
    """The answer to initialize and process.

    The result says what really happened, not what was asked for: a method that cannot be authorised first is charged
    in an AUTHORIZATION flow, too. A decline stays an action for the shopper; a *_FAILURE would be final to Saleor.
    What Saleor was told of the payment already (`known`) is answered as it was told: under another reference Saleor
    would book it twice, and it asks again for as long as a storefront repeats its idempotency key.
    """
    result, minor = _session_result(payment, flow, version)
    reference, amount = payment.id, money.to_decimal(minor, payment.currency)
    if known is not None:
        reference, amount = _as_told(result, payment.id, amount, known)
    if result.endswith("_FAILURE"):
        reference = f"{payment.id}-canceled"  # a failure of its own: Saleor merges those that share a reference
    return Answer(
        result=result,
        reference=reference,
        amount=amount,
        time=later(payment.canceled_at or (payment.charge.created if payment.charge else payment.created), newest),
        message=_words(payment),
        external_url=external_url(payment.id, livemode=payment.livemode),
        actions=available_actions(payment),
        data=_session_data(payment),
        method=payment.charge.method if payment.charge and payment.status not in UNPAID else None,
    )


def _session_result(payment: Payment, flow: Flow, version: tuple[int, int]) -> tuple[Result, int]:
    match payment.status:
        case IntentStatus.SUCCEEDED:
            return Result.CHARGE_SUCCESS, payment.amount_received
        case IntentStatus.REQUIRES_CAPTURE:
            return Result.AUTHORIZATION_SUCCESS, payment.amount_capturable + payment.amount_received
        case IntentStatus.PROCESSING:
            return Result(pending_kind(payment).request), payment.amount
        case IntentStatus.CANCELED if version >= CANCEL_SUCCESS_SINCE:
            return Result.CANCEL_SUCCESS, payment.released
        case IntentStatus.CANCELED:
            return Result(f"{flow}_FAILURE"), payment.amount
        case _:
            return Result(f"{flow}_ACTION_REQUIRED"), payment.amount


def _as_told(result: Result, intent: str, amount: Decimal, known: History) -> tuple[str, Decimal]:
    name, _, outcome = result.rpartition("_")
    if name not in Kind.__members__ or outcome not in ("SUCCESS", "REQUEST"):
        return intent, amount
    kind, asks = Kind(name), outcome == "REQUEST"
    for entry in known.of(kind):
        told = entry.success if not asks else entry.request if entry.pending else None
        if told is not None:
            return told.reference, told.amount
    waiting = next((entry.reference for entry in known.of(kind) if entry.pending), None)
    return waiting or (known.free(kind, intent) if asks else known.bookable(kind, intent)), amount


def _words(payment: Payment) -> str:
    if payment.status in UNPAID and payment.decline:
        return payment.decline.words
    if payment.status is IntentStatus.REQUIRES_CAPTURE:
        return deadline.authorized(payment, payment.amount_capturable + payment.amount_received)
    return WORDS[payment.status]


def _session_data(payment: Payment) -> dict[str, Json] | None:
    if payment.status not in UNPAID:
        return None
    intent: dict[str, Json] = {"stripeClientSecret": payment.client_secret}
    if payment.redirect_url:
        intent["redirectUrl"] = payment.redirect_url
    if payment.decline:
        code = payment.decline.decline_code or payment.decline.code or "card_declined"
        intent["errors"] = [{"code": code, "message": payment.decline.message}]
    return {"paymentIntent": intent}


def refused_session(refusal: Refusal, flow: Flow, *, final: bool = True) -> Answer:
    """A session that came to nothing: final to Saleor, so only for what a further try cannot repair.

    A payment that was begun goes on otherwise, and the next transactionProcess may say what this one should have.
    """
    error: dict[str, Json] = {"code": refusal.code, "message": str(refusal)}
    if isinstance(refusal, Declined) and (refusal.decline_code or refusal.stripe_code):
        error["declineCode"] = refusal.decline_code or refusal.stripe_code
    return Answer(
        result=Result(f"{flow}_FAILURE" if final else f"{flow}_ACTION_REQUIRED"),
        message=_why(refusal),
        actions=frozenset(),
        data={"paymentIntent": {"errors": [error]}},
    )


def of_capture(payment: Payment, amount: int, *, reference: str, now: datetime, newest: datetime | None) -> Answer:
    """A capture that Stripe carried out. `amount` is what this one took, in minor units."""
    taken = money.display(amount, payment.currency)
    message = f"Captured {taken}"
    if payment.released:
        rest = money.display(payment.released, payment.currency)
        message += f"; the remaining {rest} was released, since this payment can be captured once"
    return _success(Result.CHARGE_SUCCESS, payment, amount, reference, message, later(now, newest))


def of_cancel(payment: Payment, *, reference: str, now: datetime, newest: datetime | None) -> Answer:
    """A payment that Stripe canceled."""
    message = f"Canceled {money.display(payment.released, payment.currency)}"
    at = later(payment.canceled_at or now, newest)
    return _success(Result.CANCEL_SUCCESS, payment, payment.released, reference, message, at)


def of_refund(
    refund: Refund,
    currency: str,
    *,
    failure_reference: str,
    external: str,
    now: datetime,
    newest: datetime | None,
    actions: frozenset[Action] | None,
) -> Answer:
    """A refund as Stripe took it: done, under way (asynchronous to Saleor, under the refund's id), or failed."""
    if refund.status in PENDING_REFUND:
        return asynchronous(refund.id)
    amount = money.to_decimal(refund.amount, currency)
    if refund.status in FAILED_REFUND:
        reason = (refund.failure_reason or "Stripe gives no reason").replace("_", " ")
        return Answer(
            Result.REFUND_FAILURE, failure_reference, amount, later(now, newest), f"Refund failed: {reason}", external
        )
    message = f"Refunded {money.display(refund.amount, currency)}"
    return Answer(Result.REFUND_SUCCESS, refund.id, amount, later(refund.created, newest), message, external, actions)


def asynchronous(reference: str) -> Answer:
    """The outcome is not known yet; a report under this reference will tell it. Nothing else may be in the answer."""
    return Answer(result=None, reference=reference)


def refused_action(
    kind: Kind,
    refusal: Refusal,
    *,
    reference: str,
    amount: Decimal | None,
    time: datetime,
    actions: frozenset[Action] | None,
) -> Answer:
    """An action that was declined. The reference is its own: Saleor merges failures that share one or have none."""
    return Answer(Result(kind.failure), reference, amount, time, _why(refusal), actions=actions)


def _success(result: Result, payment: Payment, amount: int, reference: str, message: str, time: datetime) -> Answer:
    return Answer(
        result=result,
        reference=reference,
        amount=money.to_decimal(amount, payment.currency),
        time=time,
        message=message,
        external_url=external_url(payment.id, livemode=payment.livemode),
        actions=available_actions(payment),
    )


def _why(refusal: Refusal) -> str:
    codes = (
        ", ".join(c for c in (refusal.stripe_code, refusal.decline_code) if c) if isinstance(refusal, Declined) else ""
    )
    return f"{refusal} ({codes})" if codes else str(refusal)
