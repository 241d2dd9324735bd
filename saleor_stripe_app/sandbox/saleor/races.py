"""The races that Saleor leaves open: it locks the insertion of an event, but not the recalculation that follows.

A report that arrives while an answer is on its way meets the taking of that answer. Whichever saves last wins, with
what it had read before the other's event was there; the next recalculation puts it right.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from saleor_stripe_app.sandbox.saleor.events import TransactionEvent
from saleor_stripe_app.sandbox.saleor.transactions import Transaction


class Race(StrEnum):
    NONE = "none"
    ANSWER_SAVES_LAST = "answer-saves-last"
    """The answer's calculation has not seen what was reported meanwhile."""
    REPORT_SAVES_LAST = "report-saves-last"
    """The report's calculation has not seen the answer, and is saved after it."""


@dataclass(slots=True)
class Races:
    """Which race happens, and what is in flight per transaction token."""

    race: Race = Race.NONE
    _in_flight: dict[str, int] = field(default_factory=dict)
    _first_unseen: dict[str, int] = field(default_factory=dict)
    _late: dict[str, list[Callable[[], None]]] = field(default_factory=dict)

    def call_begins(self, transaction: Transaction) -> None:
        self._in_flight[transaction.token] = self._in_flight.get(transaction.token, 0) + 1
        self._first_unseen.setdefault(transaction.token, len(transaction.events))

    def unseen_by_answer(self, transaction: Transaction) -> tuple[TransactionEvent, ...]:
        """The events reported since the call began, where the answer's calculation misses them."""
        if self.race is not Race.ANSWER_SAVES_LAST or transaction.token not in self._first_unseen:
            return ()
        return tuple(transaction.events[self._first_unseen[transaction.token] :])

    def call_ended(self, transaction: Transaction) -> None:
        """The answer is taken: reports that read before it save now."""
        left = self._in_flight.get(transaction.token, 1) - 1
        self._in_flight[transaction.token] = left
        if left == 0:
            del self._in_flight[transaction.token]
            self._first_unseen.pop(transaction.token, None)
            for save in self._late.pop(transaction.token, []):
                save()

    def save(self, transaction: Transaction, recalculate: Callable[[], None]) -> None:
        """Recalculate for a report: at once, or with what is known now but written after the answer in flight."""
        recalculate()
        if self.race is Race.REPORT_SAVES_LAST and transaction.token in self._in_flight:
            seen_now = transaction.amounts

            def write() -> None:
                transaction.amounts = seen_now

            self._late.setdefault(transaction.token, []).append(write)
