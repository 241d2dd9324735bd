"""One fault at a time: what it looks like to the shop, and that both ledgers come out equal."""

from decimal import Decimal

import pytest

from saleor_stripe_app.sandbox.saleor.faults import ApiFailure, ApiFault, DeliveryFailure, DeliveryFault
from saleor_stripe_app.sandbox.stripe.faults import EventFault, EventFaultKind, Fault, FaultKind
from tests.acceptance.chaos import Chaos, opened
from tests.acceptance.scenario import amounts, paid, refunds, settled, shown, words

CREATE, REFUND = "/v1/payment_intents", "/v1/refunds"
CAPTURE, CANCEL = "/v1/payment_intents/[^/]*/capture", "/v1/payment_intents/[^/]*/cancel"
# The SDK sends a request once more under the same key, so one lost answer is mended before anybody hears of it.
TWICE = 2


# Stripe


async def test_a_refund_whose_answer_was_lost_is_made_once(chaos: Chaos) -> None:
    payment = await paid(chaos)
    chaos.world.stripe.faults.add(Fault(FaultKind.ANSWER_LOST, "POST", REFUND, TWICE))
    await chaos.act(payment, ("REFUND", Decimal(30)))
    assert payment.transaction is not None
    assert payment.transaction.amounts.refund_pending == 30
    await settled(chaos)
    assert refunds(chaos, payment) == [3000]
    assert amounts(payment) == (0, 70, 30)


async def test_a_refund_that_never_reached_stripe_is_made_later(chaos: Chaos) -> None:
    payment = await paid(chaos)
    chaos.world.stripe.faults.add(Fault(FaultKind.REQUEST_LOST, "POST", REFUND, TWICE))
    await chaos.act(payment, ("REFUND", Decimal(30)))
    await settled(chaos)
    assert refunds(chaos, payment) == [3000]


async def test_two_equal_refunds_whose_answers_were_lost_are_two(chaos: Chaos) -> None:
    payment = await paid(chaos)
    chaos.world.stripe.faults.add(Fault(FaultKind.ANSWER_LOST, "POST", REFUND, 2 * TWICE))
    await chaos.act(payment, ("REFUND", Decimal(30)))
    chaos.world.clock.advance(10)
    await chaos.act(payment, ("REFUND", Decimal(30)))
    await settled(chaos)
    assert refunds(chaos, payment) == [3000, 3000]


async def test_a_refund_that_stripe_failed_at_for_good_is_told_as_failed(chaos: Chaos) -> None:
    payment = await paid(chaos)
    chaos.world.stripe.faults.add(Fault(FaultKind.SERVER_ERROR, "POST", REFUND))
    await chaos.act(payment, ("REFUND", Decimal(30)))
    await settled(chaos)
    assert refunds(chaos, payment) == []
    assert shown(payment)[-1] == "REFUND_FAILURE"
    assert "Stripe shows nothing of this request" in words(payment)


async def test_a_refund_that_was_made_although_stripe_failed_is_told_as_made(chaos: Chaos) -> None:
    payment = await paid(chaos)
    chaos.world.stripe.faults.add(Fault(FaultKind.SERVER_ERROR_AFTER_WORK, "POST", REFUND))
    await chaos.act(payment, ("REFUND", Decimal(30)))
    await settled(chaos)
    assert refunds(chaos, payment) == [3000]
    assert amounts(payment) == (0, 70, 30)


@pytest.mark.parametrize("kind", [FaultKind.RATE_LIMIT, FaultKind.LOCK_TIMEOUT])
async def test_a_busy_stripe_is_asked_again_before_saleor_is_answered(chaos: Chaos, kind: FaultKind) -> None:
    payment = await paid(chaos)
    chaos.world.stripe.faults.add(Fault(kind, "POST", REFUND))
    await chaos.act(payment, ("REFUND", Decimal(30)))
    assert shown(payment)[-1] == "REFUND_SUCCESS"
    await settled(chaos)


LOST = [
    Fault(FaultKind.ANSWER_LOST, times=TWICE),
    Fault(FaultKind.REQUEST_LOST, times=TWICE),
    Fault(FaultKind.LATENCY, times=TWICE, latency=60),
    Fault(FaultKind.SERVER_ERROR),
    Fault(FaultKind.SERVER_ERROR_AFTER_WORK),
]


@pytest.mark.parametrize("fault", LOST, ids=lambda fault: str(fault.kind))
@pytest.mark.parametrize(("path", "action", "amount"), [(CAPTURE, "CHARGE", 60), (CANCEL, "CANCEL", None)])
async def test_a_capture_or_cancel_in_trouble_is_done_once_or_told_as_failed(
    sqlite_url: str, fault: Fault, path: str, action: str, amount: int | None
) -> None:
    async with opened(sqlite_url) as chaos:
        payment = await paid(chaos, "AUTHORIZATION")
        chaos.world.stripe.faults.add(
            Fault(fault.kind, "POST", path, fault.times, latency=fault.latency),
        )
        await chaos.act(payment, (action, Decimal(amount) if amount else None))  # type: ignore[arg-type]
        await settled(chaos)
        done = fault.kind is not FaultKind.SERVER_ERROR
        assert shown(payment).count(f"{action}_SUCCESS") == done
        assert shown(payment).count(f"{action}_FAILURE") == (not done)


