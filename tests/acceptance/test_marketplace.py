"""Vendors are paid their shares of what shoppers pay, and give back what goes back: by Stripe's own books."""

from datetime import timedelta
from decimal import Decimal

import pytest

from saleor_stripe_app.domain.marketplace.policy import Otherwise, Policy, Release, Shipping
from saleor_stripe_app.domain.marketplace.split import ShareState
from saleor_stripe_app.sandbox.saleor import purchases
from saleor_stripe_app.sandbox.saleor.faults import DeliveryFailure, DeliveryFault
from saleor_stripe_app.sandbox.saleor.saleor import transaction_id
from saleor_stripe_app.storage import debts, due, shares
from saleor_stripe_app.usecases.explain import explain
from tests.acceptance.marketplace import CAPABLE, DAY, goods, opened
from tests.acceptance.world import GATEWAY, World


async def test_two_vendors_and_the_platform_are_paid_from_one_checkout(world: World) -> None:
    market = await opened(world, "anna", "bert", policy=Policy(shipping=Shipping.PLATFORM))
    session, _ = await market.buy(goods("anna", "20.00", 2), goods("bert", "33.33"), goods(None, "10"), shipping="5")
    payment, _ = await world.assert_equal(session)
    assert payment.amount_received == 8833
    assert market.has() == {"anna": 3600, "bert": 3000}
    split = await market.split(session)
    assert split.allocation
    assert split.allocation.platform == 8833 - 3600 - 3000
    assert {one.state for one in (await market.stands(session)).values()} == {ShareState.SENT}
    [first, second] = market.transfers()
    assert payment.charge
    assert first.source_transaction == second.source_transaction == payment.charge.id
    assert first.transfer_group == second.transfer_group != None  # noqa: E711
    assert first.metadata["saleor_vendor"] in market.accounts


async def test_nothing_is_transferred_before_there_is_an_order(world: World) -> None:
    market = await opened(world, "anna")
    checkout = purchases.create_checkout(world.saleor, [goods("anna", "20.00")])
    session = await world.served.courier.initialize(checkout.id, GATEWAY, by=world.staff)
    await world.pay(session)
    await world.settle()
    assert market.transfers() == []
    purchases.complete_checkout(world.saleor, checkout.token)
    await world.settle()
    assert market.has() == {"anna": 1800}


async def test_looking_again_moves_nothing_twice(world: World) -> None:
    market = await opened(world, "anna", "bert")
    session, _ = await market.buy(goods("anna", "20.00"), goods("bert", "30.00"))
    [one, _] = (await market.stands(session)).values()
    for _ in range(3):
        await due.mark(world.backends.storage, one.transaction, world.clock())
        await world.settle()
    assert len(market.transfers()) == 2
    assert market.has() == {"anna": 1800, "bert": 2700}


async def test_a_part_that_is_captured_is_divided_like_the_whole(world: World) -> None:
    market = await opened(world, "anna", "bert")
    session, _ = await market.buy(goods("anna", "20.00"), goods("bert", "30.00"), flow="AUTHORIZATION")
    assert market.transfers() == []
    assert await market.stands(session) == {}
    await world.act(session, "CHARGE", "25.00")
    await world.settle()
    await world.assert_equal(session)
    assert market.has() == {"anna": 900, "bert": 1350}


async def test_a_refund_of_one_line_is_taken_from_its_vendor_alone(world: World) -> None:
    market = await opened(world, "anna", "bert")
    session, order = await market.buy(goods("anna", "20.00", 2), goods("bert", "30.00"), shipping="5")
    await market.refund_lines(session, "20.00", (order.contents[0], 1))
    assert market.has() == {"anna": 1800, "bert": 2700}
    await market.refund_lines(session, "5.00", shipping=True)
    assert market.has() == {"anna": 1800, "bert": 2700}
    await world.act(session, "REFUND")
    await world.settle()
    await world.assert_equal(session)
    assert market.has() == {"anna": 0, "bert": 0}
    assert {one.state for one in (await market.stands(session)).values()} == {ShareState.REVERSED}


