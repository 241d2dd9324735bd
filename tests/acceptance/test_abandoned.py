"""Intents that nobody paid are canceled, Saleor is told, and a shopper who comes back begins anew."""

from dataclasses import replace
from decimal import Decimal

import pytest

from saleor_stripe_app.domain.equality import differences
from saleor_stripe_app.domain.payment import IntentStatus
from saleor_stripe_app.saleor import transactions as saleor_transactions
from saleor_stripe_app.sandbox.saleor import purchases
from saleor_stripe_app.sandbox.saleor.checkout_removal import delete_checkout
from saleor_stripe_app.sandbox.saleor.checkouts import Checkout
from saleor_stripe_app.sandbox.saleor.faults import ApiFailure, ApiFault
from saleor_stripe_app.sandbox.saleor.purchases import Item
from saleor_stripe_app.sandbox.saleor.requestor import Requestor
from saleor_stripe_app.sandbox.saleor.saleor import transaction_id
from saleor_stripe_app.sandbox.saleor.sessions import Session
from saleor_stripe_app.sandbox.saleor.shop import Flow
from saleor_stripe_app.sandbox.stripe.faults import Fault, FaultKind
from saleor_stripe_app.storage import configurations, tables
from saleor_stripe_app.stripe_gateway import payments
from saleor_stripe_app.usecases.cancel_abandoned import cancel_abandoned
from saleor_stripe_app.usecases.look_at_everything import look_at_everything
from tests.acceptance.test_shop_day import authorized, charged
from tests.acceptance.world import GATEWAY, World, opened

DAY = 86400


async def differing(world: World, session: Session) -> dict[str, tuple[Decimal, Decimal]]:
    """By the intent's own id: below 3.23 the answer is a failure, whose reference becomes the transaction's."""
    assert world.configuration is not None
    assert world.installation is not None
    client = world.backends.stripe.client(world.configuration.secret_key)
    payment = await payments.read(client, world.intent(session))
    number = transaction_id(session.transaction)
    transaction = await saleor_transactions.read(world.backends.saleor, world.installation, number)
    assert payment is not None
    assert transaction is not None
    return differences(payment, transaction)


async def test_an_intent_that_nobody_paid_is_canceled_after_a_day_and_told(world: World) -> None:
    session = await world.begin("40.00")
    world.clock.advance(DAY - 60)
    assert await cancel_abandoned(world.backends) == 0
    world.clock.advance(61)
    assert await cancel_abandoned(world.backends) == 1
    await world.settle()
    payment, transaction = await world.assert_equal(session)
    assert (payment.status, payment.cancellation_reason) == (IntentStatus.CANCELED, "abandoned")
    assert transaction.amounts.canceled == Decimal(40)
    assert transaction.amounts.authorized == transaction.amounts.charged == 0
    assert await cancel_abandoned(world.backends) == 0


@pytest.mark.parametrize(("version", "answer"), [("3.24", "CANCEL_SUCCESS"), ("3.22", "CHARGE_FAILURE")])
async def test_a_shopper_who_comes_back_hears_of_it_and_pays_anew(sqlite_url: str, version: str, answer: str) -> None:
    async with opened(sqlite_url, version=version) as world:
        await world.install()
        await world.configure()
        left = await world.begin("40.00")
        world.clock.advance(DAY + 1)
        assert await cancel_abandoned(world.backends) == 1
        back = await world.process(left)
        assert back.event.type == answer
        await world.settle()
        assert await differing(world, left) == {}
        again = await world.begin("40.00")
        await world.pay(again)
        await world.process(again)
        await world.settle()
        payment, _ = await world.assert_equal(again)
        assert payment.status is IntentStatus.SUCCEEDED


async def test_a_payment_under_way_elsewhere_is_canceled_neither(world: World) -> None:
    paid, held = await charged(world), await authorized(world)
    world.clock.advance(DAY + 1)
    assert await cancel_abandoned(world.backends) == 0
    await world.settle()
    await world.assert_equal(paid)
    payment, _ = await world.assert_equal(held)
    assert payment.status is IntentStatus.REQUIRES_CAPTURE
    async with world.backends.storage.read() as connection:
        left = (await connection.execute(tables.transactions.select())).all()
    assert [row.abandoned_after for row in left] == [None, None]


async def test_a_few_are_canceled_at_a_time(world: World) -> None:
    sessions = [await world.begin("10.00") for _ in range(3)]
    world.clock.advance(DAY + 1)
    assert await cancel_abandoned(world.backends, 2) == 2
    assert await cancel_abandoned(world.backends, 2) == 1
    await world.settle()
    for session in sessions:
        await world.assert_equal(session)


