"""SQLite's driver for short statements: run where they are asked for, and in a thread only where they may have to wait.

aiosqlite sends each step of a statement (cursor, execute, fetch, close) to a thread and back. Waking two threads for
what takes SQLite some 20 microseconds was half of what a read cost. So a statement runs in the event loop, unless
another process has the database locked, and so does a commit, which only appends to the write-ahead log: with
synchronous = NORMAL nothing waits for the disk but a checkpoint, and the first commit after it
(https://www.sqlite.org/pragma.html#pragma_synchronous). Those two are the thread's. Everything else stays aiosqlite's.
"""

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, Self

import aiosqlite

PATIENCE = 5000
"""Milliseconds that a statement waits, in the thread, for another process to let go of the database."""

COMMITS_IN_LOG = 250
"""After so many commits the log is checkpointed: each of ours changes four pages, and SQLite itself does it at 1000."""

Parameters = Sequence[Any] | Mapping[str, Any]
Execute = Callable[[sqlite3.Connection, str, Any], sqlite3.Cursor]


@dataclass(frozen=True, slots=True)
class _Done:
    """What is left of a statement once it is finished and its cursor closed."""

    rows: list[Any]
    description: Any
    rowcount: int
    lastrowid: int | None


_NOTHING = _Done([], None, -1, None)


class WholeCursor:
    """What SQLAlchemy asks of a driver's cursor. A statement's rows are all fetched when it is executed."""

    arraysize = 1

    def __init__(self, connection: "Connection") -> None:
        self._connection = connection
        self._done = _NOTHING

    async def __aenter__(self) -> Self:
        return self

    @property
    def description(self) -> Any:  # noqa: ANN401 (DB-API's)
        """The columns of the rows; None for a statement that gives none back."""
        return self._done.description

    @property
    def rowcount(self) -> int:
        """How many rows the statement changed, -1 where that says nothing."""
        return self._done.rowcount

    @property
    def lastrowid(self) -> int | None:
        """The id of the row that was inserted last."""
        return self._done.lastrowid

    async def execute(self, sql: str, parameters: Parameters = ()) -> Self:
        """Run one statement to its end."""
        self._done = await self._connection.whole(sqlite3.Connection.execute, sql, parameters)
        return self

    async def executemany(self, sql: str, parameters: Iterable[Parameters]) -> Self:
        """Run one statement for each set of parameters."""
        self._done = await self._connection.whole(sqlite3.Connection.executemany, sql, tuple(parameters))
        return self

    async def fetchall(self) -> list[Any]:
        """The rows."""
        return self._done.rows

    async def close(self) -> None:
        """Nothing is open any more."""


class Connection(aiosqlite.Connection):
    """A connection whose statements are whole. Nothing is committed or rolled back where nothing was begun.

    A caller that was cancelled leaves its last step with the thread, which may still begin or end something: until the
    thread is known to have finished, every further step is sent after it.
    """

    _settled = True
    _in_log = 0

    def cursor(self) -> WholeCursor:  # type: ignore[override]
        """A cursor, which costs nothing yet."""
        return WholeCursor(self)

    async def whole(self, execute: Execute, sql: str, parameters: object) -> _Done:
        """Execute, fetch and close: here, or in the thread if the database is locked by another process."""
        if self._settled:
            try:
                return _whole(self._conn, execute, sql, parameters)
            except sqlite3.OperationalError as error:
                if getattr(error, "sqlite_errorcode", 0) & 0xFF != sqlite3.SQLITE_BUSY:
                    raise
        done: _Done = await self._execute(_patiently, self._conn, execute, sql, parameters)
        return done

    async def commit(self) -> None:
        """Commit what was begun: here, or in the thread where that may wait for the disk."""
        if self._settled and 0 < self._in_log < COMMITS_IN_LOG:
            if self._conn.in_transaction:
                self._conn.commit()
                self._in_log += 1
            return
        if self._conn.in_transaction or not self._settled:
            checkpointed = self._in_log >= COMMITS_IN_LOG
            await self._execute(_commit, self._conn, checkpointed)
            self._in_log = 0 if checkpointed else self._in_log + 1

    async def rollback(self) -> None:
        """Roll back what was begun."""
        if self._conn.in_transaction or not self._settled:
            await super().rollback()

    async def _execute(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 (aiosqlite's)
        self._settled = False
        result = await super()._execute(fn, *args, **kwargs)  # type: ignore[no-untyped-call]
        self._settled = True
        return result


def connect(database: str, **options: Any) -> Connection:  # noqa: ANN401 (sqlite3's)
    """As aiosqlite.connect: a connection that opens when it is awaited, with a thread that never outlives us."""
    options |= {"timeout": 0, "check_same_thread": False}
    connection = Connection(partial(sqlite3.connect, database, **options), iter_chunk_size=64)
    connection._thread.daemon = True  # noqa: SLF001 (what SQLAlchemy does with aiosqlite's own)
    return connection


def _whole(connection: sqlite3.Connection, execute: Execute, sql: str, parameters: object) -> _Done:
    cursor = execute(connection, sql, parameters)
    try:
        rows = cursor.fetchall() if cursor.description else []
        return _Done(rows, cursor.description, cursor.rowcount, cursor.lastrowid)
    finally:
        cursor.close()


def _commit(connection: sqlite3.Connection, checkpointed: bool) -> None:
    connection.commit()
    if checkpointed:
        # As far as nobody reads; what is left, or fails, waits for the next: the commit stands.
        with suppress(sqlite3.OperationalError):
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)").close()


def _patiently(connection: sqlite3.Connection, execute: Execute, sql: str, parameters: object) -> _Done:
    connection.execute(f"PRAGMA busy_timeout = {PATIENCE}").close()
    try:
        return _whole(connection, execute, sql, parameters)
    finally:
        connection.execute("PRAGMA busy_timeout = 0").close()
