"""Sanitation: take every secret out of a copy of the database, and forbid that it ever speaks to Stripe or Saleor."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, null, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from saleor_stripe_app.domain.errors import Refusal, Unavailable
from saleor_stripe_app.domain.operation import OperationState
from saleor_stripe_app.storage import moments
from saleor_stripe_app.storage.engine import Storage
from saleor_stripe_app.storage.marketplace_tables import vendors
from saleor_stripe_app.storage.migrate import pending
from saleor_stripe_app.storage.moments import Moment
from saleor_stripe_app.storage.rotation import SEALED
from saleor_stripe_app.storage.sealed import Where
from saleor_stripe_app.storage.tables import (
    configurations,
    customers,
    due,
    endpoints_to_delete,
    installations,
    operations,
    orders_awaited,
)

# A process notes a heartbeat every minute.
ALIVE_WITHIN = timedelta(minutes=5)
NO_SECRETS = "[]"  # of a column that holds a JSON list
LISTS = frozenset((configurations.c.endpoint_secrets, configurations.c.connect_endpoint_secrets))


class Sanitized(Unavailable):
    """The database is a copy without secrets: nothing may be asked of Stripe or told to Saleor from it."""


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What was in the database: secrets taken out, and the installations and configurations that they were of."""

    secrets: int
    installations: int
    configurations: int


async def check(storage: Storage, now: datetime) -> None:
    """Raises Refusal for a database that must not be sanitized: not migrated, or in use and so not a copy."""
    if await pending(storage):
        raise Refusal("The database is not at this version's schema: run saleor-stripe migrate first.")
    alive = await moments.last(storage, Moment.HEARTBEAT)
    if alive is not None and alive > now - ALIVE_WITHIN:
        raise Refusal(
            f"An app was at work on this database at {alive:%H:%M:%S} UTC, so it may be no copy. Sanitize only a copy; "
            "if this is one of a moment ago, try again in a few minutes."
        )


async def sanitize(storage: Storage, now: datetime) -> Cleaned:
    """Take out every secret and all that would be done later, in one transaction, and mark the database for good.

    No secret is opened, so the keys that sealed them are not needed. Raises Refusal, as `check` does, and Unavailable.
    """
    await check(storage, now)
    async with storage.begin() as connection:
        await connection.execute(delete(endpoints_to_delete))
        await connection.execute(delete(due))
        await connection.execute(delete(orders_awaited))
        taken = await _blank(connection, storage)
        await connection.execute(
            update(configurations).values(publishable_key="", endpoint_id=null(), connect_endpoint_id=null())
        )
        await connection.execute(update(vendors).values(asked=null(), onboarding=null(), look_at=null()))
        await connection.execute(
            update(installations).values(removed_at=func.coalesce(installations.c.removed_at, now))
        )
        await connection.execute(update(operations).values(parameters="{}", answer=null(), resendable=False))
        await connection.execute(update(customers).values(parameters=null(), show_at=null(), forget_at=null()))
        await connection.execute(
            update(operations)
            .where(operations.c.state == OperationState.OPEN.value)
            .values(state=OperationState.FAILED.value, message="not followed up: the database was sanitized")
        )
        counts = [
            (await connection.execute(select(func.count()).select_from(table))).scalar_one()
            for table in (installations, configurations)
        ]
        await moments.note_in(connection, Moment.SANITIZED, now)
    await storage.forget_remains()
    return Cleaned(taken, *counts)


async def refuse_sanitized(storage: Storage) -> None:
    """Raises Sanitized for a database without secrets, and Unavailable."""
    since = await moments.last(storage, Moment.SANITIZED)
    if since is not None:
        raise Sanitized(
            f"This database was sanitized on {since:%Y-%m-%d}: it is a copy without secrets, to look at and not to run "
            "the app on. Use an empty database and install the app anew."
        )


async def _blank(connection: AsyncConnection, storage: Storage) -> int:
    taken = 0
    for table, key, column in SEALED:
        rows = (await connection.execute(select(key).where(column.is_not(None)))).scalars().all()
        for row in rows:
            nothing = NO_SECRETS if column in LISTS else ""
            sealed = storage.keys.seal(nothing, Where(table.name, column.name, row))
            await connection.execute(update(table).where(key == row).values({column: sealed}))
        taken += len(rows)
    return taken
