"""Payments as read from Stripe."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from saleor_stripe_app.domain.charge_record import ChargeRecord, Outcome, Settlement
from saleor_stripe_app.domain.errors import Declined, Unavailable
from saleor_stripe_app.domain.payment import Charge, Decline, IntentStatus, Payment, Refund, RefundStatus
from saleor_stripe_app.domain.payment_method import PaymentMethod
from saleor_stripe_app.stripe_gateway import payments, refunds
from tests.stripe_gateway.stripe_objects import a_charge, a_list, a_refund, an_intent


async def test_an_authorised_payment_is_one_request_with_its_charge(client, wire):
    wire.answer(
        an_intent(
            status="requires_capture",
            amount_capturable=1250,
            latest_charge=a_charge(),
            payment_method_options={
                "card": {"capture_method": "manual", "request_multicapture": "if_available"},
                "klarna": {"capture_method": "manual", "preferred_locale": None},
                "ideal": {},
            },
            metadata={"saleor_transaction_id": "VHJhbnM6MQ=="},
        )
    )

    payment = await payments.read(client, "pi_1")

    assert payment == Payment(
        id="pi_1",
        status=IntentStatus.REQUIRES_CAPTURE,
        currency="eur",
        amount=1250,
        amount_capturable=1250,
        amount_received=0,
        created=datetime.fromtimestamp(1_760_000_000, UTC),
        livemode=False,
        client_secret="pi_1_secret_2",
        manual_methods=frozenset({"card", "klarna"}),
        charge=Charge(
            id="ch_1",
            status="succeeded",
            amount=1250,
            amount_captured=0,
            amount_refunded=0,
            created=datetime.fromtimestamp(1_760_000_060, UTC),
            captured=False,
            method=PaymentMethod("card", "visa", None, "4242", 4, 2031, "apple_pay"),
            capture_before=datetime.fromtimestamp(1_760_600_000, UTC),
            multicapture=True,
        ),
        metadata={"saleor_transaction_id": "VHJhbnM6MQ=="},
    )
    assert payment.authorizes_first
    [sent] = wire.sent
    assert (sent.method, sent.path, sent.form) == (
        "get",
        "/v1/payment_intents/pi_1",
        [("expand[0]", "latest_charge.balance_transaction")],
    )


async def test_a_captured_payment_brings_all_its_refunds_oldest_first(client, wire):
    charge = a_charge(captured=True, amount_captured=1250)
    wire.answer(an_intent(status="succeeded", amount_received=1250, latest_charge=charge))
    newest = a_refund(id="re_3", status="failed", failure_reason="lost_or_stolen_card")
    wire.answer(a_list(newest, a_refund(id="re_2", status="pending"), has_more=True))
    wire.answer(a_list(a_refund(id="re_1", metadata={"saleor_operation": "our-1"})))

    payment = await payments.read(client, "pi_1")

    moment = datetime.fromtimestamp(1_760_000_120, UTC)
    assert payment is not None
    assert payment.refunds == (
        Refund("re_1", 500, RefundStatus.SUCCEEDED, moment, operation="our-1"),
        Refund("re_2", 500, RefundStatus.PENDING, moment),
        Refund("re_3", 500, RefundStatus.FAILED, moment, failure_reason="lost_or_stolen_card"),
    )
    assert [sent.form for sent in wire.sent[1:]] == [
        [("payment_intent", "pi_1"), ("limit", "100")],
        [("payment_intent", "pi_1"), ("limit", "100"), ("starting_after", "re_2")],
    ]


async def test_a_declined_payment_says_why_at_intent_and_charge(client, wire):
    failure = {"type": "card_error", "message": "Your card has insufficient funds.", "code": "card_declined"}
    wire.answer(
        an_intent(
            last_payment_error={**failure, "decline_code": "insufficient_funds"},
            latest_charge=a_charge(
                status="failed",
                failure_code="card_declined",
                failure_message="Your card has insufficient funds.",
                outcome={"type": "issuer_declined", "reason": "insufficient_funds"},
            ),
        )
    )

    payment = await payments.read(client, "pi_1")

    assert payment is not None
    assert payment.charge is not None
    expected = Decline("Your card has insufficient funds.", "card_declined", "insufficient_funds")
    assert (payment.decline, payment.charge.decline) == (expected, expected)


async def test_what_a_charge_came_to_and_how_it_was_rated_is_read_with_it(client, wire):
    moved = {"id": "txn_1", "object": "balance_transaction", "fee": 55, "net": 1301, "currency": "usd"}
    charge = a_charge(
        captured=True,
        balance_transaction={**moved, "exchange_rate": 1.085},
        billing_details={"email": "shopper@example.com", "name": None},
        outcome={
            "type": "authorized",
            "reason": "elevated_risk_level",
            "seller_message": "Payment complete.",
            "risk_level": "elevated",
            "risk_score": 65,
            "network_decline_code": None,
            "advice_code": "try_again_later",
        },
    )
    wire.answer(an_intent(status="succeeded", amount_received=1250, latest_charge=charge, customer="cus_1"))
    wire.answer(a_list())

    payment = await payments.read(client, "pi_1")

    assert payment is not None
    assert payment.customer == "cus_1"
    assert payment.charge is not None
    assert payment.charge.record == ChargeRecord(
        "txn_1",
        Settlement(55, 1301, "usd", Decimal("1.085")),
        Outcome("authorized", "elevated_risk_level", "Payment complete.", "elevated", 65, None, "try_again_later"),
        "shopper@example.com",
    )
    assert "shopper@example.com" not in repr(payment)


async def test_a_key_that_may_not_read_the_balance_reads_the_payment_without_it(client, wire):
    wire.fail(403, message="Having the 'rak_balance_transaction_source_read' permission would allow this request.")
    wire.answer(an_intent(status="requires_capture", latest_charge=a_charge(balance_transaction="txn_1")))

    payment = await payments.read(client, "pi_1")

    assert payment is not None
    assert payment.charge is not None
    assert payment.charge.record == ChargeRecord("txn_1")
    assert [sent.form for sent in wire.sent] == [
        [("expand[0]", "latest_charge.balance_transaction")],
        [("expand[0]", "latest_charge")],
    ]


async def test_a_method_without_a_card_keeps_its_stripe_name(client, wire):
    charge = a_charge(payment_method_details={"type": "sepa_debit", "sepa_debit": {"last4": "3000"}}, status="pending")
    wire.answer(an_intent(status="processing", latest_charge=charge))

    payment = await payments.read(client, "pi_1")

    assert payment is not None
    assert payment.charge is not None
    assert payment.charge.method == PaymentMethod("sepa_debit")


async def test_a_canceled_intent_says_when_and_why(client, wire):
    wire.answer(an_intent(status="canceled", canceled_at=1_760_000_300, cancellation_reason="automatic"))

    payment = await payments.read(client, "pi_1")

    assert payment is not None
    assert payment.cancellation_reason == "automatic"
    assert payment.canceled_at == datetime.fromtimestamp(1_760_000_300, UTC)


async def test_an_intent_that_the_key_does_not_know_is_none(client, wire):
    wire.fail(404, code="resource_missing", message="No such payment_intent: 'pi_1'")

    assert await payments.read(client, "pi_1") is None


async def test_another_refusal_of_reading_is_not_mistaken_for_a_missing_intent(client, wire):
    wire.fail(401, message="Invalid API Key provided: sk_test_****8TyU")

    with pytest.raises(Declined):
        await payments.read(client, "pi_1")


async def test_an_intent_status_of_a_later_version_is_named_and_not_guessed(client, wire):
    wire.answer(an_intent(status="requires_review"))

    with pytest.raises(Unavailable, match=r"pi_1 has a status unknown to this version: requires_review"):
        await payments.read(client, "pi_1")


@pytest.mark.parametrize("status", ["reversing", None])
async def test_a_refund_status_of_a_later_version_is_named_and_not_guessed(client, wire, status):
    wire.answer(a_list(a_refund(status=status)))

    with pytest.raises(Unavailable, match="Refund re_1 has a status unknown"):
        await refunds.of_payment(client, "pi_1")


async def test_an_answer_of_another_shape_is_not_read(client, wire):
    wire.answer(an_intent(amount="12.50"))

    with pytest.raises(Unavailable, match=r"could not be read: .*amount"):
        await payments.read(client, "pi_1")


async def test_an_id_cannot_leave_its_place_in_the_path(client, wire):
    wire.fail(404, code="resource_missing", message="No such payment_intent")

    await payments.read(client, "pi_1/capture")

    assert wire.sent[0].path == "/v1/payment_intents/pi_1%2Fcapture"
    wire.problems.clear()  # the description knows no such intent either


async def test_a_refund_is_found_by_the_reference_of_our_operation(client, wire):
    wire.answer(a_list(a_refund(id="re_2"), a_refund(id="re_1", metadata={"saleor_operation": "our-1"})))
    wire.answer(a_list(a_refund(id="re_2")))

    found = await refunds.find(client, "pi_1", "our-1")

    assert found is not None
    assert found.id == "re_1"
    assert await refunds.find(client, "pi_1", "our-1") is None
