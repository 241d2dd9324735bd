"""Holds on a customer's money are renewed before they run out: the old one lets go when the new one is there."""

import asyncio
from dataclasses import replace
from decimal import Decimal

import pytest

from saleor_stripe_app.domain.options import Choices, Unwanted
from saleor_stripe_app.domain.payment import IntentStatus
from saleor_stripe_app.sandbox.saleor import purchases
from saleor_stripe_app.sandbox.saleor.faults import ApiFailure, ApiFault, DeliveryFailure, DeliveryFault
from saleor_stripe_app.sandbox.saleor.orders import Order
from saleor_stripe_app.sandbox.saleor.purchases import Item
from saleor_stripe_app.sandbox.saleor.requestor import ANONYMOUS, Requestor
from saleor_stripe_app.sandbox.saleor.sessions import Session
from saleor_stripe_app.sandbox.stripe.authorizations import MERCHANT_INITIATED_VISA_SECONDS
from saleor_stripe_app.sandbox.stripe.card_numbers import FUNDS, Behaviour
from saleor_stripe_app.sandbox.stripe.faults import Fault, FaultKind
from saleor_stripe_app.usecases.look_at_timely import look_at_timely
from saleor_stripe_app.usecases.sweep import sweep
from saleor_stripe_app.usecases.update_configuration import Changes, update_configuration
from tests.acceptance import chaos
from tests.acceptance.headless import TEE, intents, intents_of, token
from tests.acceptance.test_app_problems import shown
from tests.acceptance.test_expiring import HOURS, WEEK, pass_by, words
from tests.acceptance.test_shop_day import types
from tests.acceptance.world import GATEWAY, World


async def choose(world: World, **chosen: object) -> None:
    """Staff choose options of the configuration."""
    assert world.configuration is not None
    assert world.installation is not None
    changes = Changes(options=Choices(**chosen))  # type: ignore[arg-type]
    saved = await update_configuration(world.backends, world.installation, world.configuration.id, changes)
    world.configuration = saved.configuration


async def held(world: World, method: str = "pm_card_visa", *, saved: bool = True) -> tuple[Order, Session]:
    """An order of a customer with an account, who authorizes it, and by consent saves the card."""
    order = purchases.create_order(world.saleor, [Item(TEE, Decimal(100))])
    order.user = world.saleor.add_user(f"{world.saleor.uuid()}@shop.example")
    order.email = order.user.email
    order.channel.payment_settings.default_transaction_flow_strategy = "AUTHORIZATION"
    said = {"confirmationToken": token(world, method), "savePaymentMethod": saved}
    by = Requestor.of_user(order.user)
    session = await world.served.courier.initialize(order.id, GATEWAY, data={"paymentIntent": said}, by=by)
    assert session.event.type == "AUTHORIZATION_SUCCESS"
    await world.settle()
    return order, session


def renewed(order: Order) -> Session:
    """The transaction that was begun last for an order."""
    latest = order.transactions[-1]
    return Session(latest, latest.events[-1], None)


def turn(world: World, session: Session, behaviour: Behaviour) -> None:
    """The bank has become of another mind about a card."""
    for books in world.stripe.registry.all_books():
        intent = books.payment_intents.get(intents_of(session))
        if intent is not None:
            assert intent.payment_method is not None
            books.payment_methods[intent.payment_method].behaviour = behaviour


def world_intent(session: Session) -> str:
    """The intent by what Saleor keeps of it."""
    return session.transaction.psp_reference or ""


def when(session: Session, kind: str) -> int:
    """The number that Saleor gave to an event: it counts all of them."""
    return next(event.number for event in session.transaction.events if event.type == kind)


async def until_renewal(world: World) -> None:
    """Almost a week passes, with a look in between as time alone brings it about."""
    await pass_by(world, WEEK - 12 * HOURS)
    await pass_by(world, 7 * HOURS)


