"""Due: payments that must be looked at, since when, and when to try (again).

Every reason to look only marks the payment. A mark that arrives while somebody looks stays: the look ends only the
generation that it began with. Marks within PAUSE of a look are one look, at the end of the pause.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import (
    ColumnElement,
    Executable,
    Integer,
    Row,
    Update,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from saleor_stripe_app.storage.engine import Storage, insert
from saleor_stripe_app.storage.tables import UtcDateTime, due, leases, transactions

PAUSE = timedelta(seconds=2)
LONGEST_PAUSE = timedelta(minutes=15)
CLAIMED_FOR = timedelta(seconds=60)
"""How long a claimed row is left to its claimer, who may have died."""

_LEASED = exists().where(leases.c.transaction == due.c.transaction, leases.c.expires > bindparam("now"))
_CLAIMING = (
    select(due)
    .where(due.c.next_try <= bindparam("now"), ~_LEASED)
    .order_by(due.c.next_try, due.c.id)
    .limit(bindparam("most", type_=Integer))
    .with_for_update(of=due, skip_locked=True)
)
_SAME = and_(due.c.id == bindparam("looked"), due.c.generation == bindparam("then"))
_FORGETTING = delete(due).where(_SAME)
_RESTING = (
    update(due)
    .where(_SAME)
    .values(generation="", since=None, next_try=None, attempts=0, error="", not_before=bindparam("paused_until"))
)


@dataclass(frozen=True, slots=True)
class Due:
    """A payment to look at: a known transaction (its record's id), or an intent that may have to be adopted."""

    id: str
    transaction: str | None
    configuration_id: str | None
    payment_intent_id: str | None
    generation: str
    since: datetime
    next_try: datetime
    attempts: int
    error: str


@dataclass(frozen=True, slots=True)
class Backlog:
    """How many payments should have been looked at by now, and since when the oldest of them."""

    count: int
    oldest: datetime | None


async def mark(storage: Storage, transaction: str, at: datetime) -> Due:
    """Have a transaction looked at from then on; an earlier time already set stays."""
    async with storage.begin() as connection:
        return await mark_in(connection, transaction, at)


async def mark_intent(storage: Storage, configuration_id: str, payment_intent_id: str, at: datetime) -> Due:
    """Have an intent looked at that no transaction is known for, with the keys of this configuration."""
    async with storage.begin() as connection:
        return await mark_intent_in(connection, configuration_id, payment_intent_id, at)


async def mark_all(storage: Storage, saleor_api_url: str, begun_since: datetime, at: datetime) -> None:
    """Have every transaction of a Saleor begun since then looked at from `at` on."""
    chosen = select(
        transactions.c.id,
        transactions.c.id,
        literal(str(uuid.uuid4())),
        literal(at, UtcDateTime),
        literal(at, UtcDateTime),
        literal(0),
        literal(""),
    ).where(transactions.c.saleor_api_url == saleor_api_url, transactions.c.created_at >= begun_since)
    columns = ["id", "transaction", "generation", "since", "next_try", "attempts", "error"]
    async with storage.begin() as connection:
        statement = insert(connection.dialect.name, due).from_select(columns, chosen)
        await connection.execute(_upserting(statement))


async def mark_in(connection: AsyncConnection, transaction: str, at: datetime) -> Due:
    """Mark a transaction as part of an SQL transaction."""
    return await _mark(connection, at, id=transaction, transaction=transaction)


async def mark_intent_in(
    connection: AsyncConnection, configuration_id: str, payment_intent_id: str, at: datetime
) -> Due:
    """Mark an intent as part of an SQL transaction."""
    return await _mark(
        connection,
        at,
        id=f"{configuration_id}/{payment_intent_id}",
        configuration_id=configuration_id,
        payment_intent_id=payment_intent_id,
    )


async def claim(storage: Storage, now: datetime, limit: int) -> tuple[Due, ...]:
    """Take rows whose time has come and whose payment nobody holds, the longest due first.

    They are the caller's for CLAIMED_FOR: no other claim gets them, and if the caller dies they are due again.
    """
    async with storage.begin() as connection:
        rows = (await connection.execute(_CLAIMING, {"now": now, "most": limit})).all()
        if rows:
            taken = update(due).where(due.c.id.in_([row.id for row in rows])).values(next_try=now + CLAIMED_FOR)
            await connection.execute(taken)
    return tuple(_due(row) for row in rows)


async def done(storage: Storage, looked: Due, now: datetime) -> bool:
    """End a look that succeeded. False if the payment was marked meanwhile and so stays due, after the pause."""
    async with storage.begin() as connection:
        return await done_in(connection, looked, now)


async def done_in(connection: AsyncConnection, looked: Due, now: datetime) -> bool:
    """`done` as part of an SQL transaction."""
    ended = await strike_in(connection, looked, now)
    if not ended:
        await connection.execute(_again(looked, now + PAUSE, attempts=0))
    return ended


async def strike_in(connection: AsyncConnection, looked: Due, now: datetime) -> bool:
    """Let a payment be due no longer, as part of a transaction; False if it was marked meanwhile."""
    same = {"looked": looked.id, "then": looked.generation}
    if looked.transaction is None:
        # Most unknown intents belong to others who use the same Stripe account: nothing is kept of them.
        return bool((await connection.execute(_FORGETTING, same)).rowcount)
    return bool((await connection.execute(_RESTING, same | {"paused_until": now + PAUSE})).rowcount)


async def retry(storage: Storage, looked: Due, now: datetime, error: str, jitter: float = 0.0) -> None:
    """End a look that failed; the next follows after `pause`, lengthened by up to a quarter (`jitter` from 0 to 1).

    A mark that came meanwhile is looked at after the short pause: something has changed, so the look may succeed.
    """
    after = pause(looked.attempts) * (1 + jitter / 4)
    statement = (
        update(due)
        .where(due.c.id == looked.id, due.c.generation == looked.generation)
        .values(next_try=now + after, not_before=now + PAUSE, attempts=looked.attempts + 1, error=error[:500])
    )
    async with storage.begin() as connection:
        if not (await connection.execute(statement)).rowcount:
            await connection.execute(_again(looked, now + PAUSE, attempts=looked.attempts + 1))


def pause(attempts: int) -> timedelta:
    """How long to wait after so many failed looks: 2 s, 4 s, ... up to 15 minutes."""
    doubled: int = 2 ** min(attempts, 10)
    return min(PAUSE * doubled, LONGEST_PAUSE)


async def of_transaction(storage: Storage, transaction: str) -> Due | None:
    """The row of a transaction if it is due, now or later."""
    statement = select(due).where(due.c.id == transaction, due.c.next_try.is_not(None))
    async with storage.read() as connection:
        row = (await connection.execute(statement)).one_or_none()
    return None if row is None else _due(row)


async def backlog(storage: Storage, now: datetime) -> Backlog:
    """What is overdue, for the health page."""
    statement = select(func.count(), func.min(due.c.since)).where(due.c.next_try.is_not(None), due.c.since <= now)
    async with storage.read() as connection:
        count, oldest = (await connection.execute(statement)).one()
    return Backlog(count, oldest)


async def _mark(connection: AsyncConnection, at: datetime, **subject: str) -> Due:
    row = subject | {"generation": str(uuid.uuid4()), "since": at, "next_try": at, "attempts": 0, "error": ""}
    return _due((await connection.execute(_marking(connection.dialect.name), row)).one())


@cache
def _marking(dialect: str) -> Executable:
    return _upserting(insert(dialect, due)).returning(due)


def _upserting(statement: postgresql.Insert | sqlite.Insert) -> postgresql.Insert | sqlite.Insert:
    soonest = _earlier(due.c.next_try, statement.excluded.next_try)
    return statement.on_conflict_do_update(
        index_elements=["id"],
        set_={
            "generation": statement.excluded.generation,
            "since": _earlier(due.c.since, statement.excluded.since),
            "next_try": _later(due.c.not_before, soonest),
        },
    )


def _again(looked: Due, after: datetime, attempts: int) -> Update:
    """Leave a row due that was marked while it was looked at, and let the pause pass first."""
    return (
        update(due)
        .where(due.c.id == looked.id, due.c.next_try.is_not(None))
        .values(next_try=_later(due.c.next_try, literal(after, UtcDateTime)), not_before=after, attempts=attempts)
    )


def _earlier(first: ColumnElement[datetime], second: ColumnElement[datetime]) -> ColumnElement[datetime]:
    return case((or_(first.is_(None), first > second), second), else_=first)


def _later(first: ColumnElement[datetime], second: ColumnElement[datetime]) -> ColumnElement[datetime]:
    return case((first > second, first), else_=second)


def _due(row: Row[*tuple[object, ...]]) -> Due:
    return Due(
        id=row.id,
        transaction=row.transaction,
        configuration_id=row.configuration_id,
        payment_intent_id=row.payment_intent_id,
        generation=row.generation,
        since=row.since,
        next_try=row.next_try,
        attempts=row.attempts,
        error=row.error,
    )
