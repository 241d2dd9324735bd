"""Nobody is paid twice, and nobody too little, whatever is lost and whoever dies: by Stripe's own books."""

from decimal import Decimal

import pytest

from saleor_stripe_app.domain.marketplace.split import ShareState
from saleor_stripe_app.sandbox.saleor import actions, purchases
from saleor_stripe_app.sandbox.saleor.saleor import transaction_id
from saleor_stripe_app.sandbox.saleor.sessions import Session
from saleor_stripe_app.sandbox.stripe.faults import Fault, FaultKind
from saleor_stripe_app.usecases.sweep import sweep
from tests.acceptance.chaos import Chaos
from tests.acceptance.marketplace import Market, goods, opened
from tests.acceptance.world import GATEWAY, World

TRANSFERS, REVERSALS = "/v1/transfers", "/v1/transfers/[^/]*/reversals"
# The SDK sends a request once more under the same key.
TWICE = 2


async def ordered(market: Market) -> Session:
    """Two vendors' goods, paid and ordered a moment ago."""
    world = market.world
    checkout = purchases.create_checkout(world.saleor, [goods("anna", "20.00"), goods("bert", "30.00")])
    session = await world.served.courier.initialize(checkout.id, GATEWAY, by=world.staff)
    await world.pay(session)
    await world.process(session)
    purchases.complete_checkout(world.saleor, checkout.token)
    world.clock.advance(4)
    return session


async def dies_at(chaos: Chaos, point: int) -> bool:
    """Look until the process dies at this point of its work; False if it did all of it before."""
    chaos.replica.points.die_at(point)
    for _ in range(6):
        await chaos.deliver()
        while await chaos.look():
            pass
        chaos.world.clock.advance(3)
    return chaos.replica.points.dead


async def test_a_process_that_dies_at_any_step_of_paying_pays_nobody_twice(chaos: Chaos) -> None:
    market = await opened(chaos.world, "anna", "bert")
    died = 0
    for payments, point in enumerate(range(3, 80, 5), start=1):
        await ordered(market)
        died += await dies_at(chaos, point)
        await chaos.dust_settles()
        assert market.has() == {"anna": 1800 * payments, "bert": 2700 * payments}
        assert len(market.transfers()) == 2 * payments
    assert died > 5
    chaos.assert_true()


async def test_a_process_that_dies_at_any_step_of_taking_back_takes_nothing_twice(chaos: Chaos) -> None:
    market = await opened(chaos.world, "anna", "bert")
    left = {"anna": 0, "bert": 0}
    for point in range(3, 80, 8):
        session = await ordered(market)
        await chaos.dust_settles()
        actions.request_action(
            chaos.world.saleor,
            transaction_id(session.transaction),
            "REFUND",
            by=chaos.world.staff,
            amount=Decimal(10),
        )
        await chaos.world.served.courier.work()
        await dies_at(chaos, point)
        await chaos.dust_settles()
        left = {"anna": left["anna"] + 1440, "bert": left["bert"] + 2160}
        assert market.has() == left
    chaos.assert_true()


@pytest.mark.parametrize("kind", [FaultKind.ANSWER_LOST, FaultKind.REQUEST_LOST])
async def test_a_lost_answer_is_found_again(world: World, kind: FaultKind) -> None:
    market = await opened(world, "anna", "bert")
    world.stripe.faults.add(Fault(kind, "POST", TRANSFERS, times=TWICE))
    session, _ = await market.buy(goods("anna", "20.00"), goods("bert", "30.00"))
    assert market.has() == {"anna": 1800, "bert": 2700}
    assert len(market.transfers()) == 2
    world.stripe.faults.add(Fault(kind, "POST", REVERSALS, times=TWICE))
    await world.act(session, "REFUND", "5.00")
    await world.settle()
    assert market.has() == {"anna": 1620, "bert": 2430}


async def test_a_dispute_that_comes_while_the_answer_is_lost_leaves_nobody_paid(world: World) -> None:
    market = await opened(world, "anna")
    session = await _with_lost_request(world)
    dispute = world.hands.dispute(world.intent(session), world.clock.seconds())
    world.stripe.faults.clear()
    await market.pass_by(300)
    assert market.has() == {"anna": 0}
    held = (await market.stands(session))["anna"]
    assert (held.state, held.amount, held.sent) == (ShareState.SENT, 0, 0)
    world.hands.decide(dispute.id, world.clock.seconds(), won=True)
    await market.pass_by(300)
    await market.pass_by(300)
    assert market.has() == {"anna": 1800}


async def _with_lost_request(world: World) -> Session:
    world.stripe.faults.add(Fault(FaultKind.REQUEST_LOST, "POST", TRANSFERS, times=None))
    checkout = purchases.create_checkout(world.saleor, [goods("anna", "20.00")])
    session = await world.served.courier.initialize(checkout.id, GATEWAY, by=world.staff)
    await world.pay(session)
    await world.process(session)
    purchases.complete_checkout(world.saleor, checkout.token)
    world.clock.advance(5)
    await world.deliver_events()
    for _ in range(3):
        await sweep(world.backends, 10)
        await world.served.courier.work()
    return session


async def test_a_platform_without_money_pays_when_it_has_some(world: World) -> None:
    """After a dispute was won the charge is no longer what transfers can be paid from."""
    market = await opened(world, "anna")
    session, _ = await market.buy(goods("anna", "20.00"))
    dispute = world.hands.dispute(world.intent(session), world.clock.seconds())
    await world.settle()
    world.hands.decide(dispute.id, world.clock.seconds(), won=True)
    world.hands.set_balance(world.account.id, world.clock.seconds(), 0, "usd")
    await world.settle()
    failed = (await market.stands(session))["anna"]
    assert (failed.state, failed.amount, failed.sent) == (ShareState.FAILED, 1800, 0)
    assert "insufficient available funds" in failed.reason
    world.hands.set_balance(world.account.id, world.clock.seconds(), 5000, "usd")
    await market.pass_by(600)
    assert market.has() == {"anna": 1800}
    assert Decimal(20) == (await world.assert_equal(session))[1].amounts.charged