async def test_a_cancel_whose_answer_was_lost_is_told_once(world: World) -> None:
    session = await world.begin("40.00")
    world.clock.advance(DAY + 1)
    world.stripe.faults.add(Fault(FaultKind.ANSWER_LOST, "POST", "/v1/payment_intents/.*/cancel", times=4))
    await cancel_abandoned(world.backends)
    world.stripe.faults.clear()
    await world.settle()
    _, transaction = await world.assert_equal(session)
    assert [event.type for event in transaction.events].count("CANCEL_SUCCESS") == 1


async def test_a_cancel_that_never_reached_stripe_spares_who_paid_meanwhile(world: World) -> None:
    session = await world.begin("40.00", flow="AUTHORIZATION")
    world.clock.advance(DAY + 1)
    world.stripe.faults.add(Fault(FaultKind.REQUEST_LOST, "POST", "/v1/payment_intents/.*/cancel", times=4))
    assert await cancel_abandoned(world.backends) == 0
    world.stripe.faults.clear()
    await world.pay(session)
    await world.settle()
    payment, _ = await world.assert_equal(session)
    assert payment.status is IntentStatus.REQUIRES_CAPTURE


async def test_a_key_that_stripe_refuses_is_asked_again_a_day_later(world: World) -> None:
    session = await world.begin("40.00")
    assert world.configuration is not None
    refused = replace(world.configuration, secret_key="sk_test_revoked1234567890")
    await configurations.update(world.backends.storage, refused)
    world.clock.advance(DAY + 1)
    assert await cancel_abandoned(world.backends) == 0
    await configurations.update(world.backends.storage, world.configuration)
    assert await cancel_abandoned(world.backends) == 0
    world.clock.advance(DAY)
    assert await cancel_abandoned(world.backends) == 1
    await world.settle()
    await world.assert_equal(session)


async def begin_for(world: World, source: str, flow: Flow = "CHARGE") -> Session:
    staff = Requestor(permissions=frozenset({"HANDLE_PAYMENTS"}))
    return await world.served.courier.initialize(source, GATEWAY, amount=Decimal(50), action=flow, by=staff)


async def test_an_intent_is_canceled_once_another_payment_has_completed_its_checkout(world: World) -> None:
    checkout = purchases.checkout_of(world.saleor, "50.00")
    left, paid = await begin_for(world, checkout.id), await begin_for(world, checkout.id)
    await world.pay(paid)
    await world.settle()
    assert await cancel_abandoned(world.backends) == 0
    purchases.complete_checkout(world.saleor, checkout.token)
    await world.settle()
    assert await cancel_abandoned(world.backends) == 1
    await world.settle()
    payment, transaction = await world.assert_equal(left)
    assert (payment.status, payment.cancellation_reason) == (IntentStatus.CANCELED, "abandoned")
    assert transaction.amounts.canceled == Decimal(50)
    kept, _ = await world.assert_equal(paid)
    assert kept.status is IntentStatus.SUCCEEDED
    assert await cancel_abandoned(world.backends) == 0


async def test_an_intent_of_an_order_that_still_wants_money_may_still_be_paid(world: World) -> None:
    order = purchases.create_order(world.saleor, [Item("Monospace Tee", Decimal(100))])
    first, second = await begin_for(world, order.id), await begin_for(world, order.id)
    await world.pay(first)
    await world.settle()
    assert await cancel_abandoned(world.backends) == 0
    await world.pay(second)
    await world.settle()
    await world.assert_equal(second)
    assert order.charge_status == "FULL"


async def test_an_intent_is_canceled_once_another_has_paid_for_the_order(world: World) -> None:
    order = purchases.create_order(world.saleor, [Item("Monospace Tee", Decimal(50))])
    left, paid = await begin_for(world, order.id), await begin_for(world, order.id)
    await world.pay(paid)
    await world.settle()
    assert await cancel_abandoned(world.backends) == 1
    await world.settle()
    payment, _ = await world.assert_equal(left)
    assert payment.status is IntentStatus.CANCELED


async def test_an_intent_whose_checkout_is_gone_is_canceled_at_the_next_look(world: World) -> None:
    session = await world.begin("40.00")
    source = world.saleor.source(session.transaction)
    assert isinstance(source, Checkout)
    delete_checkout(world.saleor, source)
    await look_at_everything(world.backends, world.saleor.api_url)
    await world.settle()
    assert await cancel_abandoned(world.backends) == 1
    await world.settle()
    payment, _ = await world.assert_equal(session)
    assert payment.status is IntentStatus.CANCELED


async def test_an_intent_is_spared_where_saleor_does_not_say_whether_it_is_wanted(world: World) -> None:
    order = purchases.create_order(world.saleor, [Item("Monospace Tee", Decimal(50))])
    left, paid = await begin_for(world, order.id), await begin_for(world, order.id)
    await world.pay(paid)
    await world.settle()
    world.served.courier.faults.add(ApiFault(ApiFailure.STATUS, "Transaction", times=1))
    assert await cancel_abandoned(world.backends) == 0
    world.clock.advance(3600)
    assert await cancel_abandoned(world.backends) == 1
    await world.settle()
    await world.assert_equal(left)
