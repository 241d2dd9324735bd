"""An order that exists already, such as an invoice, is paid like a checkout."""

from decimal import Decimal

import pytest

from saleor_stripe_app.domain.payment import IntentStatus
from saleor_stripe_app.sandbox.saleor import actions, purchases
from saleor_stripe_app.sandbox.saleor.orders import Order
from saleor_stripe_app.sandbox.saleor.purchases import Item
from saleor_stripe_app.sandbox.saleor.requestor import Requestor
from saleor_stripe_app.sandbox.saleor.sessions import Session
from saleor_stripe_app.sandbox.saleor.shop import Flow
from tests.acceptance.test_app_problems import shown
from tests.acceptance.test_shop_day import types
from tests.acceptance.world import GATEWAY, World

STAFF = Requestor(permissions=frozenset({"HANDLE_PAYMENTS"}))


def invoice(world: World, *, known: bool = False) -> Order:
    """An unpaid order of 100.00, of a guest or of a customer with an account."""
    order = purchases.create_order(world.saleor, [Item("Monospace Tee", Decimal(50), 2)])
    if known:
        order.user = world.saleor.add_user("shopper@shop.example")
        order.email = order.user.email
    return order


async def begin(world: World, order: Order, flow: Flow = "CHARGE", amount: str | None = None) -> Session:
    given = Decimal(amount) if amount else None
    return await world.served.courier.initialize(order.id, GATEWAY, amount=given, action=flow, by=STAFF)


@pytest.mark.parametrize("known", [False, True], ids=["guest", "user"])
async def test_an_order_is_charged(world: World, known: bool) -> None:
    order = invoice(world, known=known)
    session = await begin(world, order)
    assert session.event.type == "CHARGE_ACTION_REQUIRED"
    await world.pay(session)
    assert (await world.process(session)).event.type == "CHARGE_SUCCESS"
    await world.settle()
    payment, transaction = await world.assert_equal(session)
    assert (order.charge_status, transaction.amounts.charged) == ("FULL", Decimal(100))
    assert payment.metadata["saleor_order_number"] == order.number
    assert shown(world) == []


@pytest.mark.parametrize("known", [False, True], ids=["guest", "user"])
async def test_an_order_is_authorized_and_captured_in_two_parts(world: World, known: bool) -> None:
    order = invoice(world, known=known)
    session = await begin(world, order, "AUTHORIZATION")
    await world.pay(session, "pm_card_visa")
    assert (await world.process(session)).event.type == "AUTHORIZATION_SUCCESS"
    await world.settle()
    assert (order.authorize_status, order.charge_status) == ("FULL", "NONE")
    await world.act(session, "CHARGE", "100.00")
    await world.settle()
    payment, _ = await world.assert_equal(session)
    assert (payment.status, order.charge_status) == (IntentStatus.SUCCEEDED, "FULL")


async def test_an_authorized_order_can_be_released(world: World) -> None:
    order = invoice(world)
    session = await begin(world, order, "AUTHORIZATION")
    await world.pay(session)
    await world.settle()
    await world.act(session, "CANCEL")
    await world.settle()
    _, transaction = await world.assert_equal(session)
    assert (transaction.amounts.canceled, order.authorize_status) == (Decimal(100), "NONE")


async def test_another_card_pays_an_order_after_a_decline(world: World) -> None:
    order = invoice(world)
    session = await begin(world, order)
    await world.pay(session, "pm_card_chargeDeclinedInsufficientFunds")
    assert (await world.process(session)).event.type == "CHARGE_ACTION_REQUIRED"
    await world.settle()
    await world.pay(session)
    assert (await world.process(session)).event.type == "CHARGE_SUCCESS"
    await world.settle()
    await world.assert_equal(session)
    assert order.charge_status == "FULL"
    assert "CHARGE_FAILURE" not in types(session)


async def test_a_shopper_who_never_returns_has_paid_the_order(world: World) -> None:
    order = invoice(world)
    session = await begin(world, order)
    await world.pay(session)
    await world.settle()
    await world.assert_equal(session)
    assert order.charge_status == "FULL"


async def test_two_transactions_pay_one_order(world: World) -> None:
    order = invoice(world)
    parts = []
    for amount, status in (("30.00", "PARTIAL"), ("70.00", "FULL")):
        part = await begin(world, order, amount=amount)
        await world.pay(part)
        await world.process(part)
        await world.settle()
        assert order.charge_status == status
        parts.append(part)
    for part in parts:
        await world.assert_equal(part)
    assert shown(world) == []


async def test_the_rest_of_an_order_is_asked_for_when_no_amount_is_named(world: World) -> None:
    order = invoice(world)
    first = await begin(world, order, amount="30.00")
    await world.pay(first)
    await world.settle()
    second = await begin(world, order)
    await world.pay(second)
    await world.settle()
    payment, _ = await world.assert_equal(second)
    assert payment.amount == 7000
    assert order.charge_status == "FULL"


async def test_an_order_is_refunded_in_parts(world: World) -> None:
    order = invoice(world)
    session = await begin(world, order)
    await world.pay(session)
    await world.settle()
    await world.act(session, "REFUND", "40.00")
    await world.act(session, "REFUND", "60.00")
    await world.settle()
    payment, transaction = await world.assert_equal(session)
    assert [refund.amount for refund in payment.refunds] == [4000, 6000]
    assert (transaction.amounts.refunded, order.charge_status) == (Decimal(100), "NONE")


async def test_a_granted_refund_of_an_order_reaches_stripe(world: World) -> None:
    order = invoice(world)
    session = await begin(world, order)
    await world.pay(session)
    await world.settle()
    granted = purchases.grant_refund(world.saleor, session.transaction, Decimal(50), reason="Wrong size")
    actions.request_granted_refund(world.saleor, granted, by=world.staff)
    await world.settle()
    payment, _ = await world.assert_equal(session)
    assert [refund.amount for refund in payment.refunds] == [5000]
    assert granted.status == "SUCCESS"
    assert order.total_refunded.amount == Decimal(50)
