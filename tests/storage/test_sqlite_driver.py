"""Another process has the SQLite file locked: a statement waits for it without holding up everything else."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from saleor_stripe_app.storage import installations
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
