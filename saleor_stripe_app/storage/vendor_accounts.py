"""Everything that is kept of payments for vendors' statements, put together."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

import msgspec
from sqlalchemy import Column, Row, Select, select, union
from sqlalchemy.ext.asyncio import AsyncConnection

from saleor_stripe_app.domain.marketplace.allocation import Allocation
from saleor_stripe_app.domain.marketplace.outstanding_transfers import Move
from saleor_stripe_app.domain.marketplace.returning import Return
from saleor_stripe_app.domain.marketplace.statement import Account, DatedMove, DatedReturn
from saleor_stripe_app.domain.operation import OperationState
from saleor_stripe_app.storage.engine import Storage
from saleor_stripe_app.storage.statement_tables import moves_elsewhere, vendor_fees, vendor_returns
from saleor_stripe_app.storage.tables import transactions
from saleor_stripe_app.storage.transfer_tables import allocations, debts, transfer_operations, transfers

Found = TypeVar("Found")

_allocation = msgspec.json.Decoder(Allocation)
_return = msgspec.json.Decoder(Return)


@dataclass(frozen=True, slots=True)
class Page:
    """Some of a vendor's payments; `last` is where the next page begins after."""

    accounts: tuple[Account, ...]
    last: str


async def of_vendor(
    storage: Storage, saleor_api_url: str, vendor: str, currency: str, *, after: str = "", limit: int = 200
) -> Page | None:
    """A page of the payments that a vendor ever had a part in, in a currency (lower case); None after the last.

    Of each allocation only this vendor's share is given.
    """
    # Whoever has no part in a payment any more may still have paid a debt by it.
    mine = union(
        *(
            select(table.c.transaction).where(
                table.c.saleor_api_url == saleor_api_url,
                table.c.vendor == vendor,
                table.c.currency == currency,
                table.c.transaction > after,
            )
            for table in (transfers, debts)
        )
    ).subquery()
    statement = select(mine.c.transaction).order_by(mine.c.transaction).limit(limit)
    async with storage.read() as connection:
        found = (await connection.execute(statement)).scalars().all()
        if not found:
            return None
        accounts = await _accounts(connection, found)
    return Page(tuple(_of(account, vendor) for account in accounts), found[-1])


async def of_transaction(storage: Storage, transaction: str) -> Account | None:
    """One payment, with every vendor's share; None for one that is not divided."""
    async with storage.read() as connection:
        accounts = await _accounts(connection, [transaction])
    return accounts[0] if accounts else None


def _of(account: Account, vendor: str) -> Account:
    share = account.allocation.share_of(vendor)
    allocation = replace(account.allocation, shares=() if share is None else (share,), own=())
    return replace(account, allocation=allocation, moves=tuple(one for one in account.moves if one.vendor == vendor))


async def _accounts(connection: AsyncConnection, of: Sequence[str]) -> list[Account]:
    statement = (
        select(
            allocations.c.transaction,
            allocations.c.allocation,
            allocations.c.captured_at,
            allocations.c.updated_at,
            transactions.c.payment_intent_id,
            transactions.c.transaction_id,
        )
        .join(transactions, transactions.c.id == allocations.c.transaction)
        .where(allocations.c.transaction.in_(of), allocations.c.allocation.is_not(None))
        .order_by(allocations.c.transaction)
    )
    rows = (await connection.execute(statement)).all()
    fees = await _grouped(connection, select(vendor_fees), vendor_fees.c.transaction, of, _fee)
    returns = await _grouped(
        connection, select(vendor_returns).order_by(vendor_returns.c.id), vendor_returns.c.transaction, of, _returned
    )
    moves: dict[str, list[DatedMove]] = defaultdict(list)
    asked = select(transfer_operations).where(transfer_operations.c.state == OperationState.SUCCEEDED.value)
    for statement_of, column, read in (
        (asked, transfer_operations.c.transaction, _asked),
        (select(debts), debts.c.transaction, _debt),
        (select(moves_elsewhere), moves_elsewhere.c.transaction, _elsewhere),
    ):
        for transaction, some in (await _grouped(connection, statement_of, column, of, read)).items():
            moves[transaction] += some
    return [
        Account(
            reference=row.payment_intent_id or row.transaction_id,
            at=row.captured_at or row.updated_at,
            allocation=_with_fees(_allocation.decode(row.allocation), dict(fees[row.transaction])),
            returns=tuple(returns[row.transaction]),
            moves=tuple(sorted(moves[row.transaction], key=lambda move: (move.at, move.reference))),
        )
        for row in rows
    ]


async def _grouped(
    connection: AsyncConnection,
    statement: Select[*tuple[object, ...]],
    transaction: Column[str],
    of: Sequence[str],
    read: Callable[[Row[*tuple[object, ...]]], Found],
) -> dict[str, list[Found]]:
    found: dict[str, list[Found]] = defaultdict(list)
    for row in (await connection.execute(statement.where(transaction.in_(of)))).all():
        found[row.transaction].append(read(row))
    return found


def _with_fees(allocation: Allocation, fees: dict[str, int]) -> Allocation:
    shares = tuple(
        replace(share, amount=share.before_fee - fees.get(share.vendor, 0), fee=fees.get(share.vendor, 0))
        for share in allocation.shares
    )
    platform = allocation.platform + sum(one.amount for one in allocation.shares) - sum(one.amount for one in shares)
    return replace(allocation, shares=shares, platform=platform)


def _fee(row: Row[*tuple[object, ...]]) -> tuple[str, int]:
    return row.vendor, row.fee


def _returned(row: Row[*tuple[object, ...]]) -> DatedReturn:
    return DatedReturn(row.at, _return.decode(row.returned), row.ended)


def _asked(row: Row[*tuple[object, ...]]) -> DatedMove:
    return DatedMove(row.created, Move(row.move), row.vendor, row.amount, row.stripe_id or "")


def _debt(row: Row[*tuple[object, ...]]) -> DatedMove:
    return _moved(row.at, row.vendor, row.amount, Move.OWE, Move.SETTLE, "")


def _elsewhere(row: Row[*tuple[object, ...]]) -> DatedMove:
    return _moved(row.at, row.vendor, row.amount, Move.TRANSFER, Move.REVERSE, row.transfer)


def _moved(at: datetime, vendor: str, amount: int, more: Move, less: Move, reference: str) -> DatedMove:
    return DatedMove(at, more if amount > 0 else less, vendor, abs(amount), reference)
