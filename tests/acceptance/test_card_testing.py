"""Somebody tests stolen cards in the shop: it is made slow, it is ended, and staff are told while it lasts."""

from decimal import Decimal
from typing import Any

from sqlalchemy import select

from saleor_stripe_app.domain import attempts
from saleor_stripe_app.sandbox.saleor.purchases import checkout_of
from saleor_stripe_app.sandbox.saleor.sessions import Session
from saleor_stripe_app.sandbox.stripe.faults import Fault, FaultKind
from saleor_stripe_app.storage.tables import transactions
from saleor_stripe_app.usecases.check_up import EVERY, check_up
from saleor_stripe_app.usecases.upkeep import upkeep
from tests.acceptance.test_app_problems import shown
from tests.acceptance.test_payment_options import asked_for_payments, choose
from tests.acceptance.test_shop_day import types
from tests.acceptance.world import GATEWAY, World, opened

DECLINED = "pm_card_chargeDeclined"
HOUR = attempts.WITHIN.total_seconds()


def code(session: Session) -> Any:
    """Why the storefront is told that it is refused; None where it may pay."""
    data: Any = session.data
    errors = data["paymentIntent"].get("errors")
    return errors[0]["code"] if errors else None


async def begin_for(world: World, checkout: str, **more: Any) -> Session:
    """The page of one cart begins to pay, for the first time or anew."""
    return await world.served.courier.initialize(checkout, GATEWAY, **more)


async def test_a_cart_may_begin_only_so_many_payments_in_an_hour(world: World) -> None:
    cart = checkout_of(world.saleor, "10.00")
    for _ in range(attempts.MOST_OF_SOURCE):
        assert code(await begin_for(world, cart.id)) is None
    refused = await begin_for(world, cart.id)
    assert code(refused) == "TooManyAttempts"
    assert refused.event.type == "CHARGE_FAILURE"
    assert refused.event.message == "Too many payments were tried. Please wait an hour and try again."
    assert asked_for_payments(world) == attempts.MOST_OF_SOURCE
    assert code(await world.begin("10.00")) is None
    world.clock.advance(HOUR + 1)
    assert code(await begin_for(world, cart.id)) is None


async def test_a_payment_that_was_begun_goes_on_however_many_there_are(world: World) -> None:
    cart = checkout_of(world.saleor, "10.00")
    first = await begin_for(world, cart.id, idempotency_key="first")
    for _ in range(attempts.MOST_OF_SOURCE - 1):
        await begin_for(world, cart.id)
    again = await begin_for(world, cart.id, idempotency_key="first")
    assert world.intent(again) == world.intent(first)
    await world.pay(first)
    assert (await world.process(first)).event.type == "CHARGE_SUCCESS"


async def test_a_customer_may_begin_only_so_many_payments_for_all_their_carts(world: World) -> None:
    customer, other = (world.saleor.add_user(f"{name}@shop.example") for name in ("one", "two"))
    for _ in range(attempts.MOST_OF_CUSTOMER):
        cart = checkout_of(world.saleor, "10.00")
        cart.user = customer
        assert code(await begin_for(world, cart.id)) is None
    for owner, why in ((customer, "TooManyAttempts"), (other, None), (None, None)):
        cart = checkout_of(world.saleor, "10.00")
        cart.user = owner
        assert code(await begin_for(world, cart.id)) == why


async def test_an_address_is_limited_where_the_merchant_says_so_and_kept_as_a_digest(world: World) -> None:
    await choose(world, limit_by_address=True)
    for number in range(attempts.MOST_OF_ADDRESS):
        cart = checkout_of(world.saleor, "10.00")
        session = await begin_for(world, cart.id, customer_ip_address=f"2001:db8:1:2::{number:x}")
        assert code(session) is None
    for address, why in (("2001:db8:1:2:ffff::1", "TooManyAttempts"), ("2001:db8:1:3::1", None), (None, None)):
        cart = checkout_of(world.saleor, "10.00")
        assert code(await begin_for(world, cart.id, customer_ip_address=address)) == why
    async with world.backends.storage.read() as connection:
        kept = (await connection.execute(select(transactions.c.address))).scalars().all()
    assert len({digest for digest in kept if digest is not None}) == 2
    assert {len(digest) for digest in kept if digest is not None} == {64}
    world.clock.advance(HOUR + 1)
    await upkeep(world.backends)
    async with world.backends.storage.read() as connection:
        assert set((await connection.execute(select(transactions.c.address))).scalars()) == {None}


async def test_an_address_is_neither_limited_nor_kept_by_default(world: World) -> None:
    for _ in range(attempts.MOST_OF_ADDRESS + 1):
        assert code(await world.begin("10.00")) is None
    async with world.backends.storage.read() as connection:
        assert set((await connection.execute(select(transactions.c.address))).scalars()) == {None}


