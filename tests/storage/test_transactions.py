import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from saleor_stripe_app.domain.operation import OperationState
from saleor_stripe_app.storage import due, installations, leases, operations, transactions
from saleor_stripe_app.storage.engine import Storage
from saleor_stripe_app.storage.transactions import Begun
from tests.storage.shop import NOW, OTHER_URL, SECOND, URL, installation, one_record, open_shop, operation, record

TTL = timedelta(seconds=30)


async def test_beginning_records_the_payment_its_operation_a_lease_and_a_look(storage: Storage):
    new = record(await open_shop(storage))
    create = operation(new.id)
    begun = await transactions.begin(storage, new, create, "me", NOW, TTL, due_at=NOW + 20 * SECOND)
    assert (begun.record, begun.operation, begun.created) == (new, create, True)
    assert await transactions.by_id(storage, new.id) == new
    assert await operations.of_transaction(storage, new.id) == (create,)
    assert begun.lease is not None
    assert await leases.holds(storage, begun.lease, NOW)
    looked = await due.of_transaction(storage, new.id)
    assert looked is not None
    assert looked.next_try == NOW + 20 * SECOND


async def test_a_payment_whose_beginner_dies_is_looked_at_when_its_lease_ends(storage: Storage):
    new = record(await open_shop(storage))
    await transactions.begin(storage, new, operation(new.id), "me", NOW, TTL)
    assert await due.claim(storage, NOW + TTL - SECOND, 10) == ()
    assert [row.transaction for row in await due.claim(storage, NOW + TTL, 10)] == [new.id]


async def test_a_request_that_comes_again_later_finds_its_record_and_operation(storage: Storage):
    new = record(await open_shop(storage))
    create = operation(new.id)
    await transactions.begin(storage, new, create, "me", NOW, TTL)
    again = replace(new, id="another")
    later = NOW + TTL
    begun = await transactions.begin(storage, again, operation("another"), "me", later, TTL)
    assert (begun.record, begun.operation, begun.created) == (new, create, False)
    assert begun.lease is not None


async def test_while_another_speaks_for_the_payment_nothing_is_written(storage: Storage):
    new = record(await open_shop(storage))
    await transactions.begin(storage, new, operation(new.id), "me", NOW, TTL)
    again = replace(new, id="another")
    begun = await transactions.begin(storage, again, operation("another", request="other"), "you", NOW, TTL)
    assert begun == Begun(new, None, created=False, lease=None)
    assert len(await operations.of_transaction(storage, new.id)) == 1


async def test_twenty_at_once_begin_one_payment(replicas: tuple[Storage, Storage]):
    kept = await open_shop(replicas[0])
    transaction_id = "transaction-1"

    async def begin(number: int) -> Begun:
        new = record(kept, transaction_id=transaction_id)
        return await transactions.begin(replicas[number % 2], new, operation(new.id), str(number), NOW, TTL)

    begun = await asyncio.gather(*(begin(number) for number in range(20)))
    winner = next(one for one in begun if one.created)
    assert [one.created for one in begun].count(True) == 1
    assert [one.lease for one in begun if one.lease] == [winner.lease]
    assert {one.record for one in begun} == {winner.record}
    assert all(one.operation == winner.operation for one in begun)
    assert len(await transactions.of_installation(replicas[0], URL)) == 1


async def test_a_record_is_found_by_transaction_and_by_intent(storage: Storage):
    new = await one_record(storage)
    assert await transactions.set_intent(storage, new.id, "pi_1")
    known = replace(new, payment_intent_id="pi_1")
    assert await transactions.by_transaction(storage, URL, new.transaction_id) == known
    assert await transactions.by_transaction(storage, OTHER_URL, new.transaction_id) is None
    assert await transactions.by_intent(storage, "acct_1", "pi_1") == known
    assert await transactions.by_intent(storage, "acct_2", "pi_1") is None


async def test_an_intent_is_set_once(storage: Storage):
    new = await one_record(storage)
    assert await transactions.set_intent(storage, new.id, "pi_1")
    assert await transactions.set_intent(storage, new.id, "pi_1")
    assert not await transactions.set_intent(storage, new.id, "pi_2")
    assert not await transactions.set_intent(storage, "unknown", "pi_3")
    assert await transactions.by_id(storage, new.id) == replace(new, payment_intent_id="pi_1")


async def test_an_intent_belongs_to_one_transaction(storage: Storage):
    kept = await open_shop(storage)
    first, second = record(kept, payment_intent_id="pi_1"), record(kept)
    await transactions.adopt(storage, first)
    await transactions.adopt(storage, second)
    create = operation(second.id)
    await operations.begin(storage, create, NOW)
    assert not await transactions.set_intent(storage, second.id, "pi_1", create.id)
    assert await operations.open_of(storage, second.id) == (create,)


async def test_setting_the_intent_closes_the_operation_that_made_it(storage: Storage):
    new = await one_record(storage)
    create = operation(new.id)
    await operations.begin(storage, create, NOW)
    assert await transactions.set_intent(storage, new.id, "pi_1", create.id)
    closed = replace(create, state=OperationState.SUCCEEDED, stripe_id="pi_1", parameters={})
    assert await operations.of_transaction(storage, new.id) == (closed,)


async def test_adopting_a_known_transaction_or_intent_gives_its_record(storage: Storage):
    kept = await open_shop(storage)
    first = record(kept, payment_intent_id="pi_1")
    assert await transactions.adopt(storage, first) == first
    same_transaction = record(kept, transaction_id=first.transaction_id, payment_intent_id="pi_2")
    assert await transactions.adopt(storage, same_transaction) == first
    same_intent = record(kept, payment_intent_id="pi_1")
    assert await transactions.adopt(storage, same_intent) == first


async def test_twenty_at_once_adopt_one_payment(replicas: tuple[Storage, Storage]):
    kept = await open_shop(replicas[0])
    adopted = await asyncio.gather(
        *(
            transactions.adopt(replicas[number % 2], record(kept, transaction_id="t-1", payment_intent_id="pi_1"))
            for number in range(20)
        )
    )
    assert len(set(adopted)) == 1


async def test_a_record_cannot_name_another_shops_configuration(storage: Storage):
    kept = await open_shop(storage)
    await installations.save(storage, installation(OTHER_URL))
    with pytest.raises(IntegrityError):
        await transactions.adopt(storage, record(kept, saleor_api_url=OTHER_URL))


async def test_records_are_listed_in_pages_without_gaps(storage: Storage):
    kept = await open_shop(storage)
    made = [record(kept, created_at=NOW + number * SECOND) for number in range(5)]
    for one in made:
        await transactions.adopt(storage, one)
    listed, after = [], ""
    while page := await transactions.of_installation(storage, URL, after=after, limit=2):
        listed += page
        after = page[-1].id
    assert sorted(listed, key=lambda one: one.created_at) == made
    recent = await transactions.of_installation(storage, URL, since=NOW + 3 * SECOND)
    assert set(recent) == set(made[3:])
    assert await transactions.of_installation(storage, OTHER_URL) == ()


async def test_a_configuration_is_asked_for_payments_that_may_still_be_refunded(storage: Storage):
    kept = await open_shop(storage)
    await transactions.adopt(storage, record(kept))
    assert await transactions.any_since(storage, kept.id, NOW)
    assert not await transactions.any_since(storage, kept.id, NOW + SECOND)
    assert not await transactions.any_since(storage, "unknown", NOW)
