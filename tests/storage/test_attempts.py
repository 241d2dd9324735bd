from dataclasses import replace
from datetime import timedelta

from saleor_stripe_app.domain.attempts import Attempts
from saleor_stripe_app.domain.shop import Configuration
from saleor_stripe_app.storage import attempts, configurations, installations, transactions
from saleor_stripe_app.storage.engine import Storage
from tests.storage.shop import NOW, OTHER_URL, SECOND, configuration, installation, open_shop, record

HOUR = timedelta(hours=1)


async def keep(storage: Storage, of: Configuration, **fields):
    kept = record(of, **fields)
    await transactions.adopt(storage, kept)
    return kept


async def test_payments_are_counted_by_what_they_share_with_a_new_one(storage: Storage):
    shop = await open_shop(storage)
    same = {"source_id": "C1", "user_id": "U1", "address": "a"}
    await keep(storage, shop, **same)
    await keep(storage, shop, source_id="C1", user_id="U2", address="b")
    await keep(storage, shop, source_id="C2", user_id="U1", address="a")
    assert await attempts.besides(storage, record(shop, **same), NOW - HOUR) == Attempts(2, 2, 2)


async def test_a_guest_from_nowhere_shares_nothing_but_the_cart(storage: Storage):
    shop = await open_shop(storage)
    await keep(storage, shop, source_id="C1")
    await keep(storage, shop, source_id="C2")
    assert await attempts.besides(storage, record(shop, source_id="C1"), NOW - HOUR) == Attempts(1, 0, 0)
    assert await attempts.besides(storage, record(shop, source_id=""), NOW - HOUR) == Attempts()


async def test_neither_itself_nor_what_is_long_ago_nor_another_shop_counts(storage: Storage):
    shop = await open_shop(storage)
    await installations.save(storage, installation(OTHER_URL))
    other = configuration(OTHER_URL)
    await configurations.insert(storage, other)
    new = record(shop, source_id="C1")
    await keep(storage, shop, source_id="C1", transaction_id=new.transaction_id)
    await keep(storage, shop, source_id="C1", created_at=NOW - HOUR - SECOND)
    await keep(storage, other, source_id="C1")
    assert await attempts.besides(storage, new, NOW - HOUR) == Attempts()
    await keep(storage, shop, source_id="C1", created_at=NOW - HOUR)
    assert await attempts.besides(storage, new, NOW - HOUR) == Attempts(1)


async def test_addresses_are_forgotten_and_payments_are_not(storage: Storage):
    shop = await open_shop(storage)
    old = await keep(storage, shop, address="a", created_at=NOW - SECOND)
    new = await keep(storage, shop, address="a")
    await attempts.forget_addresses(storage, NOW)
    assert await transactions.by_id(storage, old.id) == replace(old, address=None)
    assert await transactions.by_id(storage, new.id) == new
