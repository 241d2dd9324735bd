"""Authorizations run out: what staff are told before, and what both ledgers say of what is taken, released, renewed."""

import asyncio
from dataclasses import replace
from decimal import Decimal

from saleor_stripe_app.domain.payment import IntentStatus
from saleor_stripe_app.sandbox.saleor.faults import ApiFailure, ApiFault
from saleor_stripe_app.sandbox.saleor.sessions import Session
from saleor_stripe_app.usecases.look_at_timely import look_at_timely
from saleor_stripe_app.usecases.sweep import sweep
from saleor_stripe_app.usecases.upkeep import upkeep
from tests.acceptance.test_shop_day import authorized, types
from tests.acceptance.world import World

HOURS = 3600
WEEK = 7 * 24 * HOURS  # how long a Visa card is held that the shopper used


def words(session: Session) -> list[str]:
    """What INFO events say on a transaction, oldest first."""
    return [event.message for event in session.transaction.events if event.type == "INFO"]


async def pass_by(world: World, seconds: float) -> None:
    """Time passes, the app keeps house, and what is due is looked at."""
    world.clock.advance(seconds)
    await upkeep(world.backends)
    await world.settle()


async def test_more_than_was_authorized_taken_in_stripes_dashboard_is_followed(world: World) -> None:
    session = await authorized(world)
    world.hands.overcapture(world.intent(session), world.clock.seconds(), 11500)
    await world.settle()
    payment, transaction = await world.assert_equal(session)
    assert (payment.amount, payment.amount_received) == (10000, 11500)
    amounts = transaction.amounts
    assert (amounts.charged, amounts.authorized, amounts.canceled) == (Decimal(115), Decimal(0), Decimal(0))
    before = types(session)
    await world.act(session, "REFUND", "115.00")
    await world.settle()
    _, transaction = await world.assert_equal(session)
    assert (transaction.amounts.refunded, transaction.amounts.charged) == (Decimal(115), Decimal(0))
    assert types(session)[len(before) :] == ["REFUND_REQUEST", "REFUND_SUCCESS"]


async def test_staff_are_warned_once_a_day_before_an_authorization_is_lost(world: World) -> None:
    session = await authorized(world)
    payment, _ = await world.assert_equal(session)
    assert payment.charge is not None
    assert payment.charge.capture_before is not None
    left = (payment.charge.capture_before - world.clock()).total_seconds()
    await pass_by(world, left - 25 * HOURS)
    assert words(session) == []
    await pass_by(world, 1 * HOURS)
    until = f"{payment.charge.capture_before:%Y-%m-%d %H:%M} UTC"
    assert words(session) == [f"100.00 USD can be captured until {until}, and is released then"]
    await pass_by(world, 19 * HOURS)
    await pass_by(world, 60)
    assert len(words(session)) == 1
    await world.assert_equal(session)
    await pass_by(world, 5 * HOURS)
    payment, transaction = await world.assert_equal(session)
    assert payment.status is IntentStatus.CANCELED
    assert (types(session)[-1], transaction.amounts.canceled) == ("CANCEL_SUCCESS", Decimal(100))
    assert len(words(session)) == 1


async def test_what_was_captured_or_canceled_in_time_is_not_warned_of(world: World) -> None:
    captured, canceled = await authorized(world), await authorized(world)
    await world.act(captured, "CHARGE", "100.00")
    await world.act(canceled, "CANCEL")
    await world.settle()
    await pass_by(world, WEEK - 12 * HOURS)
    assert words(captured) == words(canceled) == []


async def test_of_an_authorization_taken_in_parts_the_rest_is_warned_of(world: World) -> None:
    world.account.multicapture = True
    session = await authorized(world)
    await world.act(session, "CHARGE", "30.00")
    await world.settle()
    await pass_by(world, WEEK - 12 * HOURS)
    assert words(session)[-1].startswith("70.00 USD can be captured until ")
    await world.assert_equal(session)


async def test_a_warning_that_did_not_reach_saleor_is_given_later_and_once(world: World) -> None:
    session = await authorized(world)
    world.served.courier.faults.add(ApiFault(ApiFailure.STATUS, "TransactionEventReport", times=2))
    await pass_by(world, WEEK - 12 * HOURS)
    assert len(words(session)) == 1


async def test_of_two_replicas_that_keep_house_at_once_one_warns(world: World) -> None:
    session = await authorized(world)
    world.clock.advance(WEEK - 12 * HOURS)
    other = replace(world.backends, owner="another replica")
    await asyncio.gather(look_at_timely(world.backends), look_at_timely(other))
    await asyncio.gather(sweep(world.backends), sweep(other))
    await world.settle()
    assert len(words(session)) == 1
