"""Payments that are looked at for the sake of time alone."""

from datetime import datetime

from sqlalchemy import select, update

from saleor_stripe_app.storage import due
from saleor_stripe_app.storage.engine import Storage
from saleor_stripe_app.storage.tables import installations, transactions


async def look_at(storage: Storage, record_id: str, at: datetime | None) -> None:
    """Have it looked at from that time on, whatever happens until then; None: not any more."""
    statement = update(transactions).where(transactions.c.id == record_id).values(look_at=at)
    async with storage.begin() as connection:
        await connection.execute(statement)


async def mark(storage: Storage, now: datetime, limit: int) -> int:
    """Make those due whose time has come, of Saleors that have the app; how many.

    In one SQL transaction: a look is due as soon as its time is struck. It says itself when it is time again.
    """
    chosen = (
        select(transactions.c.id)
        .join(installations)
        .where(transactions.c.look_at <= now, installations.c.removed_at.is_(None))
        .order_by(transactions.c.look_at, transactions.c.id)
        .limit(limit)
    )
    async with storage.begin() as connection:
        found = (await connection.execute(chosen)).scalars().all()
        for record_id in found:
            await due.mark_in(connection, record_id, now)
        settled = update(transactions).where(transactions.c.id.in_(found), transactions.c.look_at <= now)
        await connection.execute(settled.values(look_at=None))
    return len(found)
