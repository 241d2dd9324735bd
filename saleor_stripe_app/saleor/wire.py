"""The parts of Saleor's objects that this app reads, in webhooks and in answers to queries alike.

A JSON number becomes an exact Decimal. Unknown fields are ignored; so is a top-level `errors` beside good data, which
Saleor adds when one of its resolvers fails.
"""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

import msgspec

from saleor_stripe_app.domain import shopper
from saleor_stripe_app.domain.order import Order
from saleor_stripe_app.domain.requests import Source
from saleor_stripe_app.domain.transaction import Action, Amounts, EventType, Metadata, Transaction, TransactionEvent


def need_number(amount: Decimal | None) -> None:
    """Raise ValueError, which the decoder turns into its own, unless this is a number: a JSON string "NaN" passes."""
    if amount is not None and not amount.is_finite():
        raise ValueError("an amount is not a number")


class MutationError(msgspec.Struct, frozen=True):
    """Why a mutation did nothing. `code` is of the mutation's own enum."""

    code: str
    field: str | None = None
    message: str | None = None

    def __str__(self) -> str:
        return self.message or self.code


class MutationPayload(msgspec.Struct, frozen=True):
    """What every mutation answers beside its own fields."""

    errors: tuple[MutationError, ...] = ()


class Identified(msgspec.Struct, frozen=True):
    """Anything with an id."""

    id: str


class Money(msgspec.Struct, frozen=True):
    """Saleor's Money: an amount in the currency's own units."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        need_number(self.amount)


KINDS_OF_ASKER = {kind.value: kind for kind in shopper.Asker}


class Asker(msgspec.Struct, frozen=True):
    """Who is behind a request. Of what is neither a user nor an app nothing is known, as of a guest."""

    typename: str = msgspec.field(name="__typename", default="")
    id: str = ""

    def principal(self) -> shopper.Principal | None:
        """The same as a domain value."""
        kind = KINDS_OF_ASKER.get(self.typename)
        return shopper.Principal(kind, self.id) if kind and self.id else None


class Shopper(msgspec.Struct, frozen=True, rename="camel"):
    """A User: a customer with an account."""

    id: str
    email: str | None = None
    first_name: str | None = None
    last_name: str | None = None

    def user(self) -> shopper.User:
        """The same as a domain value."""
        return shopper.User(self.id, self.email or "", self.first_name or "", self.last_name or "")


class Channel(msgspec.Struct, frozen=True):
    """A channel, as far as a payment needs it."""

    id: str
    slug: str = ""


class CheckoutOrOrder(msgspec.Struct, frozen=True):
    """What is paid for. `typename` is there where the field is a union, `number` where it is an order."""

    id: str
    channel: Channel | None = None
    number: str | None = None
    typename: str = msgspec.field(name="__typename", default="")

    def source(self, type_name: str = "") -> Source:
        """The same as a domain value; `type_name` says what it is where the payload does not."""
        channel = self.channel or Channel("")
        return Source(self.typename or type_name, self.id, channel.id, channel.slug)


class Gross(msgspec.Struct, frozen=True):
    """A TaxedMoney, of which only what is paid matters."""

    gross: Money


class PaidOrder(CheckoutOrOrder, frozen=True, rename="camel"):
    """An Order with what it costs and what was paid; a payload that names it alone leaves the sums out."""

    status: str = ""
    total: Gross | None = None
    total_charged: Money | None = None
    total_authorized: Money | None = None
    transactions: tuple[Identified, ...] | None = None

    def order(self) -> Order | None:
        """The same as a domain value; None where the sums were not asked for."""
        if self.total is None or self.total_charged is None or self.total_authorized is None:
            return None
        return Order(
            id=self.id,
            number=self.number or "",
            status=self.status,
            total=self.total.gross.amount,
            charged=self.total_charged.amount,
            authorized=self.total_authorized.amount,
            transactions=tuple(transaction.id for transaction in self.transactions or ()),
        )


class Titled(msgspec.Struct, frozen=True):
    """A page of the shop's, of which only the title matters."""

    title: str | None = None


class Typed(msgspec.Struct, frozen=True):
    """An object of which only the type matters."""

    typename: str = msgspec.field(name="__typename", default="")


class Event(msgspec.Struct, frozen=True, rename="camel"):
    """A TransactionEvent. `created_by` is UNSET where it was not asked for, None for what Saleor wrote itself."""

    amount: Money
    created_at: Annotated[datetime, msgspec.Meta(tz=True)]
    type: str | None = None
    psp_reference: str | None = None
    message: str | None = None
    idempotency_key: str | None = None
    created_by: Typed | msgspec.UnsetType | None = msgspec.UNSET
    reason_reference: Titled | None = None

    def event(self) -> TransactionEvent:
        """The same as a domain value. A type that this app does not know counts for nothing, but its time does."""
        known = self.type in EventType.__members__
        return TransactionEvent(
            type=EventType(str(self.type)) if known else EventType.INFO,
            reference=self.psp_reference or "",
            amount=self.amount.amount,
            time=self.created_at,
            by_someone=self.created_by is not None,
            message=self.message or "",
        )


class Item(msgspec.Struct, frozen=True, rename="camel"):
    """A TransactionItem. Its metadata may be anybody's: a value that is no text is left out."""

    id: str
    authorized_amount: Money
    authorize_pending_amount: Money
    charged_amount: Money
    charge_pending_amount: Money
    refunded_amount: Money
    refund_pending_amount: Money
    canceled_amount: Money
    cancel_pending_amount: Money
    events: tuple[Event, ...]
    psp_reference: str | None = None
    actions: tuple[str, ...] = ()
    metafields: dict[str, object] | None = None
    private_metafields: dict[str, object] | None = None
    checkout: CheckoutOrOrder | None = None
    order: PaidOrder | None = None

    @property
    def source(self) -> Source | None:
        """What is paid for: the order once there is one, else the checkout."""
        if self.order is not None:
            return self.order.source("Order")
        return self.checkout.source("Checkout") if self.checkout else None

    def transaction(self) -> Transaction:
        """The same as a domain value."""
        source = self.source
        return Transaction(
            id=self.id,
            reference=self.psp_reference or "",
            currency=self.authorized_amount.currency,
            amounts=Amounts(
                authorized=self.authorized_amount.amount,
                charged=self.charged_amount.amount,
                refunded=self.refunded_amount.amount,
                canceled=self.canceled_amount.amount,
                authorize_pending=self.authorize_pending_amount.amount,
                charge_pending=self.charge_pending_amount.amount,
                refund_pending=self.refund_pending_amount.amount,
                cancel_pending=self.cancel_pending_amount.amount,
            ),
            events=tuple(event.event() for event in self.events),
            actions=frozenset(Action(name) for name in self.actions if name in Action.__members__),
            source_id=source.id if source else None,
            order_number=(self.order.number if self.order else None) or "",
            order=self.order.order() if self.order else None,
            metadata=Metadata(_texts(self.metafields), _texts(self.private_metafields)),
        )


def _texts(fields: dict[str, object] | None) -> dict[str, str]:
    return {key: value for key, value in (fields or {}).items() if isinstance(value, str)}
