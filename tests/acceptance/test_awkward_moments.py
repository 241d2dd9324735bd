"""Keys that are refused, declines at the wrong time, channels that move, and several hands at one payment."""

import asyncio
from decimal import Decimal
from typing import Any

import pytest

from saleor_stripe_app.saleor import apps
from saleor_stripe_app.sandbox.saleor import purchases
from saleor_stripe_app.sandbox.saleor.sessions import Session
from saleor_stripe_app.sandbox.saleor.signing import SigningKey
from saleor_stripe_app.sandbox.stripe import captures
from saleor_stripe_app.sandbox.stripe.errors import StripeFailure
from saleor_stripe_app.sandbox.stripe.faults import Fault, FaultKind
from saleor_stripe_app.storage import configurations, leases, tables, transactions
from saleor_stripe_app.usecases.backends import LEASE
from saleor_stripe_app.usecases.sweep import sweep
from tests.acceptance import signed
from tests.acceptance.test_shop_day import authorized, charged, last, types
from tests.acceptance.world import GATEWAY, World, opened

REFUND = "transaction-refund-requested"


def problems(world: World) -> list[str]:
    """What staff see beside the app in Saleor's Dashboard."""
    return [problem.message for problem in world.saleor.apps[-1].problem_list]


async def test_a_payment_whose_key_was_revoked_is_not_told_as_failed(world: World) -> None:
    """The shopper has paid: a failure would be final to Saleor, and false."""
    session = await world.begin("50.00")
    await world.pay(session)
    world.hands.expire_key(world.account.secret_key)
    answer = await signed.post(world, "transaction-process-session", await process_body(world, session))
    assert answer.status_code == 503
    await world.deliver_events()
    for _ in range(3):
        await sweep(world.backends)
        world.clock.advance(60)
    assert "CHARGE_FAILURE" not in types(session)
    assert any("key" in message and "Shop" in message for message in problems(world))
    world.stripe.registry.keys[world.account.secret_key].expired = False
    world.clock.advance(900)
    await world.settle()
    _, transaction = await world.assert_equal(session)
    assert transaction.amounts.charged == Decimal("50.00")


async def test_a_new_payment_with_a_revoked_key_fails_in_words_and_staff_are_told(world: World) -> None:
    world.hands.expire_key(world.account.secret_key)
    session = await world.begin("50.00")
    assert session.event.type == "CHARGE_FAILURE"
    assert "key" in session.event.message
    assert world.account.secret_key not in session.event.message
    assert len(problems(world)) == 1


@pytest.mark.parametrize("action", ["CHARGE", "CANCEL", "REFUND"])
async def test_an_action_with_a_revoked_key_fails_in_words_and_staff_are_told(world: World, action: Any) -> None:
    session = await (charged(world) if action == "REFUND" else authorized(world))
    world.hands.expire_key(world.account.secret_key)
    await world.act(session, action)
    assert last(session).type == f"{action}_FAILURE"
    assert "key" in last(session).message
    assert problems(world)