async def test_a_refund_of_a_mere_amount_is_everybodys(world: World) -> None:
    market = await opened(world, "anna", "bert")
    session, _ = await market.buy(goods("anna", "20.00"), goods("bert", "30.00"))
    await world.act(session, "REFUND", "5.00")
    await world.settle()
    assert market.has() == {"anna": 1620, "bert": 2430}


async def test_a_dispute_takes_the_shares_back_and_gives_them_back_when_it_is_won(world: World) -> None:
    market = await opened(world, "anna", "bert")
    session, _ = await market.buy(goods("anna", "20.00"), goods("bert", "30.00"))
    world.hands.set_balance(world.account.id, world.clock.seconds(), 50_000, "usd")
    dispute = world.hands.dispute(world.intent(session), world.clock.seconds())
    await world.settle()
    assert market.has() == {"anna": 0, "bert": 0}
    world.hands.decide(dispute.id, world.clock.seconds(), won=True)
    await world.settle()
    await world.assert_equal(session)
    assert market.has() == {"anna": 1800, "bert": 2700}
    assert {one.state for one in (await market.stands(session)).values()} == {ShareState.SENT}


async def test_a_dispute_that_is_lost_leaves_the_vendors_without_their_shares(world: World) -> None:
    market = await opened(world, "anna", "bert")
    session, _ = await market.buy(goods("anna", "20.00"), goods("bert", "30.00"))
    dispute = world.hands.dispute(world.intent(session), world.clock.seconds())
    world.hands.decide(dispute.id, world.clock.seconds(), won=False)
    await world.settle()
    assert market.has() == {"anna": 0, "bert": 0}


async def test_a_vendor_without_the_capability_waits_until_the_account_is_capable(world: World) -> None:
    market = await opened(world, "anna", policy=Policy(unpayable_vendor=Otherwise.HOLD))
    account = await market.vendor("bert", able=False)
    session, _ = await market.buy(goods("anna", "20.00"), goods("bert", "30.00"))
    assert market.has() == {"anna": 1800, "bert": 0}
    held = (await market.stands(session))["bert"]
    assert (held.state, held.reason, held.amount, held.sent) == (ShareState.HELD, "transfers_pending", 2700, 0)
    world.hands.finish_onboarding(account, world.clock.seconds())
    await market.shows("bert", CAPABLE)
    await market.pass_by(1)
    assert market.has() == {"anna": 1800, "bert": 2700}


async def test_what_stripe_refuses_is_held_with_its_reason_and_asked_for_ever_less_often(world: World) -> None:
    market = await opened(world, "anna")
    session, _ = await market.buy(goods("anna", "1.00"))
    world.hands.regress(market.accounts["anna"], world.clock.seconds())
    later, _ = await market.buy(goods("anna", "20.00"))
    held = (await market.stands(later))["anna"]
    assert (held.state, held.reason, held.failed) == (ShareState.HELD, "transfers_inactive", 1)
    for _ in range(3):
        await market.pass_by(600)
    again = (await market.stands(later))["anna"]
    assert 1 < again.failed <= 4
    assert again.next_try
    assert held.next_try
    assert again.next_try > held.next_try + timedelta(minutes=20)
    world.hands.finish_onboarding(market.accounts["anna"], world.clock.seconds())
    await market.pass_by(6 * 3600)
    assert market.has() == {"anna": 1890}
    assert (await market.stands(session))["anna"].state is ShareState.SENT


async def test_an_unknown_vendors_money_is_the_platforms_unless_it_is_to_be_held(world: World) -> None:
    market = await opened(world, "anna")
    session, _ = await market.buy(goods("anna", "20.00"), goods("nobody", "30.00"))
    assert market.has() == {"anna": 1800}
    split = await market.split(session)
    assert split.allocation
    assert split.allocation.platform == 3200
    await market.policy(Policy(unknown_vendor=Otherwise.HOLD))
    session, _ = await market.buy(goods("nobody", "30.00"))
    assert (await market.stands(session))["nobody"].reason == "unknown_vendor"
    await market.vendor("nobody")
    await market.pass_by(600)
    assert market.has()["nobody"] == 3000


