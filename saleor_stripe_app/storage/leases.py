"""Leases: one writer speaks for a payment at a time, across replicas.

A lease ends by itself; its fencing number grows with every taking, so that a holder that slept past its end is told
from the one that came after it.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

from sqlalchemy import Executable, bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from saleor_stripe_app.storage.engine import Storage, insert
from saleor_stripe_app.storage.tables import leases

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_ENDING = (
    update(leases)
    .where(leases.c.transaction == bindparam("held"), leases.c.fence == bindparam("under"))
    .values(expires=bindparam("until"))
)


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to speak for a transaction (by its record's id) until `expires`."""

    transaction: str
    owner: str
    expires: datetime
    fence: int


async def take(storage: Storage, transaction: str, owner: str, now: datetime, ttl: timedelta) -> Lease | None:
    """Take the lease if nobody holds it, not even the same owner."""
    async with storage.begin() as connection:
        return await take_in(connection, transaction, owner, now, ttl)


async def take_in(
    connection: AsyncConnection, transaction: str, owner: str, now: datetime, ttl: timedelta
) -> Lease | None:
    """Take the lease as part of a transaction."""
    expires = now + ttl
    row = {"transaction": transaction, "owner": owner, "expires": expires, "fence": 1, "now": now}
    fence = (await connection.execute(_taking(connection.dialect.name), row)).scalar_one_or_none()
    return None if fence is None else Lease(transaction, owner, expires, fence)


async def holds(storage: Storage, lease: Lease, now: datetime) -> bool:
    """Whether the lease has not ended and nobody has taken it since."""
    statement = select(leases.c.fence).where(
        leases.c.transaction == lease.transaction, leases.c.fence == lease.fence, leases.c.expires > now
    )
    async with storage.read() as connection:
        return (await connection.execute(statement)).one_or_none() is not None


async def extend(storage: Storage, lease: Lease, now: datetime, ttl: timedelta) -> Lease | None:
    """The lease with a new end, or None if another has taken it since."""
    expires = now + ttl
    async with storage.begin() as connection:
        if not await end_in(connection, lease, expires):
            return None
    return Lease(lease.transaction, lease.owner, expires, lease.fence)


async def release(storage: Storage, lease: Lease) -> None:
    """Let it end now."""
    async with storage.begin() as connection:
        await end_in(connection, lease)


@cache
def _taking(dialect: str) -> Executable:
    statement = insert(dialect, leases)
    return statement.on_conflict_do_update(
        index_elements=["transaction"],
        set_={
            "owner": statement.excluded.owner,
            "expires": statement.excluded.expires,
            "fence": leases.c.fence + 1,
        },
        where=leases.c.expires <= bindparam("now"),
    ).returning(leases.c.fence)


async def end_in(connection: AsyncConnection, lease: Lease, expires: datetime = _LONG_AGO) -> bool:
    """Let it end then, or now, as part of a transaction; False if another has taken it since."""
    ending = {"held": lease.transaction, "under": lease.fence, "until": expires}
    return bool((await connection.execute(_ENDING, ending)).rowcount)
