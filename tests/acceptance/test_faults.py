"""One fault at a time: what it looks like to the shop, and that both ledgers come out equal."""

import asyncio
from collections.abc import AsyncIterator
from decimal import Decimal
from unittest.mock import ANY

import pytest

from saleor_stripe_app.sandbox.saleor.deliveries import Reply
from saleor_stripe_app.sandbox.saleor.faults import ApiFailure, ApiFault, DeliveryFailure, DeliveryFault, Gate
from saleor_stripe_app.sandbox.saleor.races import Race
from saleor_stripe_app.sandbox.saleor.shop import Flow
from saleor_stripe_app.sandbox.stripe.faults import EventFault, EventFaultKind, Fault, FaultKind
from saleor_stripe_app.usecases.sweep import Swept, sweep
from saleor_stripe_app.web import saleor_webhooks
from tests.acceptance import truth
from tests.acceptance.chaos import Chaos, Payment, opened

CREATE, REFUND = "/v1/payment_intents", "/v1/refunds"
CAPTURE, CANCEL = "/v1/payment_intents/[^/]*/capture", "/v1/payment_intents/[^/]*/cancel"
# The SDK sends a request once more under the same key, so one lost answer is mended before anybody hears of it.
TWICE = 2


@pytest.fixture
async def chaos(database_url: str) -> AsyncIterator[Chaos]:
    """A shop with the app, on both databases, whose processes may die."""
    async with opened(database_url) as chaos:
        yield chaos


async def paid(chaos: Chaos, flow: Flow = "CHARGE", amount: str = "100.00") -> Payment:
    """A payment that the shopper has returned from, known to both ledgers."""
    payment = await chaos.begin(amount, flow, "default-channel")
    chaos.pay(payment, "pm_card_visa")
    await chaos.process(payment)
    await chaos.dust_settles()
    return payment


async def settled(chaos: Chaos) -> None:
    """Everything works again, and both ledgers agree."""
    await chaos.dust_settles()
    chaos.assert_true()


def shown(payment: Payment) -> list[str]:
    """Saleor's events of a payment, oldest first."""
    assert payment.transaction is not None
    return [str(event.type) for event in payment.transaction.events]


def words(payment: Payment) -> str:
    """What Saleor shows with the newest event."""
    assert payment.transaction is not None
    return payment.transaction.events[-1].message


def amounts(payment: Payment) -> tuple[Decimal, Decimal, Decimal]:
    """Authorized, charged, refunded."""
    assert payment.transaction is not None
    now = payment.transaction.amounts
    return now.authorized, now.charged, now.refunded


def refunds(chaos: Chaos, payment: Payment) -> list[int]:
    """The refunds that Stripe shows."""
    intent = chaos.intent(payment)
    assert intent is not None
    return [refund.amount for refund in truth.refunds_of(chaos.world, intent)]


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
    chaos.refund_by_hand(payment, 2)
    chaos.refund_by_hand(payment, 2)
    await settled(chaos)
    assert amounts(payment) == (0, 0, 100)


async def test_events_that_never_come_are_made_up_for_by_reconcile(chaos: Chaos) -> None:
    payment = await paid(chaos)
    chaos.world.stripe.faults.add(EventFault(EventFaultKind.DROPPED, times=None))
    chaos.refund_by_hand(payment, 2)
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
    chaos.refund_by_hand(payment, 2)
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


# The app itself


async def test_what_happened_while_the_app_was_not_installed_is_told_after(chaos: Chaos) -> None:
    payment = await paid(chaos)
    await chaos.uninstall()
    await chaos.keep_house()
    chaos.refund_by_hand(payment, 2)
    await settled(chaos)
    assert amounts(payment) == (0, 50, 50)


