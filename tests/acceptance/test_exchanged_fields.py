"""What Stripe knows of a payment and Saleor shows: a test for each row R1 to R19 of the fields that are exchanged."""

from decimal import Decimal
from typing import Any

from saleor_stripe_app.domain.transaction_metadata import missing
from saleor_stripe_app.sandbox.saleor.sessions import Session
from saleor_stripe_app.sandbox.stripe.context import Delays
from tests.acceptance.test_shop_day import authorized, charged, types
from tests.acceptance.world import World


def charge(world: World, session: Session) -> dict[str, Any]:
    """The latest charge of a session, as a person sees it at Stripe."""
    intent = world.ask_stripe("GET", f"/v1/payment_intents/{world.intent(session)}?expand[]=latest_charge")
    found: dict[str, Any] = intent["latest_charge"]
    return found


def last(session: Session, name: str) -> Any:
    """Saleor's newest event of a type."""
    return next(event for event in reversed(session.transaction.events) if event.type == name)


async def test_r1_payment_id(world: World) -> None:
    session = await charged(world)
    intent = world.intent(session)
    assert session.transaction.psp_reference == intent
    assert session.transaction.metadata["stripe.charge"] == charge(world, session)["id"]
    assert last(session, "CHARGE_SUCCESS").external_url == f"https://dashboard.stripe.com/test/payments/{intent}"


async def test_r2_payment_method_used_in_answers_and_reports(world: World) -> None:
    for told_by in ("answer", "report"):
        session = await world.begin("10.00")
        await world.pay(session)
        if told_by == "answer":
            await world.process(session)
        else:
            await world.settle()
        card = charge(world, session)["payment_method_details"]["card"]
        shown = session.transaction.payment_method
        assert shown is not None
        assert (shown.type, shown.brand, shown.last_digits) == ("CARD", card["brand"], card["last4"])
        assert (shown.exp_month, shown.exp_year) == (card["exp_month"], card["exp_year"])


async def test_r2_another_method_than_a_card_by_name(world: World) -> None:
    session = await world.begin("10.00", channel="channel-eur")
    await world.pay(session, "pm_sepaDebit")
    await world.settle()
    shown = session.transaction.payment_method
    assert shown is not None
    assert (shown.type, shown.name) == ("OTHER", "sepa_debit")


async def test_r3_balance_transaction_id_follows_when_stripe_has_it(world: World) -> None:
    world.stripe.delays = Delays(settlement=600)
    session = await charged(world)
    assert charge(world, session)["balance_transaction"] is None
    shown = session.transaction.metadata
    assert shown["stripe.charge"]
    assert not shown.get("stripe.balance_transaction")
    events = types(session)
    world.clock.advance(600)
    await world.settle()
    assert shown["stripe.balance_transaction"] == charge(world, session)["balance_transaction"] != ""
    assert session.transaction.private_metadata["stripe.fee"] == "3.20"
    assert types(session) == events, "a late value is no event"


async def test_r4_fee_net_and_currency_of_the_settlement(world: World) -> None:
    session = await charged(world)
    private = session.transaction.private_metadata
    moved = world.ask_stripe("GET", f"/v1/balance_transactions/{charge(world, session)['balance_transaction']}")
    assert Decimal(private["stripe.fee"]) * 100 == moved["fee"]
    assert Decimal(private["stripe.net"]) * 100 == moved["net"]
    assert private["stripe.settlement_currency"] == "USD"
    assert not private.get("stripe.exchange_rate")


