import asyncio
from datetime import datetime, timedelta

import pytest

from saleor_stripe_app.storage import configurations, due, leases, transactions
from saleor_stripe_app.storage.due import Backlog, Due
from saleor_stripe_app.storage.engine import Storage
from tests.storage.shop import NOW, SECOND, one_record, open_shop, record

LATER = NOW + timedelta(hours=1)


async def _claim_one(storage: Storage, now: datetime) -> Due:
    (row,) = await due.claim(storage, now, 10)
    return row


async def test_a_marked_payment_is_claimed_from_its_time_on(storage: Storage):
    new = await one_record(storage)
    marked = await due.mark(storage, new.id, NOW + SECOND)
    assert await due.claim(storage, NOW, 10) == ()
    assert await due.claim(storage, NOW + SECOND, 10) == (marked,)
    assert (marked.transaction, marked.since, marked.attempts) == (new.id, NOW + SECOND, 0)


async def test_the_earliest_mark_counts_whichever_came_first(storage: Storage):
    new = await one_record(storage)
    await due.mark(storage, new.id, NOW + 5 * SECOND)
    assert (await due.mark(storage, new.id, NOW)).next_try == NOW
    again = await due.mark(storage, new.id, NOW + 9 * SECOND)
    assert (again.next_try, again.since) == (NOW, NOW)


async def test_everything_since_a_day_is_marked_at_once_and_earlier_marks_stay(storage: Storage):
    new = await one_record(storage)
    await due.mark_all(storage, new.saleor_api_url, NOW + SECOND, NOW)
    await due.mark_all(storage, "https://other.example/graphql/", NOW, NOW)
    assert await due.of_transaction(storage, new.id) is None
    await due.mark_all(storage, new.saleor_api_url, NOW, NOW + 5 * SECOND)
    before = await due.of_transaction(storage, new.id)
    await due.mark_all(storage, new.saleor_api_url, NOW, NOW + 9 * SECOND)
    after = await due.of_transaction(storage, new.id)
    assert before is not None
    assert after is not None
    assert after.next_try == before.next_try == NOW + 5 * SECOND
    assert after.generation != before.generation


async def test_a_payment_that_was_looked_at_is_due_no_more(storage: Storage):
    new = await one_record(storage)
    await due.mark(storage, new.id, NOW)
    assert await due.done(storage, await _claim_one(storage, NOW), NOW)
    assert await due.of_transaction(storage, new.id) is None
    assert await due.claim(storage, LATER, 10) == ()


async def test_marks_within_two_seconds_of_a_look_are_one_look(storage: Storage):
    new = await one_record(storage)
    await due.done(storage, await due.mark(storage, new.id, NOW), NOW)
    for tenth in range(1, 10):
        at = NOW + tenth * SECOND / 10
        assert (await due.mark(storage, new.id, at)).next_try == NOW + 2 * SECOND
    assert await due.claim(storage, NOW + SECOND, 10) == ()
    await due.done(storage, await _claim_one(storage, NOW + 2 * SECOND), NOW + 2 * SECOND)
    assert await due.claim(storage, LATER, 10) == ()


async def test_a_mark_long_after_a_look_is_due_at_once(storage: Storage):
    new = await one_record(storage)
    await due.done(storage, await due.mark(storage, new.id, NOW), NOW)
    assert (await due.mark(storage, new.id, LATER)).next_try == LATER


async def test_a_mark_that_comes_during_a_look_is_not_lost(storage: Storage):
    new = await one_record(storage)
    await due.mark(storage, new.id, NOW)
    looked = await _claim_one(storage, NOW)
    await due.mark(storage, new.id, NOW + SECOND)
    assert not await due.done(storage, looked, NOW + SECOND)
    assert await due.claim(storage, NOW + 2 * SECOND, 10) == ()
    again = await _claim_one(storage, NOW + 3 * SECOND)
    assert await due.done(storage, again, NOW + 3 * SECOND)
    assert await due.claim(storage, LATER, 10) == ()


async def test_a_mark_that_comes_during_a_look_that_fails_is_looked_at_soon(storage: Storage):
    new = await one_record(storage)
    looked = await due.mark(storage, new.id, NOW)
    await due.mark(storage, new.id, NOW + SECOND)
    await due.retry(storage, looked, NOW + SECOND, "Saleor is down")
    again = await _claim_one(storage, NOW + 3 * SECOND)
    assert again.attempts == 1


async def test_who_ends_a_look_that_another_has_ended_changes_nothing(storage: Storage):
    new = await one_record(storage)
    await due.mark(storage, new.id, NOW)
    looked = await _claim_one(storage, NOW)
    slow = looked
    await due.done(storage, looked, NOW)
    await due.done(storage, slow, NOW + 60 * SECOND)
    await due.retry(storage, slow, NOW + 60 * SECOND, "late")
    assert await due.of_transaction(storage, new.id) is None


async def test_a_look_that_failed_is_repeated_after_growing_pauses(storage: Storage):
    new = await one_record(storage)
    now = NOW
    await due.mark(storage, new.id, now)
    for attempts, seconds in enumerate([2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]):
        row = await _claim_one(storage, now)
        assert row.attempts == attempts
        await due.retry(storage, row, now, "Saleor is down")
        assert await due.claim(storage, now + (seconds - 1) * SECOND, 10) == ()
        now += seconds * SECOND
    last = await _claim_one(storage, now)
    assert (last.since, last.error) == (NOW, "Saleor is down")


