"""Splits of payments: a snapshot each, replaced only by a later version of itself."""

import json
from datetime import datetime

import msgspec
from sqlalchemy import Row, exists, func, or_, select, update

from saleor_stripe_app.domain.marketplace.allocation import Allocation
from saleor_stripe_app.domain.marketplace.policy import Policy
from saleor_stripe_app.domain.marketplace.returning import Return
from saleor_stripe_app.domain.marketplace.split import Split
from saleor_stripe_app.storage import due
from saleor_stripe_app.storage.engine import Storage, insert_if_new
from saleor_stripe_app.storage.marketplace_tables import vendors
from saleor_stripe_app.storage.tables import installations, transactions
from saleor_stripe_app.storage.transfer_tables import allocations, transfers

_policy = msgspec.json.Decoder(Policy)
_allocation = msgspec.json.Decoder(Allocation)
_returns = msgspec.json.Decoder(tuple[Return, ...])
_lines = msgspec.json.Decoder(dict[str, tuple[str, ...]])


async def may_concern(storage: Storage, saleor_api_url: str) -> bool:
    """Whether this Saleor has vendors at all."""
    statement = select(exists().where(vendors.c.saleor_api_url == saleor_api_url))
    async with storage.read() as connection:
        return bool((await connection.execute(statement)).scalar_one())


async def of_transaction(storage: Storage, transaction: str) -> Split | None:
    """The split of a payment, by its record's id."""
    statement = select(allocations).where(allocations.c.transaction == transaction)
    async with storage.read() as connection:
        row = (await connection.execute(statement)).one_or_none()
    return None if row is None else _split(row)


async def of_order(storage: Storage, saleor_api_url: str, order_id: str) -> tuple[Split, ...]:
    """The splits of an order's payments, in the order in which they were worked out."""
    statement = (
        select(allocations)
        .where(allocations.c.saleor_api_url == saleor_api_url, allocations.c.order_id == order_id)
        .order_by(allocations.c.number)
    )
    async with storage.read() as connection:
        rows = (await connection.execute(statement)).all()
    return tuple(_split(row) for row in rows)


async def named(storage: Storage, name: str, saleor_api_url: str | None) -> tuple[Split, ...]:
    """Splits by Saleor's id of transaction or order, or by Stripe's of the payment intent; of one Saleor, or of all."""
    called = or_(
        transactions.c.transaction_id == name,
        transactions.c.payment_intent_id == name,
        allocations.c.order_id == name,
    )
    statement = (
        select(allocations)
        .join(transactions, transactions.c.id == allocations.c.transaction)
        .where(called)
        .order_by(allocations.c.saleor_api_url, allocations.c.number, allocations.c.transaction)
    )
    if saleor_api_url is not None:
        statement = statement.where(allocations.c.saleor_api_url == saleor_api_url)
    async with storage.read() as connection:
        rows = (await connection.execute(statement)).all()
    return tuple(_split(row) for row in rows)


async def insert(storage: Storage, split: Split) -> bool:
    """Record the first version. False if there is one, or another payment of its order has this number."""
    row = _columns(split) | {"transaction": split.transaction, "saleor_api_url": split.saleor_api_url}
    async with storage.begin() as connection:
        return await insert_if_new(connection, allocations, row)


async def replace(storage: Storage, split: Split, version: int) -> bool:
    """Record what it is now. False if it is not in that version any more, or another payment has its number."""
    taken = (
        select(func.count())
        .select_from(allocations)
        .where(
            allocations.c.saleor_api_url == split.saleor_api_url,
            allocations.c.order_id == split.order_id,
            allocations.c.number == split.number,
            allocations.c.transaction != split.transaction,
        )
    )
    statement = update(allocations).where(
        allocations.c.transaction == split.transaction, allocations.c.version == version
    )
    async with storage.begin() as connection:
        if split.number is not None and (await connection.execute(taken)).scalar_one():
            return False
        return bool((await connection.execute(statement.values(_columns(split)))).rowcount)


async def look_at(storage: Storage, transaction: str, at: datetime | None) -> None:
    """Have the payment looked at from that time on; None: not for its vendors."""
    statement = update(allocations).where(allocations.c.transaction == transaction).values(look_at=at)
    async with storage.begin() as connection:
        await connection.execute(statement)


async def mark(storage: Storage, now: datetime, limit: int) -> int:
    """Make the payments due whose vendors have waited until now; how many.

    In one SQL transaction, as with storage/timely.py: the look says when it is time again.
    """
    chosen = (
        select(allocations.c.transaction)
        .join(installations, installations.c.saleor_api_url == allocations.c.saleor_api_url)
        .where(allocations.c.look_at <= now, installations.c.removed_at.is_(None))
        .order_by(allocations.c.look_at)
        .limit(limit)
    )
    async with storage.begin() as connection:
        found = (await connection.execute(chosen)).scalars().all()
        for transaction in found:
            await due.mark_in(connection, transaction, now)
        struck = update(allocations).where(allocations.c.transaction.in_(found), allocations.c.look_at <= now)
        await connection.execute(struck.values(look_at=None))
    return len(found)


async def look_for_vendor(storage: Storage, saleor_api_url: str, vendor: str, now: datetime) -> None:
    """Have every payment looked at in which something of this vendor waits: the vendor has changed."""
    waiting = select(transfers.c.transaction).where(
        transfers.c.saleor_api_url == saleor_api_url,
        transfers.c.vendor == vendor,
        transfers.c.amount > transfers.c.sent,
    )
    statement = update(allocations).where(allocations.c.transaction.in_(waiting)).values(look_at=now)
    async with storage.begin() as connection:
        await connection.execute(statement)


def _columns(split: Split) -> dict[str, object]:
    return {
        "order_id": split.order_id,
        "number": split.number,
        "version": split.version,
        "reason": split.reason,
        "policy": _text(split.policy),
        "seen": json.dumps(dict(split.seen)),
        "allocation": None if split.allocation is None else _text(split.allocation),
        "lines": _text(split.lines),
        "returns": _text(split.returns),
        "captured_at": split.captured_at,
        "look_at": split.look_at,
        "updated_at": split.updated_at,
    }


def _text(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _split(row: Row[*tuple[object, ...]]) -> Split:
    return Split(
        transaction=row.transaction,
        saleor_api_url=row.saleor_api_url,
        version=row.version,
        reason=row.reason,
        policy=_policy.decode(row.policy),
        updated_at=row.updated_at,
        seen=json.loads(row.seen),
        order_id=row.order_id,
        number=row.number,
        allocation=None if row.allocation is None else _allocation.decode(row.allocation),
        lines=_lines.decode(row.lines),
        returns=_returns.decode(row.returns),
        captured_at=row.captured_at,
        look_at=row.look_at,
    )
