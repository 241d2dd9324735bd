"""Lease and look change together when a piece of work ends."""

from datetime import timedelta

from saleor_stripe_app.storage import due, handover, leases, transactions
from saleor_stripe_app.storage.engine import Storage
from tests.storage.shop import NOW, open_shop, operation, record

TTL = timedelta(seconds=30)


async def begun(storage: Storage) -> transactions.Begun:
    """A payment that was begun just now, under its lease."""
    new = record(await open_shop(storage))
    return await transactions.begin(storage, new, operation(new.id), "me", NOW, TTL)


async def test_an_answer_keeps_the_lease_until_saleor_has_it_and_is_looked_at_then(storage: Storage):
    work = await begun(storage)
    assert work.lease is not None
    taken = NOW + timedelta(seconds=3)
    await handover.answered(storage, work.lease, taken)
    assert await leases.take(storage, work.record.id, "you", NOW, TTL) is None
    assert await due.claim(storage, NOW, 10) == ()
    assert [row.transaction for row in await due.claim(storage, taken, 10)] == [work.record.id]


async def test_with_nothing_to_tell_the_payment_is_free_and_not_due(storage: Storage):
    work = await begun(storage)
    assert work.lease is not None
    await handover.nothing_to_tell(storage, work.lease, work.look, NOW)
    assert await leases.take(storage, work.record.id, "you", NOW, TTL) is not None
    assert await due.of_transaction(storage, work.record.id) is None


async def test_an_event_that_came_meanwhile_is_still_looked_at(storage: Storage):
    work = await begun(storage)
    assert work.lease is not None
    await due.mark(storage, work.record.id, NOW)
    await handover.nothing_to_tell(storage, work.lease, work.look, NOW)
    assert await due.of_transaction(storage, work.record.id) is not None


async def test_a_look_ends_with_its_lease_and_is_due_no_longer(storage: Storage):
    work = await begun(storage)
    (row,) = await due.claim(storage, NOW + TTL, 10)
    lease = await leases.take(storage, work.record.id, "you", NOW + TTL, TTL)
    assert lease is not None
    await handover.looked_at(storage, lease, row, NOW + TTL)
    assert await leases.take(storage, work.record.id, "me", NOW + TTL, TTL) is not None
    assert await due.of_transaction(storage, work.record.id) is None


async def test_what_came_during_a_look_is_looked_at_after_the_pause(storage: Storage):
    work = await begun(storage)
    (row,) = await due.claim(storage, NOW + TTL, 10)
    lease = await leases.take(storage, work.record.id, "you", NOW + TTL, TTL)
    assert lease is not None
    await due.mark(storage, work.record.id, NOW + TTL)
    await handover.looked_at(storage, lease, row, NOW + TTL)
    assert await due.claim(storage, NOW + TTL, 10) == ()
    found = await due.claim(storage, NOW + TTL + due.CLAIMED_FOR, 10)
    assert [one.transaction for one in found] == [work.record.id]


async def test_a_payment_that_was_begun_and_left_is_looked_at_when_its_lease_ends(storage: Storage):
    work = await begun(storage)
    assert await due.claim(storage, NOW + TTL - timedelta(seconds=1), 10) == ()
    assert [row.transaction for row in await due.claim(storage, NOW + TTL, 10)] == [work.record.id]
