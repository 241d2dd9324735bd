"""The comparison of both ledgers as the command and the schedule run it."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from saleor_stripe_app.sandbox.saleor.saleor import transaction_id
from saleor_stripe_app.sandbox.stripe.faults import Fault, FaultKind
from saleor_stripe_app.storage import configurations, leases, moments, reconciliations, tables, transactions
from saleor_stripe_app.storage.moments import Moment
from saleor_stripe_app.storage.reconciliations import Reconciliation
from saleor_stripe_app.usecases import schedule
from saleor_stripe_app.usecases.comparison_table import comparison_table
from saleor_stripe_app.usecases.reconcile import Reconciled
from saleor_stripe_app.usecases.run_reconciliation import CLAIM, OVERLAP, AlreadyRunning, run_reconciliation
from saleor_stripe_app.usecases.schedule import compare_due, last_alive
from tests.acceptance.test_adoption import forget
from tests.acceptance.test_shop_day import charged
from tests.acceptance.world import START, World

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
NOTHING = reconciliations.Outcome(START, START)


async def run(world: World, **period) -> Reconciled:
    assert world.installation is not None
    return await run_reconciliation(world.backends, world.installation, **period)


async def last_run(world: World) -> Reconciliation:
    found = await reconciliations.of_installation(world.backends.storage, world.saleor.api_url)
    assert found is not None
    return found


def unheard(world: World) -> None:
    """Stripe's events are lost on the way."""
    for post in world.stripe.pending_deliveries(world.clock.seconds()):
        world.stripe.delivered(post.delivery, 200, world.clock.seconds())


async def test_an_old_payment_that_changed_in_the_period_is_found_by_stripes_events(world: World) -> None:
    session = await charged(world)
    world.clock.advance(20 * 86400)
    world.hands.refund(world.intent(session), world.clock.seconds(), 3000)
    unheard(world)
    done = await run(world, since=world.clock() - HOUR)
    assert (done.looked, done.reported, done.equal) == (1, 1, True)
    payment, _ = await world.assert_equal(session)
    assert payment.refunded == 3000


async def test_a_payment_outside_the_period_is_not_looked_at(world: World) -> None:
    await charged(world)
    world.clock.advance(3 * 86400)
    assert (await run(world, since=world.clock() - DAY)).looked == 0
    assert (await run(world, since=world.clock() - 4 * DAY, until=world.clock() - DAY)).looked == 1


async def test_an_old_payment_that_was_forgotten_is_adopted_by_what_happened_to_it(world: World) -> None:
    session = await charged(world)
    await forget(world)
    world.clock.advance(20 * 86400)
    world.hands.refund(world.intent(session), world.clock.seconds(), 3000)
    unheard(world)
    done = await run(world, since=world.clock() - HOUR)
    assert (done.looked, done.adopted, done.equal) == (1, 1, True)
    await world.assert_equal(session)


async def test_the_next_run_begins_where_the_last_one_ended(world: World) -> None:
    first = world.clock()
    await run(world)
    begun = (await last_run(world)).outcome
    assert begun is not None
    assert begun.since == first - timedelta(days=90)
    world.clock.advance(7200)
    await run(world)
    again = await last_run(world)
    assert again.outcome is not None
    assert (again.outcome.since, again.outcome.until) == (first - OVERLAP, world.clock())
    assert again.covered_until == world.clock()


async def test_a_period_that_leaves_a_gap_covers_nothing(world: World) -> None:
    first = world.clock()
    await run(world)
    world.clock.advance(7 * 86400)
    await run(world, since=world.clock() - DAY)
    assert (await last_run(world)).covered_until == first
    await run(world, since=world.clock() - 30 * DAY, until=world.clock() - 20 * DAY)
    assert (await last_run(world)).covered_until == first


async def test_what_differed_is_looked_at_again_until_it_is_equal(world: World) -> None:
    session = await charged(world)
    world.stripe.faults.add(Fault(FaultKind.SERVER_ERROR, "GET", "/v1/payment_intents/.*", times=1))
    world.clock.advance(3600)
    done = await run(world)
    assert [transaction for transaction, _ in done.different] != []
    world.stripe.faults.clear()
    world.clock.advance(3600)
    mended = await run(world)
    assert (mended.looked, mended.equal) == (1, True)
    await world.assert_equal(session)


async def test_two_runs_of_one_saleor_never_overlap(world: World) -> None:
    await run(world)
    claim = await reconciliations.claim(world.backends.storage, world.saleor.api_url, world.clock(), CLAIM)
    assert claim is not None
    with pytest.raises(AlreadyRunning):
        await run(world)
    world.clock.advance(CLAIM.total_seconds())
    assert (await run(world)).equal


async def test_a_run_that_another_took_over_ends(world: World) -> None:
    """A process that slept past its claim must not go on beside the one that came after it."""
    session = await charged(world)
    storage, url = world.backends.storage, world.saleor.api_url
    record = await transactions.by_transaction(storage, url, transaction_id(session.transaction))
    assert record is not None
    assert world.installation is not None
    await leases.take(storage, record.id, "somebody", world.clock(), HOUR / 60)
    claims = []

    async def overslept(_: float) -> None:
        if not claims:
            world.clock.advance(CLAIM.total_seconds())
            claims.append(await reconciliations.claim(storage, url, world.clock(), CLAIM))

    with pytest.raises(AlreadyRunning, match="took this comparison over"):
        await run_reconciliation(replace(world.backends, sleep=overslept), world.installation)
    assert await reconciliations.finish(storage, claims[0], world.clock(), NOTHING, None)
    assert (await last_run(world)).outcome == NOTHING


