"""Money that no order was waiting for: for a canceled order, or for one that other payments had paid for."""

from decimal import Decimal

import pytest

from saleor_stripe_app.domain.payment import IntentStatus
from saleor_stripe_app.sandbox.saleor import purchases
from saleor_stripe_app.sandbox.saleor.apps import Dismissed
from saleor_stripe_app.sandbox.saleor.faults import DeliveryFailure, DeliveryFault
from saleor_stripe_app.sandbox.saleor.money import Money, TaxedMoney
from saleor_stripe_app.sandbox.saleor.order_cancellation import cancel_order
from saleor_stripe_app.sandbox.saleor.orders import Order
from saleor_stripe_app.sandbox.saleor.purchases import Item
from saleor_stripe_app.sandbox.saleor.requestor import Requestor
from saleor_stripe_app.sandbox.saleor.sessions import Session
from saleor_stripe_app.sandbox.saleor.shop import Flow
from saleor_stripe_app.sandbox.stripe.faults import Fault, FaultKind
from saleor_stripe_app.usecases.check_up import EVERY, check_up
from saleor_stripe_app.usecases.look_at_everything import look_at_everything
from tests.acceptance.test_app_problems import shown
from tests.acceptance.test_payment_options import choose
from tests.acceptance.test_shop_day import types
from tests.acceptance.world import GATEWAY, World

CAUSE = "surplus-payment"
MANAGER = Requestor(permissions=frozenset({"HANDLE_PAYMENTS", "MANAGE_ORDERS"}))


def unpaid_order(world: World, amount: str = "100.00") -> Order:
    """An order made by staff, such as an invoice."""
    return purchases.create_order(world.saleor, [Item("Monospace Tee", Decimal(amount))])


async def begin(world: World, order: Order, amount: str | None = None, flow: Flow = "CHARGE") -> Session:
    given = Decimal(amount) if amount else order.total.gross.amount
    return await world.served.courier.initialize(order.id, GATEWAY, amount=given, action=flow, by=MANAGER)


async def pay(world: World, order: Order, amount: str | None = None, flow: Flow = "CHARGE") -> Session:
    session = await begin(world, order, amount, flow)
    await world.pay(session)
    await world.process(session)
    await world.settle()
    return session


async def look_again(world: World) -> None:
    """Whatever was missed, the daily comparison looks at every payment."""
    await look_at_everything(world.backends, world.saleor.api_url)
    await world.settle()


async def checked_up(world: World) -> None:
    world.clock.advance(EVERY.total_seconds())
    assert world.installation is not None
    await check_up(world.backends, world.installation)


async def test_a_second_payment_of_a_paid_order_is_told(world: World) -> None:
    order = unpaid_order(world)
    first, second = await pay(world, order), await pay(world, order)
    assert order.charge_status == "OVERCHARGED"
    (problem,) = shown(world, CAUSE)
    payment, transaction = await world.assert_equal(second)
    assert payment.id in problem.message
    assert not problem.is_critical
    assert "other payments had paid" in next(event.message for event in transaction.events if event.type == "INFO")
    assert "INFO" not in types(first)
    await look_again(world)
    assert [one.count for one in shown(world, CAUSE)] == [1]
    assert types(second).count("INFO") == 1


async def test_a_second_payment_is_returned_if_that_is_chosen_and_the_first_is_kept(world: World) -> None:
    await choose(world, surplus="return")
    order = unpaid_order(world)
    first, second = await pay(world, order), await pay(world, order)
    kept, _ = await world.assert_equal(first)
    returned, transaction = await world.assert_equal(second)
    assert (kept.refunds, order.charge_status) == ((), "FULL")
    assert [(refund.amount, refund.reason) for refund in returned.refunds] == [(10000, "duplicate")]
    assert any("Returned" in event.message for event in transaction.events if event.type == "INFO")
    await look_again(world)
    assert len((await world.assert_equal(second))[0].refunds) == 1
    assert shown(world) == []