async def test_an_order_is_authorized_anew_before_its_authorization_runs_out(world: World) -> None:
    await choose(world, reauthorize=True)
    order, session = await held(world)
    await until_renewal(world)
    assert len(order.transactions) == 2
    new = renewed(order)
    old_payment, old = await world.assert_equal(session)
    new_payment, transaction = await world.assert_equal(new)
    assert (old_payment.status, old_payment.cancellation_reason) == (IntentStatus.CANCELED, "duplicate")
    assert (old.amounts.authorized, old.amounts.canceled) == (Decimal(0), Decimal(100))
    assert types(session)[-1] == "CANCEL_SUCCESS"
    assert session.transaction.events[-1].message == "Canceled 100.00 USD: it was authorized anew"
    assert new_payment.status is IntentStatus.REQUIRES_CAPTURE
    assert transaction.amounts.authorized == Decimal(100)
    assert order.authorize_status == "FULL"
    assert when(new, "AUTHORIZATION_SUCCESS") < when(session, "CANCEL_SUCCESS")  # it never showed less than 100.00
    assert shown(world) == []
    assert words(new) == []
    await world.act(new, "CHARGE", "100.00")
    await world.settle()
    await world.assert_equal(new)
    assert order.charge_status == "FULL"


async def test_nothing_is_authorized_anew_unless_the_merchant_wants_it(world: World) -> None:
    order, _ = await held(world)
    await until_renewal(world)
    assert len(order.transactions) == 1


async def test_what_a_partial_capture_left_is_authorized_anew(world: World) -> None:
    world.account.multicapture = True
    await choose(world, reauthorize=True)
    order, session = await held(world)
    await world.act(session, "CHARGE", "30.00")
    await world.settle()
    await until_renewal(world)
    _, old = await world.assert_equal(session)
    assert (old.amounts.charged, old.amounts.authorized, old.amounts.canceled) == (Decimal(30), Decimal(0), Decimal(70))
    _, new = await world.assert_equal(renewed(order))
    assert new.amounts.authorized == Decimal(70)
    assert shown(world) == []


async def test_it_is_renewed_again_for_as_long_as_the_order_waits(world: World) -> None:
    await choose(world, reauthorize=True)
    order, _ = await held(world)
    await until_renewal(world)
    hold = MERCHANT_INITIATED_VISA_SECONDS
    await pass_by(world, hold - 25 * HOURS)
    await pass_by(world, 2 * HOURS)
    assert words(renewed(order))[-1].startswith("100.00 USD can be captured until ")
    await pass_by(world, 18 * HOURS)
    assert len(order.transactions) == 3
    await world.assert_equal(renewed(order))
    assert order.authorize_status == "FULL"
    order.status = "CANCELED"
    await pass_by(world, hold - 25 * HOURS)
    await pass_by(world, 20 * HOURS)
    assert len(order.transactions) == 3


@pytest.mark.parametrize(
    ("behaviour", "why"),
    [
        (Behaviour(decline=FUNDS), "insufficient_funds"),
        (Behaviour(challenge="always"), "authentication_required"),
    ],
    ids=["declined", "3-D Secure"],
)
async def test_staff_are_told_where_the_bank_does_not_authorize_anew(
    world: World, behaviour: Behaviour, why: str
) -> None:
    await choose(world, reauthorize=True)
    order, session = await held(world)
    turn(world, session, behaviour)
    await until_renewal(world)
    assert len(order.transactions) == 2
    payment, _ = await world.assert_equal(session)
    assert payment.amount_capturable == 10000
    given_up, _ = await world.assert_equal(renewed(order))
    assert given_up.status is IntentStatus.CANCELED
    [problem] = shown(world, "reauthorization")
    assert why in problem.message
    assert "Capture 100.00 USD before" in problem.message
    assert sum("Not authorized anew" in said for said in words(session)) == 1
    await pass_by(world, HOURS)
    assert len(order.transactions) == 2
    await world.act(session, "CHARGE", "100.00")
    await world.settle()
    await pass_by(world, HOURS)
    assert shown(world, "reauthorization") == []
    await world.assert_equal(session)


async def test_staff_are_told_where_stripe_did_not_answer_until_it_ran_out(world: World) -> None:
    await choose(world, reauthorize=True)
    order, session = await held(world)
    await pass_by(world, WEEK - 12 * HOURS)
    fault = Fault(FaultKind.REQUEST_LOST, "POST", "/v1/payment_intents/[^/]*/confirm", times=None)
    world.stripe.faults.add(fault)
    await pass_by(world, 7 * HOURS)
    assert shown(world) == []
    await pass_by(world, 6 * HOURS)
    world.stripe.faults.clear()
    await pass_by(world, 1 * HOURS)
    [problem] = shown(world)
    assert "Stripe or Saleor did not answer in time. Its money was released" in problem.message
    assert [one["status"] for one in intents(world)] == ["canceled", "canceled"]
    assert types(renewed(order))[-1] == "CANCEL_SUCCESS"
    await world.assert_equal(session)
    assert len(order.transactions) == 2
    assert sum("Not authorized anew" in said for said in words(session)) == 1


