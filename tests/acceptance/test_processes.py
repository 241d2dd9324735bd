"""The app itself dies, stalls, is late, or works at several places at once; both ledgers come out equal."""

import asyncio
from decimal import Decimal
from unittest.mock import ANY

import pytest

from saleor_stripe_app.sandbox.saleor.deliveries import Reply
from saleor_stripe_app.sandbox.saleor.faults import ApiFailure, ApiFault, DeliveryFailure, DeliveryFault, Gate
from saleor_stripe_app.sandbox.saleor.races import Race
from saleor_stripe_app.sandbox.stripe.faults import Fault, FaultKind
from saleor_stripe_app.usecases import act
from saleor_stripe_app.usecases.sweep import Swept, sweep
from saleor_stripe_app.web import saleor_webhooks
from tests.acceptance.chaos import Chaos, opened
from tests.acceptance.dashboard import Payment
from tests.acceptance.scenario import amounts, paid, refunds, settled, shown

CREATE, REFUND = "/v1/payment_intents", "/v1/refunds"
CAPTURE, CANCEL = "/v1/payment_intents/[^/]*/capture", "/v1/payment_intents/[^/]*/cancel"
# The SDK sends a request once more under the same key, so one lost answer is mended before anybody hears of it.
TWICE = 2


# The app itself


async def test_what_happened_while_the_app_was_not_installed_is_told_after(chaos: Chaos) -> None:
    payment = await paid(chaos)
    await chaos.uninstall()
    await chaos.keep_house()
    chaos.stripe.refund(payment, 2)
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
    chaos.stripe.refund(payment, 2)
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
    chaos.stripe.refund(payment, 2)
    await chaos.deliver()
    chaos.world.clock.advance(3)
    chaos.world.served.courier.faults.add(ApiFault(ApiFailure.SLOW, "TransactionEventReport", gate=gate))
    speaking = asyncio.create_task(chaos.look())
    await gate.reached()
    chaos.stripe.refund(payment, 2)
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
    chaos.stripe.refund(payment, 2)
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
    chaos.stripe.refund(payment, 2)
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
    monkeypatch.setattr(act, "ASKED_WITHIN", 0.0)
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
