"""What Stripe shows and Saleor does not know, movement by movement.

What Stripe shows is first attributed to our operations and to what Saleor waits for, under the reference that Saleor
was given; only the rest was done elsewhere and goes under Stripe's own id or the next number.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from saleor_stripe_app.domain import deadline, money
from saleor_stripe_app.domain.attempts import ended_by
from saleor_stripe_app.domain.equality import pending_kind
from saleor_stripe_app.domain.history import Entry, History, Kind
from saleor_stripe_app.domain.operation import Operation, OperationKind, OperationState
from saleor_stripe_app.domain.payment import FAILED_REFUND, PENDING_REFUND, IntentStatus, Payment, Refund
from saleor_stripe_app.domain.reauthorization import is_renewal
from saleor_stripe_app.domain.transaction import EventType, Transaction

EXPIRED = "automatic"  # Stripe's reason where nobody gave one: https://docs.stripe.com/api/payment_intents/object


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that Stripe shows and Saleor does not know. `at` is Stripe's time of it where Stripe has one.

    `about` is the Stripe object whose page people are sent to, the payment where it is None.
    """

    type: EventType
    reference: str
    amount: Decimal
    message: str
    at: datetime | None = None
    about: str | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """The two ledgers at one moment; `now` is None where nothing is said that goes by time alone."""

    payment: Payment
    transaction: Transaction
    history: History
    operations: Sequence[Operation]
    now: datetime | None = None

    def amount(self, minor: int) -> Decimal:
        """Stripe's minor units in Saleor's decimals."""
        return money.to_decimal(minor, self.payment.currency)

    def words(self, amount: Decimal) -> str:
        """An amount for people, such as `12.50 EUR`."""
        return f"{amount} {self.payment.currency.upper()}"

    def done(self, kind: OperationKind) -> Iterator[Operation]:
        """Our operations of a kind that Stripe carried out or may have, in the order they were asked for."""
        return (o for o in self.operations if o.kind is kind and o.state is not OperationState.FAILED)

    def waiting(self, kind: Kind) -> list[Entry]:
        """What Saleor waits for."""
        return [entry for entry in self.history.of(kind) if entry.pending]

    def is_open(self, reference: str | None) -> bool:
        """Whether an operation with this reference may still be carried out, so that nothing of it has failed yet."""
        return any(o.reference == reference and o.state is OperationState.OPEN for o in self.operations)

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
    told = bool(known.booked(Kind.AUTHORIZATION) or known.adjustments)
    if payment.status is IntentStatus.REQUIRES_CAPTURE and not told:
        reference = waiting.pop(0).reference if waiting else known.bookable(Kind.AUTHORIZATION, payment.id)
        words = deadline.authorized(payment, payment.amount_capturable + payment.amount_received)
        yield Fact(EventType.AUTHORIZATION_SUCCESS, reference, authorized, words, at)
        told = True
    if payment.status is IntentStatus.PROCESSING and pending_kind(payment) is Kind.AUTHORIZATION:
        return
    for entry in waiting:
        if payment.amount_received and not told:
            whole = look.amount(payment.amount_received + payment.released)
            yield Fact(EventType.AUTHORIZATION_SUCCESS, entry.reference, whole, f"Authorized {look.words(whole)}", at)
            told = True  # Saleor may wait twice for the one authorization, and takes a single success of a transaction
        else:
            yield _came_to_nothing(look, Kind.AUTHORIZATION, entry)


def charges(look: Look) -> Iterator[Fact]:
    payment, known = look.payment, look.history
    left = look.amount(payment.amount_received) - known.booked(Kind.CHARGE)
    at = payment.charge.created if payment.charge else None
    taken: set[str] = set()
    for reference, wanted in [*_places(look), (payment.id, left)]:
        part = min(left, wanted)
        if part <= 0 or (part < wanted and look.is_open(reference)):
            continue
        left -= part
        if look.is_open(reference) and not known.awaits(Kind.CHARGE, reference):
            continue  # the answer to this operation will tell it
        free = reference if known.awaits(Kind.CHARGE, reference) else known.bookable(Kind.CHARGE, payment.id, taken)
        taken.add(free)
        yield Fact(EventType.CHARGE_SUCCESS, free, part, f"Charged {look.words(part)}", at)
    if payment.status is IntentStatus.PROCESSING:
        yield from _processing(look)
    if payment.status is not IntentStatus.PROCESSING or pending_kind(payment) is not Kind.CHARGE:
        for entry in look.waiting(Kind.CHARGE):
            if entry.reference not in taken and not look.is_open(entry.reference):
                yield _came_to_nothing(look, Kind.CHARGE, entry)


def _places(look: Look) -> Iterator[tuple[str, Decimal]]:
    """Where charges belong that Saleor does not know: what it waits for, then our captures one by one."""
    known = look.history
    if look.payment.status is not IntentStatus.PROCESSING:
        yield from ((entry.reference, entry.pending) for entry in look.waiting(Kind.CHARGE))
    captures = [(o.reference, look.amount(o.amount)) for o in look.done(OperationKind.CAPTURE)]
    references = {reference for reference, _ in captures}
    elsewhere = [e.booked for e in known.of(Kind.CHARGE) if e.booked and e.reference not in references]
    for reference, amount in captures:
        entry = known.under(Kind.CHARGE, reference)
        if entry is not None and (entry.booked or entry.pending):
            continue
        if amount in elsewhere:
            elsewhere.remove(amount)
        else:
            yield reference, amount


