"""Money for a checkout that is no order: the app completes it, tells staff, or gives the money back."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from saleor_stripe_app.domain.order_awaited import LONG_PATIENCE, PATIENCE
from saleor_stripe_app.domain.payment import IntentStatus
from saleor_stripe_app.sandbox.saleor import purchases
from saleor_stripe_app.sandbox.saleor.checkout_removal import delete_checkout
from saleor_stripe_app.sandbox.saleor.checkouts import Checkout
from saleor_stripe_app.sandbox.saleor.faults import ApiFailure, ApiFault, DeliveryFailure, DeliveryFault
from saleor_stripe_app.sandbox.saleor.orders import Order
from saleor_stripe_app.sandbox.saleor.requestor import Requestor
from saleor_stripe_app.sandbox.saleor.sessions import Session
from saleor_stripe_app.sandbox.stripe.faults import Fault, FaultKind
from saleor_stripe_app.usecases.await_orders import await_orders
from saleor_stripe_app.usecases.check_up import check_up
from tests.acceptance.test_app_problems import shown
from tests.acceptance.test_payment_options import choose
from tests.acceptance.test_shop_day import authorized, charged, types
from tests.acceptance.world import GATEWAY, World

CAUSE = "charged-without-order"
HOUR = int(PATIENCE.total_seconds())
DAY = int(LONG_PATIENCE.total_seconds())


def checkout_of(world: World, session: Session) -> Checkout:
    found = world.saleor.source(session.transaction)
    assert isinstance(found, Checkout)
    return found


def order_of(world: World, session: Session) -> Order:
    found = world.saleor.source(session.transaction)
    assert isinstance(found, Order)
    return found


async def later(world: World, seconds: float) -> None:
    """Time passes, the app sees to what awaits an order, and both sides settle."""
    world.clock.advance(seconds)
    await await_orders(world.backends)
    await world.settle()


def sell_out(checkout: Checkout) -> None:
    for line in checkout.contents:
        line.variant.stock = 0


async def test_a_shopper_who_closes_the_tab_after_paying_has_an_order(world: World) -> None:
    await choose(world, complete_after=60)
    session = await world.begin("50.00")
    await world.pay(session)
    await world.settle()
    assert checkout_of(world, session).charge_status == "FULL"
    await later(world, 60)
    order = order_of(world, session)
    assert (order.status, order.charge_status) == ("UNFULFILLED", "FULL")
    payment, transaction = await world.assert_equal(session)
    assert transaction.order_number == order.number
    assert payment.metadata["saleor_order_number"] == order.number
    assert shown(world) == []
    assert await await_orders(world.backends) == 0


async def test_an_authorized_checkout_becomes_an_order_too(world: World) -> None:
    await choose(world, complete_after=60)
    session = await authorized(world)
    await later(world, 60)
    assert order_of(world, session).authorize_status == "FULL"
    await world.act(session, "CHARGE")
    await world.settle()
    await world.assert_equal(session)


async def test_the_app_completes_nothing_before_its_time_nor_unless_it_is_told_to(world: World) -> None:
    await choose(world, complete_after=600)
    early = await charged(world)
    await later(world, 300)
    assert checkout_of(world, early)
    await choose(world, complete_after=0)
    await later(world, DAY)
    assert checkout_of(world, early)


async def test_a_storefront_that_completes_the_checkout_leaves_nothing_to_do(world: World) -> None:
    await choose(world, complete_after=60)
    session = await charged(world)
    order = purchases.complete_checkout(world.saleor, checkout_of(world, session).token)
    await world.settle()
    world.clock.advance(HOUR)
    assert await await_orders(world.backends) == 0
    assert order_of(world, session) is order


async def test_a_channel_that_completes_by_itself_leaves_nothing_to_do(world: World) -> None:
    world.saleor.channel("default-channel").checkout_settings.automatically_complete_fully_paid_checkouts = True
    session = await charged(world)
    await later(world, 60)
    assert order_of(world, session)
    await later(world, DAY)
    assert shown(world) == []


async def test_without_an_order_staff_are_told_once_after_an_hour(world: World) -> None:
    session = await charged(world)
    await later(world, HOUR - 120)
    assert shown(world) == []
    await later(world, 120)
    (problem,) = shown(world, CAUSE)
    assert (problem.count, problem.is_critical) == (1, True)
    assert "100.00 USD" in problem.message
    assert types(session).count("INFO") == 1
    await later(world, DAY)
    await later(world, DAY)
    assert [one.count for one in shown(world, CAUSE)] == [1]
    assert types(session).count("INFO") == 1
    await world.assert_equal(session)


async def test_the_problem_is_taken_back_when_staff_make_an_order(world: World) -> None:
    session = await charged(world)
    await later(world, HOUR)
    assert len(shown(world, CAUSE)) == 1
    purchases.complete_checkout(world.saleor, checkout_of(world, session).token)
    await world.settle()
    await later(world, 0)
    assert shown(world) == []
    assert await await_orders(world.backends) == 0


async def test_the_problem_is_taken_back_when_staff_refund_the_payment(world: World) -> None:
    session = await charged(world)
    await later(world, HOUR)
    await world.act(session, "REFUND")
    await world.settle()
    await later(world, 6 * HOUR)
    assert shown(world) == []
    assert await await_orders(world.backends) == 0


async def test_a_problem_that_could_not_be_taken_back_is_by_the_check_up(world: World) -> None:
    session = await charged(world)
    await later(world, HOUR)
    purchases.complete_checkout(world.saleor, checkout_of(world, session).token)
    world.served.courier.faults.add(ApiFault(ApiFailure.STATUS, "AppProblemDismiss", times=1))
    await world.settle()
    await later(world, 0)
    assert len(shown(world, CAUSE)) == 1
    world.clock.advance(HOUR)
    assert world.installation is not None
    await check_up(world.backends, world.installation)
    assert shown(world) == []


async def test_what_is_out_of_stock_is_told_at_once_and_becomes_an_order_when_it_is_back(world: World) -> None:
    await choose(world, complete_after=60)
    session = await charged(world)
    checkout = checkout_of(world, session)
    sell_out(checkout)
    await later(world, 60)
    (problem,) = shown(world, CAUSE)
    assert "INSUFFICIENT_STOCK" in problem.message
    for line in checkout.contents:
        line.variant.stock = 5
    await later(world, HOUR)
    assert order_of(world, session)
    assert shown(world) == []


@pytest.mark.parametrize("flow", ["CHARGE", "AUTHORIZATION"])
async def test_what_stays_out_of_stock_is_returned_after_an_hour_if_that_is_chosen(world: World, flow: str) -> None:
    await choose(world, complete_after=60, without_order="return")
    session = await (charged(world) if flow == "CHARGE" else authorized(world))
    sell_out(checkout_of(world, session))
    await later(world, 60)
    payment, _ = await world.assert_equal(session)
    assert payment.holds_money
    await later(world, HOUR)
    payment, transaction = await world.assert_equal(session)
    assert not payment.holds_money
    returned = transaction.amounts.refunded if flow == "CHARGE" else transaction.amounts.canceled
    assert returned == Decimal(100)
    assert len(payment.refunds) == (1 if flow == "CHARGE" else 0)
    assert [refund.reason for refund in payment.refunds if refund.reason] == []
    await later(world, HOUR)
    await later(world, DAY)
    assert shown(world) == []
    payment, _ = await world.assert_equal(session)
    assert len(payment.refunds) <= 1


async def test_a_deleted_checkout_is_told_or_returned_at_once(world: World) -> None:
    told, returned = await charged(world), await charged(world, "70.00")
    delete_checkout(world.saleor, checkout_of(world, told))
    await later(world, HOUR)
    assert len(shown(world, CAUSE)) == 2
    await choose(world, without_order="return")
    delete_checkout(world.saleor, checkout_of(world, returned))
    await later(world, 6 * HOUR)
    for session in (told, returned):
        payment, _ = await world.assert_equal(session)
        assert payment.refunded == payment.amount
    await later(world, 6 * HOUR)
    assert shown(world) == []


async def test_a_bank_debit_without_a_checkout_is_returned_when_it_arrives(world: World) -> None:
    await choose(world, without_order="return")
    session = await world.begin("50.00", channel="channel-eur")
    await world.pay(session, "pm_sepaDebit")
    await world.settle()
    delete_checkout(world.saleor, checkout_of(world, session))
    await later(world, DAY)
    payment, _ = await world.assert_equal(session)
    assert payment.status is IntentStatus.PROCESSING
    world.hands.complete_processing(payment.id, world.clock.seconds())
    await world.settle()
    await later(world, 60)
    payment, _ = await world.assert_equal(session)
    assert payment.refund_pending == 5000
    await later(world, DAY)
    assert shown(world) == []


async def test_money_that_staff_partly_refunded_is_theirs(world: World) -> None:
    session = await charged(world)
    await world.act(session, "REFUND", "30.00")
    await world.settle()
    await choose(world, without_order="return")
    delete_checkout(world.saleor, checkout_of(world, session))
    await later(world, 2 * DAY)
    payment, transaction = await world.assert_equal(session)
    assert [refund.amount for refund in payment.refunds] == [3000]
    assert transaction.amounts.charged == Decimal(70)
    assert len(shown(world, CAUSE)) == 1


async def test_a_return_whose_answer_was_lost_happens_once(world: World) -> None:
    await choose(world, without_order="return")
    session = await charged(world)
    delete_checkout(world.saleor, checkout_of(world, session))
    world.stripe.faults.add(Fault(FaultKind.ANSWER_LOST, "POST", "/v1/refunds", times=4))
    await later(world, HOUR)
    world.stripe.faults.clear()
    await later(world, HOUR)
    payment, _ = await world.assert_equal(session)
    assert [refund.amount for refund in payment.refunds] == [10000]
    await later(world, HOUR)
    assert shown(world) == []


async def test_a_partly_paid_checkout_is_left_open_for_the_rest(world: World) -> None:
    await choose(world, complete_after=60)
    checkout = purchases.checkout_of(world.saleor, "100.00")
    parts = [await pay_part(world, checkout, amount) for amount in ("40.00", "60.00")]
    await later(world, 30)
    assert len(checkout.transactions) == 2
    await later(world, 60)
    order = order_of(world, parts[0])
    assert (order.charge_status, len(order.transactions)) == ("FULL", 2)
    for part in parts:
        await world.assert_equal(part)


async def test_half_a_payment_is_told_after_a_day(world: World) -> None:
    await choose(world, complete_after=60)
    checkout = purchases.checkout_of(world.saleor, "100.00")
    await pay_part(world, checkout, "40.00")
    await later(world, HOUR)
    await later(world, DAY - 2 * HOUR)
    assert shown(world) == []
    await later(world, 2 * HOUR)
    (problem,) = shown(world, CAUSE)
    assert "not paid in full" in problem.message


async def pay_part(world: World, checkout: Checkout, amount: str) -> Session:
    staff = Requestor(permissions=frozenset({"HANDLE_PAYMENTS"}))
    session = await world.served.courier.initialize(
        checkout.id, GATEWAY, amount=Decimal(amount), action="CHARGE", by=staff
    )
    await world.pay(session)
    await world.process(session)
    await world.settle()
    return session


@pytest.mark.parametrize("event", ["checkout_fully_paid", "checkout_fully_authorized"])
async def test_a_missed_webhook_changes_nothing(world: World, event: str) -> None:
    await choose(world, complete_after=60)
    world.served.courier.faults.add(DeliveryFault(DeliveryFailure.UNREACHABLE, event, times=9))
    session = await charged(world)
    await later(world, 60)
    assert order_of(world, session)


async def test_a_paid_checkout_is_a_reason_to_look(world: World) -> None:
    session = await charged(world)
    assert session.transaction
    assert {"checkout_fully_paid", "checkout_fully_authorized"} <= {sent.call.event for sent in world.saleor.sent}


async def test_two_replicas_make_one_order(world: World) -> None:
    await choose(world, complete_after=60)
    session = await charged(world)
    world.clock.advance(60)
    other = replace(world.backends, owner="another")
    seen = await asyncio.gather(await_orders(world.backends), await_orders(other))
    assert sorted(seen) == [0, 1]
    await world.settle()
    assert order_of(world, session)
    assert len(world.saleor.orders) == 1


async def test_a_saleor_that_does_not_answer_is_asked_again(world: World) -> None:
    await choose(world, complete_after=60)
    session = await charged(world)
    world.served.courier.faults.add(ApiFault(ApiFailure.STATUS, "CheckoutComplete", times=1))
    await later(world, 60)
    assert checkout_of(world, session)
    assert shown(world) == []
    await later(world, 60)
    assert order_of(world, session)


async def test_a_completion_whose_answer_was_lost_is_found_done(world: World) -> None:
    await choose(world, complete_after=60)
    session = await charged(world)
    world.served.courier.faults.add(ApiFault(ApiFailure.LOST_AFTER, "CheckoutComplete", times=1))
    await later(world, 60)
    await later(world, 60)
    assert order_of(world, session)
    assert shown(world) == []
    assert await await_orders(world.backends) == 0


async def test_the_intent_that_was_returned_says_so_on_the_transaction(world: World) -> None:
    await choose(world, without_order="return")
    session = await charged(world)
    delete_checkout(world.saleor, checkout_of(world, session))
    await later(world, HOUR)
    payment, transaction = await world.assert_equal(session)
    assert payment.status is IntentStatus.SUCCEEDED
    said = [event.message for event in transaction.events if event.type == "INFO"]
    assert any("no order was made" in message for message in said)
    assert timedelta(0) <= world.clock() - transaction.events[-1].time < timedelta(hours=2)
