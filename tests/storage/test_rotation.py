import asyncio
from dataclasses import replace

from sqlalchemy import text

from saleor_stripe_app.storage import configurations, endpoints, installations
from saleor_stripe_app.storage.endpoints import EndpointToDelete
from saleor_stripe_app.storage.engine import Storage
from saleor_stripe_app.storage.rotation import SEALED, Rotated, rotate
from saleor_stripe_app.storage.sealed import KeyRing, Where
from saleor_stripe_app.storage.tables import metadata
from tests.storage.shop import NOW, URL, installation, open_shop

NEW = bytes([9]) * 32


def _with_keys(storage: Storage, *keys: bytes) -> Storage:
    return replace(storage, keys=KeyRing(keys))


async def test_after_a_rotation_the_new_key_alone_opens_everything(storage: Storage):
    kept = await open_shop(storage)
    note = EndpointToDelete("note-1", kept.id, "we_1", "rk_test_old", NOW)
    await endpoints.delete_later(storage, note)
    assert await rotate(_with_keys(storage, NEW, *storage.keys.keys)) == Rotated(resealed=4)
    only_new = _with_keys(storage, NEW)
    assert await installations.by_url(only_new, URL) == installation()
    assert await configurations.by_id(only_new, kept.id) == kept
    assert await endpoints.to_delete(only_new, NOW, 10) == (note,)


async def test_rotating_again_does_nothing(storage: Storage):
    await open_shop(storage)
    both = _with_keys(storage, NEW, *storage.keys.keys)
    await rotate(both)
    assert await rotate(both) == Rotated(already=3)


async def test_rotations_that_run_at_once_share_the_work_and_spoil_nothing(replicas: tuple[Storage, Storage]):
    kept = await open_shop(replicas[0])
    rotated = await asyncio.gather(
        *(rotate(_with_keys(replica, NEW, *replica.keys.keys)) for replica in (*replicas, *replicas))
    )
    assert sum(one.resealed for one in rotated) == 3
    assert {one.resealed + one.already + one.changed for one in rotated} == {3}
    assert await configurations.by_id(_with_keys(replicas[0], NEW), kept.id) == kept


async def test_what_no_key_opens_is_named_and_the_rest_is_rotated(storage: Storage):
    await open_shop(storage)
    async with storage.begin() as connection:
        await connection.execute(text("UPDATE installations SET token = 'v1.00000000.AAAAAAAAAAAAAAAA.AAAA'"))
    rotated = await rotate(_with_keys(storage, NEW, *storage.keys.keys))
    assert rotated == Rotated(resealed=2, unreadable=(Where("installations", "token", URL),))


def test_every_column_that_says_it_is_sealed_is_rotated():
    said = {column for table in metadata.tables.values() for column in table.c if "sealed" in (column.doc or "")}
    assert {column for _, _, column in SEALED} == said