async def test_staff_are_told_where_a_customer_has_saved_nothing(world: World) -> None:
    await choose(world, reauthorize=True)
    order, session = await held(world, saved=False)
    await until_renewal(world)
    assert len(order.transactions) == 1
    [problem] = shown(world)
    assert "the customer has not saved what they paid with" in problem.message
    await pass_by(world, 6 * HOURS)
    payment, _ = await world.assert_equal(session)
    assert payment.status is IntentStatus.CANCELED
    await pass_by(world, HOURS)
    assert [one.key for one in shown(world)] == [problem.key]  # the order still has no money
    order.status = "CANCELED"
    await pass_by(world, HOURS)
    assert shown(world) == []


async def test_a_guest_is_warned_of_and_no_more(world: World) -> None:
    await choose(world, reauthorize=True)
    order = purchases.create_order(world.saleor, [Item(TEE, Decimal(100))])
    staff = Requestor(permissions=frozenset({"HANDLE_PAYMENTS"}))
    said = {"paymentIntent": {"confirmationToken": token(world)}}
    session = await world.served.courier.initialize(order.id, GATEWAY, data=said, action="AUTHORIZATION", by=staff)
    await world.settle()
    await until_renewal(world)
    assert len(order.transactions) == 1
    assert shown(world) == []
    assert len(words(session)) == 1


async def test_a_checkout_is_not_authorized_anew(world: World) -> None:
    await choose(world, reauthorize=True)
    ada = world.saleor.add_user("ada@shop.example")
    checkout = purchases.create_checkout(world.saleor, [Item(TEE, Decimal(100))], user=ada)
    checkout.channel.payment_settings.default_transaction_flow_strategy = "AUTHORIZATION"
    said = {"paymentIntent": {"confirmationToken": token(world), "savePaymentMethod": True}}
    by = Requestor.of_user(ada)
    session = await world.served.courier.initialize(checkout.id, GATEWAY, data=said, by=by)
    assert session.event.type == "AUTHORIZATION_SUCCESS"
    await world.settle()
    await until_renewal(world)
    assert len(checkout.transactions) == 1


async def test_nor_is_what_other_payments_cover_by_now(world: World) -> None:
    await choose(world, reauthorize=True)
    order, _ = await held(world)
    other = await world.served.courier.initialize(order.id, GATEWAY, amount=Decimal(100), by=ANONYMOUS)
    await world.pay(other)
    await world.settle()
    await until_renewal(world)
    assert len(order.transactions) == 2


async def test_a_renewal_is_no_surplus_even_where_such_money_is_returned(world: World) -> None:
    await choose(world, reauthorize=True, surplus=Unwanted.RETURN)
    order, session = await held(world)
    await pass_by(world, WEEK - 12 * HOURS)
    # Saleor hears of the new one by a look, which sees both: the old one is let go of after that.
    lost = DeliveryFault(DeliveryFailure.ANSWER_LOST, "transaction_initialize_session")
    world.served.courier.faults.add(lost)
    await pass_by(world, 7 * HOURS)
    await world.assert_equal(session)
    new, _ = await world.assert_equal(renewed(order))
    assert new.amount_capturable == 10000
    assert order.authorize_status == "FULL"


