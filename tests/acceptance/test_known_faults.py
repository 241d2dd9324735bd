"""Faults that merchants report of other payment apps, each tried here: what happened there must not happen."""

import asyncio
from decimal import Decimal
from typing import Any

import pytest

from saleor_stripe_app.sandbox.saleor import purchases
from saleor_stripe_app.sandbox.saleor.checkouts import Checkout
from saleor_stripe_app.sandbox.saleor.sessions import Session
from saleor_stripe_app.sandbox.saleor.shop import Flow
from saleor_stripe_app.sandbox.stripe.faults import EventFault, EventFaultKind
from saleor_stripe_app.usecases.await_orders import await_orders
from saleor_stripe_app.usecases.cancel_abandoned import cancel_abandoned
from saleor_stripe_app.usecases.look_at_everything import look_at_everything
from saleor_stripe_app.usecases.sweep import sweep
from saleor_stripe_app.usecases.upkeep import upkeep
from tests.acceptance.test_adoption import forget
from tests.acceptance.test_payment_options import choose
from tests.acceptance.test_shop_day import authorized, charged, last, types
from tests.acceptance.world import APP_URL, World

DAY = 86400


def asked(world: World, path: str) -> list[dict[str, Any]]:
    """The parameters of every change that Stripe was asked for at a path, numbers still as text."""
    changes = [record for record in world.stripe.records if (record.method, record.path) == ("POST", path)]
    return [dict(record.parameters) for record in changes]


async def statuses(world: World) -> set[int]:
    """What Stripe is answered to the events that it has to send now."""
    posts = world.stripe.pending_deliveries(world.clock.seconds())
    found = set()
    for post in posts:
        path = post.url.removeprefix(APP_URL)
        response = await world.app.post(path, content=post.body, headers=dict(post.headers))
        world.stripe.delivered(post.delivery, response.status_code, world.clock.seconds())
        found.add(response.status_code)
    return found


async def test_an_event_that_comes_before_our_row_is_not_swallowed(world: World) -> None:
    session = await world.begin("50.00")
    await forget(world)
    await world.pay(session)
    assert await statuses(world) == {200}
    await world.settle()
    _, transaction = await world.assert_equal(session)
    assert transaction.amounts.charged == Decimal("50.00")


async def test_an_event_and_the_shoppers_return_at_once_are_one_charge_and_one_order(world: World) -> None:
    await choose(world, complete_after=1)
    session = await world.begin("50.00")
    await world.pay(session)
    await world.deliver_events()
    await asyncio.gather(world.process(session), sweep(world.backends), sweep(world.backends))
    await world.settle()
    world.clock.advance(60)
    await asyncio.gather(await_orders(world.backends), await_orders(world.backends))
    await world.settle()
    await world.assert_equal(session)
    assert types(session).count("CHARGE_SUCCESS") == 1
    assert len(world.saleor.orders) == 1


@pytest.mark.parametrize("method", ["pm_card_threeDSecure2Required", "pm_card_chargeDeclined"])
async def test_events_of_a_payment_that_is_not_made_complete_no_order(world: World, method: str) -> None:
    await choose(world, complete_after=1)
    session = await world.begin("50.00")
    await world.pay(session, method)
    await world.settle()
    world.clock.advance(3600)
    await await_orders(world.backends)
    await world.settle()
    assert not {name for name in types(session) if name.endswith(("_SUCCESS", "_FAILURE"))}
    assert isinstance(world.saleor.source(session.transaction), Checkout)
    assert not world.saleor.orders


async def test_a_late_authorized_event_does_not_set_a_finished_order_back(world: World) -> None:
    late = EventFault(EventFaultKind.LATE, "payment_intent.amount_capturable_updated", times=None, seconds=7200)
    world.stripe.faults.add(late)
    session = await authorized(world)
    checkout = world.saleor.source(session.transaction)
    assert isinstance(checkout, Checkout)
    order = purchases.complete_checkout(world.saleor, checkout.token)
    await world.act(session, "CHARGE")
    await world.settle()
    before, charge_status = types(session), order.charge_status
    assert charge_status == "FULL"
    world.clock.advance(7200)
    assert await world.deliver_events() > 0
    await world.settle()
    await world.assert_equal(session)
    assert (types(session), order.charge_status) == (before, charge_status)


async def test_what_was_paid_unnoticed_is_not_canceled_as_abandoned(world: World) -> None:
    world.stripe.faults.add(EventFault(EventFaultKind.DROPPED, times=None))
    paid, held = await world.begin("50.00"), await world.begin("60.00", flow="AUTHORIZATION")
    for session in (paid, held):
        await world.pay(session)
    world.clock.advance(2 * DAY)
    assert await cancel_abandoned(world.backends) == 0
    await look_at_everything(world.backends, world.saleor.api_url)
    await world.settle()
    assert (await world.assert_equal(paid))[1].amounts.charged == Decimal("50.00")
    assert (await world.assert_equal(held))[1].amounts.authorized == Decimal("60.00")


