"""A copy of the database without secrets, that can do nothing any more."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import make_url, select

from saleor_stripe_app.domain.errors import Refusal
from saleor_stripe_app.domain.operation import OperationState
from saleor_stripe_app.storage import configurations, due, endpoints, installations, moments, operations, transactions
from saleor_stripe_app.storage.endpoints import EndpointToDelete
from saleor_stripe_app.storage.engine import Storage, open_storage
from saleor_stripe_app.storage.moments import Moment
from saleor_stripe_app.storage.rotation import SEALED
from saleor_stripe_app.storage.sanitation import ALIVE_WITHIN, Cleaned, Sanitized, refuse_sanitized, sanitize
from saleor_stripe_app.storage.sealed import KeyRing, Unsealable, Where
from tests.storage.shop import NOW, URL, open_shop, operation, record

OTHER_KEY = KeyRing((bytes([9]) * 32,))


async def sealed_texts(storage: Storage) -> list[tuple[Where, str]]:
    """Every text in a sealed column, with its place."""
    found = []
    for table, key, column in SEALED:
        async with storage.read() as connection:
            rows = (await connection.execute(select(key, column).where(column.is_not(None)))).all()
        found += [(Where(table.name, column.name, row), text) for row, text in rows]
    return found


async def fill(storage: Storage) -> str:
    """A shop with all that can be in a database; the id of its record."""
    shop = await open_shop(storage)
    hears_of_vendors = replace(shop, connect_endpoint_id="we_2", connect_endpoint_secrets=("whsec_connect",))
    assert await configurations.update(storage, hears_of_vendors)
    kept = await transactions.adopt(storage, record(shop, payment_intent_id="pi_1"))
    await endpoints.delete_later(storage, EndpointToDelete("note-1", shop.id, "we_1", "rk_test_old", NOW))
    await operations.begin(storage, operation(kept.id, parameters={"receipt_email": "jane@shop.example"}), NOW)
    return kept.id


async def test_no_secret_is_left_and_nothing_that_would_be_done(storage: Storage, keys: KeyRing):
    transaction = await fill(storage)
    before = await sealed_texts(storage)
    assert len(before) == 5
    copy = Storage(storage.engine, storage.reading, OTHER_KEY)
    assert await sanitize(copy, NOW) == Cleaned(secrets=4, installations=1, configurations=1)
    after = await sealed_texts(storage)
    assert {text for _, text in before}.isdisjoint(text for _, text in after)
    for where, text in after:
        with pytest.raises(Unsealable):
            keys.unseal(text, where)
        assert OTHER_KEY.unseal(text, where) in {"", "[]"}
    assert await endpoints.to_delete(copy, NOW + timedelta(days=9), 10) == ()
    assert await due.claim(copy, NOW + timedelta(days=9), 10) == ()
    assert await installations.all_active(copy) == ()
    (kept,) = await configurations.of_installation(copy, URL, archived=True)
    assert (kept.publishable_key, kept.secret_key, kept.endpoint_secrets, kept.endpoint_id) == ("", "", (), None)
    assert (kept.connect_endpoint_secrets, kept.connect_endpoint_id) == ((), None)
    (asked,) = await operations.of_transaction(copy, transaction)
    assert (asked.state, asked.parameters, asked.answer) == (OperationState.FAILED, {}, None)


async def test_the_file_keeps_no_remains(sqlite_url: str, keys: KeyRing):
    storage = open_storage(sqlite_url, keys)
    await fill(storage)
    secrets = [text.rsplit(".", maxsplit=1)[1].encode() for _, text in await sealed_texts(storage)]
    await sanitize(storage, NOW)
    await storage.close()
    path = Path(str(make_url(sqlite_url).database))
    files = [one for one in path.parent.glob(f"{path.name}*") if one.is_file()]
    assert [secret for secret in secrets for one in files if secret in one.read_bytes()] == []


async def test_a_sanitized_database_says_so_for_ever(storage: Storage):
    await refuse_sanitized(storage)
    await sanitize(storage, NOW)
    with pytest.raises(Sanitized, match="sanitized on 2026-11-24"):
        await refuse_sanitized(storage)
    await sanitize(storage, NOW + timedelta(days=1))
    with pytest.raises(Sanitized):
        await refuse_sanitized(storage)


async def test_a_database_that_an_app_works_on_is_no_copy(storage: Storage):
    await fill(storage)
    before = await sealed_texts(storage)
    await moments.note(storage, Moment.HEARTBEAT, NOW)
    with pytest.raises(Refusal, match="may be no copy"):
        await sanitize(storage, NOW + ALIVE_WITHIN - timedelta(seconds=1))
    assert await sealed_texts(storage) == before
    await sanitize(storage, NOW + ALIVE_WITHIN)


async def test_a_database_that_is_not_migrated_is_refused(bare_database_url: str, keys: KeyRing):
    storage = open_storage(bare_database_url, keys)
    with pytest.raises(Refusal, match="migrate first"):
        await sanitize(storage, NOW)
    await refuse_sanitized(storage)
    await storage.close()
