"""Probes: what an authorization is at Stripe, and what becomes of the part that is not captured."""

from dataclasses import replace

import pytest

from saleor_stripe_app.domain.errors import Declined
from saleor_stripe_app.domain.payment import IntentStatus
from saleor_stripe_app.domain.transaction import Flow
from saleor_stripe_app.stripe_gateway import refunds
from tests.stripe_probes.till import TOTAL, Till

WITHOUT_MULTICAPTURE = "pm_card_credit_disableEnterpriseCardFeatures"


async def test_manual_capture_for_each_method_leaves_the_methods_to_the_merchants_settings(till: Till) -> None:
    payment = await till.make(Flow.AUTHORIZATION)

    assert (payment.status, payment.amount, payment.currency) == (IntentStatus.REQUIRES_PAYMENT_METHOD, TOTAL, "usd")
    assert "card" in payment.manual_methods
    assert not payment.manual_capture
    assert payment.client_secret
    assert payment.metadata == {**till.owner, "saleor_operation": "made-0"}
    shown = await till.client.v1.payment_intents.retrieve_async(payment.id)
    assert shown.automatic_payment_methods is not None
    assert shown.automatic_payment_methods.enabled
    assert "card" in shown.payment_method_types


async def test_an_authorized_card_holds_all_until_a_time_that_stripe_names(till: Till) -> None:
    payment = await till.pay(Flow.AUTHORIZATION)

    assert (payment.status, payment.amount_capturable, payment.amount_received) == (
        IntentStatus.REQUIRES_CAPTURE,
        TOTAL,
        0,
    )
    assert payment.authorizes_first
    assert payment.charge is not None
    assert (payment.charge.status, payment.charge.captured) == ("succeeded", False)
    assert payment.charge.capture_before is not None
    assert payment.charge.capture_before > payment.created
    assert payment.charge.method is not None
    assert (payment.charge.method.brand, payment.charge.method.last_digits) == ("visa", "4242")


@pytest.mark.parametrize("card", ["pm_card_visa", WITHOUT_MULTICAPTURE])
async def test_a_part_is_captured_and_the_rest_kept_open_or_released_as_the_charge_says(till: Till, card: str) -> None:
    payment = await till.pay(Flow.AUTHORIZATION, card)
    assert payment.charge is not None
    several = payment.charge.multicapture

    answer = await till.capture(payment.id, 300, keep_rest_open=several)

    assert answer.amount_received == 300
    if several:
        assert (answer.status, answer.amount_capturable, answer.released) == (IntentStatus.REQUIRES_CAPTURE, 700, 0)
        answer = await till.capture(payment.id, 500, number=2)
    received = 800 if several else 300
    assert (answer.status, answer.amount_capturable) == (IntentStatus.SUCCEEDED, 0)
    assert (answer.amount_received, answer.released) == (received, TOTAL - received)
    assert answer.charge is not None
    assert answer.charge.amount_captured == received
    seen = await till.read(payment.id)
    assert seen.charge is not None
    assert seen.charge.record.settlement is not None
    unsettled = replace(seen.charge.record, settlement=None)  # an answer says no more than the balance transaction's id
    assert replace(seen, charge=replace(seen.charge, record=unsettled)) == answer


async def test_a_rest_cannot_be_kept_open_where_the_charge_allows_one_capture(till: Till) -> None:
    payment = await till.pay(Flow.AUTHORIZATION, WITHOUT_MULTICAPTURE)
    assert payment.charge is not None
    assert not payment.charge.multicapture

    with pytest.raises(Declined):
        await till.capture(payment.id, 300, keep_rest_open=True)

    assert (await till.read(payment.id)).amount_capturable == TOTAL


async def test_what_is_released_is_no_refund(till: Till) -> None:
    captured = await till.pay(Flow.AUTHORIZATION, WITHOUT_MULTICAPTURE)
    await till.capture(captured.id, 300)

    assert await refunds.of_payment(till.client, captured.id) == ()
    payment = await till.read(captured.id)
    assert (payment.refunded, payment.refundable) == (0, 300)


async def test_more_than_is_held_is_not_captured(till: Till) -> None:
    payment = await till.pay(Flow.AUTHORIZATION)

    with pytest.raises(Declined):
        await till.capture(payment.id, TOTAL + 1)

    assert await till.read(payment.id) == payment


async def test_a_cancelled_authorization_is_released_without_a_refund_and_stays_so(till: Till) -> None:
    payment = await till.pay(Flow.AUTHORIZATION)

    answer = await till.cancel(payment.id)

    assert (answer.status, answer.released, answer.amount_capturable) == (IntentStatus.CANCELED, TOTAL, 0)
    assert answer.canceled_at is not None
    assert answer.cancellation_reason == "requested_by_customer"
    assert await refunds.of_payment(till.client, payment.id) == ()
    with pytest.raises(Declined) as raised:
        await till.cancel(payment.id, number=2)
    assert raised.value.stripe_code == "payment_intent_unexpected_state"


async def test_an_intent_without_a_payment_can_be_cancelled_and_not_captured(till: Till) -> None:
    payment = await till.make(Flow.AUTHORIZATION)

    with pytest.raises(Declined) as raised:
        await till.capture(payment.id, TOTAL)
    answer = await till.cancel(payment.id)

    assert raised.value.stripe_code == "payment_intent_unexpected_state"
    assert (answer.status, answer.charge) == (IntentStatus.CANCELED, None)
