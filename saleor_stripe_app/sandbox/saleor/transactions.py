"""A transaction (`TransactionItem`) and the rules by which events join it.

Source: saleor/payment/utils.py (deduplicate_event, create_failed_transaction_event, get_transaction_event_amount).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Literal

from saleor_stripe_app.sandbox.saleor.events import NEVER_DEDUPLICATED, EventType, Kind, TransactionEvent, kind
from saleor_stripe_app.sandbox.saleor.ledger import Amounts, amounts

ALREADY_WITH_OTHER_AMOUNT = (
    "The transaction with provided `pspReference` and `type` already exists with different amount."
)
SECOND_AUTHORIZATION = (
    "Event with `AUTHORIZATION_SUCCESS` already reported for the transaction. "
    "Use `AUTHORIZATION_ADJUSTMENT` to change the authorization amount."
)


@dataclass(frozen=True, slots=True)
class PaymentMethod:
    """`paymentMethodDetails`, from 3.22 on."""

    type: Literal["CARD", "OTHER", "GIFT_CARD"]
    name: str
    brand: str | None = None
    first_digits: str | None = None
    last_digits: str | None = None
    exp_month: int | None = None
    exp_year: int | None = None
    last_chars: str | None = None


@dataclass(slots=True, eq=False)
class Transaction:
    """A payment as Saleor knows it. It belongs to an app's identifier, which outlives the installation."""

    token: str
    currency: str
    created_at: datetime
    modified_at: datetime
    next_number: Callable[[], int]
    app_id: int | None
    app_identifier: str
    checkout: str | None = None
    order: str | None = None
    idempotency_key: str | None = None
    psp_reference: str = ""
    name: str = ""
    message: str = ""
    external_url: str = ""
    available_actions: list[str] = field(default_factory=list)
    """Lower case in Saleor's database; what is stored otherwise makes `transaction.actions` fail."""
    metadata: dict[str, str] = field(default_factory=dict)
    private_metadata: dict[str, str] = field(default_factory=dict)
    payment_method: PaymentMethod | None = None
    events: list[TransactionEvent] = field(default_factory=list)
    amounts: Amounts = field(default_factory=Amounts)
    """As last calculated and saved: a failure answer, for one, does not recalculate."""

    def record(self, event_type: EventType, amount: Decimal, at: datetime) -> TransactionEvent:
        event = TransactionEvent(self.next_number(), event_type, amount, self.currency, at)
        self.events.append(event)
        return event

    def recalculate(self, now: datetime, *, unseen: Iterable[TransactionEvent] = ()) -> None:
        """Take the amounts anew from the events; `unseen` are those that came while this reader had read already."""
        hidden = {event.number for event in unseen}
        self.amounts = amounts(event for event in self.events if event.number not in hidden)
        self.modified_at = now

    def existing(self, event_type: EventType, psp_reference: str | None) -> TransactionEvent | None:
        """The event that a further one of this type and reference would only repeat."""
        if event_type in NEVER_DEDUPLICATED:
            return None
        return next((e for e in self.events if e.type is event_type and e.psp_reference == psp_reference), None)

    def has_authorization(self) -> bool:
        return any(event.type is EventType.AUTHORIZATION_SUCCESS for event in self.events)

    def record_failure(self, of: TransactionEvent, cause: str, now: datetime) -> TransactionEvent:
        """Saleor's own note that `of` came to nothing: by nobody, and not counted."""
        of_kind = kind(of.type)
        failure = self.record(of_kind.failure if of_kind else of.type, of.amount, now)
        failure.psp_reference = of.psp_reference
        failure.message = cause
        failure.counted = False
        failure.granted_refund = of.granted_refund
        return failure


_DEDUCED_FROM: dict[EventType, tuple[EventType, ...]] = {
    EventType.AUTHORIZATION_FAILURE: (EventType.AUTHORIZATION_SUCCESS, EventType.AUTHORIZATION_REQUEST),
    EventType.CHARGE_FAILURE: (
        EventType.CHARGE_SUCCESS,
        EventType.CHARGE_REQUEST,
        EventType.AUTHORIZATION_SUCCESS,
        EventType.AUTHORIZATION_REQUEST,
        EventType.AUTHORIZATION_FAILURE,
    ),
    EventType.REFUND_FAILURE: (
        EventType.REFUND_SUCCESS,
        EventType.REFUND_REQUEST,
        EventType.CHARGE_SUCCESS,
        EventType.CHARGE_REQUEST,
        EventType.CHARGE_FAILURE,
    ),
    EventType.CANCEL_FAILURE: (
        EventType.CANCEL_SUCCESS,
        EventType.CANCEL_REQUEST,
        EventType.AUTHORIZATION_SUCCESS,
        EventType.AUTHORIZATION_REQUEST,
        EventType.AUTHORIZATION_FAILURE,
    ),
    EventType.REFUND_REVERSE: (EventType.REFUND_SUCCESS,),
    EventType.CHARGE_BACK: (EventType.CHARGE_SUCCESS,),
}

AMOUNT_OPTIONAL = frozenset({EventType.INFO, *_DEDUCED_FROM})
"""Reports of these types may leave the amount out."""


def deduced_amount(event_type: EventType, psp_reference: str, everywhere: Iterable[Transaction]) -> Decimal | None:
    """The amount of a report that names none: of the newest fitting event with that reference in any transaction."""
    if event_type is EventType.INFO:
        return Decimal(0)
    fitting = [
        event
        for transaction in everywhere
        for event in transaction.events
        if event.psp_reference == psp_reference and event.type in _DEDUCED_FROM.get(event_type, ())
    ]
    return max(fitting, key=lambda event: event.created_at).amount if fitting else None


def request_kind(event: TransactionEvent) -> Kind:
    found = kind(event.type)
    if found is None or event.type is not found.request:
        raise ValueError(f"{event.type} is not a request")
    return found
