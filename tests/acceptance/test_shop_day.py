"""A shop's day, step by step: what is done, and that both ledgers say the same."""

from decimal import Decimal

from tests.acceptance.world import World


async def test_a_card_is_charged(world: World) -> None:
    session = await world.begin("120.00")
    assert session.event.type == "CHARGE_ACTION_REQUIRED"
    await world.pay(session)
    processed = await world.process(session)
    assert processed.event.type == "CHARGE_SUCCESS"
    await world.settle()
    payment, transaction = await world.assert_equal(session)
    assert payment.amount_received == 12000
    assert transaction.amounts.charged == Decimal("120.00")


async def test_a_shopper_who_never_returns_is_charged_by_the_event_alone(world: World) -> None:
    session = await world.begin("120.00")
    await world.pay(session)
    await world.settle()
    _, transaction = await world.assert_equal(session)
    assert transaction.amounts.charged == Decimal("120.00")
