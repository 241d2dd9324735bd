"""What happens once in a while, across replicas."""

import asyncio
from datetime import timedelta

from saleor_stripe_app.storage import moments
from saleor_stripe_app.storage.engine import Storage
from saleor_stripe_app.storage.moments import Moment
from tests.storage.shop import NOW, OTHER_URL, URL

HOUR = timedelta(hours=1)


async def test_one_of_several_replicas_claims_what_is_done_for_a_saleor(replicas: tuple[Storage, Storage]):
    claims = await asyncio.gather(
        *(moments.claim(replica, Moment.CHECKED_UP, URL, NOW, HOUR) for replica in replicas for _ in range(3))
    )
    assert sorted(claims) == [False] * 5 + [True]


async def test_a_claim_holds_for_its_time_and_for_its_saleor(storage: Storage):
    assert await moments.claim(storage, Moment.CHECKED_UP, URL, NOW, HOUR)
    assert await moments.claim(storage, Moment.CHECKED_UP, OTHER_URL, NOW, HOUR)
    assert not await moments.claim(storage, Moment.CHECKED_UP, URL, NOW + HOUR - timedelta(seconds=1), HOUR)
    assert await moments.claim(storage, Moment.CHECKED_UP, URL, NOW + HOUR, HOUR)
    assert await moments.last(storage, Moment.HEARTBEAT) is None
