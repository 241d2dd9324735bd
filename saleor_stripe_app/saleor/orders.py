"""An order with what each of its transactions holds."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

import msgspec

from saleor_stripe_app.domain.order import Order
from saleor_stripe_app.domain.shop import Installation
from saleor_stripe_app.domain.surplus import Part
from saleor_stripe_app.saleor.client import SaleorClient
from saleor_stripe_app.saleor.wire import Money, PaidOrder

ARRIVAL = frozenset({"AUTHORIZATION_SUCCESS", "CHARGE_SUCCESS"})


class _Event(msgspec.Struct, frozen=True, rename="camel"):
    created_at: Annotated[datetime, msgspec.Meta(tz=True)]
    type: str | None = None


class _Payment(msgspec.Struct, frozen=True, rename="camel"):
    id: str
    authorized_amount: Money
    authorize_pending_amount: Money
    charged_amount: Money
    charge_pending_amount: Money
    events: tuple[_Event, ...] = ()

    def part(self) -> Part:
        amounts = (
            self.authorized_amount,
            self.authorize_pending_amount,
            self.charged_amount,
            self.charge_pending_amount,
        )
        arrivals = (event.created_at for event in self.events if event.type in ARRIVAL)
        held = sum((max(money.amount, Decimal(0)) for money in amounts), Decimal(0))
        return Part(self.id, held, min(arrivals, default=None))


class _Order(PaidOrder, frozen=True, rename="camel"):
    payments: tuple[_Payment, ...] = ()


class _Found(msgspec.Struct, frozen=True):
    order: _Order | None = None


async def read(
    client: SaleorClient, installation: Installation, order_id: str
) -> tuple[Order, tuple[Part, ...]] | None:
    """The order and what each of its transactions holds, ours or not; None when Saleor has no such order.

    Pending amounts count. Raises what `SaleorClient.execute` raises.
    """
    found = (await client.execute(installation, "order-payments", {"id": order_id}, _Found)).order
    order = found.order() if found else None
    if found is None or order is None:
        return None
    return order, tuple(payment.part() for payment in found.payments)
