"""A shop's day, step by step: what is done, and that both ledgers say the same."""

from decimal import Decimal
from typing import Any

import pytest

from saleor_stripe_app.sandbox.saleor.sessions import Session
from saleor_stripe_app.sandbox.stripe.faults import EventFault, EventFaultKind
from tests.acceptance.world import World


def types(session: Session) -> list[str]:
    """The types of Saleor's events of a transaction, oldest first."""
    return [str(event.type) for event in session.transaction.events]


def last(session: Session) -> Any:
    """Saleor's newest event of a transaction."""
    return session.transaction.events[-1]


async def authorized(world: World, amount: str = "100.00", method: str = "pm_card_visa") -> Session:
    """An authorised payment that the shopper has returned from."""
    session = await world.begin(amount, flow="AUTHORIZATION")
    await world.pay(session, method)
    assert (await world.process(session)).event.type == "AUTHORIZATION_SUCCESS"
    await world.settle()
    return session


async def charged(world: World, amount: str = "100.00", method: str = "pm_card_visa") -> Session:
    """A charged payment that the shopper has returned from."""
    session = await world.begin(amount)
    await world.pay(session, method)
    assert (await world.process(session)).event.type == "CHARGE_SUCCESS"
    await world.settle()
    return session


async def test_a_card_is_charged(world: World) -> None:
    session = await world.begin("120.00")
    assert session.event.type == "CHARGE_ACTION_REQUIRED"
    await world.pay(session)
    processed = await world.process(session)
    assert processed.event.type == "CHARGE_SUCCESS"
    await world.settle()
    payment, transaction = await world.assert_equal(session)
    assert payment.amount_received == 12000
    assert transaction.amounts.charged == Decimal("120.00")


async def test_a_shopper_who_never_returns_is_charged_by_the_event_alone(world: World) -> None:
    session = await world.begin("120.00")
    await world.pay(session)
    await world.settle()
    _, transaction = await world.assert_equal(session)
    assert transaction.amounts.charged == Decimal("120.00")


async def test_a_challenge_is_met(world: World) -> None:
    session = await world.begin("50.00")
    shown = await world.pay(session, "pm_card_threeDSecure2Required")
    assert shown["status"] == "requires_action"
    assert (await world.process(session)).event.type == "CHARGE_ACTION_REQUIRED"
    world.hands.authenticate(world.intent(session), world.clock.seconds())
    assert (await world.process(session)).event.type == "CHARGE_SUCCESS"
    await world.settle()
    await world.assert_equal(session)


async def test_a_decline_leaves_the_payment_open_for_another_card(world: World) -> None:
    session = await world.begin("50.00")
    await world.pay(session, "pm_card_chargeDeclinedInsufficientFunds")
    declined = await world.process(session)
    assert declined.event.type == "CHARGE_ACTION_REQUIRED"
    assert "insufficient_funds" in declined.event.message
    errors: Any = declined.data
    assert errors["paymentIntent"]["errors"][0]["code"] == "insufficient_funds"
    await world.settle()
    assert "CHARGE_FAILURE" not in types(session)
    assert any(event.type == "INFO" and "insufficient_funds" in event.message for event in session.transaction.events)
    await world.pay(session)
    assert (await world.process(session)).event.type == "CHARGE_SUCCESS"
    await world.settle()
    await world.assert_equal(session)


async def test_an_authorization_is_captured_in_two_parts(world: World) -> None:
    session = await authorized(world)
    await world.act(session, "CHARGE", "60.00")
    await world.settle()
    payment, transaction = await world.assert_equal(session)
    assert (payment.amount_capturable, payment.amount_received) == (4000, 6000)
    await world.act(session, "CHARGE", "40.00")
    await world.settle()
    payment, transaction = await world.assert_equal(session)
    assert transaction.amounts.charged == Decimal("100.00")
    references = {event.reference for event in transaction.events if event.type == "CHARGE_SUCCESS"}
    assert payment.id in references
    assert len(references) == 2