async def test_a_payment_is_refused_for_a_vendor_who_cannot_be_paid_if_the_operator_says_so(world: World) -> None:
    market = await opened(world, policy=Policy(unpayable_vendor=Otherwise.REFUSE))
    await market.vendor("bert", able=False)
    checkout = purchases.create_checkout(world.saleor, [goods("bert", "20.00")])
    session = await world.served.courier.initialize(checkout.id, GATEWAY, by=world.staff)
    assert session.event.type == "CHARGE_FAILURE"
    assert world.stripe.registry.books(world.account.id).payment_intents == {}


async def test_a_cart_that_changed_since_the_payment_began_is_divided_by_its_order(world: World) -> None:
    market = await opened(world, "anna", "bert")
    checkout = purchases.create_checkout(world.saleor, [goods("anna", "20.00"), goods("bert", "30.00")])
    session = await world.served.courier.initialize(checkout.id, GATEWAY, by=world.staff)
    other = purchases.create_checkout(world.saleor, [goods("bert", "20.00"), goods("bert", "30.00")])
    checkout.contents = other.contents
    await world.pay(session)
    await world.process(session)
    purchases.complete_checkout(world.saleor, checkout.token)
    await world.settle()
    assert market.has() == {"anna": 0, "bert": 4500}
    assert (await market.split(session)).reason == "The order is of bert, and its checkout was of anna, bert."


async def test_goods_whose_product_is_hidden_by_then_are_their_vendors_all_the_same(world: World) -> None:
    market = await opened(world, "anna")
    checkout = purchases.create_checkout(world.saleor, [goods("anna", "20.00")])
    session = await world.served.courier.initialize(checkout.id, GATEWAY, by=world.staff)
    await world.pay(session)
    await world.process(session)
    checkout.contents[0].variant.product.metadata.clear()
    purchases.complete_checkout(world.saleor, checkout.token).contents[0].variant_hidden = True
    await world.settle()
    assert market.has() == {"anna": 1800}


async def test_money_is_released_when_a_vendors_lines_are_fulfilled(world: World) -> None:
    market = await opened(world, "anna", "bert", policy=Policy(release=Release.FULFILLED))
    session, order = await market.buy(goods("anna", "20.00"), goods("bert", "30.00"))
    assert market.has() == {"anna": 0, "bert": 0}
    purchases.fulfill(world.saleor, order, order.contents[1])
    await world.settle()
    assert market.has() == {"anna": 0, "bert": 2700}
    assert (await market.stands(session))["anna"].reason == "not_fulfilled"
    for lost in ("fulfillment_created", "fulfillment_approved"):
        world.served.courier.faults.add(DeliveryFault(DeliveryFailure.UNREACHABLE, lost, times=9))
    purchases.fulfill(world.saleor, order)
    await market.pass_by(6 * 3600)
    assert market.has() == {"anna": 1800, "bert": 2700}


async def test_money_is_released_after_days(world: World) -> None:
    market = await opened(world, "anna", policy=Policy(release=Release.AFTER_DAYS, release_after=3))
    await market.buy(goods("anna", "20.00"))
    await market.pass_by(2 * DAY)
    assert market.has() == {"anna": 0}
    await market.pass_by(DAY)
    assert market.has() == {"anna": 1800}


async def test_money_is_released_by_hand(world: World) -> None:
    market = await opened(world, "anna", policy=Policy(release=Release.BY_HAND))
    session, _ = await market.buy(goods("anna", "20.00"))
    await market.pass_by(10 * DAY)
    assert market.has() == {"anna": 0}
    [held] = (await market.stands(session)).values()
    assert await shares.release(world.backends.storage, held.transaction, "anna", "staff", world.clock())
    await world.settle()
    assert market.has() == {"anna": 1800}


