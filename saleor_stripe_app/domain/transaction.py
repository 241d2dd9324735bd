"""A transaction as Saleor shows it: eight amounts, and the events they are computed from. Amounts are decimals."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from saleor_stripe_app.domain.order import Order


class Flow(StrEnum):
    """What the shop asked for: `action.actionType` of a session."""

    CHARGE = "CHARGE"
    AUTHORIZATION = "AUTHORIZATION"


class Action(StrEnum):
    """What staff may do next; a hint that Saleor shows as buttons and never checks."""

    CHARGE = "CHARGE"
    REFUND = "REFUND"
    CANCEL = "CANCEL"


class EventType(StrEnum):
    """Saleor's TransactionEventTypeEnum."""

    AUTHORIZATION_SUCCESS = "AUTHORIZATION_SUCCESS"
    AUTHORIZATION_FAILURE = "AUTHORIZATION_FAILURE"
    AUTHORIZATION_ADJUSTMENT = "AUTHORIZATION_ADJUSTMENT"
    AUTHORIZATION_REQUEST = "AUTHORIZATION_REQUEST"
    AUTHORIZATION_ACTION_REQUIRED = "AUTHORIZATION_ACTION_REQUIRED"
    CHARGE_ACTION_REQUIRED = "CHARGE_ACTION_REQUIRED"
    CHARGE_SUCCESS = "CHARGE_SUCCESS"
    CHARGE_FAILURE = "CHARGE_FAILURE"
    CHARGE_BACK = "CHARGE_BACK"
    CHARGE_REQUEST = "CHARGE_REQUEST"
    REFUND_SUCCESS = "REFUND_SUCCESS"
    REFUND_FAILURE = "REFUND_FAILURE"
    REFUND_REVERSE = "REFUND_REVERSE"
    REFUND_REQUEST = "REFUND_REQUEST"
    CANCEL_SUCCESS = "CANCEL_SUCCESS"
    CANCEL_FAILURE = "CANCEL_FAILURE"
    CANCEL_REQUEST = "CANCEL_REQUEST"
    INFO = "INFO"


@dataclass(frozen=True, slots=True)
class TransactionEvent:
    """One entry of Saleor's history. `by_someone` is false for what Saleor wrote itself (createdBy null)."""

    type: EventType
    reference: str
    amount: Decimal
    time: datetime
    by_someone: bool = True
    message: str = ""


@dataclass(frozen=True, slots=True)
class Amounts:
    """The eight amounts of a transaction."""

    authorized: Decimal = Decimal(0)
    charged: Decimal = Decimal(0)
    refunded: Decimal = Decimal(0)
    canceled: Decimal = Decimal(0)
    authorize_pending: Decimal = Decimal(0)
    charge_pending: Decimal = Decimal(0)
    refund_pending: Decimal = Decimal(0)
    cancel_pending: Decimal = Decimal(0)

    @property
    def came_in(self) -> Decimal:
        """What is held, taken, or on its way to the shop."""
        return self.authorized + self.charged + self.authorize_pending + self.charge_pending


@dataclass(frozen=True, slots=True)
class Metadata:
    """What stands on a transaction beside its ledger. `private` is for those who handle payments."""

    public: Mapping[str, str] = field(default_factory=dict)
    private: Mapping[str, str] = field(default_factory=dict, repr=False)

    def __bool__(self) -> bool:
        return bool(self.public or self.private)


@dataclass(frozen=True, slots=True)
class Transaction:
    """A transaction as it stands now. `events` in any order; `actions` are those Saleor offers to staff.

    `order_number` is "" while what is paid for is a checkout, and `order` None; without a `source_id`, too, the
    checkout is gone.
    """

    id: str
    reference: str
    currency: str
    amounts: Amounts = field(default_factory=Amounts)
    events: tuple[TransactionEvent, ...] = ()
    actions: frozenset[Action] = frozenset()
    source_id: str | None = None
    order_number: str = ""
    order: Order | None = None
    metadata: Metadata = field(default_factory=Metadata)

    @property
    def newest(self) -> datetime | None:
        """The newest time Saleor has for this transaction."""
        return max((event.time for event in self.events), default=None)