async def test_a_second_authorization_is_canceled_if_that_is_chosen(world: World) -> None:
    await choose(world, surplus="return")
    order = unpaid_order(world)
    await pay(world, order)
    second = await pay(world, order, flow="AUTHORIZATION")
    payment, transaction = await world.assert_equal(second)
    assert (payment.status, payment.cancellation_reason) == (IntentStatus.CANCELED, "duplicate")
    assert transaction.amounts.canceled == Decimal(100)


async def test_two_payments_of_one_checkout_leave_one(world: World) -> None:
    await choose(world, surplus="return")
    checkout = purchases.checkout_of(world.saleor, "80.00")
    sessions = [
        await world.served.courier.initialize(checkout.id, GATEWAY, amount=Decimal(80), action="CHARGE", by=MANAGER)
        for _ in range(2)
    ]
    for session in sessions:
        await world.pay(session)
    await world.settle()
    order = purchases.complete_checkout(world.saleor, checkout.token)
    await world.settle()
    payments = [(await world.assert_equal(session))[0] for session in sessions]
    assert sorted(payment.refunded for payment in payments) == [0, 8000]
    assert order.charge_status == "FULL"


async def test_parts_that_come_to_more_are_told_to_nobody_and_kept(world: World) -> None:
    """Each was needed when it came; what to do with the difference is for people to say."""
    await choose(world, surplus="return")
    order = unpaid_order(world)
    parts = [await pay(world, order, "60.00"), await pay(world, order, "60.00")]
    assert order.charge_status == "OVERCHARGED"
    for part in parts:
        assert (await world.assert_equal(part))[0].refunds == ()


async def test_an_order_that_becomes_cheaper_returns_nothing_by_itself(world: World) -> None:
    await choose(world, surplus="return")
    order = unpaid_order(world)
    parts = [await pay(world, order, "60.00"), await pay(world, order, "40.00")]
    for line in order.contents:
        line.unit_price = TaxedMoney(Money(Decimal(50), "USD"), Money(Decimal(50), "USD"))
    assert order.charge_status == "OVERCHARGED"
    await look_again(world)
    for part in parts:
        assert (await world.assert_equal(part))[0].refunds == ()
    assert shown(world) == []


@pytest.mark.parametrize("event_missed", [False, True])
async def test_money_of_a_canceled_order_is_told(world: World, event_missed: bool) -> None:
    order = unpaid_order(world)
    session = await pay(world, order)
    if event_missed:
        world.served.courier.faults.add(DeliveryFault(DeliveryFailure.UNREACHABLE, "order_cancelled", times=9))
    cancel_order(world.saleor, order, by=MANAGER)
    await world.settle()
    if event_missed:
        assert shown(world) == []
        await look_again(world)
    assert len(shown(world, CAUSE)) == 1
    payment, _ = await world.assert_equal(session)
    assert payment.refunds == ()
    await world.act(session, "REFUND")
    await world.settle()
    await checked_up(world)
    assert shown(world) == []


@pytest.mark.parametrize("flow", ["CHARGE", "AUTHORIZATION"])
async def test_money_of_a_canceled_order_is_returned_if_that_is_chosen(world: World, flow: Flow) -> None:
    await choose(world, surplus="return")
    order = unpaid_order(world)
    session = await pay(world, order, flow=flow)
    cancel_order(world.saleor, order, by=MANAGER)
    await world.settle()
    payment, transaction = await world.assert_equal(session)
    assert not payment.holds_money
    assert transaction.amounts.refunded + transaction.amounts.canceled == Decimal(100)
    await look_again(world)
    assert len((await world.assert_equal(session))[0].refunds) == (1 if flow == "CHARGE" else 0)