async def test_jitter_lengthens_a_pause_by_up_to_a_quarter(storage: Storage):
    new = await one_record(storage)
    await due.retry(storage, await due.mark(storage, new.id, NOW), NOW, "down", jitter=0.5)
    looked = await due.of_transaction(storage, new.id)
    assert looked is not None
    assert looked.next_try == NOW + timedelta(milliseconds=2250)


@pytest.mark.parametrize("attempts", [0, 1, 5, 9, 10, 1000])
def test_a_pause_is_between_two_seconds_and_fifteen_minutes(attempts: int):
    assert timedelta(seconds=2) <= due.pause(attempts) <= timedelta(minutes=15)


async def test_a_new_mark_after_success_begins_with_short_pauses_again(storage: Storage):
    new = await one_record(storage)
    await due.retry(storage, await due.mark(storage, new.id, NOW), NOW, "down")
    await due.done(storage, await _claim_one(storage, LATER), LATER)
    marked = await due.mark(storage, new.id, LATER + LATER.resolution)
    assert (marked.attempts, marked.error, marked.since) == (0, "", LATER + LATER.resolution)


async def test_a_payment_that_somebody_holds_is_not_claimed(storage: Storage):
    new = await one_record(storage)
    lease = await leases.take(storage, new.id, "me", NOW, 30 * SECOND)
    assert lease is not None
    await due.mark(storage, new.id, NOW)
    assert await due.claim(storage, NOW + 29 * SECOND, 10) == ()
    await leases.extend(storage, lease, NOW, 3 * SECOND)
    assert [row.transaction for row in await due.claim(storage, NOW + 3 * SECOND, 10)] == [new.id]


async def test_a_claimed_row_is_due_again_if_its_claimer_dies(storage: Storage):
    new = await one_record(storage)
    await due.mark(storage, new.id, NOW)
    first = await _claim_one(storage, NOW)
    assert await due.claim(storage, NOW + due.CLAIMED_FOR - SECOND, 10) == ()
    again = await _claim_one(storage, NOW + due.CLAIMED_FOR)
    assert again.generation == first.generation


async def test_no_row_is_claimed_twice(replicas: tuple[Storage, Storage]):
    kept = await open_shop(replicas[0])
    made = [await transactions.adopt(replicas[0], record(kept)) for _ in range(30)]
    for one in made:
        await due.mark(replicas[0], one.id, NOW)
    claimed = await asyncio.gather(*(due.claim(replicas[number % 2], NOW, 4) for number in range(10)))
    names = [row.id for rows in claimed for row in rows]
    assert len(names) == len(set(names))
    rest = await due.claim(replicas[0], NOW, 100)
    assert sorted([*names, *(row.id for row in rest)]) == sorted(one.id for one in made)


async def test_the_longest_due_are_claimed_first(storage: Storage):
    kept = await open_shop(storage)
    made = [await transactions.adopt(storage, record(kept)) for _ in range(4)]
    for number, one in enumerate(made):
        await due.mark(storage, one.id, NOW - number * SECOND)
    assert [row.transaction for row in await due.claim(storage, NOW, 2)] == [made[3].id, made[2].id]


async def test_an_unknown_intent_is_due_under_its_configuration_and_leaves_nothing_behind(storage: Storage):
    kept = await open_shop(storage)
    marked = await due.mark_intent(storage, kept.id, "pi_1", NOW)
    assert await due.mark_intent(storage, kept.id, "pi_2", NOW) != marked
    first, second = await due.claim(storage, NOW, 10)
    assert (first.transaction, first.configuration_id, first.payment_intent_id) == (None, kept.id, "pi_1")
    assert await due.done(storage, first, NOW)
    assert await due.done(storage, second, NOW)
    assert await due.claim(storage, LATER, 10) == ()


async def test_an_intent_marked_again_after_its_row_went_is_not_ended_by_a_late_look(storage: Storage):
    kept = await open_shop(storage)
    slow = await due.mark_intent(storage, kept.id, "pi_1", NOW)
    await due.done(storage, slow, NOW)
    await due.mark_intent(storage, kept.id, "pi_1", NOW + SECOND)
    assert not await due.done(storage, slow, NOW + SECOND)
    assert [row.payment_intent_id for row in await due.claim(storage, LATER, 10)] == ["pi_1"]


async def test_intents_of_a_deleted_configuration_are_forgotten(storage: Storage):
    kept = await open_shop(storage)
    await due.mark_intent(storage, kept.id, "pi_1", NOW)
    assert await configurations.delete(storage, kept.id)
    assert await due.claim(storage, LATER, 10) == ()


async def test_the_backlog_counts_what_should_have_been_looked_at(storage: Storage):
    kept = await open_shop(storage)
    assert await due.backlog(storage, NOW) == Backlog(0, None)
    for seconds in (-5, -1, 30):
        one = await transactions.adopt(storage, record(kept))
        await due.mark(storage, one.id, NOW + seconds * SECOND)
    assert await due.backlog(storage, NOW) == Backlog(2, NOW - 5 * SECOND)