def _processing(look: Look) -> Iterator[Fact]:
    """A pending payment goes under the charge's id: the intent's may be stamped on a request that does not count."""
    payment, kind = look.payment, pending_kind(look.payment)
    left = look.amount(payment.amount)
    waiting = look.waiting(kind)
    if not waiting:
        reference = look.history.free(kind, payment.charge.id if payment.charge else f"{payment.id}-processing")
        at = payment.charge.created if payment.charge else None
        yield Fact(kind.request, reference, left, "The payment is being processed", at)
    for entry in waiting:
        if entry.pending > left and not look.is_open(entry.reference):
            yield _came_to_nothing(look, kind, entry)
        else:
            left -= entry.pending


def _came_to_nothing(look: Look, kind: Kind, entry: Entry) -> Fact:
    return Fact(kind.failure, entry.reference, entry.pending, look.why(entry.reference))


def refunds(look: Look) -> Iterator[Fact]:
    told: set[str] = set()
    for refund in sorted(look.payment.refunds, key=lambda refund: (refund.created, refund.id)):
        reference = refund_reference(refund, look.history)
        told.add(reference)
        if look.is_open(refund.operation) and look.history.under(Kind.REFUND, reference) is None:
            # Saleor links a granted refund to the answer that is on its way; a report before it would break the link.
            continue
        fact = _refund(look, refund, reference)
        if fact is not None:
            yield fact
    for entry in look.waiting(Kind.REFUND):
        if entry.reference not in told and not look.is_open(entry.reference):
            yield _came_to_nothing(look, Kind.REFUND, entry)


def refund_reference(refund: Refund, known: History) -> str:
    """The reference under which Saleor hears of a refund: the one it was given when asked, else Stripe's id.

    What Saleor was told under the id already stays there, or the refund would be booked twice.
    """
    asked = refund.operation
    if asked is None or known.under(Kind.REFUND, refund.id) or not known.under(Kind.REFUND, asked):
        return known.last(Kind.REFUND, refund.id)
    return known.last(Kind.REFUND, asked)


def _refund(look: Look, refund: Refund, reference: str) -> Fact | None:
    entry = look.history.under(Kind.REFUND, reference) or Entry(reference)
    amount = look.amount(refund.amount)
    if refund.status in FAILED_REFUND:
        if entry.failure and not entry.booked:
            return None
        reason = (refund.failure_reason or "Stripe gives no reason").replace("_", " ")
        return Fact(EventType.REFUND_FAILURE, reference, amount, f"Refund {refund.status}: {reason}", refund.created)
    if entry.booked or (entry.pending and refund.status in PENDING_REFUND):
        return None
    reference = look.history.free(Kind.REFUND, reference) if entry.success or entry.failure else reference
    if refund.status in PENDING_REFUND:
        return Fact(EventType.REFUND_REQUEST, reference, amount, "Refund is being processed", refund.created)
    why = f": {refund.reason.replace('_', ' ')}" if refund.reason else ""
    return Fact(EventType.REFUND_SUCCESS, reference, amount, f"Refunded {look.words(amount)}{why}", refund.created)


def cancels(look: Look) -> Iterator[Fact]:
    """What was released without being taken. Where nobody asked for it, it goes under the intent's id.

    Sessions are answered under it, too: another reference would become the transaction's, or release twice.
    """
    payment, known = look.payment, look.history
    left = look.amount(payment.released) - known.booked(Kind.CANCEL)
    waiting = look.waiting(Kind.CANCEL)
    asked = [o.reference for o in look.done(OperationKind.CANCEL)] if payment.status is IntentStatus.CANCELED else []
    reference = next(iter([*(entry.reference for entry in waiting), *asked, payment.id]))
    if left > 0:
        free = reference if known.awaits(Kind.CANCEL, reference) else known.bookable(Kind.CANCEL, reference)
        yield Fact(EventType.CANCEL_SUCCESS, free, left, f"{release_message(payment)}{_why(look)}", payment.canceled_at)
    for entry in waiting:
        if not (left > 0 and entry.reference == reference) and not look.is_open(entry.reference):
            yield _came_to_nothing(look, Kind.CANCEL, entry)


def _why(look: Look) -> str:
    ours = list(look.done(OperationKind.CANCEL))
    if any(map(ended_by, ours)):
        return ": too many tries were declined"
    if any(map(is_renewal, ours)):
        return ": it was authorized anew"
    given = look.payment.cancellation_reason
    return f": {given.replace('_', ' ')}" if given and given != EXPIRED else ""


def release_message(payment: Payment) -> str:
    """Why the rest of a payment can no longer be captured."""
    rest = money.display(payment.released, payment.currency)
    if payment.status is IntentStatus.SUCCEEDED:
        return f"Released {rest}: this payment can be captured once"
    if payment.cancellation_reason == EXPIRED:
        return f"Released {rest}: the authorization expired"
    return f"Canceled {rest}"


def declines(look: Look) -> Iterator[Fact]:
    """A decline is told as INFO: as a failure it would end a payment that the shopper may still repair."""
    charge = look.payment.charge
    if charge is None or charge.status != "failed" or charge.decline is None or charge.id in look.history.informed:
        return
    message = f"Declined: {charge.decline.words}"
    yield Fact(EventType.INFO, charge.id, look.amount(charge.amount), message, charge.created)