async def test_an_uncaptured_payment_is_canceled_and_never_refunded(world: World) -> None:
    session = await authorized(world)
    _, transaction = await world.assert_equal(session)
    assert {str(action) for action in transaction.actions} == {"CHARGE", "CANCEL"}
    await world.act(session, "CANCEL")
    await world.settle()
    _, transaction = await world.assert_equal(session)
    assert not transaction.actions
    assert not [name for name in types(session) if name.startswith("REFUND")]
    assert world.ask_stripe("GET", "/v1/refunds")["data"] == []


async def test_a_refund_made_in_stripe_and_one_asked_for_of_the_same_amount_are_two(world: World) -> None:
    session = await charged(world)
    world.hands.refund(world.intent(session), world.clock.seconds(), 3000)
    await world.act(session, "REFUND", "30.00")
    await world.settle()
    payment, transaction = await world.assert_equal(session)
    assert [refund.amount for refund in payment.refunds] == [3000, 3000]
    assert (transaction.amounts.refunded, transaction.amounts.charged) == (Decimal("60.00"), Decimal("40.00"))
    assert types(session).count("REFUND_SUCCESS") == 2


async def test_a_refund_of_a_part_never_takes_the_whole(world: World) -> None:
    session = await charged(world)
    await world.act(session, "REFUND", "0.01")
    await world.act(session, "REFUND")
    assert [request["amount"] for request in asked(world, "/v1/refunds")] == ["1", "9999"]
    await world.settle()
    await world.assert_equal(session)


@pytest.mark.parametrize(
    ("channel", "whole", "part", "rest", "small"),
    [("channel-jpy", "6497", 3000, "3497", 500), ("channel-kwd", "6.490", 3000, "3.490", 500)],
)
async def test_no_path_takes_a_hundred_times_too_much_or_too_little(
    world: World, channel: str, whole: str, part: int, rest: str, small: int
) -> None:
    places = Decimal(1).scaleb(-3 if channel == "channel-kwd" else 0)
    session = await world.begin(whole, flow="AUTHORIZATION", channel=channel)
    await world.pay(session)
    await world.process(session)
    await world.settle()
    await world.act(session, "CHARGE", str(part * places))
    await world.act(session, "CHARGE", rest)
    world.hands.refund(world.intent(session), world.clock.seconds(), small)
    await world.act(session, "REFUND", str(small * places))
    world.hands.dispute(world.intent(session), world.clock.seconds(), 2 * small)
    await world.settle()
    payment, transaction = await world.assert_equal(session)
    taken = int(Decimal(whole) / places)
    assert (payment.amount_received, payment.refunded, payment.disputed) == (taken, 2 * small, 2 * small)
    assert transaction.amounts.charged == Decimal(whole) - 4 * small * places
    assert [request["amount_to_capture"] for request in captures(world, session)] == [str(part), str(taken - part)]
    assert asked(world, "/v1/refunds")[0]["amount"] == str(small)


def captures(world: World, session: Session) -> list[dict[str, Any]]:
    return asked(world, f"/v1/payment_intents/{world.intent(session)}/capture")


async def test_a_payment_blocked_for_fraud_is_never_tried_again_by_the_app(world: World) -> None:
    session = await world.begin("50.00")
    await world.pay(session, "pm_card_chargeDeclinedFraudulent")
    for _ in range(3):
        await world.settle()
        await upkeep(world.backends)
        world.clock.advance(3600)
    assert len(world.ask_stripe("GET", "/v1/charges")["data"]) == 1


@pytest.mark.parametrize("flow", ["CHARGE", "AUTHORIZATION"])
async def test_every_method_that_stripe_offers_is_offered(world: World, flow: Flow) -> None:
    await world.begin("10.00", flow=flow)
    for request in asked(world, "/v1/payment_intents"):
        assert request["automatic_payment_methods"] == {"enabled": "true"}
        assert not {"payment_method_types", "capture_method", "setup_future_usage"} & request.keys()


async def test_a_decline_says_why_and_not_that_something_went_wrong(world: World) -> None:
    session = await world.begin("50.00")
    await world.pay(session, "pm_card_chargeDeclinedExpiredCard")
    answer: Any = (await world.process(session)).data
    assert answer["paymentIntent"]["errors"] == [{"code": "expired_card", "message": "Your card has expired."}]
    assert "expired_card" in last(session).message
