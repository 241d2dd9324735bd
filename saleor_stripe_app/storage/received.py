"""Received: which Stripe events came when. For the health page and support only; it never suppresses work."""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from saleor_stripe_app.storage import due, transactions
from saleor_stripe_app.storage.due import Due
from saleor_stripe_app.storage.engine import Storage, insert_if_new
from saleor_stripe_app.storage.tables import received


@dataclass(frozen=True, slots=True)
class ReceivedEvent:
    """A Stripe event at the door of a configuration. `created` is Stripe's time."""

    id: str
    configuration_id: str
    type: str
    created: datetime
    received_at: datetime


async def intake(
    storage: Storage,
    event: ReceivedEvent,
    now: datetime,
    *,
    transaction: str | None = None,
    payment_intent_id: str | None = None,
    warns: bool = False,
) -> Due | None:
    """Record an event and, in the same SQL transaction, mark what it is about as due now: then Stripe may get its 200.

    It is about a known transaction (its record's id), else about an intent that may have to be adopted, else about
    nothing of ours. `warns` says that it is a bank's warning of fraud.
    """
    async with storage.begin() as connection:
        await _record(connection, event)
        if transaction is not None:
            if warns:
                await transactions.warn_in(connection, transaction)
            return await due.mark_in(connection, transaction, now)
        if payment_intent_id is not None:
            return await due.mark_intent_in(connection, event.configuration_id, payment_intent_id, now)
    return None


async def record(storage: Storage, event: ReceivedEvent) -> bool:
    """Record an event. False if it came before."""
    async with storage.begin() as connection:
        return await _record(connection, event)


async def latest(storage: Storage, configuration_id: str, limit: int) -> tuple[ReceivedEvent, ...]:
    """The events that came last, newest first."""
    statement = (
        select(received)
        .where(received.c.configuration_id == configuration_id)
        .order_by(received.c.received_at.desc(), received.c.id)
        .limit(limit)
    )
    async with storage.read() as connection:
        rows = (await connection.execute(statement)).all()
    return tuple(ReceivedEvent(row.id, row.configuration_id, row.type, row.created, row.received_at) for row in rows)


async def count(storage: Storage, configuration_id: str, since: datetime) -> dict[str, int]:
    """How many events of each type came at `since` or later."""
    statement = (
        select(received.c.type, func.count().label("number"))
        .where(received.c.configuration_id == configuration_id, received.c.received_at >= since)
        .group_by(received.c.type)
    )
    async with storage.read() as connection:
        rows = (await connection.execute(statement)).all()
    return {row.type: row.number for row in rows}


async def prune(storage: Storage, older_than: datetime) -> int:
    """Forget events that came before this moment; how many."""
    async with storage.begin() as connection:
        return (await connection.execute(delete(received).where(received.c.received_at < older_than))).rowcount


async def _record(connection: AsyncConnection, event: ReceivedEvent) -> bool:
    return await insert_if_new(connection, received, asdict(event))