TROUBLES = {
    "Saleor's answer is lost": ApiFault(ApiFailure.LOST_AFTER, "TransactionInitialize"),
    "Saleor does not hear us": ApiFault(ApiFailure.STATUS, "TransactionInitialize"),
    "our answer to Saleor is lost": DeliveryFault(DeliveryFailure.ANSWER_LOST, "transaction_initialize_session"),
    "Saleor cannot ask us": DeliveryFault(DeliveryFailure.UNREACHABLE, "transaction_initialize_session"),
    "Stripe's answer is lost": Fault(FaultKind.ANSWER_LOST, "POST", "/v1/payment_intents/[^/]*/confirm", times=2),
    "Stripe does not hear us": Fault(FaultKind.REQUEST_LOST, "POST", "/v1/payment_intents/[^/]*/confirm", times=2),
    "Stripe fails": Fault(FaultKind.SERVER_ERROR_AFTER_WORK, "POST", "/v1/payment_intents/[^/]*/confirm", times=2),
    "the cancel is lost": Fault(FaultKind.ANSWER_LOST, "POST", "/v1/payment_intents/[^/]*/cancel", times=2),
}


@pytest.mark.parametrize("trouble", TROUBLES)
async def test_it_comes_right_whatever_is_lost(world: World, trouble: str) -> None:
    await choose(world, reauthorize=True)
    order, session = await held(world)
    await pass_by(world, WEEK - 12 * HOURS)
    fault = replace(TROUBLES[trouble])
    if isinstance(fault, Fault):
        world.stripe.faults.add(fault)
    else:
        world.served.courier.faults.add(fault)
    await pass_by(world, 7 * HOURS)
    await renewed_once(world, order, session)


async def test_of_two_replicas_one_authorizes_anew(world: World) -> None:
    await choose(world, reauthorize=True)
    order, session = await held(world)
    await pass_by(world, WEEK - 12 * HOURS)
    world.clock.advance(7 * HOURS)
    other = replace(world.backends, owner="another replica")
    await asyncio.gather(look_at_timely(world.backends), look_at_timely(other))
    await asyncio.gather(sweep(world.backends), sweep(other), sweep(world.backends), sweep(other))
    await world.settle()
    await renewed_once(world, order, session)


async def test_a_process_that_dies_or_stalls_at_any_point_authorizes_anew_once(sqlite_url: str) -> None:
    async with chaos.opened(sqlite_url) as shop:
        world = shop.world
        await choose(world, reauthorize=True)
        for point in range(1, 300, 3):
            order, session = await held(world)
            await pass_by(world, WEEK - 12 * HOURS)
            world.clock.advance(7 * HOURS)
            await look_at_timely(world.backends)
            points, stalls = shop.replica.points, shop.replica.stalls
            if point % 2:
                points.die_at(point)
            else:
                points.strike_at(point, shop.stall)
            await shop.look()
            struck = points.dead or shop.replica.stalls > stalls
            await shop.dust_settles()
            await renewed_once(world, order, session)
            if not struck:
                break
            await world.act(renewed(order), "CANCEL")
            await shop.dust_settles()
        assert 40 < point < 290


async def renewed_once(world: World, order: Order, session: Session) -> None:
    """The order has its money held once, by one new payment."""
    _, old = await world.assert_equal(session)
    payment, new = await world.assert_equal(renewed(order))
    assert (old.amounts.authorized, new.amounts.authorized) == (Decimal(0), Decimal(100))
    assert payment.status is IntentStatus.REQUIRES_CAPTURE
    assert len(order.transactions) == 2
    assert when(renewed(order), "AUTHORIZATION_SUCCESS") < when(session, "CANCEL_SUCCESS")  # never held by none
    made = [one for one in intents(world) if one["metadata"].get("saleor_source_id") == order.id]
    assert sorted(one["status"] for one in made) == ["canceled", "requires_capture"]
    assert shown(world) == []


async def test_an_old_one_that_was_captured_meanwhile_leaves_the_new_one_to_staff(world: World) -> None:
    await choose(world, reauthorize=True)
    order, session = await held(world)
    await pass_by(world, WEEK - 12 * HOURS)
    world.stripe.faults.add(Fault(FaultKind.REQUEST_LOST, "POST", "/v1/payment_intents/[^/]*/cancel", times=2))
    world.clock.advance(7 * HOURS)
    await look_at_timely(world.backends)
    await sweep(world.backends)
    world.clock.advance(10)
    await sweep(world.backends, 50)
    world.hands.capture(intents_of(session), world.clock.seconds())
    await world.settle()
    payment, _ = await world.assert_equal(session)
    assert payment.amount_received == 10000
    await world.assert_equal(renewed(order))
    [problem] = shown(world)
    assert problem.key.startswith("surplus-payment:")
    assert "other payments had paid for its order" in problem.message
