"""Authorizations run out: what staff are told before, and what both ledgers say of what is taken, released, renewed."""

from decimal import Decimal

from tests.acceptance.test_shop_day import authorized, types
from tests.acceptance.world import World


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
