"""What an action in an account needs to know: whose books, what time it is, who asked, and who is to be told."""

import heapq
import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from saleor_stripe_app.sandbox.stripe.books import Account, Books
from saleor_stripe_app.sandbox.stripe.form import Json
from saleor_stripe_app.sandbox.stripe.ids import Ids


@dataclass(frozen=True, slots=True)
class Delays:
    """Seconds after which things happen by themselves; None leaves them to the controls.

    `settlement`: an automatic charge gets its balance transaction. `processing`: a bank reports. `refund`: a pending
    refund ends, or a succeeded one of the card for it fails.
    """

    settlement: int = 0
    processing: int | None = None
    refund: int | None = None


class Agenda:
    """Things that happen at a time."""

    def __init__(self) -> None:
        self._due: list[tuple[int, int, Callable[[int], None]]] = []
        self._order = itertools.count()

    def at(self, due: int, happen: Callable[[int], None]) -> None:
        """Let something happen once the time has come; it is given that time."""
        heapq.heappush(self._due, (due, next(self._order), happen))

    def advance(self, now: int) -> None:
        """Let happen all that is due, in order."""
        while self._due and self._due[0][0] <= now:
            due, _, happen = heapq.heappop(self._due)
            happen(due)


class Publisher(Protocol):
    """Where events go."""

    def publish(
        self, context: "Context", event_type: str, snapshot: dict[str, Json], previous: Mapping[str, Json] | None
    ) -> None:
        """Log an event and send it to the endpoints that want it."""


class Directory(Protocol):
    """All accounts of the stand-in, for what concerns two of them."""

    accounts: dict[str, Account]

    def books(self, account: str, livemode: bool = False) -> Books:
        """The books of an account in a mode."""

    def add_connected(self, platform: Account, name: str, country: str, currency: str, created: int) -> Account:
        """A new account that a platform has made."""


@dataclass(frozen=True, slots=True)
class Context:
    """One action at one moment. `request_id` is None for what Stripe does by itself."""

    books: Books
    now: int
    ids: Ids
    agenda: Agenda
    publisher: Publisher
    delays: Delays
    directory: Directory
    pages: str
    """The address under which the stand-in's own pages are reached."""
    request_id: str | None = None
    idempotency_key: str | None = None

    def emit(self, event_type: str, snapshot: dict[str, Json], previous: Mapping[str, Json] | None = None) -> None:
        """Tell of a fact, with the object as it stands now and the values that it changed."""
        self.publisher.publish(self, event_type, snapshot, previous)

    def later(self, due: int, happen: Callable[["Context"], None]) -> None:
        """Let something happen in these books once the time has come."""

        def at(now: int) -> None:
            happen(replace(self, now=now, request_id=None, idempotency_key=None))

        self.agenda.at(due, at)

    def within(self, account: str) -> "Context":
        """The same moment in another account's books of the same mode."""
        return replace(self, books=self.directory.books(account, self.books.livemode))