async def test_r5_failure_codes(world: World) -> None:
    session = await world.begin("50.00")
    await world.pay(session, "pm_card_chargeDeclinedInsufficientFunds")
    answered: Any = (await world.process(session)).data
    await world.settle()
    assert answered["paymentIntent"]["errors"][0]["code"] == "insufficient_funds"
    assert "(card_declined, insufficient_funds)" in last(session, "INFO").message
    private = session.transaction.private_metadata
    outcome = charge(world, session)["outcome"]
    assert private["stripe.outcome_type"] == outcome["type"] == "issuer_declined"
    assert private["stripe.outcome_reason"] == outcome["reason"]
    assert private.get("stripe.network_decline_code", "") == (outcome["network_decline_code"] or "")
    assert private["stripe.advice_code"] == outcome["advice_code"] == "try_again_later"
    assert private["stripe.risk_level"] == outcome["risk_level"]
    assert private["stripe.seller_message"] == outcome["seller_message"]


async def test_r5_what_was_said_of_a_declined_try_does_not_stay_after_a_good_one(world: World) -> None:
    session = await world.begin("50.00")
    await world.pay(session, "pm_card_chargeDeclinedInsufficientFunds")
    await world.settle()
    assert session.transaction.private_metadata["stripe.outcome_reason"]
    await world.pay(session)
    await world.settle()
    private = session.transaction.private_metadata
    assert (private["stripe.outcome_type"], private["stripe.outcome_reason"]) == ("authorized", "")
    assert session.transaction.metadata["stripe.charge"] == charge(world, session)["id"]


async def test_r6_status_success(world: World) -> None:
    session = await charged(world)
    payment, _ = await world.assert_equal(session)
    assert payment.status == "succeeded"
    assert "CHARGE_SUCCESS" in types(session)


async def test_r7_status_authorised_with_its_deadline(world: World) -> None:
    session = await authorized(world)
    payment, transaction = await world.assert_equal(session)
    assert payment.status == "requires_capture"
    assert transaction.amounts.authorized == Decimal("100.00")
    assert payment.charge is not None
    assert payment.charge.capture_before is not None
    assert session.transaction.metadata["stripe.capture_before"] == payment.charge.capture_before.isoformat()


async def test_r8_status_pending(world: World) -> None:
    session = await world.begin("80.00", channel="channel-eur")
    await world.pay(session, "pm_sepaDebit")
    await world.settle()
    payment, transaction = await world.assert_equal(session)
    assert payment.status == "processing"
    assert transaction.amounts.charge_pending == Decimal("80.00")


async def test_r9_status_action_needed(world: World) -> None:
    session = await world.begin("50.00")
    await world.pay(session, "pm_card_threeDSecure2Required")
    assert (await world.process(session)).event.type == "CHARGE_ACTION_REQUIRED"
    payment, _ = await world.assert_equal(session)
    assert payment.status == "requires_action"


async def test_r10_status_failed_is_no_failure_while_another_card_may_do(world: World) -> None:
    session = await world.begin("50.00")
    await world.pay(session, "pm_card_chargeDeclined")
    await world.settle()
    assert "CHARGE_FAILURE" not in types(session)
    assert "INFO" in types(session)
    payment, _ = await world.assert_equal(session)
    assert payment.status == "requires_payment_method"


async def test_r11_status_refunded_in_part_and_whole(world: World) -> None:
    session = await charged(world)
    for share, charged_after in (("30.00", "70.00"), ("70.00", "0.00")):
        await world.act(session, "REFUND", share)
        await world.settle()
        _, transaction = await world.assert_equal(session)
        assert transaction.amounts.charged == Decimal(charged_after)
    assert types(session).count("REFUND_SUCCESS") == 2


async def test_r12_status_canceled_by_expiry(world: World) -> None:
    session = await authorized(world)
    world.hands.expire(world.intent(session), world.clock.seconds())
    await world.settle()
    _, transaction = await world.assert_equal(session)
    assert transaction.amounts.canceled == Decimal("100.00")
    assert last(session, "CANCEL_SUCCESS").message == "Released 100.00 USD: the authorization expired"


async def test_r12_status_canceled_in_stripes_dashboard_with_its_reason(world: World) -> None:
    session = await authorized(world)
    world.hands.cancel(world.intent(session), world.clock.seconds(), "fraudulent")
    await world.settle()
    await world.assert_equal(session)
    assert last(session, "CANCEL_SUCCESS").message == "Canceled 100.00 USD: fraudulent"


