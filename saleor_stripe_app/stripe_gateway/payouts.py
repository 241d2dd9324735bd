"""What a connected account has at Stripe, and what Stripe pays out of it to its bank.

Both are read as the account itself, by the Stripe-Account header: https://docs.stripe.com/connect/authentication.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec
import stripe

from saleor_stripe_app.stripe_gateway.calls import WITHIN, answered
from saleor_stripe_app.stripe_gateway.wire import Identified, moment, narrowed

if TYPE_CHECKING:
    from stripe.params import PayoutListParams


@dataclass(frozen=True, slots=True)
class CurrencyBalance:
    """What an account has in one currency, in minor units: to be paid out now, and once payments have settled.

    Either may be below zero. https://docs.stripe.com/api/balance/balance_object
    """

    currency: str
    available: int
    pending: int


@dataclass(frozen=True, slots=True)
class Payout:
    """Money on its way to a bank, in minor units; `failure` says why it came back, "" if it did not.

    `status` is Stripe's word: pending, in_transit, paid, failed or canceled. One that is paid may still fail.
    https://docs.stripe.com/api/payouts/object
    """

    id: str
    amount: int
    currency: str
    status: str
    automatic: bool
    created: datetime
    arrival: datetime
    failure: str = ""


class _Amount(msgspec.Struct, frozen=True):
    amount: int
    currency: str


class _BalanceWire(msgspec.Struct, frozen=True):
    available: tuple[_Amount, ...]
    pending: tuple[_Amount, ...]


class _PayoutWire(Identified, frozen=True):
    amount: int
    currency: str
    status: str
    automatic: bool
    created: int
    arrival_date: int
    failure_message: str | None = None
    failure_code: str | None = None


async def read_balance(client: stripe.StripeClient, *, within: float = WITHIN) -> tuple[CurrencyBalance, ...]:
    """What the client's account has, by currency. Raises Declined and Unavailable."""
    wire = narrowed(await answered(client.v1.balance.retrieve_async, within=within), _BalanceWire)
    sums: dict[str, list[int]] = {}
    for position, amounts in enumerate((wire.available, wire.pending)):
        for one in amounts:
            sums.setdefault(one.currency, [0, 0])[position] += one.amount
    return tuple(CurrencyBalance(currency, *sums[currency]) for currency in sorted(sums))


async def latest(
    client: stripe.StripeClient, limit: int, *, after: str | None = None, within: float = WITHIN
) -> tuple[tuple[Payout, ...], bool]:
    """The payouts of the client's account, newest first, and whether there are more; `after` is the last one known.

    `limit` is from 1 to 100. Raises Declined (also for an `after` that Stripe does not know) and Unavailable.
    """
    params: PayoutListParams = {"limit": limit}
    if after is not None:
        params["starting_after"] = after
    page = await answered(lambda: client.v1.payouts.list_async(params), within=within)
    return tuple(_payout(narrowed(listed, _PayoutWire)) for listed in page.data), page.has_more


def _payout(wire: _PayoutWire) -> Payout:
    return Payout(
        id=wire.id,
        amount=wire.amount,
        currency=wire.currency,
        status=wire.status,
        automatic=wire.automatic,
        created=moment(wire.created),
        arrival=moment(wire.arrival_date),
        failure=wire.failure_message or wire.failure_code or "",
    )
