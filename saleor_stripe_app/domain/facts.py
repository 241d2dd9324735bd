"""What Stripe shows and Saleor does not know, movement by movement.

What Stripe shows is first attributed to our operations and to what Saleor waits for, under the reference that Saleor
was given; only the rest was done elsewhere and goes under Stripe's own id or the next number.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from saleor_stripe_app.domain import money
from saleor_stripe_app.domain.equality import pending_kind
from saleor_stripe_app.domain.history import Entry, History, Kind
from saleor_stripe_app.domain.operation import Operation, OperationKind, OperationState
from saleor_stripe_app.domain.payment import FAILED_REFUND, PENDING_REFUND, IntentStatus, Payment, Refund
from saleor_stripe_app.domain.transaction import EventType, Transaction


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that Stripe shows and Saleor does not know. `at` is Stripe's time of it where Stripe has one."""

    type: EventType
    reference: str
    amount: Decimal
    message: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """The two ledgers at one moment."""

    payment: Payment
    transaction: Transaction
    history: History
    operations: Sequence[Operation]

    def amount(self, minor: int) -> Decimal:
        """Stripe's minor units in Saleor's decimals."""
        return money.to_decimal(minor, self.payment.currency)

    def done(self, kind: OperationKind) -> Iterator[Operation]:
        """Our operations of a kind that Stripe carried out, in the order they were asked for."""
        return (o for o in self.operations if o.kind is kind and o.state is OperationState.SUCCEEDED)

    def waiting(self, kind: Kind) -> list[Entry]:
        """What Saleor waits for and no open operation of ours will answer."""
        open_references = {o.reference for o in self.operations if o.state is OperationState.OPEN}
        return [e for e in self.history.of(kind) if e.pending and e.reference not in open_references]

    def why(self, reference: str) -> str:
        """The reason why what Saleor waits for under this reference did not happen."""
        failed = (o.message for o in self.operations if o.reference == reference and o.message)
        decline = self.payment.decline
        return next(failed, "") or (decline.message if decline else "Stripe shows that this did not happen")


def authorization(look: Look) -> Iterator[Fact]:
    payment, known = look.payment, look.history
    waiting = look.waiting(Kind.AUTHORIZATION)
    at = payment.charge.created if payment.charge else None
    authorized = look.amount(payment.amount_capturable + payment.amount_received)
    told = known.booked(Kind.AUTHORIZATION) or known.adjustments
    if payment.status is IntentStatus.REQUIRES_CAPTURE and not told:
        reference = waiting.pop(0).reference if waiting else known.free(Kind.AUTHORIZATION, payment.id)
        yield Fact(EventType.AUTHORIZATION_SUCCESS, reference, authorized, f"Authorized {authorized}", at)
    if payment.status is IntentStatus.PROCESSING:
        return
    for entry in waiting:
        if payment.amount_received and not told:
            whole = look.amount(payment.amount_received + payment.released)
            yield Fact(EventType.AUTHORIZATION_SUCCESS, entry.reference, whole, f"Authorized {whole}", at)
        else:
            yield Fact(EventType.AUTHORIZATION_FAILURE, entry.reference, entry.pending, look.why(entry.reference))


def charges(look: Look) -> Iterator[Fact]:
    payment, known = look.payment, look.history
    left = look.amount(payment.amount_received) - known.booked(Kind.CHARGE)
    at = payment.charge.created if payment.charge else None
    taken: set[str] = set()

    def charged(reference: str, amount: Decimal) -> Fact:
        taken.add(reference)
        return Fact(EventType.CHARGE_SUCCESS, reference, amount, f"Charged {amount}", at)

    waiting = look.waiting(Kind.CHARGE)
    for entry in waiting:
        if left > 0 and payment.status is not IntentStatus.PROCESSING:
            yield charged(entry.reference, min(left, entry.pending))
            left -= min(left, entry.pending)
    for part in _untold_captures(look):
        if left > 0:
            yield charged(known.free(Kind.CHARGE, payment.id, taken), min(left, part))
            left -= min(left, part)
    if left > 0:
        yield charged(known.free(Kind.CHARGE, payment.id, taken), left)
    if payment.status is IntentStatus.PROCESSING:
        yield from _processing(look)
        return
    for entry in waiting:
        if entry.reference not in taken:
            yield Fact(EventType.CHARGE_FAILURE, entry.reference, entry.pending, look.why(entry.reference))


