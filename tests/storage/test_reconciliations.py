"""Who compares the ledgers of a Saleor, and what it came to; and the moments of a database."""

import asyncio
from datetime import timedelta

from saleor_stripe_app.storage import moments, reconciliations
from saleor_stripe_app.storage.engine import Storage, open_storage
from saleor_stripe_app.storage.moments import Moment
from saleor_stripe_app.storage.reconciliations import Outcome
from saleor_stripe_app.storage.sealed import KeyRing
from tests.storage.shop import NOW, OTHER_URL, URL, open_shop

TTL = timedelta(minutes=10)
HOUR = timedelta(hours=1)
OUTCOME = Outcome(NOW - HOUR, NOW, 5, 1, 2, (("transaction", "why"),), (("pi_1", "unknown"),))


async def test_one_of_several_replicas_runs_and_another_saleor_is_no_matter_of_its(replicas: tuple[Storage, Storage]):
    await open_shop(replicas[0])
    await open_shop(replicas[0], OTHER_URL)
    claims = await asyncio.gather(
        *(reconciliations.claim(replica, url, NOW, TTL) for replica in replicas for url in (URL, OTHER_URL))
    )
    assert sorted(claim.saleor_api_url for claim in claims if claim) == [OTHER_URL, URL]


async def test_a_claim_ends_by_itself_and_its_holder_hears_of_it(storage: Storage):
    await open_shop(storage)
    first = await reconciliations.claim(storage, URL, NOW, TTL)
    assert first is not None
    assert await reconciliations.extend(storage, first, NOW + 2 * TTL)
    assert await reconciliations.claim(storage, URL, NOW + TTL, TTL) is None
    second = await reconciliations.claim(storage, URL, NOW + 2 * TTL, TTL)
    assert second is not None
    assert not await reconciliations.extend(storage, first, NOW + 4 * TTL)
    assert not await reconciliations.finish(storage, first, NOW, OUTCOME, NOW)


async def test_an_outcome_is_kept_and_a_later_failure_leaves_it(storage: Storage):
    await open_shop(storage)
    assert await reconciliations.of_installation(storage, URL) is None
    claim = await reconciliations.claim(storage, URL, NOW, TTL)
    assert claim is not None
    begun = await reconciliations.of_installation(storage, URL)
    assert begun is not None
    assert (begun.started_at, begun.claimed_until, begun.outcome) == (NOW, NOW + TTL, None)
    assert await reconciliations.finish(storage, claim, NOW + HOUR, OUTCOME, NOW)
    claim = await reconciliations.claim(storage, URL, NOW + 2 * HOUR, TTL)
    assert claim is not None
    assert await reconciliations.fail(storage, claim, "x" * 600)
    kept = await reconciliations.of_installation(storage, URL)
    assert kept is not None
    assert (kept.finished_at, kept.outcome, kept.claimed_until) == (NOW + HOUR, OUTCOME, None)
    assert kept.covered_until == NOW
    assert (kept.started_at, kept.failure) == (NOW + 2 * HOUR, "x" * 500)


async def test_a_schedule_waits_for_a_day_after_success_and_a_while_after_failure(storage: Storage):
    await open_shop(storage)

    async def scheduled(after: timedelta):
        now = NOW + after
        return await reconciliations.claim(
            storage, URL, now, TTL, started_before=now - HOUR / 4, finished_before=now - 24 * HOUR
        )

    claim = await scheduled(0 * HOUR)
    assert claim is not None
    await reconciliations.fail(storage, claim, "Stripe does not answer")
    assert await scheduled(HOUR / 6) is None
    claim = await scheduled(HOUR)
    assert claim is not None
    await reconciliations.finish(storage, claim, NOW + HOUR, OUTCOME, NOW)
    assert await scheduled(24 * HOUR) is None
    assert await scheduled(26 * HOUR) is not None


async def test_a_moment_is_the_last_one_of_its_name(storage: Storage):
    assert await moments.last(storage, Moment.HEARTBEAT) is None
    await moments.note(storage, Moment.HEARTBEAT, NOW)
    await moments.note(storage, Moment.HEARTBEAT, NOW + HOUR)
    assert await moments.last(storage, Moment.HEARTBEAT) == NOW + HOUR
    assert await moments.last(storage, Moment.SANITIZED) is None


async def test_a_database_without_tables_has_no_moments(bare_database_url: str, keys: KeyRing):
    storage = open_storage(bare_database_url, keys)
    assert await moments.last(storage, Moment.SANITIZED) is None
    await storage.close()
