import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import text

from saleor_stripe_app.domain.operation import OperationKind, OperationState
from saleor_stripe_app.storage import due, operations
from saleor_stripe_app.storage.engine import Storage
from tests.storage.shop import NOW, SECOND, one_record, operation


async def test_an_operation_comes_back_with_its_exact_parameters_and_makes_its_payment_due(storage: Storage):
    kept = operation((await one_record(storage)).id, kind=OperationKind.REFUND)
    assert await operations.begin(storage, kept, NOW + SECOND) == (kept, True)
    assert await operations.by_request(storage, kept.transaction, kept.request) == kept
    looked = await due.of_transaction(storage, kept.transaction)
    assert looked is not None
    assert looked.next_try == NOW + SECOND


async def test_parameters_keep_their_order(storage: Storage):
    kept = operation((await one_record(storage)).id, parameters={"b": 1, "a": {"z": 1, "y": 2}})
    await operations.begin(storage, kept, NOW)
    (stored,) = await operations.of_transaction(storage, kept.transaction)
    assert repr(stored.parameters) == repr(kept.parameters)


async def test_twenty_at_once_begin_one_operation(replicas: tuple[Storage, Storage]):
    new = await one_record(replicas[0])
    begun = await asyncio.gather(
        *(operations.begin(replicas[number % 2], operation(new.id), NOW) for number in range(20))
    )
    assert [created for _, created in begun].count(True) == 1
    assert len({stored.id for stored, _ in begun}) == 1


async def test_the_next_attempt_of_a_request_is_another_operation_and_the_newest(storage: Storage):
    first = operation((await one_record(storage)).id)
    second = operation(first.transaction, attempt=2)
    await operations.begin(storage, first, NOW)
    assert await operations.begin(storage, second, NOW) == (second, True)
    assert await operations.by_request(storage, first.transaction, first.request) == second
    assert await operations.by_request(storage, first.transaction, "another") is None


async def test_operations_are_listed_in_the_order_they_were_begun(storage: Storage):
    new = await one_record(storage)
    made = [operation(new.id, request=f"r{number}", created=NOW + number * SECOND) for number in range(4)]
    for one in reversed(made):
        await operations.begin(storage, one, NOW)
    assert await operations.of_transaction(storage, new.id) == tuple(made)


async def test_a_closed_operation_is_no_longer_open_and_its_outcome_stands(storage: Storage):
    kept = operation((await one_record(storage)).id)
    await operations.begin(storage, kept, NOW)
    assert await operations.open_of(storage, kept.transaction) == (kept,)
    assert await operations.close(
        storage, kept.id, OperationState.FAILED, stripe_id="re_1", message="declined", code="card_declined"
    )
    assert await operations.open_of(storage, kept.transaction) == ()
    assert not await operations.close(storage, kept.id, OperationState.SUCCEEDED, stripe_id="re_2")
    outcome = {"stripe_id": "re_1", "message": "declined", "code": "card_declined"}
    failed = replace(kept, state=OperationState.FAILED, parameters={}, **outcome)
    assert await operations.of_transaction(storage, kept.transaction) == (failed,)


async def test_closing_may_change_the_reference_and_keeps_what_is_not_given(storage: Storage):
    kept = operation((await one_record(storage)).id, stripe_id="re_1")
    await operations.begin(storage, kept, NOW)
    await operations.close(storage, kept.id, OperationState.SUCCEEDED, reference="re_1", answer="{}")
    succeeded = replace(kept, state=OperationState.SUCCEEDED, reference="re_1", answer="{}", parameters={})
    assert await operations.of_transaction(storage, kept.transaction) == (succeeded,)


@pytest.mark.parametrize("state", [OperationState.SUCCEEDED, OperationState.FAILED])
async def test_a_shoppers_address_is_forgotten_once_it_is_known_what_became_of_the_payment(
    storage: Storage, state: OperationState
):
    address = {"shipping": {"name": "Ada Lovelace", "address": {"line1": "2000 Main St"}}}
    kept = operation((await one_record(storage)).id, parameters=address)
    await operations.begin(storage, kept, NOW)
    await operations.close(storage, kept.id, state)
    async with storage.read() as connection:
        rows = (await connection.execute(text("SELECT * FROM operations"))).all()
    assert len(rows) == 1
    assert "Lovelace" not in str(rows)


async def test_what_was_asked_for_a_payment_that_is_there_stays(storage: Storage):
    kept = operation((await one_record(storage)).id, kind=OperationKind.REFUND)
    await operations.begin(storage, kept, NOW)
    await operations.close(storage, kept.id, OperationState.SUCCEEDED)
    (stored,) = await operations.of_transaction(storage, kept.transaction)
    assert stored.parameters == kept.parameters


async def test_the_first_answer_is_the_answer(storage: Storage):
    kept = operation((await one_record(storage)).id, answer="first")
    await operations.begin(storage, kept, NOW)
    await operations.close(storage, kept.id, OperationState.SUCCEEDED, answer="second")
    (stored,) = await operations.of_transaction(storage, kept.transaction)
    assert stored.answer == "first"


async def test_an_answer_does_not_show_in_a_repr():
    assert "pspReference" not in repr(operation("t", answer='{"pspReference": "re_1"}'))


async def test_an_operation_is_marked_as_never_to_be_sent_again(storage: Storage):
    kept = operation((await one_record(storage)).id)
    await operations.begin(storage, kept, NOW)
    await operations.unresendable(storage, kept.id)
    (stored,) = await operations.of_transaction(storage, kept.transaction)
    assert not stored.may_be_sent(NOW)


@pytest.mark.parametrize("kind", OperationKind)
@pytest.mark.parametrize("state", OperationState)
async def test_every_kind_and_state_can_be_kept(sqlite_storage: Storage, kind: OperationKind, state: OperationState):
    kept = operation((await one_record(sqlite_storage)).id, kind=kind, state=state)
    await operations.begin(sqlite_storage, kept, NOW)
    assert await operations.of_transaction(sqlite_storage, kept.transaction) == (kept,)