async def test_two_equal_captures_are_two(world: World) -> None:
    session = await authorized(world)
    for _ in range(2):
        await world.act(session, "CHARGE", "50.00")
        await world.settle()
    _, transaction = await world.assert_equal(session)
    assert transaction.amounts.charged == Decimal("100.00")


async def test_a_partial_capture_says_that_the_rest_is_released_where_stripe_gives_it_up(world: World) -> None:
    session = await authorized(world, method="pm_card_credit_disableEnterpriseCardFeatures")
    await world.act(session, "CHARGE", "60.00")
    assert "40.00 USD was released" in last(session).message
    await world.settle()
    _, transaction = await world.assert_equal(session)
    assert transaction.amounts.canceled == Decimal("40.00")
    assert transaction.amounts.authorized == 0


async def test_an_authorization_is_canceled(world: World) -> None:
    session = await authorized(world)
    await world.act(session, "CANCEL")
    assert last(session).type == "CANCEL_SUCCESS"
    await world.settle()
    payment, _ = await world.assert_equal(session)
    assert payment.status == "canceled"


async def test_a_cancel_of_a_part_is_refused_and_says_why(world: World) -> None:
    session = await authorized(world)
    await world.act(session, "CANCEL", "10.00")
    assert last(session).type == "CANCEL_FAILURE"
    assert "the whole of what is open (100.00 USD)" in last(session).message
    await world.settle()
    await world.assert_equal(session)


async def test_an_expired_authorization_is_told_as_canceled(world: World) -> None:
    session = await authorized(world)
    world.hands.expire(world.intent(session), world.clock.seconds())
    await world.settle()
    _, transaction = await world.assert_equal(session)
    assert transaction.amounts.canceled == Decimal("100.00")
    assert any("expired" in event.message for event in transaction.events)


async def test_two_equal_partial_refunds_are_two_and_the_rest_is_refunded_in_full(world: World) -> None:
    session = await charged(world)
    for amount in ("20.00", "20.00", None):
        await world.act(session, "REFUND", amount)
        assert last(session).type == "REFUND_SUCCESS"
        await world.settle()
        await world.assert_equal(session)
    payment, transaction = await world.assert_equal(session)
    assert transaction.amounts.refunded == Decimal("100.00")
    assert sorted(refund.amount for refund in payment.refunds) == [2000, 2000, 6000]
    assert transaction.actions == frozenset()


async def test_a_refund_above_what_is_left_fails_and_says_why(world: World) -> None:
    session = await charged(world)
    world.hands.refund(world.intent(session), world.clock.seconds(), 9000)
    await world.act(session, "REFUND", "50.00")
    assert last(session).type == "REFUND_FAILURE"
    assert last(session).psp_reference.startswith(world.intent(session))
    await world.settle()
    _, transaction = await world.assert_equal(session)
    assert transaction.amounts.refunded == Decimal("90.00")


async def test_a_refund_made_in_stripes_dashboard_is_told(world: World) -> None:
    session = await charged(world)
    world.hands.refund(world.intent(session), world.clock.seconds(), 3000)
    await world.settle()
    payment, transaction = await world.assert_equal(session)
    assert transaction.amounts.refunded == Decimal("30.00")
    assert payment.refunds[0].id in {event.reference for event in transaction.events}


async def test_a_pending_refund_is_pending_until_it_arrives(world: World) -> None:
    session = await charged(world, method="pm_card_pendingRefund")
    await world.act(session, "REFUND", "30.00")
    assert session.transaction.amounts.refund_pending == Decimal("30.00")
    await world.settle()
    payment, transaction = await world.assert_equal(session)
    if payment.refunds[0].status == "pending":
        world.hands.complete_refund(payment.refunds[0].id, world.clock.seconds())
        await world.settle()
    _, transaction = await world.assert_equal(session)
    assert transaction.amounts.refunded == Decimal("30.00")


async def test_a_refund_that_fails_after_success_is_undone(world: World) -> None:
    session = await charged(world)
    await world.act(session, "REFUND", "30.00")
    await world.settle()
    payment, _ = await world.assert_equal(session)
    world.hands.fail_refund(payment.refunds[0].id, world.clock.seconds())
    await world.settle()
    _, transaction = await world.assert_equal(session)
    assert transaction.amounts.refunded == 0
    assert transaction.amounts.charged == Decimal("100.00")


