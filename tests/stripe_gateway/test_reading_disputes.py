"""Disputes and reviews as read from Stripe, and only where the payment says that there are any."""

from datetime import UTC, datetime

import pytest

from saleor_stripe_app.domain.dispute import Dispute, Funds
from saleor_stripe_app.domain.errors import Declined, Unavailable
from saleor_stripe_app.domain.radar import Review
from saleor_stripe_app.stripe_gateway import payments
from tests.stripe_gateway.stripe_objects import a_charge, a_list, an_intent

CREATED, MOVED, DUE_BY = 1_760_100_000, 1_760_100_060, 1_760_700_000


def moment(seconds):
    return datetime.fromtimestamp(seconds, UTC)


def paid(**fields):
    charge = a_charge(captured=True, amount_captured=1250, disputed=True)
    return an_intent(status="succeeded", amount_received=1250, **{"latest_charge": charge, **fields})


def funds(number="txn_1", amount=-1250, **fields):
    return {"id": number, "amount": amount, "currency": "eur", "created": MOVED, "exchange_rate": None, **fields}


def a_dispute(*moved, **fields):
    return {
        "id": "du_1",
        "object": "dispute",
        "amount": 1250,
        "currency": "eur",
        "created": CREATED,
        "status": "needs_response",
        "reason": "fraudulent",
        "balance_transactions": list(moved),
        "evidence_details": {"due_by": DUE_BY},
        **fields,
    }


def a_review(**fields):
    return {"id": "prv_1", "object": "review", "open": True, "opened_reason": "rule", "created": CREATED, **fields}


async def read(client, wire, intent, *more):
    wire.answer(intent)
    wire.answer(a_list())
    for answer in more:
        wire.answer(answer)
    return await payments.read(client, "pi_1")


async def test_a_disputed_charge_costs_one_more_request(client, wire):
    payment = await read(client, wire, paid(), a_list(a_dispute(funds())))

    assert payment.disputes == (
        Dispute(
            "du_1",
            "needs_response",
            1250,
            moment(CREATED),
            "fraudulent",
            moment(DUE_BY),
            withdrawn=(Funds("txn_1", 1250, moment(MOVED)),),
        ),
    )
    assert [(sent.path, dict(sent.form).get("payment_intent")) for sent in wire.sent[1:]] == [
        ("/v1/refunds", "pi_1"),
        ("/v1/disputes", "pi_1"),
    ]


async def test_a_payment_without_dispute_or_review_costs_nothing_more(client, wire):
    charge = a_charge(captured=True, amount_captured=1250, disputed=False)
    payment = await read(client, wire, paid(latest_charge=charge))

    assert (payment.disputes, payment.review) == ((), None)
    assert len(wire.sent) == 2


async def test_the_funds_of_an_account_in_another_currency_are_told_in_the_charges(client, wire):
    withdrawn = funds(amount=-1353, currency="usd", exchange_rate=1.0824)
    returned = funds("txn_2", 700, currency="usd", exchange_rate=1.12, created=MOVED + 60)
    payment = await read(client, wire, paid(), a_list(a_dispute(returned, withdrawn, status="won")))

    (dispute,) = payment.disputes
    assert [moved.amount for moved in dispute.withdrawn] == [1250]
    assert [moved.amount for moved in dispute.reinstated] == [625]
    assert dispute.missing == 625


async def test_a_dispute_that_cannot_be_told_in_the_charges_currency_is_not_guessed(client, wire):
    with pytest.raises(Unavailable, match="Dispute du_1 is in GBP, and its payment in EUR"):
        await read(client, wire, paid(), a_list(a_dispute(funds(currency="usd"), currency="gbp")))


@pytest.mark.parametrize("details", [{"due_by": 0}, {"due_by": None}, None])
async def test_where_nothing_is_awaited_there_is_no_deadline(client, wire, details):
    payment = await read(client, wire, paid(), a_list(a_dispute(status="lost", evidence_details=details)))

    assert payment.disputes[0].due_by is None


async def test_a_key_that_may_not_read_disputes_leaves_the_payment_unknown(client, wire):
    wire.answer(paid())
    wire.answer(a_list())
    wire.fail(403, message="Having the 'rak_dispute_read' permission would allow this request to continue.")

    with pytest.raises(Declined, match="lacks the permission Disputes: Read"):
        await payments.read(client, "pi_1")


async def test_a_payment_held_for_review_says_so(client, wire):
    charge = a_charge(captured=True, amount_captured=1250)
    intent = paid(latest_charge=charge, review="prv_1")
    payment = await read(client, wire, intent, a_review(open=False, closed_reason="approved"))

    assert payment.review == Review("prv_1", False, "rule", moment(CREATED), "approved")
    assert wire.sent[-1].path == "/v1/reviews/prv_1"


@pytest.mark.parametrize("status", [403, 404])
async def test_a_review_that_cannot_be_read_is_left_out(client, wire, status):
    wire.answer(paid(latest_charge=a_charge(captured=True, amount_captured=1250), review="prv_1"))
    wire.answer(a_list())
    wire.fail(status, code="resource_missing" if status == 404 else None, message="No.")

    payment = await payments.read(client, "pi_1")

    assert payment.review is None
    assert payment.amount_received == 1250


async def test_another_refusal_of_a_review_is_not_mistaken_for_a_missing_right(client, wire):
    wire.answer(paid(latest_charge=a_charge(captured=True, amount_captured=1250), review="prv_1"))
    wire.answer(a_list())
    wire.fail(401, message="Invalid API Key provided.")

    with pytest.raises(Declined, match="does not accept"):
        await payments.read(client, "pi_1")
