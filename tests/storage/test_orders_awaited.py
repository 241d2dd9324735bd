"""Checkouts without an order are remembered once, and worked on by one replica at a time."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from saleor_stripe_app.domain.order_awaited import Awaited
from saleor_stripe_app.storage import installations, order_payments, orders_awaited, transactions
from saleor_stripe_app.storage.engine import Storage
from saleor_stripe_app.storage.orders_awaited import CLAIMED_FOR
from tests.storage.shop import NOW, SECOND, URL, installation, open_shop, record

CHECKOUT = "Q2hlY2tvdXQ6MQ=="
FRESH = Awaited(URL, CHECKOUT, NOW)


async def test_a_checkout_is_remembered_once_and_since_its_first_money(storage: Storage):
    await open_shop(storage)
    await orders_awaited.expect(storage, URL, CHECKOUT, NOW, NOW + 60 * SECOND)
    await orders_awaited.expect(storage, URL, CHECKOUT, NOW + 30 * SECOND, NOW + 90 * SECOND)
    assert await orders_awaited.of_checkout(storage, URL, CHECKOUT) == FRESH
    assert await orders_awaited.claim(storage, NOW + 59 * SECOND, 10) == ()
    assert await orders_awaited.claim(storage, NOW + 60 * SECOND, 10) == (FRESH,)


async def test_the_earliest_look_counts(storage: Storage):
    await open_shop(storage)
    await orders_awaited.expect(storage, URL, CHECKOUT, NOW, NOW + 60 * SECOND)
    await orders_awaited.expect(storage, URL, CHECKOUT, NOW + SECOND, NOW + 2 * SECOND)
    assert await orders_awaited.claim(storage, NOW + 2 * SECOND, 10) == (FRESH,)


async def test_what_was_claimed_is_nobody_elses_until_the_claimer_may_have_died(storage: Storage):
    await open_shop(storage)
    await orders_awaited.expect(storage, URL, CHECKOUT, NOW, NOW)
    assert len(await orders_awaited.claim(storage, NOW, 10)) == 1
    assert await orders_awaited.claim(storage, NOW + SECOND, 10) == ()
    assert len(await orders_awaited.claim(storage, NOW + CLAIMED_FOR, 10)) == 1


async def test_replicas_share_what_is_due(replicas: tuple[Storage, Storage]):
    await open_shop(replicas[0])
    for number in range(6):
        await orders_awaited.expect(replicas[0], URL, f"checkout-{number}", NOW, NOW)
    claimed = await asyncio.gather(*(orders_awaited.claim(replica, NOW, 6) for replica in replicas))
    ids = [awaited.checkout_id for some in claimed for awaited in some]
    assert len(ids) == len(set(ids)) == 6


async def test_how_it_stands_is_kept_until_the_next_look(storage: Storage):
    await open_shop(storage)
    await orders_awaited.expect(storage, URL, CHECKOUT, NOW, NOW)
    known = replace(FRESH, attempts=3, refusal="Out of stock", refused_since=NOW + SECOND, told=True)
    await orders_awaited.put_off(storage, known, NOW + timedelta(hours=1))
    assert await orders_awaited.of_checkout(storage, URL, CHECKOUT) == known
    await orders_awaited.look_now(storage, URL, CHECKOUT, NOW)
    assert await orders_awaited.claim(storage, NOW, 10) == (known,)


async def test_what_is_forgotten_is_gone(storage: Storage):
    await open_shop(storage)
    await orders_awaited.expect(storage, URL, CHECKOUT, NOW, NOW)
    await orders_awaited.forget(storage, URL, CHECKOUT)
    assert await orders_awaited.of_checkout(storage, URL, CHECKOUT) is None
    assert await orders_awaited.claim(storage, NOW, 10) == ()


async def test_a_saleor_that_removed_the_app_is_left_alone(storage: Storage):
    await open_shop(storage)
    await orders_awaited.expect(storage, URL, CHECKOUT, NOW, NOW)
    assert await installations.mark_removed(storage, URL, installation().app_id, NOW)
    assert await orders_awaited.claim(storage, NOW, 10) == ()


async def test_the_payments_of_a_checkout_and_those_nobody_paid(storage: Storage):
    configuration = await open_shop(storage)
    first = await transactions.adopt(storage, record(configuration, source_id=CHECKOUT))
    later = replace(record(configuration, source_id=CHECKOUT), created_at=NOW + SECOND)
    second = await transactions.adopt(storage, later)
    await transactions.adopt(storage, record(configuration, source_id="another"))
    assert await transactions.of_source(storage, URL, CHECKOUT) == (first, second)
    await transactions.check_abandoned(storage, first.id, None)
    both = [first.transaction_id, second.transaction_id, "not ours"]
    assert await order_payments.unpaid_among(storage, URL, both) == (second.id,)


async def test_money_that_was_weighed_is_not_new(storage: Storage):
    configuration = await open_shop(storage)
    one, other = [await transactions.adopt(storage, record(configuration)) for _ in range(2)]
    await order_payments.weigh(storage, one.id, 9_007_199_254_740_993)
    both = [one.transaction_id, other.transaction_id, "not ours"]
    assert await order_payments.not_weighed_among(storage, URL, both) == {other.transaction_id}
    found = await transactions.by_id(storage, one.id)
    assert found is not None
    assert found.weighed == 9_007_199_254_740_993
