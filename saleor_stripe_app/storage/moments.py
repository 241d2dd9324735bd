"""Moments: when something last happened to the database as a whole, or was done for a Saleor."""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection, inspect, select
from sqlalchemy.ext.asyncio import AsyncConnection

from saleor_stripe_app.storage.engine import Storage, insert
from saleor_stripe_app.storage.tables import moments


class Moment(StrEnum):
    """HEARTBEAT: a process looked after payments. SANITIZED: all secrets were taken out, and no call may be made.

    CHECKED_UP: what staff of a Saleor must mend was looked into. RENEWED: an endpoint was compared with what this
    version of the app wants of it. USERS_ASKED_FOR: which users a Saleor still has.
    """

    HEARTBEAT = "heartbeat"
    SANITIZED = "sanitized"
    CHECKED_UP = "checked-up"
    RENEWED = "renewed"
    USERS_ASKED_FOR = "users-asked-for"


async def note(storage: Storage, moment: Moment, now: datetime) -> None:
    """It happens now."""
    async with storage.begin() as connection:
        await note_in(connection, moment, now)


async def note_in(connection: AsyncConnection, moment: Moment, now: datetime) -> None:
    """It happens now, as part of a transaction."""
    statement = insert(connection.dialect.name, moments).values(name=moment.value, at=now)
    await connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"at": now}))


async def claim(storage: Storage, moment: Moment, of: str, now: datetime, every: timedelta) -> bool:
    """Whether it happens for `of` now, because it did not within `every`: of any number of replicas one is told so."""
    row = {"name": f"{moment.value} {of}", "at": now}
    async with storage.begin() as connection:
        statement = insert(connection.dialect.name, moments).values(**row)
        claiming = statement.on_conflict_do_update(
            index_elements=["name"], set_={"at": now}, where=moments.c.at <= now - every
        )
        return (await connection.execute(claiming.returning(moments.c.name))).one_or_none() is not None


async def last(storage: Storage, moment: Moment) -> datetime | None:
    """When it happened last; None also for a database that has no such table yet."""
    async with storage.read() as connection:
        if not await connection.run_sync(_is_there):
            return None
        statement = select(moments.c.at).where(moments.c.name == moment.value)
        return (await connection.execute(statement)).scalar_one_or_none()


def _is_there(connection: Connection) -> bool:
    return inspect(connection).has_table(moments.name)
