"""Probes: charges, declines, challenges, and money that goes back."""

import pytest

from saleor_stripe_app.domain.errors import Declined
from saleor_stripe_app.domain.payment import Decline, IntentStatus, RefundStatus
from saleor_stripe_app.domain.transaction import Flow
from saleor_stripe_app.stripe_gateway import refunds
from tests.stripe_probes.till import TOTAL, Till

# Stripe books an automatic capture after its answer; a refund made before that may have to wait for it.
UNDER_WAY_OR_DONE = {RefundStatus.SUCCEEDED, RefundStatus.PENDING}


async def test_a_charge_is_taken_at_once(till: Till) -> None:
    payment = await till.pay(Flow.CHARGE)

    assert (payment.status, payment.amount_received, payment.amount_capturable) == (IntentStatus.SUCCEEDED, TOTAL, 0)
    assert not payment.authorizes_first
    assert payment.charge is not None
    assert (payment.charge.status, payment.charge.captured, payment.charge.decline) == ("succeeded", True, None)
    assert payment.refundable == TOTAL


async def test_two_equal_refunds_are_two_and_a_repeated_one_is_not_a_third(till: Till) -> None:
    payment = await till.pay(Flow.CHARGE)

    first, second = await till.refund(payment.id, 200), await till.refund(payment.id, 200, number=2)
    again = await till.refund(payment.id, 200, number=2)

    assert (first.amount, second.amount) == (200, 200)
    assert {first.status, second.status} <= UNDER_WAY_OR_DONE
    assert again.id == second.id != first.id
    found = await till.read(payment.id)
    assert [(refund.id, refund.operation) for refund in found.refunds] == [
        (first.id, "refund-1"),
        (second.id, "refund-2"),
    ]
    assert found.refundable == TOTAL - 400
    named = await refunds.find(till.client, payment.id, "refund-2")
    assert named is not None
    assert named.id == second.id


async def test_more_than_is_left_is_not_given_back(till: Till) -> None:
    payment = await till.pay(Flow.CHARGE)
    await till.refund(payment.id, 400)

    with pytest.raises(Declined) as raised:
        await till.refund(payment.id, TOTAL - 399, number=2)

    assert (raised.value.code, raised.value.status) == ("StripeApiError", 400)
    assert (await till.read(payment.id)).refundable == TOTAL - 400


async def test_a_charge_that_was_given_back_is_not_given_back_again(till: Till) -> None:
    payment = await till.pay(Flow.CHARGE)
    await till.refund(payment.id, TOTAL)

    with pytest.raises(Declined) as raised:
        await till.refund(payment.id, 1, number=2)

    assert raised.value.stripe_code == "charge_already_refunded"


async def test_an_intent_without_a_charge_gives_nothing_back(till: Till) -> None:
    payment = await till.make(Flow.CHARGE)

    with pytest.raises(Declined) as raised:
        await till.refund(payment.id, 100)

    assert raised.value.status == 400


@pytest.mark.parametrize(
    ("card", "code", "decline_codes"),
    [
        ("pm_card_visa_chargeDeclined", "card_declined", {"generic_decline"}),
        ("pm_card_visa_chargeDeclinedInsufficientFunds", "card_declined", {"insufficient_funds"}),
        ("pm_card_visa_chargeDeclinedLostCard", "card_declined", {"lost_card"}),
        # Where the code says it all, https://docs.stripe.com/testing#declined-payments promises no decline code.
        ("pm_card_chargeDeclinedExpiredCard", "expired_card", {"expired_card", None}),
        ("pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc", {"incorrect_cvc", None}),
        ("pm_card_chargeDeclinedProcessingError", "processing_error", {"processing_error", None}),
    ],
)
async def test_a_decline_is_told_at_once_and_stays_at_intent_and_charge(
    till: Till, card: str, code: str, decline_codes: set[str | None]
) -> None:
    payment = await till.make(Flow.CHARGE)

    with pytest.raises(Declined) as raised:
        await till.confirm(payment.id, card)

    told = raised.value
    assert (told.code, told.status, told.stripe_code) == ("StripeCardError", 402, code)
    assert told.decline_code in decline_codes
    payment = await till.read(payment.id)
    assert (payment.status, payment.amount_received) == (IntentStatus.REQUIRES_PAYMENT_METHOD, 0)
    assert payment.decline == Decline(str(told), code, told.decline_code)
    assert payment.charge is not None
    assert payment.charge.status == "failed"
    assert payment.charge.decline is not None
    assert payment.charge.decline.code == code
    assert payment.charge.decline.decline_code in decline_codes


async def test_another_card_pays_the_intent_that_was_declined(till: Till) -> None:
    payment = await till.make(Flow.CHARGE)
    with pytest.raises(Declined):
        await till.confirm(payment.id, "pm_card_visa_chargeDeclined")
    declined = await till.read(payment.id)

    await till.confirm(payment.id, "pm_card_visa")

    payment = await till.read(payment.id)
    assert (payment.status, payment.decline, payment.amount_received) == (IntentStatus.SUCCEEDED, None, TOTAL)
    assert payment.charge is not None
    assert declined.charge is not None
    assert payment.charge.id != declined.charge.id


@pytest.mark.parametrize("flow", Flow)
async def test_a_challenge_waits_for_the_shopper_without_a_charge_and_can_be_cancelled(till: Till, flow: Flow) -> None:
    payment = await till.pay(flow, "pm_card_threeDSecure2Required")

    assert (payment.status, payment.charge, payment.decline) == (IntentStatus.REQUIRES_ACTION, None, None)
    assert (payment.amount_capturable, payment.amount_received) == (0, 0)
    assert (await till.cancel(payment.id)).status is IntentStatus.CANCELED
