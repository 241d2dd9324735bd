import asyncio
from dataclasses import replace
from datetime import timedelta

from saleor_stripe_app.storage import leases
from saleor_stripe_app.storage.engine import Storage
from tests.storage.shop import NOW, SECOND, one_record

TTL = timedelta(seconds=30)


async def test_twenty_at_once_take_one_lease(replicas: tuple[Storage, Storage]):
    new = await one_record(replicas[0])
    taken = await asyncio.gather(
        *(leases.take(replicas[number % 2], new.id, str(number), NOW, TTL) for number in range(20))
    )
    assert len([lease for lease in taken if lease]) == 1


async def test_twenty_at_once_take_an_ended_lease_once(replicas: tuple[Storage, Storage]):
    new = await one_record(replicas[0])
    await leases.take(replicas[0], new.id, "before", NOW, TTL)
    taken = await asyncio.gather(
        *(leases.take(replicas[number % 2], new.id, str(number), NOW + TTL, TTL) for number in range(20))
    )
    assert [lease.fence for lease in taken if lease] == [2]


async def test_a_lease_is_held_until_its_end_even_against_its_owner(storage: Storage):
    new = await one_record(storage)
    lease = await leases.take(storage, new.id, "me", NOW, TTL)
    assert lease is not None
    assert await leases.take(storage, new.id, "me", NOW + TTL - SECOND, TTL) is None
    assert await leases.holds(storage, lease, NOW + TTL - SECOND)
    assert not await leases.holds(storage, lease, NOW + TTL)


async def test_who_slept_past_the_end_is_told_from_who_came_after(storage: Storage):
    new = await one_record(storage)
    first = await leases.take(storage, new.id, "me", NOW, TTL)
    second = await leases.take(storage, new.id, "you", NOW + TTL, TTL)
    assert first is not None
    assert second is not None
    assert second.fence > first.fence
    assert not await leases.holds(storage, first, NOW + TTL)
    assert await leases.extend(storage, first, NOW + TTL, TTL) is None
    await leases.release(storage, first)
    await leases.extend(storage, first, NOW, timedelta(0))
    assert await leases.holds(storage, second, NOW + TTL)


async def test_an_extended_lease_lasts_longer(storage: Storage):
    new = await one_record(storage)
    lease = await leases.take(storage, new.id, "me", NOW, TTL)
    assert lease is not None
    extended = await leases.extend(storage, lease, NOW + 10 * SECOND, TTL)
    assert extended == replace(lease, expires=NOW + 10 * SECOND + TTL)
    assert await leases.holds(storage, lease, NOW + TTL)


async def test_a_released_lease_is_free_at_once(storage: Storage):
    new = await one_record(storage)
    lease = await leases.take(storage, new.id, "me", NOW, TTL)
    assert lease is not None
    await leases.release(storage, lease)
    assert not await leases.holds(storage, lease, NOW)
    assert await leases.take(storage, new.id, "you", NOW, TTL) is not None


async def test_a_lease_released_at_a_moment_is_held_until_then(storage: Storage):
    new = await one_record(storage)
    lease = await leases.take(storage, new.id, "me", NOW, TTL)
    assert lease is not None
    await leases.extend(storage, lease, NOW, 3 * SECOND)
    assert await leases.take(storage, new.id, "you", NOW + 2 * SECOND, TTL) is None
    assert await leases.take(storage, new.id, "you", NOW + 3 * SECOND, TTL) is not None