async def test_money_that_arrives_for_a_canceled_order_is_returned_if_that_is_chosen(world: World) -> None:
    await choose(world, surplus="return")
    order = unpaid_order(world)
    session = await begin(world, order)
    cancel_order(world.saleor, order, by=MANAGER)
    await world.pay(session)
    await world.settle()
    payment, _ = await world.assert_equal(session)
    assert payment.refunded == 10000
    assert shown(world) == []


@pytest.mark.parametrize("arrives", [True, False])
async def test_a_bank_debit_under_way_when_its_order_is_canceled_is_returned_when_it_arrives(
    world: World, *, arrives: bool
) -> None:
    await choose(world, surplus="return")
    order = purchases.create_order(world.saleor, [Item("Monospace Tee", Decimal(100))], channel="channel-eur")
    session = await begin(world, order)
    await world.pay(session, "pm_sepaDebit")
    await world.settle()
    cancel_order(world.saleor, order, by=MANAGER)
    await world.settle()
    payment, _ = await world.assert_equal(session)
    assert payment.status is IntentStatus.PROCESSING
    assert shown(world) == [], "nothing can be done before the bank answers"
    world.hands.complete_processing(payment.id, world.clock.seconds(), succeeds=arrives)
    await world.settle()
    payment, _ = await world.assert_equal(session)
    assert payment.refunded + payment.refund_pending == (10000 if arrives else 0)
    assert shown(world) == []


async def test_what_staff_captured_or_partly_refunded_is_theirs(world: World) -> None:
    await choose(world, surplus="return")
    captured, refunded = unpaid_order(world), unpaid_order(world)
    one, other = await pay(world, captured, flow="AUTHORIZATION"), await pay(world, refunded)
    await world.act(one, "CHARGE", "100.00")
    await world.act(other, "REFUND", "25.00")
    await world.settle()
    for order in (captured, refunded):
        cancel_order(world.saleor, order, by=MANAGER)
    await world.settle()
    assert (await world.assert_equal(one))[0].refunds == ()
    assert [refund.amount for refund in (await world.assert_equal(other))[0].refunds] == [2500]
    assert len(shown(world, CAUSE)) == 2


async def test_what_was_left_to_staff_stays_with_them_when_the_choice_changes(world: World) -> None:
    order = unpaid_order(world)
    session = await pay(world, order)
    cancel_order(world.saleor, order, by=MANAGER)
    await world.settle()
    await choose(world, surplus="return")
    await look_again(world)
    assert (await world.assert_equal(session))[0].refunds == ()


async def test_a_problem_that_staff_dismissed_is_not_told_again(world: World) -> None:
    order = unpaid_order(world)
    await pay(world, order)
    await pay(world, order)
    (problem,) = shown(world, CAUSE)
    problem.dismissed = Dismissed("STAFF")
    await look_again(world)
    await checked_up(world)
    assert shown(world) == []


@pytest.mark.parametrize("kind", [FaultKind.ANSWER_LOST, FaultKind.REQUEST_LOST])
async def test_a_return_that_stripe_did_not_answer_happens_once(world: World, kind: FaultKind) -> None:
    await choose(world, surplus="return")
    order = unpaid_order(world)
    session = await begin(world, order)
    cancel_order(world.saleor, order, by=MANAGER)
    await world.pay(session)
    world.stripe.faults.add(Fault(kind, "POST", "/v1/refunds", times=4))
    await world.settle()
    world.stripe.faults.clear()
    world.clock.advance(60)
    await look_again(world)
    payment, _ = await world.assert_equal(session)
    assert [refund.amount for refund in payment.refunds] == [10000]


async def test_money_that_a_bank_disputes_cannot_go_back_and_is_told(world: World) -> None:
    await choose(world, surplus="return")
    order = unpaid_order(world)
    session = await pay(world, order)
    world.hands.dispute(world.intent(session), world.clock.seconds(), amount=4000)
    await world.settle()
    cancel_order(world.saleor, order, by=MANAGER)
    await world.settle()
    assert len(shown(world, CAUSE)) == 1
    assert (await world.assert_equal(session))[0].refunds == ()
