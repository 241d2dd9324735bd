"""Early fraud warnings as read from Stripe, and only of payments that may have been warned of."""

from datetime import UTC, datetime

import pytest

from saleor_stripe_app.domain.errors import Declined
from saleor_stripe_app.domain.radar import EarlyFraudWarning
from saleor_stripe_app.stripe_gateway import payments
from tests.stripe_gateway.stripe_objects import a_charge, a_list, an_intent

CREATED = 1_760_100_000
PAID = an_intent(status="succeeded", amount_received=1250, latest_charge=a_charge(captured=True, amount_captured=1250))


def a_warning(number="issfr_1", **fields):
    return {
        "id": number,
        "object": "radar.early_fraud_warning",
        "actionable": True,
        "charge": "ch_1",
        "created": CREATED,
        "fraud_type": "misc",
        "livemode": False,
        "payment_intent": "pi_1",
        **fields,
    }


async def test_a_payment_that_was_warned_of_costs_one_more_request(client, wire):
    for answer in (PAID, a_list(), a_list(a_warning("issfr_2", actionable=False), a_warning())):
        wire.answer(answer)

    payment = await payments.read(client, "pi_1", warned=True)

    at = datetime.fromtimestamp(CREATED, UTC)
    assert payment.warnings == (
        EarlyFraudWarning("issfr_1", True, "misc", at),
        EarlyFraudWarning("issfr_2", False, "misc", at),
    )
    assert wire.sent[-1].path == "/v1/radar/early_fraud_warnings"
    assert ("payment_intent", "pi_1") in wire.sent[-1].form


async def test_any_other_payment_costs_none(client, wire):
    wire.answer(PAID)
    wire.answer(a_list())

    payment = await payments.read(client, "pi_1")

    assert payment.warnings == ()
    assert len(wire.sent) == 2


async def test_a_key_that_may_not_read_warnings_leaves_them_out(client, wire):
    wire.answer(PAID)
    wire.answer(a_list())
    wire.fail(403, message="No.")

    payment = await payments.read(client, "pi_1", warned=True)

    assert payment.warnings == ()
    assert payment.amount_received == 1250


async def test_another_refusal_is_not_mistaken_for_a_missing_right(client, wire):
    wire.answer(PAID)
    wire.answer(a_list())
    wire.fail(401, message="Invalid API Key provided.")

    with pytest.raises(Declined, match="does not accept"):
        await payments.read(client, "pi_1", warned=True)
