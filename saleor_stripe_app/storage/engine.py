"""The database behind one URL: SQLite in a file or PostgreSQL. What differs between the two stands here."""

import sqlite3
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

import psycopg
from sqlalchemy import AsyncAdaptedQueuePool, Connection, Engine, Executable, Table, event, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError, InvalidatePoolError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from saleor_stripe_app.domain.errors import Unavailable
from saleor_stripe_app.storage import sqlite_driver
from saleor_stripe_app.storage.sealed import KeyRing

_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "sqlite+aiosqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}
# When the log is checkpointed, the driver decides.
_PRAGMAS = ("journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON", "wal_autocheckpoint = 0")
_LIMITS = ("statement_timeout = '10s'", "lock_timeout = '5s'", "idle_in_transaction_session_timeout = '30s'")
# https://www.sqlite.org/rescode.html: the file, not the statement, is at fault.
_SQLITE_OUTAGES = frozenset(
    (
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_NOTADB,
    )
)
_MIGRATION_LOCK = 7_355_608_011
"""The number of our advisory lock in PostgreSQL; any that others are unlikely to use."""


@dataclass(frozen=True, slots=True)
class Storage:
    """An open database and the keys of its sealed columns.

    SQLite has one writer at a time, so `engine` is a pool of one there and writers queue in order; `reading` is a pool
    of its own. On PostgreSQL both share a pool.
    """

    engine: AsyncEngine
    reading: AsyncEngine
    keys: KeyRing

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        """One transaction that may write; committed at the end, rolled back by an exception. Raises Unavailable."""
        with _outages_translated():
            async with self.engine.begin() as connection:
                yield connection

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A connection for reading, each statement by itself. Raises Unavailable."""
        with _outages_translated():
            async with self.reading.connect() as connection:
                yield connection

    @asynccontextmanager
    async def migrating(self) -> AsyncIterator[AsyncConnection]:
        """One transaction that changes the schema; whoever comes second waits. Raises Unavailable."""
        with _outages_translated():
            async with self.engine.connect() as connection:
                if connection.dialect.name == "postgresql":
                    async with connection.begin():
                        await connection.execute(text("SET LOCAL statement_timeout = 0"))
                        await connection.execute(text("SET LOCAL lock_timeout = 0"))
                        await connection.execute(text(f"SELECT pg_advisory_xact_lock({_MIGRATION_LOCK})"))
                        yield connection
                else:
                    async with _foreign_keys_unwatched(connection), connection.begin():
                        yield connection
                        broken = (await connection.execute(text("PRAGMA foreign_key_check"))).all()
                        if broken:
                            raise RuntimeError(f"the migration leaves rows without the rows they name: {broken[:5]}")

    async def forget_remains(self) -> None:
        """Let an embedded database keep nothing of what was overwritten or deleted. Raises Unavailable."""
        with _outages_translated():
            async with self.engine.connect() as connection:
                if connection.dialect.name != "sqlite":
                    return
                driver = (await connection.get_raw_connection()).driver_connection
                assert driver is not None
                for statement in ("VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"):
                    await (await driver.execute(statement)).close()

    async def close(self) -> None:
        """Close every connection."""
        await self.engine.dispose()
        await self.reading.dispose()


def open_storage(url: str, keys: KeyRing, *, trusted_for: timedelta = timedelta(seconds=5)) -> Storage:
    """Open the database at the URL, without connecting yet.

    `sqlite:///file`, `postgresql://` and `postgres://` are enough: the driver is ours. A connection to a server that
    nobody used for longer than `trusted_for` is tried first, and replaced if it is dead. Raises ValueError.
    """
    parsed = storage_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _open_sqlite(parsed, keys)
    engine = create_async_engine(
        parsed,
        pool_size=10,
        max_overflow=10,
        pool_timeout=10,
        hide_parameters=True,
        connect_args={"connect_timeout": 5},
    )
    event.listen(engine.sync_engine, "connect", _limit_times)
    _try_idle_connections(engine.sync_engine, trusted_for.total_seconds())
    return Storage(engine, engine.execution_options(isolation_level="AUTOCOMMIT"), keys)


def storage_url(url: str) -> URL:
    """The URL with our driver. Raises ValueError, without the URL in it: it may hold a password."""
    try:
        parsed = make_url(url)
        return parsed.set(drivername=_DRIVERS[parsed.drivername])
    except (ArgumentError, KeyError, ValueError):
        raise ValueError("the database URL must begin with sqlite:/// or postgresql://") from None


def is_file(url: str) -> bool:
    """Whether the database is embedded: a file of our own that no other program looks after."""
    return storage_url(url).get_backend_name() == "sqlite"


def insert(dialect: str, table: Table) -> postgresql.Insert | sqlite.Insert:
    """An INSERT that takes ON CONFLICT in the words of the database at hand (`connection.dialect.name`)."""
    if dialect == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)


async def insert_if_new(connection: AsyncConnection, table: Table, values: Mapping[str, object]) -> bool:
    """Insert a row unless it conflicts with one that is there. Whether it was inserted; safe for any number at once."""
    # Not by rowcount, which psycopg leaves unknown for an INSERT.
    returned = await connection.execute(_inserting_if_new(connection.dialect.name, table), values)
    return returned.one_or_none() is not None


@cache
def _inserting_if_new(dialect: str, table: Table) -> Executable:
    return insert(dialect, table).on_conflict_do_nothing().returning(*table.primary_key.columns)


def _open_sqlite(url: URL, keys: KeyRing) -> Storage:
    # Without the driver's own transactions, BEGIN is ours: https://docs.sqlalchemy.org/en/20/dialects/sqlite.html
    connect_args = {"isolation_level": None, "async_creator_fn": sqlite_driver.connect}
    writing = create_async_engine(
        url,
        poolclass=AsyncAdaptedQueuePool,
        pool_size=1,
        max_overflow=0,
        pool_timeout=10,
        hide_parameters=True,
        connect_args=connect_args,
    )
    event.listen(writing.sync_engine, "connect", _set_pragmas)
    event.listen(writing.sync_engine, "begin", _begin_immediate)
    if url.database in (None, "", ":memory:"):
        return Storage(writing, writing, keys)
    reading = create_async_engine(
        url,
        poolclass=AsyncAdaptedQueuePool,
        pool_size=5,
        max_overflow=0,
        pool_timeout=10,
        hide_parameters=True,
        connect_args=connect_args,
    )
    event.listen(reading.sync_engine, "connect", _set_pragmas)
    return Storage(writing, reading, keys)


def _set_pragmas(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_immediate(connection: Connection) -> None:
    # A transaction that begins by reading could not become a writer later without SQLITE_BUSY.
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _limit_times(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    for limit in _LIMITS:
        cursor.execute(f"SET {limit}")
    cursor.close()
    connection.commit()


def _try_idle_connections(engine: Engine, trusted_for: float) -> None:
    """SQLAlchemy's own pool_pre_ping asks the server every time, which costs a third of a short read."""

    def returned(_: DBAPIConnection | None, entry: ConnectionPoolEntry) -> None:
        entry.info["returned"] = time.monotonic()

    def taken(connection: DBAPIConnection, entry: ConnectionPoolEntry, _: PoolProxiedConnection) -> None:
        if time.monotonic() - entry.info.get("returned", time.monotonic()) >= trusted_for:
            try:
                engine.dialect.do_ping(connection)
            except psycopg.Error as error:
                raise InvalidatePoolError from error

    event.listen(engine, "checkin", returned)
    event.listen(engine, "checkout", taken)


@asynccontextmanager
async def _foreign_keys_unwatched(connection: AsyncConnection) -> AsyncIterator[None]:
    """SQLite changes a table by making it anew, which must not cascade; the setting has no effect in a transaction."""
    driver = (await connection.get_raw_connection()).driver_connection
    assert driver is not None
    await (await driver.execute("PRAGMA foreign_keys = OFF")).close()
    try:
        yield
    finally:
        await (await driver.execute("PRAGMA foreign_keys = ON")).close()


@contextmanager
def _outages_translated() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        if _is_outage(error):
            # SQLite's own words are short and name no value; a server's may name hosts and users.
            why = f": {error.orig}" if isinstance(error.orig, sqlite3.Error) else ""
            raise Unavailable(f"The database does not answer{why}.") from error
        raise
    except PoolTimeoutError as error:
        raise Unavailable("The database is too busy.") from error


def _is_outage(error: DBAPIError) -> bool:
    cause = error.orig
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF in _SQLITE_OUTAGES
    return error.connection_invalidated or isinstance(cause, psycopg.OperationalError)
