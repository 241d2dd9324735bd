import asyncio
import threading
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from saleor_stripe_app.domain.errors import Unavailable
from saleor_stripe_app.storage import installations
from saleor_stripe_app.storage.engine import Storage, is_file, open_storage, storage_url
from saleor_stripe_app.storage.migrate import migrate
from saleor_stripe_app.storage.sealed import KeyRing
from tests.storage.shop import NOW, OTHER_URL, URL, installation


@pytest.mark.parametrize(
    ("given", "driver"),
    [
        ("sqlite:///app.sqlite3", "sqlite+aiosqlite"),
        ("sqlite+aiosqlite:///app.sqlite3", "sqlite+aiosqlite"),
        ("postgres://user:secret@host/name", "postgresql+psycopg"),
        ("postgresql://user:secret@host/name", "postgresql+psycopg"),
        ("postgresql+psycopg://user:secret@host/name", "postgresql+psycopg"),
    ],
)
def test_the_driver_is_ours_whichever_way_the_database_is_named(given: str, driver: str):
    assert storage_url(given).drivername == driver
    assert is_file(given) is given.startswith("sqlite")


@pytest.mark.parametrize("given", ["mysql://user:secret@host/name", "secret", "", "postgresql://h:secret/x"])
def test_another_database_is_refused_without_showing_the_url(given: str, keys: KeyRing):
    with pytest.raises(ValueError, match="must begin with sqlite:/// or postgresql://") as raised:
        open_storage(given, keys)
    assert "secret" not in str(raised.value)


def test_no_password_shows_in_a_repr(keys: KeyRing):
    assert "secret" not in repr(open_storage("postgresql://user:secret@host/name", keys))


async def test_a_failing_transaction_leaves_nothing(storage: Storage):
    with pytest.raises(RuntimeError):
        await _insert_and_fail(storage)
    await installations.save(storage, installation())
    assert await installations.all_active(storage) == (installation(),)


async def _insert_and_fail(storage: Storage) -> None:
    async with storage.begin() as connection:
        await connection.execute(text("DELETE FROM installations"))
        raise RuntimeError


async def test_a_writer_that_is_cancelled_leaves_nothing_and_blocks_nobody(storage: Storage):
    wrote = asyncio.Event()

    async def write() -> None:
        async with storage.begin() as connection:
            await connection.execute(text("DELETE FROM installations"))
            wrote.set()
            await asyncio.Event().wait()

    await installations.save(storage, installation())
    writer = asyncio.create_task(write())
    await wrote.wait()
    writer.cancel()
    await asyncio.gather(writer, return_exceptions=True)
    await installations.save(storage, installation(OTHER_URL))
    assert await installations.all_active(storage) == (installation(OTHER_URL), installation())


async def test_a_moment_keeps_its_microseconds_and_becomes_utc(storage: Storage):
    kathmandu = timezone(timedelta(hours=5, minutes=45))
    await installations.save(storage, installation(installed_at=NOW.astimezone(kathmandu)))
    kept = await installations.by_url(storage, URL)
    assert kept is not None
    assert kept.installed_at == NOW
    assert kept.installed_at.tzinfo is UTC


async def test_a_time_without_a_zone_is_refused(storage: Storage):
    with pytest.raises(Exception, match="without a zone"):
        await installations.save(storage, installation(installed_at=datetime(2026, 1, 1)))  # noqa: DTZ001


async def test_a_database_that_cannot_be_reached_is_unavailable(keys: KeyRing, tmp_path: Path):
    for url in (f"sqlite:///{tmp_path}/no/such/folder/file", f"postgresql://nobody@/none?host={tmp_path}"):
        storage = open_storage(url, keys)
        with pytest.raises(Unavailable, match="does not answer"):
            await installations.by_url(storage, URL)
        with pytest.raises(Unavailable, match="does not answer"):
            await installations.save(storage, installation())
        await storage.close()
    # aiosqlite does not wait for the thread of a connection that failed, which still reports to this test's loop.
    for thread in threading.enumerate():
        if "_connection_worker_thread" in thread.name:
            await asyncio.to_thread(thread.join)


async def test_a_file_that_is_no_database_is_told_in_words(keys: KeyRing, tmp_path: Path):
    file = tmp_path / "notes.txt"
    file.write_text("Buy milk. " * 1000)
    storage = open_storage(f"sqlite:///{file}", keys)
    with pytest.raises(Unavailable, match="file is not a database"):
        await installations.by_url(storage, URL)
    await storage.close()
    for thread in threading.enumerate():
        if "_connection_worker_thread" in thread.name:
            await asyncio.to_thread(thread.join)


async def test_our_own_mistake_is_not_called_an_outage(storage: Storage):
    with pytest.raises(DBAPIError):
        async with storage.read() as connection:
            await connection.execute(text("SELECT nonsense FROM nowhere"))


async def test_an_error_never_shows_the_values_of_its_statement(storage: Storage):
    with pytest.raises(DBAPIError) as raised:
        async with storage.begin() as connection:
            await connection.execute(text("INSERT INTO nowhere VALUES (:value)"), {"value": "jane@shop.example"})
    assert "jane" not in str(raised.value)


async def test_sqlite_is_set_up_for_concurrent_readers(sqlite_storage: Storage):
    for open_connection in (sqlite_storage.begin, sqlite_storage.read):
        async with open_connection() as connection:
            values = [
                (await connection.execute(text(f"PRAGMA {name}"))).scalar_one()
                for name in ("journal_mode", "foreign_keys", "synchronous")
            ]
        assert values == ["wal", 1, 1]


async def test_sqlite_readers_do_not_wait_for_a_writer(sqlite_storage: Storage):
    await installations.save(sqlite_storage, installation())
    async with sqlite_storage.begin() as connection:
        await connection.execute(text("DELETE FROM installations"))
        assert await installations.by_url(sqlite_storage, URL) == installation()


async def test_sqlite_in_memory_works_for_a_try(keys: KeyRing):
    storage = open_storage("sqlite://", keys)
    await migrate(storage)
    await installations.save(storage, installation())
    assert await installations.all_active(storage) == (installation(),)
    await storage.close()


@pytest.mark.postgres
async def test_an_idle_connection_that_is_lost_is_replaced_unnoticed(postgresql_url: str, keys: KeyRing):
    storage = open_storage(postgresql_url, keys, trusted_for=timedelta(0))
    await installations.save(storage, installation())
    await _end_other_connections(postgresql_url, keys)
    assert await installations.by_url(storage, URL) == installation()
    await storage.close()


@pytest.mark.postgres
async def test_a_connection_lost_while_in_use_fails_once(postgresql_url: str, keys: KeyRing):
    storage = open_storage(postgresql_url, keys, trusted_for=timedelta(hours=1))
    async with storage.read() as one, storage.read() as other:
        await one.execute(text("SELECT 1"))
        await other.execute(text("SELECT 1"))
    await _end_other_connections(postgresql_url, keys)
    with pytest.raises(Unavailable):
        await installations.save(storage, installation())
    await installations.save(storage, installation())
    await installations.by_url(storage, URL)
    await storage.close()


async def _end_other_connections(url: str, keys: KeyRing) -> None:
    storage = open_storage(url, keys)
    async with storage.begin() as connection:
        await connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    await storage.close()


@pytest.mark.postgres
async def test_a_connection_lost_in_a_transaction_is_an_outage(postgresql_url: str, keys: KeyRing):
    storage = open_storage(postgresql_url, keys)
    with pytest.raises(Unavailable):
        async with storage.begin() as connection:
            await connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
    await storage.close()
