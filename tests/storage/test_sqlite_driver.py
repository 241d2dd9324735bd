"""Another process has the SQLite file locked: a statement waits for it without holding up everything else."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from saleor_stripe_app.storage import installations, sqlite_driver, tables
from saleor_stripe_app.storage.engine import Storage
from tests.storage.shop import OTHER_URL, URL, installation


@pytest.fixture
def other_process(sqlite_url: str) -> Iterator[sqlite3.Connection]:
    """A connection of somebody else's to the same file, which has begun to write."""
    file = sqlite_url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        yield connection


async def _begun(task: asyncio.Task[None]) -> None:
    """Let the task come as far as it can while the file is locked."""
    for _ in range(200):
        await asyncio.sleep(0)
    assert not task.done()


async def test_a_write_waits_for_another_process_and_nothing_else_waits(
    sqlite_storage: Storage, other_process: sqlite3.Connection
):
    await installations.save(sqlite_storage, installation())
    other_process.execute("BEGIN IMMEDIATE")
    saving = asyncio.create_task(installations.save(sqlite_storage, installation(OTHER_URL)))
    await _begun(saving)
    assert await installations.by_url(sqlite_storage, URL) == installation()
    other_process.execute("ROLLBACK")
    await saving
    assert await installations.by_url(sqlite_storage, OTHER_URL) == installation(OTHER_URL)


async def test_a_write_cancelled_while_it_waits_leaves_nothing_begun(
    sqlite_storage: Storage, other_process: sqlite3.Connection
):
    await installations.save(sqlite_storage, installation(OTHER_URL))
    other_process.execute("BEGIN IMMEDIATE")
    saving = asyncio.create_task(installations.save(sqlite_storage, installation()))
    await _begun(saving)
    saving.cancel()
    await asyncio.sleep(0)
    other_process.execute("ROLLBACK")
    await asyncio.gather(saving, return_exceptions=True)
    assert await installations.all_active(sqlite_storage) == (installation(OTHER_URL),)
    await installations.save(sqlite_storage, installation())
    assert len(await installations.all_active(sqlite_storage)) == 2
    # The file is free: nothing that was cancelled still holds it.
    other_process.execute("BEGIN IMMEDIATE")
    other_process.execute("ROLLBACK")


async def test_rows_that_a_change_gives_back_are_counted_and_kept(sqlite_storage: Storage):
    await installations.save(sqlite_storage, installation())
    assert await installations.mark_removed(sqlite_storage, URL, installation().app_id, installation().installed_at)
    assert not await installations.mark_removed(sqlite_storage, URL, installation().app_id, installation().installed_at)


async def test_what_is_committed_is_seen_by_another_process_at_once(
    sqlite_storage: Storage, other_process: sqlite3.Connection
):
    for count in range(1, 4):
        await installations.save(sqlite_storage, installation(f"https://shop-{count}.example/graphql/"))
        assert other_process.execute("SELECT count(*) FROM installations").fetchone() == (count,)


async def test_the_log_of_what_was_committed_does_not_grow_for_ever(sqlite_storage: Storage, sqlite_url: str):
    log = Path(sqlite_url.removeprefix("sqlite:///") + "-wal")
    sizes = set()
    for _ in range(4):
        for _ in range(sqlite_driver.COMMITS_IN_LOG):
            await installations.save(sqlite_storage, installation())
        sizes.add(log.stat().st_size)  # noqa: ASYNC240 (it takes no time)
    assert max(sizes) < 2 * min(sizes)


async def test_a_change_that_was_not_committed_is_taken_back(
    sqlite_storage: Storage, other_process: sqlite3.Connection
):
    await installations.save(sqlite_storage, installation())
    with suppress(ZeroDivisionError):
        async with sqlite_storage.begin() as connection:
            await connection.execute(tables.installations.delete())
            raise ZeroDivisionError
    assert other_process.execute("SELECT count(*) FROM installations").fetchone() == (1,)
