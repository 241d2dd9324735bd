"""The migrations make what the tables say, once, whoever starts first."""

import asyncio

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, text

from saleor_stripe_app.domain.errors import Unavailable
from saleor_stripe_app.storage.engine import Storage, open_storage
from saleor_stripe_app.storage.migrate import migrate, pending
from saleor_stripe_app.storage.sealed import KeyRing
from saleor_stripe_app.storage.tables import metadata

APPLIED = ("0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008", "0009")


def _differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, metadata))


async def test_migrations_make_the_tables_as_the_code_has_them(storage: Storage):
    async with storage.begin() as connection:
        assert await connection.run_sync(_differences) == []


async def test_migrating_says_what_it_applied_and_leaves_nothing_pending(bare_database_url: str, keys: KeyRing):
    storage = open_storage(bare_database_url, keys)
    assert await pending(storage) == APPLIED
    assert await migrate(storage) == APPLIED
    assert await pending(storage) == ()
    assert await migrate(storage) == ()
    await storage.close()


async def test_replicas_that_start_at_once_migrate_once(bare_database_url: str, keys: KeyRing):
    replicas = [open_storage(bare_database_url, keys) for _ in range(4)]
    applied = await asyncio.gather(*(migrate(replica) for replica in replicas))
    assert sorted(applied) == [(), (), (), APPLIED]
    for replica in replicas:
        await replica.close()


async def test_a_database_of_a_newer_version_is_left_alone(bare_database_url: str, keys: KeyRing):
    storage = open_storage(bare_database_url, keys)
    await migrate(storage)
    async with storage.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Unavailable, match="newer version"):
        await migrate(storage)
    with pytest.raises(Unavailable, match="newer version"):
        await pending(storage)
    await storage.close()


async def test_a_migration_that_fails_leaves_nothing_behind(bare_database_url: str, keys: KeyRing):
    storage = open_storage(bare_database_url, keys)
    with pytest.raises(RuntimeError, match="half way"):
        await _fail_half_way(storage)
    assert await migrate(storage) == APPLIED
    async with storage.begin() as connection:
        assert await connection.run_sync(_differences) == []
    await storage.close()


async def _fail_half_way(storage: Storage):
    async with storage.migrating() as connection:
        await connection.execute(text("CREATE TABLE half_done (id INTEGER)"))
        raise RuntimeError("half way")