async def test_what_an_empty_account_cannot_give_back_is_owed_and_kept_of_its_next_transfer(world: World) -> None:
    market = await opened(world)
    account = await market.vendor("anna", losses="stripe")
    session, _ = await market.buy(goods("anna", "20.00"))
    world.clock.advance(5 * DAY)
    world.hands.set_balance(account, world.clock.seconds(), 0, "usd")
    await world.act(session, "REFUND")
    await world.settle()
    await world.assert_equal(session)
    owed = (await market.stands(session))["anna"]
    assert (owed.state, owed.amount, owed.sent) == (ShareState.OWED, 0, 0)
    assert await debts.of_vendors(world.backends.storage, world.saleor.api_url, "usd") == {"anna": 1800}
    assert market.has() == {"anna": 1800}
    await market.buy(goods("anna", "10.00"))
    assert market.has() == {"anna": 1800}
    await market.buy(goods("anna", "15.00"))
    assert market.has() == {"anna": 1800 + 450}
    assert await debts.of_vendors(world.backends.storage, world.saleor.api_url, "usd") == {}


async def test_a_shop_without_vendors_asks_nothing_of_stripe_or_saleor_for_them(world: World) -> None:
    before = len(world.saleor.sent)
    session = await world.begin("20.00")
    await world.pay(session)
    await world.process(session)
    await world.settle()
    assert len(world.saleor.sent) >= before
    assert world.stripe.registry.books(world.account.id).transfers == {}
    assert Decimal(20) == (await world.assert_equal(session))[1].amounts.charged


async def test_two_payments_of_one_order_are_divided_like_one(world: World) -> None:
    market = await opened(world, "anna", "bert")
    order = purchases.create_order(world.saleor, [goods("anna", "20.00"), goods("bert", "29.99")])
    for amount in (Decimal("17.77"), Decimal("32.22")):
        session = await world.served.courier.initialize(order.id, GATEWAY, amount=amount, by=world.staff)
        await world.pay(session)
        await world.process(session)
        await world.settle()
    assert market.has() == {"anna": 1800, "bert": 2699}
    first, second = await explain(world.backends.storage, order.id)
    assert (first.split.number, second.split.number) == (1, 2)
    assert first.split.allocation
    assert second.split.allocation
    assert first.split.allocation.captured + second.split.allocation.captured == 4999


@pytest.mark.parametrize(("channel", "price", "share"), [("channel-jpy", "1001", 901), ("channel-kwd", "10.01", 9010)])
async def test_currencies_without_and_with_three_decimals(world: World, channel: str, price: str, share: int) -> None:
    market = await opened(world, "anna")
    checkout = purchases.create_checkout(world.saleor, [goods("anna", price)], channel=channel)
    session = await world.served.courier.initialize(checkout.id, GATEWAY, by=world.staff)
    await world.pay(session)
    await world.process(session)
    purchases.complete_checkout(world.saleor, checkout.token)
    await world.settle()
    assert market.has() == {"anna": share}


async def test_what_stripe_settles_in_another_currency_waits_for_staff(world: World) -> None:
    market = await opened(world, "anna")
    world.hands.settle_in(world.account.id, "usd", "eur", "0.9")
    session, _ = await market.buy(goods("anna", "20.00"))
    held = (await market.stands(session))["anna"]
    assert (held.state, held.reason) == (ShareState.HELD, "balance_currency")
    assert market.transfers() == []


async def test_every_share_is_explained_to_the_cent(world: World) -> None:
    market = await opened(world, "anna", policy=Policy(unknown_vendor=Otherwise.HOLD))
    session, order = await market.buy(goods("anna", "20.05", 3), goods("nobody", "10"), goods(None, "5"), shipping="4")
    names = (order.id, world.intent(session), transaction_id(session.transaction))
    for named in names:
        [one] = await explain(world.backends.storage, named)
        assert one.explanation
        assert sum(part.total for part in one.explanation.parts) == 7915
    for words in ("anna: sent, has 54.13 USD of 54.13 USD", "nobody: held, has 0.00 USD of", "No vendor with this key"):
        assert words in one.text
    assert await explain(world.backends.storage, order.id, "https://other.example/graphql/") == ()