@pytest.mark.parametrize("fault", LOST, ids=lambda fault: str(fault.kind))
async def test_an_initialize_in_trouble_makes_one_intent_at_most(sqlite_url: str, fault: Fault) -> None:
    async with opened(sqlite_url) as chaos:
        chaos.world.stripe.faults.add(Fault(fault.kind, "POST", CREATE, fault.times, latency=fault.latency))
        payment = await chaos.begin("100.00", "CHARGE", "default-channel")
        assert payment.secret is None
        assert shown(payment)[-1] == "CHARGE_FAILURE"
        await chaos.process(payment)
        await settled(chaos)
        assert (payment.secret is not None) == (fault.kind is not FaultKind.SERVER_ERROR)


async def test_an_initialize_that_timed_out_is_made_up_for_by_process(chaos: Chaos) -> None:
    chaos.world.stripe.faults.add(Fault(FaultKind.ANSWER_LOST, "POST", CREATE, TWICE))
    payment = await chaos.begin("100.00", "CHARGE", "default-channel")
    assert payment.secret is None
    await chaos.process(payment)
    chaos.pay(payment, "pm_card_visa")
    await chaos.process(payment)
    assert shown(payment)[-1] == "CHARGE_SUCCESS"
    await settled(chaos)
    assert amounts(payment) == (0, 100, 0)


async def test_an_initialize_that_never_reached_the_app_is_made_up_for_by_process(chaos: Chaos) -> None:
    chaos.world.served.courier.faults.add(DeliveryFault(DeliveryFailure.UNREACHABLE))
    payment = await chaos.begin("100.00", "CHARGE", "default-channel")
    await chaos.process(payment)
    chaos.pay(payment, "pm_card_visa")
    await settled(chaos)
    assert amounts(payment) == (0, 100, 0)


KINDS = [kind for kind in EventFaultKind if kind is not EventFaultKind.DROPPED]


@pytest.mark.parametrize("kind", KINDS)
async def test_events_in_disorder_change_nothing(chaos: Chaos, kind: EventFaultKind) -> None:
    chaos.world.stripe.faults.add(EventFault(kind, times=None))
    payment = await chaos.begin("100.00", "CHARGE", "default-channel")
    chaos.pay(payment, "pm_card_visa")
    await settled(chaos)
    chaos.world.stripe.faults.add(EventFault(kind, times=None))
    chaos.stripe.refund(payment, 2)
    chaos.stripe.refund(payment, 2)
    await settled(chaos)
    assert amounts(payment) == (0, 0, 100)


async def test_events_that_never_come_are_made_up_for_by_reconcile(chaos: Chaos) -> None:
    payment = await paid(chaos)
    chaos.world.stripe.faults.add(EventFault(EventFaultKind.DROPPED, times=None))
    chaos.stripe.refund(payment, 2)
    await chaos.dust_settles()
    assert amounts(payment) == (0, 100, 0)
    reconciled = await chaos.reconcile()
    assert reconciled.equal
    assert reconciled.reported == 1
    chaos.assert_true()
    assert amounts(payment) == (0, 50, 50)


# Saleor


async def test_saleor_down_while_the_event_comes(chaos: Chaos) -> None:
    payment = await chaos.begin("100.00", "CHARGE", "default-channel")
    chaos.pay(payment, "pm_card_visa")
    async with chaos.world.served.down():
        await chaos.deliver()
        chaos.world.clock.advance(3)
        assert await chaos.look()
        assert amounts(payment) == (0, 0, 0)
    await settled(chaos)
    assert amounts(payment) == (0, 100, 0)


@pytest.mark.parametrize("failure", [ApiFailure.LOST_BEFORE, ApiFailure.LOST_AFTER, ApiFailure.STATUS])
async def test_a_report_in_trouble_is_booked_once(chaos: Chaos, failure: ApiFailure) -> None:
    payment = await paid(chaos)
    chaos.stripe.refund(payment, 2)
    chaos.world.served.courier.faults.add(ApiFault(failure, "TransactionEventReport"))
    await chaos.deliver()
    chaos.world.clock.advance(3)
    assert await chaos.look()
    await settled(chaos)
    assert shown(payment).count("REFUND_SUCCESS") == 1
    assert amounts(payment) == (0, 50, 50)


@pytest.mark.parametrize("action", ["CHARGE", "CANCEL"])
async def test_an_answer_lost_at_18_seconds_is_made_up_for_by_a_report(chaos: Chaos, action: str) -> None:
    payment = await paid(chaos, "AUTHORIZATION")
    chaos.world.served.courier.faults.add(DeliveryFault(DeliveryFailure.ANSWER_LOST))
    await chaos.act(payment, (action, None))  # type: ignore[arg-type]
    assert shown(payment)[-1] == f"{action}_FAILURE"
    await settled(chaos)
    assert shown(payment)[-1] == f"{action}_SUCCESS"


async def test_a_session_answer_lost_at_18_seconds_is_made_up_for_by_a_report(chaos: Chaos) -> None:
    payment = await chaos.begin("100.00", "CHARGE", "default-channel")
    chaos.pay(payment, "pm_card_visa")
    chaos.world.served.courier.faults.add(DeliveryFault(DeliveryFailure.ANSWER_LOST))
    await chaos.process(payment)
    assert shown(payment)[-1] == "CHARGE_FAILURE"
    await settled(chaos)
    assert amounts(payment) == (0, 100, 0)


async def test_saleor_retries_with_an_empty_body(chaos: Chaos) -> None:
    payment = await paid(chaos)
    chaos.bad_gateways = 1
    await chaos.act(payment, ("REFUND", Decimal(30)))
    chaos.world.clock.advance(10)
    await chaos.world.served.courier.work()
    assert [sent.call.body for sent in chaos.world.saleor.sent][-1] == b""
    assert "without a body" in words(payment)
    await settled(chaos)
    assert refunds(chaos, payment) == [3000]
    assert amounts(payment) == (0, 70, 30)
