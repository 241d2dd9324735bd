"""A card's bank warns of fraud before the shopper disputes: staff learn it in Saleor, and what to do."""

from datetime import timedelta
from decimal import Decimal

from tests.acceptance.test_adoption import forget
from tests.acceptance.test_app_problems import use_key
from tests.acceptance.test_disputes import words
from tests.acceptance.test_reconciliation import run, unheard
from tests.acceptance.test_shop_day import charged, types
from tests.acceptance.world import World

WARNED_OF = "pm_card_createIssuerFraudRecord"


def asked_for_warnings(world: World) -> bool:
    return any("early_fraud_warnings" in record.path for record in world.stripe.records)


async def test_staff_are_told_to_refund_before_it_is_disputed(world: World) -> None:
    session = await charged(world, method=WARNED_OF)
    [told] = words(session)
    assert told == "The bank suspects fraud: send nothing, and refund now in full to avoid a dispute and its fee"
    _, transaction = await world.assert_equal(session)
    assert transaction.amounts.charged == Decimal(100)
    before = types(session)
    await world.act(session, "REFUND")
    await world.settle()
    assert "REFUND_SUCCESS" in types(session)[len(before) :]
    assert words(session) == [told]
    await world.assert_equal(session)


async def test_a_payment_without_a_warning_costs_no_request_for_one(world: World) -> None:
    await charged(world)
    assert not asked_for_warnings(world)


async def test_a_payment_that_was_warned_of_is_told_of_once_whoever_looks(world: World) -> None:
    session = await charged(world, method=WARNED_OF)
    before = types(session)
    await run(world, since=world.clock() - timedelta(hours=1))
    assert asked_for_warnings(world)
    assert types(session) == before


async def test_a_key_that_may_not_read_warnings_hides_nothing_else(world: World) -> None:
    await use_key(world)
    session = await charged(world, method=WARNED_OF)
    assert asked_for_warnings(world)
    assert words(session) == []
    await world.assert_equal(session)


async def test_a_warning_that_came_while_the_app_was_down_is_found_afterwards(world: World) -> None:
    session = await world.begin("100.00")
    await world.pay(session, WARNED_OF)
    world.clock.advance(10 * 86400)
    unheard(world)
    await run(world, since=world.clock() - timedelta(days=1))
    await run(world, since=world.clock() - timedelta(days=20))
    assert len(words(session)) == 1
    await world.assert_equal(session)


async def test_a_warning_from_before_this_app_knew_the_payment_is_told(world: World) -> None:
    session = await world.begin("100.00")
    await world.pay(session, WARNED_OF)
    assert (await world.process(session)).event.type == "CHARGE_SUCCESS"
    world.clock.advance(60)
    unheard(world)
    await forget(world)
    assert (await run(world)).adopted == 1
    assert len(words(session)) == 1
    await world.assert_equal(session)
