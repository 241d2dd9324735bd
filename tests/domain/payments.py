"""Payments, transactions and operations to look at, with everything that a test does not name left usual."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from saleor_stripe_app.domain.charge_record import ChargeRecord, Outcome, Settlement
from saleor_stripe_app.domain.operation import Operation, OperationKind, OperationState
from saleor_stripe_app.domain.payment import Charge, Decline, IntentStatus, Payment, Refund, RefundStatus
from saleor_stripe_app.domain.payment_method import PaymentMethod
from saleor_stripe_app.domain.transaction import Action, Amounts, EventType, Metadata, Transaction, TransactionEvent

INTENT = "pi_1"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
CARD = PaymentMethod("card", brand="visa", last_digits="4242")
SEPA = PaymentMethod("sepa_debit", last_digits="3000")
DECLINE = Decline("Your card was declined.", "card_declined", "insufficient_funds")


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def charge(number="ch_1", *, status="succeeded", amount=10000, captured=True, method=CARD, decline=None, **more):
    return Charge(number, status, amount, amount if captured else 0, 0, at(5), captured, method, decline, **more)


def payment(status=IntentStatus.SUCCEEDED, *, amount=10000, capturable=0, received=0, currency="eur", **more):
    return Payment(INTENT, status, currency, amount, capturable, received, NOON, livemode=False, **more)


def paid(received=10000, *, amount=10000, **more):
    return payment(amount=amount, received=received, **{"charge": charge(amount=amount), **more})


def described():
    """A charged payment of which Stripe tells everything that it ever does."""
    record = ChargeRecord(
        "txn_1",
        Settlement(350, 10500, "usd", Decimal("1.0850")),
        Outcome("authorized", "elevated_risk_level", "Payment complete.", "elevated", 65, "51", "try_again_later"),
        "shopper@example.com",
    )
    wallet = PaymentMethod("card", brand="visa", last_digits="4242", wallet="apple_pay")
    return paid(charge=charge(method=wallet, capture_before=at(60), record=record), customer="cus_1")


def authorized(capturable=10000, *, amount=10000, received=0, multicapture=False, **more):
    held = charge(amount=amount, captured=False, multicapture=multicapture)
    return payment(
        IntentStatus.REQUIRES_CAPTURE,
        amount=amount,
        capturable=capturable,
        received=received,
        **{"charge": held, "manual_methods": frozenset({"card"}), **more},
    )


def canceled(*, amount=10000, received=0, reason=None, **more):
    return payment(
        IntentStatus.CANCELED,
        amount=amount,
        received=received,
        canceled_at=at(60),
        cancellation_reason=reason,
        **more,
    )


def processing(method=SEPA, **more):
    return payment(
        IntentStatus.PROCESSING, **{"charge": charge(status="pending", captured=True, method=method), **more}
    )


def declined(charge_id="ch_1", **more):
    failed = charge(charge_id, status="failed", captured=False, decline=DECLINE)
    return payment(IntentStatus.REQUIRES_PAYMENT_METHOD, charge=failed, decline=DECLINE, **more)


def refund(amount, status=RefundStatus.SUCCEEDED, *, number="re_1", operation=None, failure_reason=None):
    return Refund(number, amount, status, at(30), operation, failure_reason)


def event(name, amount="100.00", reference=INTENT, *, second=10.0, by_someone=True):
    return TransactionEvent(EventType(name), reference, Decimal(amount), at(second), by_someone)


def transaction(*events, actions=frozenset(), **amounts):
    shown = Amounts(**{name: Decimal(amount) for name, amount in amounts.items()})
    return Transaction(
        "VHJhbnNhY3Rpb25JdGVtOjE=",
        INTENT,
        "EUR",
        shown,
        events,
        frozenset(map(Action, actions)),
        metadata=Metadata({"stripe.charge": "ch_1"}),
    )


def operation(kind, amount=10000, *, reference="pi_1-asked", state=OperationState.SUCCEEDED, message=""):
    return Operation(
        id=f"operation of {reference}",
        transaction="record",
        kind=OperationKind(kind),
        request="digest",
        attempt=1,
        idempotency_key="key",
        reference=reference,
        amount=amount,
        created=NOON,
        state=OperationState(state),
        message=message,
    )


def told(found):
    """The reports as (type, reference, amount), the way a test names them."""
    return [(str(report.type), report.reference, str(report.amount)) for report in found.reports]
