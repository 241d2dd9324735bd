"""What Saleor's events of a transaction amount to, read by Saleor's own rules.

Per kind and reference Saleor keeps the newest event of each type; a success counts unless a failure of the same
reference is as new, a request counts while neither is there. Source: Saleor's transaction_item_calculations.py.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from saleor_stripe_app.domain.transaction import EventType, Transaction, TransactionEvent

# Money that a dispute returned is a CHARGE_SUCCESS under the balance transaction's id, which no charge is booked under.
BALANCE_TRANSACTION = "txn_"


class Kind(StrEnum):
    """The four movements that Saleor groups events by."""

    AUTHORIZATION = "AUTHORIZATION"
    CHARGE = "CHARGE"
    REFUND = "REFUND"
    CANCEL = "CANCEL"

    @property
    def request(self) -> EventType:
        """The event that says this movement is under way."""
        return EventType(f"{self}_REQUEST")

    @property
    def success(self) -> EventType:
        """The event that books this movement."""
        return EventType(f"{self}_SUCCESS")

    @property
    def failure(self) -> EventType:
        """The event that undoes this movement or ends the wait for it."""
        return EventType(f"{self}_FAILURE")


@dataclass(frozen=True, slots=True)
class Entry:
    """Everything that counts under one reference for one kind."""

    reference: str
    request: TransactionEvent | None = None
    success: TransactionEvent | None = None
    failure: TransactionEvent | None = None

    @property
    def booked(self) -> Decimal:
        """What this entry adds to the kind's amount."""
        if self.success is None or (self.failure is not None and self.failure.time >= self.success.time):
            return Decimal(0)
        return self.success.amount

    @property
    def pending(self) -> Decimal:
        """What this entry adds to the kind's pending amount."""
        return self.request.amount if self.request and not self.success and not self.failure else Decimal(0)


@dataclass(frozen=True, slots=True)
class History:
    """The entries of one transaction.

    `informed` are the references of INFO events, `standing` the type and reference of every other event, counted or
    not: one more of the same would be a duplicate to Saleor and change nothing. Under `spoiled` references Saleor wrote
    a failure of its own. `reinstated` is what was booked as returned after a dispute: it raises what is charged, and is
    no charge.
    """

    entries: dict[Kind, dict[str, Entry]]
    adjustments: tuple[TransactionEvent, ...]
    informed: frozenset[str]
    standing: frozenset[tuple[EventType, str]]
    spoiled: frozenset[tuple[Kind, str]]
    count: int
    reinstated: Decimal = Decimal(0)

    def of(self, kind: Kind) -> Iterable[Entry]:
        """Every entry of a kind, oldest reference first."""
        return self.entries[kind].values()

    def under(self, kind: Kind, reference: str) -> Entry | None:
        """The entry under a reference, None when Saleor has nothing there."""
        return self.entries[kind].get(reference)

    def awaits(self, kind: Kind, reference: str) -> bool:
        """Whether Saleor waits for the outcome of this reference."""
        entry = self.under(kind, reference)
        return entry is not None and entry.pending > 0

    def booked(self, kind: Kind) -> Decimal:
        """The sum of what is booked."""
        return sum((entry.booked for entry in self.of(kind)), Decimal(0))

    def pending(self, kind: Kind) -> Decimal:
        """The sum of what is under way."""
        return sum((entry.pending for entry in self.of(kind)), Decimal(0))

    def free(self, kind: Kind, reference: str, taken: Collection[str] = ()) -> str:
        """The reference itself if nothing stands under it, else the first free number after it.

        A second event of one type under one reference is a duplicate to Saleor, however much money it is about; and a
        reference under which it wrote a failure of its own, after a report that conflicted, takes no truth any more.
        `taken` are references about to be used.
        """
        number, candidate = 1, reference
        while candidate in self.entries[kind] or candidate in taken or (kind, candidate) in self.spoiled:
            number += 1
            candidate = f"{reference}-{number}"
        return candidate

    def bookable(self, kind: Kind, reference: str, taken: Collection[str] = ()) -> str:
        """The reference itself if a success under it would count, else the first number after it.

        A failure that stands there does not matter, since a later success counts: Saleor writes one under the intent's
        id when an answer does not reach it, and the transaction shall keep that id as its reference.
        """
        number, candidate = 1, reference
        while (kind.success, candidate) in self.standing or candidate in taken:
            number += 1
            candidate = f"{reference}-{number}"
        return candidate

    def last(self, kind: Kind, reference: str) -> str:
        """The newest of the numbers that `free` has given after a reference, the reference itself if there is none."""
        number, candidate = 1, reference
        while (following := f"{reference}-{number + 1}") in self.entries[kind]:
            number, candidate = number + 1, following
        return candidate


def same_or_next(reference: str, first: str) -> bool:
    """Whether a reference is the first itself or a number after it, as `free` gives them."""
    return reference == first or (reference.startswith(f"{first}-") and reference[len(first) + 1 :].isdigit())


def history(transaction: Transaction) -> History:
    """Read a transaction's events as Saleor counts them.

    Saleor does not show which events it counts; it follows from them: an action's request counts once it has a
    reference; a session's, which is nobody's until an app answers that it is under way, does not for all the references
    that answers stamp on it; and a failure that Saleor wrote itself never does. The requests that Saleor makes itself,
    for abandoned checkouts, are refunds and cancels.
    """
    entries: dict[Kind, dict[str, Entry]] = {kind: {} for kind in Kind}
    adjustments, informed, spoiled, count, reinstated = [], set(), set(), 0, Decimal(0)
    for event in sorted(transaction.events, key=lambda event: event.time):
        if event.type is EventType.INFO:
            informed.add(event.reference)
            continue
        count += 1
        if event.type is EventType.AUTHORIZATION_ADJUSTMENT:
            adjustments.append(event)
        elif event.type is EventType.CHARGE_SUCCESS and event.reference.startswith(BALANCE_TRANSACTION):
            reinstated += event.amount
        elif event.reference and _counts(event):
            _file(entries, event)
        elif event.reference and event.type.endswith("_FAILURE"):
            spoiled.add((Kind(event.type.removesuffix("_FAILURE")), event.reference))
    standing = frozenset((event.type, event.reference) for event in transaction.events if event.type != EventType.INFO)
    return History(entries, tuple(adjustments), frozenset(informed), standing, frozenset(spoiled), count, reinstated)


def _counts(event: TransactionEvent) -> bool:
    of_session = event.type in (EventType.AUTHORIZATION_REQUEST, EventType.CHARGE_REQUEST)
    return event.by_someone or not (of_session or event.type.endswith("_FAILURE"))


def _file(entries: dict[Kind, dict[str, Entry]], event: TransactionEvent) -> None:
    kind_name, _, outcome = event.type.rpartition("_")
    if kind_name not in Kind.__members__ or outcome not in ("REQUEST", "SUCCESS", "FAILURE"):
        return
    under = entries[Kind(kind_name)]
    known = under.get(event.reference, Entry(event.reference))
    under[event.reference] = Entry(
        event.reference,
        request=event if outcome == "REQUEST" else known.request,
        success=event if outcome == "SUCCESS" else known.success,
        failure=event if outcome == "FAILURE" else known.failure,
    )
