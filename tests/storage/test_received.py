from dataclasses import replace

import pytest
from sqlalchemy.exc import IntegrityError

from saleor_stripe_app.domain.transaction import EventType
from saleor_stripe_app.storage import configurations, due, received, refused, transactions
from saleor_stripe_app.storage.engine import Storage
from saleor_stripe_app.storage.received import ReceivedEvent
from saleor_stripe_app.storage.refused import RefusedReport
from tests.storage.shop import NOW, SECOND, configuration, one_record, open_shop


def _event(configuration_id: str, number: int = 1) -> ReceivedEvent:
    return ReceivedEvent(f"evt_{number}", configuration_id, "charge.updated", NOW - SECOND, NOW + number * SECOND)


async def test_an_event_is_recorded_once_per_configuration(storage: Storage):
    kept = await open_shop(storage)
    other = configuration()
    await configurations.insert(storage, other)
    assert await received.record(storage, _event(kept.id))
    assert not await received.record(storage, _event(kept.id))
    assert await received.record(storage, _event(other.id))
    assert await received.latest(storage, kept.id, 10) == (_event(kept.id),)


async def test_the_latest_events_come_newest_first(storage: Storage):
    kept = await open_shop(storage)
    for number in (2, 1, 3):
        await received.record(storage, _event(kept.id, number))
    assert await received.latest(storage, kept.id, 2) == (_event(kept.id, 3), _event(kept.id, 2))


async def test_old_events_are_forgotten(storage: Storage):
    kept = await open_shop(storage)
    for number in (1, 2, 3):
        await received.record(storage, _event(kept.id, number))
    assert await received.prune(storage, NOW + 3 * SECOND) == 2
    assert await received.latest(storage, kept.id, 10) == (_event(kept.id, 3),)


async def test_an_event_of_a_known_payment_makes_it_due_even_if_it_came_before(storage: Storage):
    new = await one_record(storage)
    event = _event(new.configuration_id)
    marked = await received.intake(storage, event, NOW, transaction=new.id)
    assert marked == await due.of_transaction(storage, new.id)
    assert marked is not None
    await due.done(storage, marked, NOW)
    again = await received.intake(storage, event, NOW + 5 * SECOND, transaction=new.id)
    assert again is not None
    assert await due.claim(storage, NOW + 5 * SECOND, 10) == (again,)


async def test_a_warning_of_fraud_marks_the_payment_for_good(storage: Storage):
    new = await one_record(storage)
    assert not new.warned
    await received.intake(storage, _event(new.configuration_id), NOW, transaction=new.id, warns=True)
    await received.intake(storage, _event(new.configuration_id, 2), NOW, transaction=new.id)
    marked = await transactions.by_id(storage, new.id)
    assert marked == replace(new, warned=True)


async def test_an_event_of_an_unknown_intent_makes_the_intent_due(storage: Storage):
    kept = await open_shop(storage)
    marked = await received.intake(storage, _event(kept.id), NOW, payment_intent_id="pi_1")
    assert await due.claim(storage, NOW, 10) == (marked,)


async def test_an_event_about_nothing_of_ours_is_only_recorded(storage: Storage):
    kept = await open_shop(storage)
    assert await received.intake(storage, _event(kept.id), NOW) is None
    assert await received.latest(storage, kept.id, 10) == (_event(kept.id),)
    assert await due.claim(storage, NOW, 10) == ()


async def test_an_event_that_cannot_be_marked_is_not_recorded_either(storage: Storage):
    kept = await open_shop(storage)
    with pytest.raises(IntegrityError):
        await received.intake(storage, _event(kept.id), NOW, transaction="unknown")
    assert await received.latest(storage, kept.id, 10) == ()


async def test_a_refused_report_is_recorded_once_with_saleors_reason(storage: Storage):
    new = await one_record(storage)
    report = RefusedReport(
        transaction=new.id,
        type=EventType.CHARGE_SUCCESS,
        reference="pi_1",
        amount="10.00",
        code="ALREADY_EXISTS",
        message="An event with this reference exists.",
        at=NOW,
    )
    for first, now in ((True, NOW), (False, NOW + SECOND)):
        assert first is await refused.record(
            storage,
            new.id,
            report.type,
            report.reference,
            report.amount,
            code=report.code,
            message=report.message,
            now=now,
        )
    assert await refused.of_transaction(storage, new.id) == {(EventType.CHARGE_SUCCESS, "pi_1")}
    assert await refused.reports(storage, new.id) == (report,)


async def test_reports_that_differ_in_their_amount_are_refused_separately(storage: Storage):
    new = await one_record(storage)
    for amount in ("1.00", "2.00"):
        await refused.record(
            storage, new.id, EventType.REFUND_SUCCESS, "re_1", amount, code="INCORRECT_DETAILS", message="", now=NOW
        )
    first, second = await refused.reports(storage, new.id)
    assert (first.amount, second) == ("1.00", replace(first, amount="2.00"))