async def test_what_happened_before_an_endpoint_could_be_made_again_is_told_after(chaos: Chaos) -> None:
    payment = await paid(chaos)
    await chaos.uninstall()
    await chaos.keep_house()
    chaos.world.stripe.faults.add(Fault(FaultKind.REQUEST_LOST, "POST", "/v1/webhook_endpoints", times=None))
    await chaos.install()
    chaos.world.clock.advance(3)
    assert await chaos.look()
    chaos.refund_by_hand(payment, 2)
    await settled(chaos)
    assert amounts(payment) == (0, 50, 50)


async def test_crash_between_stripe_and_our_answer(chaos: Chaos) -> None:
    payment = await paid(chaos)
    chaos.replica.points.die_once(lambda: refunds(chaos, payment) != [])
    await chaos.act(payment, ("REFUND", Decimal(30)))
    assert chaos.replica.points.dead
    assert shown(payment)[-1] == "REFUND_FAILURE"
    await settled(chaos)
    assert refunds(chaos, payment) == [3000]
    assert amounts(payment) == (0, 70, 30)


@pytest.mark.parametrize("action", ["CHARGE", "REFUND", "CANCEL", "begin", "process", "look"])
async def test_a_process_that_dies_or_stalls_at_any_point_loses_and_doubles_nothing(
    sqlite_url: str, action: str
) -> None:
    async with opened(sqlite_url) as chaos:
        for point in range(1, 100):
            payment = await chaos.begin("100.00", "CHARGE" if action == "REFUND" else "AUTHORIZATION", "channel-auth")
            chaos.pay(payment, "pm_card_visa")
            if action in ("CHARGE", "REFUND", "CANCEL"):
                await chaos.process(payment)
                await chaos.dust_settles()
            points, stalls = chaos.replica.points, chaos.replica.stalls
            if point % 2:
                points.die_at(point)
            else:
                points.strike_at(point, chaos.stall)
            await _do(chaos, action, payment)
            struck = points.dead or chaos.replica.stalls > stalls
            await settled(chaos)
            if not struck:
                return
        raise AssertionError("the work never ends")


async def _do(chaos: Chaos, action: str, payment: Payment) -> None:
    match action:
        case "begin":
            await chaos.begin("100.00", "CHARGE", "default-channel")
        case "process":
            await chaos.process(payment)
        case "look":
            await chaos.deliver()
            await chaos.look()
        case "CHARGE" | "REFUND" | "CANCEL":
            await chaos.act(payment, (action, None if action == "CANCEL" else Decimal(40)))


# More than one at once


async def test_two_replicas_never_speak_at_once(chaos: Chaos) -> None:
    payment = await paid(chaos)
    other = await chaos.another()
    gate = Gate()
    chaos.refund_by_hand(payment, 2)
    await chaos.deliver()
    chaos.world.clock.advance(3)
    chaos.world.served.courier.faults.add(ApiFault(ApiFailure.SLOW, "TransactionEventReport", gate=gate))
    speaking = asyncio.create_task(chaos.look())
    await gate.reached()
    chaos.refund_by_hand(payment, 2)
    await chaos.deliver()
    chaos.world.clock.advance(3)
    assert await sweep(other.backends, 10) == Swept()
    gate.open()
    await speaking
    await other.stop()
    await settled(chaos)
    assert shown(payment).count("REFUND_SUCCESS") == 2
    assert amounts(payment) == (0, 0, 100)


async def test_of_two_replicas_that_find_a_payment_due_one_looks(chaos: Chaos) -> None:
    payment = await paid(chaos)
    other = await chaos.another()
    chaos.refund_by_hand(payment, 2)
    await chaos.deliver()
    chaos.world.clock.advance(3)
    looks = await asyncio.gather(sweep(chaos.replica.backends, 10), sweep(other.backends, 10))
    await other.stop()
    assert sum(look.reported for look in looks) == 1
    await settled(chaos)