async def declined(world: World, session: Session, times: int) -> None:
    """One card after the other."""
    for _ in range(times):
        await world.pay(session, DECLINED)
        world.clock.advance(1)


async def test_a_shopper_with_a_few_bad_cards_pays_in_the_end(world: World) -> None:
    session = await world.begin("10.00")
    await declined(world, session, attempts.MOST_DECLINES - 1)
    assert (await world.process(session)).event.type == "CHARGE_ACTION_REQUIRED"
    await world.settle()
    await world.pay(session)
    assert (await world.process(session)).event.type == "CHARGE_SUCCESS"
    await world.settle()
    await world.assert_equal(session)


async def test_a_payment_that_is_declined_too_often_is_ended_while_nobody_returns(world: World) -> None:
    session = await world.begin("10.00")
    await declined(world, session, attempts.MOST_DECLINES)
    await world.settle()
    payment, transaction = await world.assert_equal(session)
    assert payment.status == "canceled"
    assert transaction.amounts.canceled == Decimal(10)
    [told] = [event.message for event in session.transaction.events if event.type == "CANCEL_SUCCESS"]
    assert told == "Canceled 10.00 USD: too many tries were declined"
    before = types(session)
    await world.settle()
    assert types(session) == before


async def test_a_payment_that_is_declined_too_often_ends_as_the_shopper_returns(world: World) -> None:
    session = await world.begin("10.00")
    await declined(world, session, attempts.MOST_DECLINES)
    assert (await world.process(session)).event.type == "CANCEL_SUCCESS"
    assert (await world.pay(session))["error"]["code"] == "payment_intent_unexpected_state"
    await world.settle()
    await world.assert_equal(session)


async def test_an_end_whose_answer_was_lost_is_told_once(world: World) -> None:
    session = await world.begin("10.00")
    await declined(world, session, attempts.MOST_DECLINES)
    world.stripe.faults.add(Fault(FaultKind.ANSWER_LOST, "POST", "/v1/payment_intents/.*/cancel", times=4))
    assert (await world.process(session)).event.type == "CHARGE_ACTION_REQUIRED"
    world.stripe.faults.clear()
    await world.settle()
    await world.assert_equal(session)
    assert types(session).count("CANCEL_SUCCESS") == 1


async def test_an_end_that_never_reached_stripe_spares_who_paid_meanwhile(world: World) -> None:
    session = await world.begin("10.00")
    await declined(world, session, attempts.MOST_DECLINES)
    world.stripe.faults.add(Fault(FaultKind.REQUEST_LOST, "POST", "/v1/payment_intents/.*/cancel", times=4))
    await world.process(session)
    world.stripe.faults.clear()
    await world.pay(session)
    await world.settle()
    payment, _ = await world.assert_equal(session)
    assert payment.amount_received == 1000


async def test_a_failure_to_count_declines_costs_nobody_a_payment(world: World) -> None:
    session = await world.begin("10.00")
    await declined(world, session, 2)
    world.stripe.faults.add(Fault(FaultKind.REQUEST_LOST, "GET", "/v1/charges", times=4))
    assert (await world.process(session)).event.type == "CHARGE_ACTION_REQUIRED"
    world.stripe.faults.clear()
    await world.pay(session)
    assert (await world.process(session)).event.type == "CHARGE_SUCCESS"


async def test_below_saleor_3_23_it_ends_with_a_failure(database_url: str) -> None:
    async with opened(database_url, version="3.22") as world:
        await world.install()
        await world.configure()
        session = await world.begin("10.00")
        await declined(world, session, attempts.MOST_DECLINES)
        assert (await world.process(session)).event.type == "CHARGE_FAILURE"
        await world.settle()
        assert session.transaction.amounts.canceled == Decimal(10)


async def burst(world: World) -> None:
    for _ in range(3):
        session = await world.begin("10.00")
        await declined(world, session, attempts.FEWEST_OF_BURST // 3)
    await world.settle()


async def test_staff_are_told_of_a_burst_while_it_lasts(world: World) -> None:
    await burst(world)
    (problem,) = shown(world, "declines:")
    assert problem.is_critical
    assert "30 tries to pay with the configuration Shop were declined, and 0 were paid" in problem.message
    assert world.installation is not None
    await check_up(world.backends, world.installation)
    assert shown(world, "declines:")
    world.clock.advance(EVERY.total_seconds() + 1)
    await check_up(world.backends, world.installation)
    assert shown(world, "declines:") == []


async def test_a_busy_day_is_no_burst(world: World) -> None:
    for _ in range(attempts.FEWEST_OF_BURST):
        session = await world.begin("10.00")
        await declined(world, session, 1)
        await world.pay(session)
    await world.settle()
    assert shown(world, "declines:") == []