async def test_a_payment_that_can_never_be_seen_again_is_not_asked_about_for_ever(world: World) -> None:
    await charged(world)
    assert world.configuration is not None
    await configurations.update(world.backends.storage, replace(world.configuration, secret_key=""))
    assert len((await run(world)).different) == 1
    world.clock.advance(30 * 86400)
    assert len((await run(world)).different) == 1
    world.clock.advance(151 * 86400)
    assert (await run(world)).equal


async def test_the_background_beats_and_compares_and_ends_when_it_is_told_to(world: World) -> None:
    storage = world.backends.storage
    beaten, following = asyncio.Event(), asyncio.Event()

    async def until_told(_: float) -> None:
        beaten.set()
        await following.wait()

    task = asyncio.create_task(schedule.run(replace(world.backends, sleep=until_told)))
    async with asyncio.timeout(30):
        await beaten.wait()
        assert await moments.last(storage, Moment.HEARTBEAT) == world.clock()
        for _ in range(3000):
            found = await reconciliations.of_installation(storage, world.saleor.api_url)
            if found and found.finished_at:
                break
            await asyncio.sleep(0.01)
        assert (await last_run(world)).finished_at == world.clock()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_key_that_stripe_refuses_leaves_the_period_to_the_next_run(world: World) -> None:
    assert world.configuration is not None
    await run(world)
    covered = (await last_run(world)).covered_until
    world.clock.advance(3600)
    refused = replace(world.configuration, secret_key="sk_test_revoked1234567890")
    await configurations.update(world.backends.storage, refused)
    done = await run(world)
    assert not done.equal
    assert [name for name, _ in done.unread] == ["Shop"]
    kept = await last_run(world)
    assert kept.covered_until == covered
    assert "Shop: " in kept.failure


async def test_an_intent_that_saleor_does_not_show_is_reported_as_orphaned(world: World) -> None:
    made = world.ask_stripe(
        "POST",
        "/v1/payment_intents",
        {
            "amount": "5000",
            "currency": "usd",
            "automatic_payment_methods[enabled]": "true",
            "automatic_payment_methods[allow_redirects]": "never",
            "confirm": "true",
            "payment_method": "pm_card_visa",
            "metadata[saleor_transaction_id]": "VHJhbnNhY3Rpb25JdGVtOjE=",
            "metadata[saleor_api_url]": world.saleor.api_url,
        },
    )
    done = await run(world)
    assert [intent for intent, _ in done.orphans] == [made["id"]]
    assert done.looked == 0
    text = comparison_table({world.saleor.api_url: done})
    assert f"  orphaned   {made['id']}: succeeded at Stripe for transaction VHJhbnNhY3Rpb25JdGVtOjE=" in text


async def test_the_table_is_aligned(world: World) -> None:
    await charged(world)
    done = await run(world)
    titles, rule, row = comparison_table({world.saleor.api_url: done}).splitlines()
    assert titles.split() == ["installation", "configuration", "looked", "adopted", "reported", "different"]
    assert row.split() == [world.saleor.api_url, "Shop", "1", "0", "0", "0"]
    assert len(titles) == len(rule) == len(row)


async def test_the_schedule_runs_once_a_day_and_soon_again_after_a_failure(world: World) -> None:
    assert await compare_due(world.backends) == 1
    assert await compare_due(world.backends) == 0
    world.clock.advance(86400 - 60)
    assert await compare_due(world.backends) == 0
    world.clock.advance(61)
    world.stripe.faults.add(Fault(FaultKind.SERVER_ERROR, "GET", "/v1/payment_intents", times=20))
    assert await compare_due(world.backends) == 0
    assert "500" in (await last_run(world)).failure
    world.stripe.faults.clear()
    assert await compare_due(world.backends) == 0
    world.clock.advance(901)
    assert await compare_due(world.backends) == 1
    assert (await last_run(world)).failure == ""


async def test_a_start_after_downtime_compares_at_once(world: World) -> None:
    storage = world.backends.storage
    assert await last_alive(world.backends) is None
    await compare_due(world.backends)
    world.clock.advance(600)
    await moments.note(storage, Moment.HEARTBEAT, world.clock())
    world.clock.advance(1800)
    assert await last_alive(world.backends) is None
    world.clock.advance(1801)
    down_since = await last_alive(world.backends)
    assert down_since == world.clock() - timedelta(seconds=3601)
    assert await compare_due(world.backends, down_since=down_since) == 1
    assert await compare_due(world.backends, down_since=down_since) == 0


async def test_a_removed_installation_is_not_compared(world: World) -> None:
    async with world.backends.storage.begin() as connection:
        await connection.execute(tables.installations.update().values(removed_at=world.clock()))
    assert await compare_due(world.backends) == 0