@pytest.mark.parametrize("kind", [EventFaultKind.DOUBLED, EventFaultKind.LATE, EventFaultKind.REORDERED])
async def test_doubled_late_and_reordered_events_change_nothing(world: World, kind: EventFaultKind) -> None:
    world.stripe.faults.add(EventFault(kind, times=None))
    session = await charged(world)
    await world.act(session, "REFUND", "30.00")
    await world.settle()
    _, transaction = await world.assert_equal(session)
    assert transaction.amounts.refunded == Decimal("30.00")


@pytest.mark.parametrize(("currency", "amount", "minor"), [("JPY", "6497", 6497), ("KWD", "10.630", 10630)])
async def test_yen_and_dinars_are_charged_exactly(world: World, currency: str, amount: str, minor: int) -> None:
    channel = next(channel for channel in world.saleor.channels if channel.currency_code == currency)
    session = await world.begin(amount, channel=channel.slug)
    await world.pay(session)
    await world.process(session)
    await world.settle()
    payment, transaction = await world.assert_equal(session)
    assert payment.amount_received == minor
    assert transaction.amounts.charged == Decimal(amount)


async def test_a_bank_debit_is_pending_until_the_bank_answers(world: World) -> None:
    session = await world.begin("80.00", flow="AUTHORIZATION")
    await world.pay(session, "pm_usBankAccount")
    await world.settle()
    payment, transaction = await world.assert_equal(session)
    if payment.status == "processing":
        assert transaction.amounts.charge_pending == Decimal("80.00")
        world.hands.complete_processing(payment.id, world.clock.seconds())
        await world.settle()
    _, transaction = await world.assert_equal(session)
    assert transaction.amounts.charged == Decimal("80.00")


async def test_a_bank_debit_that_fails_is_no_longer_pending(world: World) -> None:
    session = await world.begin("80.00")
    await world.pay(session, "pm_usBankAccount")
    assert (await world.process(session)).event.type == "CHARGE_REQUEST"
    world.hands.complete_processing(world.intent(session), world.clock.seconds(), succeeds=False)
    await world.settle()
    _, transaction = await world.assert_equal(session)
    assert transaction.amounts.charge_pending == 0


async def test_a_method_that_cannot_be_authorized_is_told_as_charged(world: World) -> None:
    session = await world.begin("80.00", flow="AUTHORIZATION", channel="channel-eur")
    await world.pay(session, "ideal")
    assert (await world.process(session)).event.type == "AUTHORIZATION_ACTION_REQUIRED"
    world.hands.authenticate(world.intent(session), world.clock.seconds())
    assert (await world.process(session)).event.type == "CHARGE_SUCCESS"
    await world.settle()
    await world.assert_equal(session)


async def test_the_same_idempotency_key_gives_the_same_intent(world: World) -> None:
    first = await world.begin("50.00", idempotency_key="cart-1")
    again = await world.served.courier.initialize(
        world.saleor_source(first),
        "saleor.app.payment.stripe",
        action="CHARGE",
        idempotency_key="cart-1",
        by=world.staff,
    )
    assert world.intent(first) == world.intent(again)
    assert again.event.type == "CHARGE_ACTION_REQUIRED"


async def test_a_channel_without_configuration_is_refused_with_a_reason(world: World) -> None:
    await world.unassign("default-channel")
    session = await world.begin("50.00")
    assert session.event.type == "CHARGE_FAILURE"
    data: Any = session.data
    assert data["paymentIntent"]["errors"][0]["code"] == "ChannelNotConfigured"
    assert "Assign one in the settings" in world.saleor.apps[-1].problem_list[0].message


async def test_the_gateway_of_a_channel_without_configuration_has_an_error(world: World) -> None:
    await world.unassign("default-channel")
    session = await world.begin("50.00")
    configs = await world.served.courier.initialize_gateways(world.saleor_source(session))
    assert configs[0].data is None
    assert configs[0].errors