def _untold_captures(look: Look) -> list[Decimal]:
    """The amounts of our captures that Saleor has no charge for, so that two captures are told as two."""
    told = [entry.booked for entry in look.history.of(Kind.CHARGE) if entry.booked]
    untold = []
    for operation in look.done(OperationKind.CAPTURE):
        amount = look.amount(operation.amount)
        if amount in told:
            told.remove(amount)
        else:
            untold.append(amount)
    return untold


def _processing(look: Look) -> Iterator[Fact]:
    """A pending payment goes under the charge's id: the intent's may be stamped on a request that does not count."""
    kind = pending_kind(look.payment)
    if look.history.pending(kind) == 0:
        charge = look.payment.charge
        reference = look.history.free(kind, charge.id if charge else look.payment.id)
        amount = look.amount(look.payment.amount)
        at = charge.created if charge else None
        yield Fact(kind.request, reference, amount, "The payment is being processed", at)


def refunds(look: Look) -> Iterator[Fact]:
    told: set[str] = set()
    for refund in sorted(look.payment.refunds, key=lambda refund: (refund.created, refund.id)):
        reference = refund_reference(refund, look.history)
        told.add(reference)
        fact = _refund(look, refund, reference)
        if fact is not None:
            yield fact
    for entry in look.waiting(Kind.REFUND):
        if entry.reference not in told:
            yield Fact(EventType.REFUND_FAILURE, entry.reference, entry.pending, look.why(entry.reference))


def refund_reference(refund: Refund, known: History) -> str:
    """The reference under which Saleor hears of a refund: the one it was given when asked, else Stripe's id."""
    if refund.operation and known.under(Kind.REFUND, refund.operation):
        return known.last(Kind.REFUND, refund.operation)
    return known.last(Kind.REFUND, refund.id)


def _refund(look: Look, refund: Refund, reference: str) -> Fact | None:
    entry = look.history.under(Kind.REFUND, reference) or Entry(reference)
    amount = look.amount(refund.amount)
    if refund.status in FAILED_REFUND:
        if entry.failure and not entry.booked:
            return None
        reason = (refund.failure_reason or "Stripe gives no reason").replace("_", " ")
        return Fact(EventType.REFUND_FAILURE, reference, amount, f"Refund {refund.status}: {reason}", None)
    if refund.status in PENDING_REFUND:
        known = entry.pending or entry.success or entry.failure
        message = "Refund is being processed"
        return None if known else Fact(EventType.REFUND_REQUEST, reference, amount, message, refund.created)
    if entry.booked:
        return None
    reference = look.history.free(Kind.REFUND, reference) if entry.success else reference
    return Fact(EventType.REFUND_SUCCESS, reference, amount, f"Refunded {amount}", refund.created)


def cancels(look: Look) -> Iterator[Fact]:
    payment, known = look.payment, look.history
    left = look.amount(payment.released) - known.booked(Kind.CANCEL)
    waiting = look.waiting(Kind.CANCEL)
    if left > 0:
        reference = waiting.pop(0).reference if waiting else known.free(Kind.CANCEL, cancel_reference(payment.id))
        yield Fact(EventType.CANCEL_SUCCESS, reference, left, release_message(payment), payment.canceled_at)
    for entry in waiting:
        yield Fact(EventType.CANCEL_FAILURE, entry.reference, entry.pending, look.why(entry.reference))


def cancel_reference(payment_intent_id: str) -> str:
    """The reference of what was released without being taken."""
    return f"{payment_intent_id}-cancel"


def release_message(payment: Payment) -> str:
    """Why the rest of a payment can no longer be captured."""
    rest = money.display(payment.released, payment.currency)
    if payment.status is IntentStatus.SUCCEEDED:
        return f"Released {rest}: this payment can be captured once"
    if payment.cancellation_reason == "automatic":
        return f"Released {rest}: the authorization expired"
    return f"Canceled {rest}"


def declines(look: Look) -> Iterator[Fact]:
    """A decline is told as INFO: as a failure it would end a payment that the shopper may still repair."""
    charge = look.payment.charge
    if charge is None or charge.status != "failed" or charge.decline is None or charge.id in look.history.informed:
        return
    codes = ", ".join(code for code in (charge.decline.code, charge.decline.decline_code) if code)
    message = f"Declined: {charge.decline.message}" + (f" ({codes})" if codes else "")
    yield Fact(EventType.INFO, charge.id, look.amount(charge.amount), message, charge.created)
