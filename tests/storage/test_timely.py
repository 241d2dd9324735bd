"""Payments that are looked at for the sake of time alone."""

from dataclasses import replace

import pytest

from saleor_stripe_app.domain.errors import Refusal
from saleor_stripe_app.storage import due, installations, timely, transactions
from saleor_stripe_app.storage.engine import Storage
from tests.storage.shop import NOW, SECOND, URL, open_shop, record


async def test_a_payment_is_due_when_its_time_has_come_and_once(storage: Storage):
    kept = record(await open_shop(storage))
    await transactions.adopt(storage, kept)
    await timely.look_at(storage, kept.id, NOW)
    assert await timely.mark(storage, NOW - SECOND, 10) == 0
    assert await timely.mark(storage, NOW, 10) == 1
    assert [row.transaction for row in await due.claim(storage, NOW, 10)] == [kept.id]
    assert await timely.mark(storage, NOW, 10) == 0
    again = await transactions.by_id(storage, kept.id)
    assert again is not None
    assert again.look_at is None


async def test_the_longest_waiting_come_first_and_none_of_a_saleor_without_the_app(storage: Storage):
    configuration = await open_shop(storage)
    kept = [record(configuration) for _ in range(3)]
    for number, one in enumerate(kept):
        await transactions.adopt(storage, one)
        await timely.look_at(storage, one.id, NOW - number * SECOND)
    assert await timely.mark(storage, NOW, 2) == 2
    assert {row.transaction for row in await due.claim(storage, NOW, 10)} == {kept[2].id, kept[1].id}
    assert await installations.mark_removed(storage, URL, "QXBwOjE=", NOW)
    assert await timely.mark(storage, NOW, 2) == 0


async def test_a_payment_is_replaced_once(storage: Storage):
    configuration = await open_shop(storage)
    old, new, other = record(configuration), record(configuration), record(configuration)
    await transactions.adopt(storage, old)
    assert await transactions.replacement(storage, old.id) is None
    await transactions.adopt(storage, replace(new, replaces=old.id))
    found = await transactions.replacement(storage, old.id)
    assert found is not None
    assert found.id == new.id
    with pytest.raises(Refusal, match="in place of"):
        await transactions.adopt(storage, replace(other, replaces=old.id))
