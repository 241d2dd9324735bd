"""The events of a transaction: what a payment app reported or answered, and what Saleor asked or noted itself."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from saleor_stripe_app.sandbox.saleor.pages import Page


class EventType(StrEnum):
    """`TransactionEventTypeEnum`."""

    AUTHORIZATION_SUCCESS = "AUTHORIZATION_SUCCESS"
    AUTHORIZATION_FAILURE = "AUTHORIZATION_FAILURE"
    AUTHORIZATION_ADJUSTMENT = "AUTHORIZATION_ADJUSTMENT"
    AUTHORIZATION_REQUEST = "AUTHORIZATION_REQUEST"
    AUTHORIZATION_ACTION_REQUIRED = "AUTHORIZATION_ACTION_REQUIRED"
    CHARGE_SUCCESS = "CHARGE_SUCCESS"
    CHARGE_FAILURE = "CHARGE_FAILURE"
    CHARGE_BACK = "CHARGE_BACK"
    CHARGE_REQUEST = "CHARGE_REQUEST"
    CHARGE_ACTION_REQUIRED = "CHARGE_ACTION_REQUIRED"
    REFUND_SUCCESS = "REFUND_SUCCESS"
    REFUND_FAILURE = "REFUND_FAILURE"
    REFUND_REVERSE = "REFUND_REVERSE"
    REFUND_REQUEST = "REFUND_REQUEST"
    CANCEL_SUCCESS = "CANCEL_SUCCESS"
    CANCEL_FAILURE = "CANCEL_FAILURE"
    CANCEL_REQUEST = "CANCEL_REQUEST"
    INFO = "INFO"


class Kind(StrEnum):
    """What an event is about; the ledger adds up each kind on its own."""

    AUTHORIZATION = "AUTHORIZATION"
    CHARGE = "CHARGE"
    REFUND = "REFUND"
    CANCEL = "CANCEL"

    @property
    def request(self) -> EventType:
        return EventType(f"{self}_REQUEST")

    @property
    def success(self) -> EventType:
        return EventType(f"{self}_SUCCESS")

    @property
    def failure(self) -> EventType:
        return EventType(f"{self}_FAILURE")


def kind(event_type: EventType) -> Kind | None:
    """None for INFO alone."""
    return None if event_type is EventType.INFO else Kind(event_type.partition("_")[0])


NEVER_DEDUPLICATED = frozenset(
    {EventType.INFO, EventType.AUTHORIZATION_ACTION_REQUIRED, EventType.CHARGE_ACTION_REQUIRED}
)
"""Reported or answered twice, these are two events even with one reference."""

FINAL_FOR_SESSION = frozenset(
    event for k in (Kind.AUTHORIZATION, Kind.CHARGE) for event in (k.request, k.success, k.failure)
)
"""Once one of these counts, `transactionProcess` returns it and never calls the app again."""


@dataclass(slots=True)
class TransactionEvent:
    """One row of a transaction's history. Saleor itself changes a *_REQUEST row when it is answered."""

    number: int
    type: EventType
    amount: Decimal
    currency: str
    created_at: datetime
    psp_reference: str | None = None
    """None and "" are two different references to Saleor's search for duplicates; both show as ""."""
    message: str = ""
    external_url: str = ""
    counted: bool = True
    """`include_in_calculations`, which the API does not show."""
    app_id: int | None = None
    app_identifier: str | None = None
    user_id: int | None = None
    idempotency_key: str | None = None
    granted_refund: int | None = None
    reason_reference: Page | None = None
