"""Saleor's side of one transaction: the stand-in's own rules for reports, answers and arithmetic, in domain words."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count

from saleor_stripe_app.domain.history import History, Kind, history
from saleor_stripe_app.domain.report import Answer, Report
from saleor_stripe_app.domain.transaction import (
    Action,
    Amounts,
    EventType,
    Flow,
    Metadata,
    Transaction,
    TransactionEvent,
)
from saleor_stripe_app.sandbox.saleor import events, reports, settlement, transactions
from saleor_stripe_app.sandbox.saleor.errors import MutationError
from tests.domain.payments import NOON

APP, STAFF = 7, 3
Body = dict[str, str | list[str]]


@dataclass(slots=True)
class SaleorSide:
    """A transaction that Saleor computes. `now` is moved on by every call, as a clock would."""

    flow: Flow
    version: str = "3.23.0"
    now: datetime = NOON
    held: transactions.Transaction = field(init=False)
    session: events.TransactionEvent = field(init=False)

    def __post_init__(self) -> None:
        numbers: Callable[[], int] = count(1).__next__
        self.held = transactions.Transaction("token", "EUR", self.now, self.now, numbers, APP, "app.stripe")
        self.session = self._requested(Kind.AUTHORIZATION if self.flow is Flow.AUTHORIZATION else Kind.CHARGE, "100")

    def tick(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now

    @property
    def decided(self) -> bool:
        """Whether transactionProcess shows a final event instead of asking the app."""
        return any(event.counted and event.type in events.FINAL_FOR_SESSION for event in self.held.events)

    def seen(self) -> Transaction:
        """The transaction as an app may read it."""
        amounts = Amounts(**{name: getattr(self.held.amounts, name) for name in Amounts.__slots__})
        actions = frozenset(Action(action.upper()) for action in self.held.available_actions)
        return Transaction(
            "token",
            self.held.psp_reference,
            "EUR",
            amounts,
            tuple(map(_shown, self.held.events)),
            actions,
            metadata=Metadata(dict(self.held.metadata), dict(self.held.private_metadata)),
        )

    def known(self) -> History:
        """What the payload of a request shows: it does not say who made an event."""
        seen = self.seen()
        return history(replace(seen, events=tuple(replace(event, by_someone=True) for event in seen.events)))

    def take(self, report: Report, *, recalculates: bool = True) -> bool:
        """Take a report; False when Saleor refuses it. Not recalculating is the race of a report with an answer."""
        told = reports.Report(
            events.EventType(report.type),
            report.reference,
            report.amount,
            report.time,
            report.external_url,
            report.message,
            sorted(str(action).lower() for action in report.actions),
            metadata=report.metadata.public,
            private_metadata=report.metadata.private,
        )
        by = reports.Reporter(app_id=APP, app_identifier="app.stripe")
        save: Callable[[Callable[[], None]], None] = (lambda redo: redo()) if recalculates else (lambda redo: None)
        try:
            reports.take_report(self.held, told, by, self.tick(), everywhere=[self.held], save=save)
        except MutationError:
            return False
        return True

    def describe(self, metadata: Metadata) -> None:
        """Take metadata that no report brought."""
        self.held.metadata.update(metadata.public)
        self.held.private_metadata.update(metadata.private)

    def take_session(self, answer: Answer | None) -> None:
        """Take the answer to initialize or process; None for one that did not arrive."""
        settlement.take_session_answer(self.held, self.session, _body(answer), self._taking())

    def ask(self, kind: Kind, amount: Decimal, *, by_staff: bool = True) -> events.TransactionEvent:
        request = self._requested(kind, str(amount))
        request.user_id = STAFF if by_staff else None
        return request

    def take_action(self, request: events.TransactionEvent, answer: Answer | None) -> None:
        settlement.take_action_answer(self.held, request, _body(answer), self._taking())

    def _requested(self, kind: Kind, amount: str) -> events.TransactionEvent:
        request = self.held.record(events.EventType(kind.request), Decimal(amount), self.tick())
        request.counted = False
        return request

    def _taking(self) -> settlement.Taking:
        return settlement.Taking(self.version, self.tick(), APP, "app.stripe")


def _shown(event: events.TransactionEvent) -> TransactionEvent:
    someone = event.app_id is not None or event.user_id is not None
    return TransactionEvent(
        EventType(event.type), event.psp_reference or "", event.amount, event.created_at, someone, event.message
    )


def _body(answer: Answer | None) -> Body | None:
    if answer is None:
        return None
    if answer.result is None:
        return {"pspReference": answer.reference or ""}
    body: Body = {"result": str(answer.result)}
    if answer.reference is not None:
        body["pspReference"] = answer.reference
    if answer.amount is not None:
        body["amount"] = str(answer.amount)
    if answer.time is not None:
        body["time"] = answer.time.isoformat()
    if answer.actions is not None:
        body["actions"] = sorted(answer.actions)
    return body
