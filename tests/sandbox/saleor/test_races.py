"""Reports that arrive while an answer is on its way."""

import asyncio
from decimal import Decimal

import pytest

from saleor_stripe_app.sandbox.saleor.events import EventType as T
from saleor_stripe_app.sandbox.saleor.faults import DeliveryFailure, DeliveryFault, Gate
from saleor_stripe_app.sandbox.saleor.purchases import checkout_of
from saleor_stripe_app.sandbox.saleor.races import Race
from saleor_stripe_app.sandbox.saleor.reports import Report, Reporter, take_report


def tell(saleor, app, transaction, type_, reference, amount):
    report = Report(type_, reference, Decimal(amount))
    take_report(
        transaction,
        report,
        Reporter(app.key, app.identifier),
        saleor.now(),
        everywhere=saleor.transactions.values(),
        save=lambda recalculate: saleor.races.save(transaction, recalculate),
    )


async def race(saleor, courier, app, answer, scripted, reference="pi_1"):
    """Initialize, hold the answer, report a charge of 50 under `reference`, then let the answer through."""
    checkout = checkout_of(saleor, "50")
    scripted.will_answer("transaction_initialize_session", answer)
    gate = Gate()
    courier.faults.add(DeliveryFault(DeliveryFailure.HELD, gate=gate))
    session = asyncio.create_task(courier.initialize(checkout.id, app.identifier))
    await gate.reached()
    transaction = checkout.transactions[0]
    tell(saleor, app, transaction, T.CHARGE_SUCCESS, reference, 50)
    assert transaction.amounts.charged == 50
    gate.open()
    await session
    return transaction


@pytest.mark.parametrize("result", ["CHARGE_SUCCESS", "CHARGE_REQUEST", "CHARGE_ACTION_REQUIRED"])
async def test_a_charge_reported_before_the_answer_is_charged_once(saleor, courier, app, scripted, result):
    transaction = await race(saleor, courier, app, {"result": result, "pspReference": "pi_1"}, scripted)
    assert (transaction.amounts.charged, transaction.amounts.charge_pending) == (50, 0)


async def test_a_failure_answer_after_the_report_hides_until_the_next_recalculation(saleor, courier, app, scripted):
    answer = {"result": "CHARGE_FAILURE", "pspReference": "pi_1", "time": "2026-11-24T13:00:00+00:00"}
    transaction = await race(saleor, courier, app, answer, scripted)
    assert transaction.amounts.charged == 50
    tell(saleor, app, transaction, T.INFO, "note", 0)
    assert transaction.amounts.charged == 0


async def test_an_answer_that_saves_last_forgets_the_report_until_the_next_recalculation(
    saleor, courier, app, scripted
):
    saleor.races.race = Race.ANSWER_SAVES_LAST
    answer = {"result": "CHARGE_REQUEST", "pspReference": "other"}
    transaction = await race(saleor, courier, app, answer, scripted)
    assert (transaction.amounts.charged, transaction.amounts.charge_pending) == (0, 50)
    tell(saleor, app, transaction, T.INFO, "note", 0)
    assert (transaction.amounts.charged, transaction.amounts.charge_pending) == (50, 50)


async def test_a_report_that_saves_last_forgets_the_answer_until_the_next_recalculation(saleor, courier, app, scripted):
    saleor.races.race = Race.REPORT_SAVES_LAST
    answer = {"result": "CHARGE_REQUEST", "pspReference": "other"}
    transaction = await race(saleor, courier, app, answer, scripted)
    assert (transaction.amounts.charged, transaction.amounts.charge_pending) == (50, 0)
    tell(saleor, app, transaction, T.INFO, "note", 0)
    assert (transaction.amounts.charged, transaction.amounts.charge_pending) == (50, 50)