async def test_a_capture_that_the_issuer_declines_fails_with_its_codes(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = await authorized(world)

    def declined(*_: Any, **__: Any) -> None:
        raise StripeFailure(
            402,
            "Your card was declined.",
            type="card_error",
            code="card_declined",
            more={"decline_code": "insufficient_funds"},
        )

    monkeypatch.setattr(captures, "capture", declined)
    await world.act(session, "CHARGE", "60.00")
    assert last(session).type == "CHARGE_FAILURE"
    assert "Your card was declined. (card_declined, insufficient_funds)" in last(session).message
    assert last(session).psp_reference != world.intent(session)
    monkeypatch.undo()
    await world.act(session, "CHARGE", "60.00")
    await world.settle()
    _, transaction = await world.assert_equal(session)
    assert transaction.amounts.charged == Decimal("60.00")


async def test_a_channel_that_moves_while_a_shopper_pays_leaves_the_payment_where_it_began(world: World) -> None:
    session = await world.begin("50.00", idempotency_key="cart")
    intent = world.intent(session)
    assert world.configuration is not None
    first = world.configuration
    world.account = world.stripe.create_account()
    await world.configure()
    again = await world.served.courier.initialize(
        world.saleor_source(session), GATEWAY, action="CHARGE", idempotency_key="cart", by=world.staff
    )
    assert world.intent(again) == intent
    world.configuration = first
    world.ask_stripe(
        "POST",
        f"/v1/payment_intents/{intent}/confirm",
        {"payment_method": "pm_card_visa", "return_url": "https://shop.example/"},
        key=first.secret_key,
    )
    assert (await world.process(session)).event.type == "CHARGE_SUCCESS"
    await world.settle()
    await world.act(session, "REFUND", "20.00")
    await world.settle()
    await world.assert_equal(session)


async def test_an_archived_configuration_serves_its_open_payments(world: World) -> None:
    held = await authorized(world)
    assert world.configuration is not None
    await configurations.archive(world.backends.storage, world.configuration.id, world.clock())
    await world.act(held, "CHARGE", "60.00")
    await world.settle()
    await world.act(held, "REFUND", "10.00")
    await world.settle()
    _, transaction = await world.assert_equal(held)
    assert (transaction.amounts.charged, transaction.amounts.refunded) == (Decimal("50.00"), Decimal("10.00"))


async def test_an_order_is_paid_like_a_checkout_in_two_parts(world: World) -> None:
    order = purchases.create_order(world.saleor, [purchases.Item("Poster", Decimal("100.00"))])
    sessions = []
    for amount in ("30.00", "70.00"):
        session = await world.served.courier.initialize(
            order.id, GATEWAY, amount=Decimal(amount), action="CHARGE", by=world.staff
        )
        await world.pay(session)
        assert (await world.process(session)).event.type == "CHARGE_SUCCESS"
        sessions.append(session)
    await world.settle()
    charges = [(await world.assert_equal(session))[1].amounts.charged for session in sessions]
    assert charges == [Decimal("30.00"), Decimal("70.00")]


async def test_a_refund_beside_a_capture_at_work_neither_waits_for_ever_nor_is_lost(world: World) -> None:
    session = await authorized(world)
    await world.act(session, "CHARGE", "60.00")
    await world.settle()
    capture = signed.action(world, session, "CHARGE", 40)
    refund = signed.action(world, session, "REFUND", 10)
    answers = await asyncio.gather(
        signed.post(world, "transaction-charge-requested", capture), signed.post(world, REFUND, refund)
    )
    done = {answer.json()["result"] for answer in answers}
    await world.settle()
    payment, _ = await world.assert_equal(session)
    assert payment.amount_received == (10000 if "CHARGE_SUCCESS" in done else 6000)
    assert payment.refunded == (1000 if "REFUND_SUCCESS" in done else 0)


async def test_a_payment_that_is_looked_at_all_the_time_answers_within_saleors_patience(world: World) -> None:
    """Another writer holds the lease: sessions are told to ask again, actions that nothing was done."""
    session = await charged(world)
    record = await transactions.by_intent(world.backends.storage, world.account.id, world.intent(session))
    assert record is not None
    world.clock.advance(60)
    held = await leases.take(world.backends.storage, record.id, "another", world.clock(), LEASE)
    assert held is not None
    asked = world.clock()
    process = await signed.post(world, "transaction-process-session", await process_body(world, session))
    assert (world.clock() - asked).total_seconds() < 15
    assert process.status_code == 503
    asked = world.clock()
    refund = await signed.post(world, REFUND, signed.action(world, session, "REFUND", 10))
    assert (world.clock() - asked).total_seconds() < 15
    assert refund.json()["result"] == "REFUND_FAILURE"
    assert "nothing was done" in refund.json()["message"]


async def test_a_stripe_that_answers_too_late_leaves_the_refund_pending_and_then_told(world: World) -> None:
    session = await charged(world)
    world.stripe.faults.add(Fault(FaultKind.ANSWER_LOST, "POST", "/v1/refunds", times=2, latency=60))
    answer = (await signed.post(world, REFUND, signed.action(world, session, "REFUND", 10))).json()
    assert set(answer) == {"pspReference"}
    world.clock.advance(30)
    await world.settle()
    payment, _ = await world.assert_equal(session)
    assert payment.refunded == 1000


async def test_the_time_for_a_key_set_counts_towards_the_answer(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A new key of Saleor's is fetched while it waits: what that takes is missing afterwards."""
    session = await charged(world)
    loop, fetch, late = asyncio.get_running_loop(), apps.fetch_key_set, 20.0
    time = loop.time

    async def slowly(url: str) -> str:
        found = await fetch(url)
        monkeypatch.setattr(loop, "time", lambda: time() + late)
        return found

    monkeypatch.setattr(apps, "fetch_key_set", slowly)
    world.saleor.key = SigningKey.generate()
    body = await process_body(world, session)
    content = signed.encoded(body)
    answer = await signed.post(
        world, "transaction-process-session", content, saleor_signature=world.saleor.key.detached(content)
    )
    assert answer.status_code == 503


async def test_an_action_that_could_not_be_answered_in_time_any_more_is_not_begun(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Saleor would book a failure although the money went back."""
    session = await charged(world)
    loop, fetch = asyncio.get_running_loop(), apps.fetch_key_set
    time = loop.time

    async def slowly(url: str) -> str:
        found = await fetch(url)
        monkeypatch.setattr(loop, "time", lambda: time() + 13.5)
        return found

    monkeypatch.setattr(apps, "fetch_key_set", slowly)
    world.saleor.key = SigningKey.generate()
    content = signed.encoded(signed.action(world, session, "REFUND", 10))
    signature = world.saleor.key.detached(content)
    answer = (await signed.post(world, REFUND, content, saleor_signature=signature)).json()
    assert answer["result"] == "REFUND_FAILURE"
    assert "nothing was done" in answer["message"]
    payment, _ = await world.ledgers(session)
    assert payment.refunds == ()


async def test_a_token_of_another_app_does_not_take_the_installation_over(world: World) -> None:
    app = world.saleor.apps[-1]
    app.identifier = "another.app"
    assert world.installation is not None
    response = await world.app.post(
        "/api/register",
        json={"auth_token": world.installation.token},
        headers={"saleor-api-url": world.saleor.api_url, "saleor-schema-version": "3.24"},
    )
    assert response.status_code == 401
    assert "another.app" in response.json()["error"]["message"]


async def process_body(world: World, session: Session) -> dict[str, Any]:
    """TRANSACTION_PROCESS_SESSION of a session."""
    body = signed.initialize(world)
    del body["idempotencyKey"]
    found = signed.action(world, session, "CHARGE", 1)["transaction"]
    return body | {"transaction": {"id": found["id"], "pspReference": world.intent(session), "events": []}}


async def test_a_payment_of_the_official_app_is_not_failed_before_keys_are_entered(sqlite_url: str) -> None:
    """A shop that switches apps while a shopper pays: nothing is known yet, and unknown is not failed."""
    async with opened(sqlite_url) as world:
        await world.install()
        await world.configure()
        session = await world.begin("40.00")
        await world.pay(session)
        async with world.backends.storage.begin() as connection:
            for table in reversed(tables.metadata.sorted_tables):
                if table.name != "installations":
                    await connection.execute(table.delete())
        assert (await world.process(session)).event.message == "Failed to delivery request."
        await world.configure()
        assert (await world.process(session)).event.type == "CHARGE_SUCCESS"
        assert session.transaction.psp_reference == world.intent(session)
        await world.settle()
        await world.assert_equal(session)