async def test_r13_customer_email(world: World) -> None:
    form = {"type": "card", "card[token]": "tok_visa", "billing_details[email]": "shopper@example.com"}
    method = world.ask_stripe("POST", "/v1/payment_methods", form)
    session = await charged(world, method=method["id"])
    assert charge(world, session)["billing_details"]["email"] == "shopper@example.com"
    assert session.transaction.private_metadata["stripe.email"] == "shopper@example.com"
    assert "shopper@example.com" not in session.transaction.metadata.values()
    payment, transaction = await world.ledgers(session)
    assert "shopper@example.com" not in f"{payment!r}{transaction!r}"


async def test_r14_unique_customer_id(world: World) -> None:
    session = await world.begin("10.00")
    customer = world.ask_stripe("POST", "/v1/customers", {"name": "A shopper"})["id"]
    world.ask_stripe("POST", f"/v1/payment_intents/{world.intent(session)}", {"customer": customer})
    await world.pay(session)
    await world.settle()
    payment, transaction = await world.assert_equal(session)
    assert payment.customer == customer
    assert transaction.metadata.public["stripe.customer"] == customer


async def test_r15_r16_r17_refund_id_amount_and_payment(world: World) -> None:
    session = await charged(world)
    made = world.hands.refund(world.intent(session), world.clock.seconds(), 2500)
    await world.settle()
    await world.assert_equal(session)
    event = last(session, "REFUND_SUCCESS")
    assert event.psp_reference == made.id, "R15"
    assert event.amount == Decimal("25.00"), "R16"
    found = world.ask_stripe("GET", f"/v1/refunds/{made.id}")
    assert found["payment_intent"] == session.transaction.psp_reference, "R17"
    assert not found["metadata"], "R17: the payment was found by its id"


async def test_r18_refund_reason_and_why_it_failed(world: World) -> None:
    session = await charged(world)
    made = world.hands.refund(world.intent(session), world.clock.seconds(), 2500, reason="requested_by_customer")
    await world.settle()
    assert last(session, "REFUND_SUCCESS").message == "Refunded 25.00 USD: requested by customer"
    world.hands.fail_refund(made.id, world.clock.seconds(), "lost_or_stolen_card")
    await world.settle()
    assert last(session, "REFUND_FAILURE").message == "Refund failed: lost or stolen card"


async def test_r19_refund_status_from_pending_to_success_to_failure(world: World) -> None:
    session = await charged(world, method="pm_card_pendingRefund")
    made = world.hands.refund(world.intent(session), world.clock.seconds(), 2500)
    await world.settle()
    _, transaction = await world.assert_equal(session)
    assert transaction.amounts.refund_pending == Decimal("25.00")
    world.hands.complete_refund(made.id, world.clock.seconds())
    await world.settle()
    _, transaction = await world.assert_equal(session)
    assert transaction.amounts.refunded == Decimal("25.00")
    world.hands.fail_refund(made.id, world.clock.seconds())
    await world.settle()
    _, transaction = await world.assert_equal(session)
    assert (transaction.amounts.refunded, transaction.amounts.charged) == (Decimal(0), Decimal("100.00"))


async def test_metadata_that_another_wrote_stays_and_ours_is_put_right(world: World) -> None:
    session = await charged(world)
    shown = session.transaction.metadata
    right = dict(shown)
    shown |= {"stripe.charge": "ch_of_another", "warehouse": "north"}
    world.hands.refund(world.intent(session), world.clock.seconds(), 100)
    await world.settle()
    assert shown == {**right, "warehouse": "north"}


async def test_nothing_is_written_twice(world: World) -> None:
    payment, transaction = await world.ledgers(await charged(world))
    assert transaction.metadata.public["stripe.charge"]
    assert not missing(payment, transaction)