@pytest.mark.parametrize("first", ["CHARGE", "CANCEL"])
async def test_a_capture_and_a_cancel_at_once_are_done_one_after_the_other(chaos: Chaos, first: str) -> None:
    payment = await paid(chaos, "AUTHORIZATION")
    second = "CANCEL" if first == "CHARGE" else "CHARGE"
    await chaos.act(payment, (first, None), (second, None))  # type: ignore[arg-type]
    await settled(chaos)
    outcomes = [kind for kind in shown(payment) if kind.startswith(("CHARGE_SUCC", "CHARGE_FAIL", "CANCEL_"))]
    assert sum(kind.endswith("_SUCCESS") for kind in outcomes) == 1
    assert sum(kind.endswith("_FAILURE") for kind in outcomes) == 1


async def test_two_refunds_at_once_that_together_are_too_much_are_one(chaos: Chaos) -> None:
    payment = await paid(chaos)
    await chaos.act(payment, ("REFUND", Decimal(60)), ("REFUND", Decimal(60)))
    await settled(chaos)
    assert refunds(chaos, payment) == [6000]
    assert shown(payment).count("REFUND_FAILURE") == 1


async def test_an_event_before_our_own_answer_waits_for_it(chaos: Chaos) -> None:
    payment = await paid(chaos)
    gate = Gate()
    chaos.world.served.courier.faults.add(DeliveryFault(DeliveryFailure.HELD, gate=gate))
    acting = asyncio.create_task(chaos.act(payment, ("REFUND", Decimal(30))))
    await gate.reached()
    await chaos.deliver()
    assert not await chaos.look()
    gate.open()
    await acting
    await settled(chaos)
    assert shown(payment).count("REFUND_SUCCESS") == 1


@pytest.mark.parametrize("race", [Race.ANSWER_SAVES_LAST, Race.REPORT_SAVES_LAST])
async def test_amounts_that_a_race_in_saleor_left_stale_are_put_right(chaos: Chaos, race: Race) -> None:
    payment = await paid(chaos)
    gate = Gate()
    chaos.world.saleor.races.race = race
    chaos.world.served.courier.faults.add(DeliveryFault(DeliveryFailure.HELD, gate=gate))
    acting = asyncio.create_task(chaos.act(payment, ("REFUND", Decimal(30))))
    await gate.reached()
    chaos.refund_by_hand(payment, 2)
    await chaos.deliver()
    chaos.world.clock.advance(4)  # an answer that takes longer on its way than the lease is held for it
    await chaos.look()
    gate.open()
    await acting
    if race is Race.ANSWER_SAVES_LAST:
        assert amounts(payment) != (0, 20, 80)
    await settled(chaos)
    assert amounts(payment) == (0, 20, 80)


# The deadline for an answer


async def test_a_refund_that_stripe_takes_too_long_for_is_answered_as_pending(
    chaos: Chaos, monkeypatch: pytest.MonkeyPatch
) -> None:
    payment = await paid(chaos)
    monkeypatch.setattr(saleor_webhooks, "SECONDS", 0.01)
    chaos.replica.hang(lambda url: url.endswith(REFUND))
    await chaos.act(payment, ("REFUND", Decimal(30)))
    assert payment.transaction is not None
    assert payment.transaction.amounts.refund_pending == 30
    chaos.replica.hang(lambda _: False)
    await settled(chaos)
    assert refunds(chaos, payment) == [3000]


async def test_an_initialize_that_stripe_takes_too_long_for_is_answered_503_and_made_up_for(
    chaos: Chaos, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saleor_webhooks, "SECONDS", 0.2)
    chaos.replica.hang(lambda url: url.endswith(CREATE))
    payment = await chaos.begin("100.00", "CHARGE", "default-channel")
    assert chaos.world.saleor.sent[-1].outcome == Reply(503, ANY)
    chaos.replica.hang(lambda _: False)
    monkeypatch.setattr(saleor_webhooks, "SECONDS", 14.0)
    await chaos.process(payment)
    chaos.pay(payment, "pm_card_visa")
    await settled(chaos)
    assert amounts(payment) == (0, 100, 0)
