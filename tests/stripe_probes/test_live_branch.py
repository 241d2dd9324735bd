"""What the probes of Stripe itself stand on, tried without it: the key, the pace, the connections, and tidying up."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from saleor_stripe_app.domain.errors import Declined, Unavailable
from saleor_stripe_app.domain.payment import IntentStatus
from saleor_stripe_app.domain.transaction import Flow
from saleor_stripe_app.sandbox.stripe import server
from saleor_stripe_app.sandbox.stripe.api import Stripe
from saleor_stripe_app.sandbox.stripe.faults import Fault, FaultKind
from saleor_stripe_app.stripe_gateway import payment_intents, webhook_endpoints
from saleor_stripe_app.stripe_gateway.calls import answered
from saleor_stripe_app.stripe_gateway.client import StripeConnections
from tests.stripe_gateway.recorded_wire import Wire
from tests.stripe_probes import live
from tests.stripe_probes.till import TOTAL, Till, is_of_the_account


@pytest.mark.parametrize("key", ["sk_test_51Nm3yLqKzv0", "rk_test_51Nm3yLqKzv0"])
def test_a_secret_or_restricted_key_of_test_mode_is_used(key: str) -> None:
    assert live.key_of_test_mode(live.KEY, {live.KEY: f" {key}\n"}) == key


@pytest.mark.parametrize("environment", [{}, {live.KEY: ""}, {live.KEY: " "}])
def test_no_key_is_no_error(environment: dict[str, str]) -> None:
    assert live.key_of_test_mode(live.KEY, environment) is None


@pytest.mark.parametrize(
    ("name", "key", "begins"),
    [
        (live.KEY, "sk_live_51Nm3yLqKzv0", "begins with sk_live_"),
        (live.KEY, "rk_live_51Nm3yLqKzv0", "begins with rk_live_"),
        (live.KEY, "pk_test_51Nm3yLqKzv0", "begins with pk_test_"),
        (live.KEY, "sk_test_51Nm3yLq Kzv0", "begins with sk_test_"),
        (live.KEY, "51Nm3yLqKzv0", "is of another form"),
        (live.PUBLISHABLE_KEY, "pk_live_51Nm3yLqKzv0", "begins with pk_live_"),
        (live.PUBLISHABLE_KEY, "sk_test_51Nm3yLqKzv0", "begins with sk_test_"),
    ],
)
def test_any_other_key_is_refused_and_not_shown(name: str, key: str, begins: str) -> None:
    with pytest.raises(ValueError, match=f"^{name} {begins}: only a key of test mode") as raised:
        live.key_of_test_mode(name, {name: key})

    assert "51Nm3yLq" not in str(raised.value)


async def test_requests_begin_at_even_distances_also_when_many_wait() -> None:
    now, pauses = 100.0, []

    async def pause(seconds: float) -> None:
        pauses.append(round(seconds, 3))

    pace = live.Pace(10, clock=lambda: now, pause=pause)
    await asyncio.gather(*(pace.turn() for _ in range(3)))
    now = 100.25
    await pace.turn()
    await pace.turn()
    now = 200.0
    await pace.turn()

    assert pauses == [0, 0.1, 0.2, 0.05, 0.15, 0]


@pytest.mark.parametrize(
    ("status", "error", "skips"),
    [
        (403, {"message": "Not allowed."}, True),
        (400, {"message": "No method takes this currency."}, True),
        (400, {"message": "Invalid currency: xxx", "param": "currency"}, True),
        (400, {"message": "Below", "param": "amount", "code": "amount_too_small"}, False),
        (400, {"message": "Unknown", "param": "amounts", "code": "parameter_unknown"}, False),
        (400, {"message": "Invalid", "param": "payment_method_options[x]"}, False),
        (400, {"message": "Status", "code": "payment_intent_unexpected_state"}, False),
        (401, {"message": "Invalid API Key provided"}, False),
        (402, {"message": "Declined", "type": "card_error", "code": "card_declined"}, False),
    ],
)
async def test_only_what_an_account_lacks_skips_a_probe(status: int, error: dict[str, str], skips: bool) -> None:
    wire = Wire()
    wire.answer({"error": {"type": "invalid_request_error", **error}}, status)
    async with StripeConnections(http_client=wire) as connections:
        client = connections.client("sk_test_51Nm3yLqKzv0Qw2Er8TyU")
        with pytest.raises(Declined) as raised:
            await answered(lambda: client.v1.payment_intents.retrieve_async("pi_1"))

    assert is_of_the_account(raised.value) is skips


async def test_the_connections_to_stripe_speak_http_at_their_pace(stand_in: Stripe) -> None:
    pauses = []

    async def pause(seconds: float) -> None:
        pauses.append(round(seconds, 3))

    pace = live.Pace(10, clock=lambda: 0.0, pause=pause)
    key = stand_in.create_account().secret_key
    door = await server.listen(stand_in, "127.0.0.1", 0)
    address = f"http://127.0.0.1:{door.sockets[0].getsockname()[1]}"
    async with live.connections(pace, api_base=address) as connections:
        till = Till(connections, key, datetime.fromtimestamp(0, UTC), at_stripe=True)

        payment = await till.pay(Flow.CHARGE)

    door.close()
    assert payment.status is IntentStatus.SUCCEEDED
    requests = len(stand_in.records)
    assert requests > 3
    assert pauses == [round(number / 10, 3) for number in range(requests)]


async def test_everything_is_put_away_at_the_end_and_nothing_else(stand_in: Stripe, till_at_the_stand_in: Till) -> None:
    till, stranger = till_at_the_stand_in, replace(till_at_the_stand_in, run="stranger")
    await stranger.make(Flow.CHARGE)
    foreign = await stranger.endpoint("https://example.com/of-a-stranger")
    await till.endpoint("https://example.com/of-the-probe")
    await till.make(Flow.CHARGE)
    await till.pay(Flow.AUTHORIZATION, number=1)
    await till.pay(Flow.CHARGE, "pm_card_threeDSecure2Required", number=2)
    charged, captured = await till.pay(Flow.CHARGE, number=3), await till.pay(Flow.AUTHORIZATION, number=4)
    await till.refund(charged.id, 100)
    await till.capture(captured.id, 300, keep_rest_open=True)
    stand_in.faults.add(Fault(FaultKind.ANSWER_LOST, path="/v1/payment_intents", method="POST", times=2))
    with pytest.raises(Unavailable):
        await till.make(Flow.CHARGE, number=5)

    assert await till.put_away() == []

    listed = [intent.id async for intent in payment_intents.list_created(till.client, till.begun)]
    payments = [await till.read(intent) for intent in listed]
    mine = [payment for payment in payments if till.owner.items() <= payment.metadata.items()]
    assert len(mine) == 6
    assert {payment.status for payment in mine} == {IntentStatus.CANCELED, IntentStatus.SUCCEEDED}
    assert sorted(payment.refunded for payment in mine) == [0, 0, 0, 0, 300, TOTAL]
    [of_the_stranger] = [payment for payment in payments if payment not in mine]
    assert of_the_stranger.status is IntentStatus.REQUIRES_PAYMENT_METHOD
    assert await webhook_endpoints.find(till.client, till.run) == ()
    assert [found.id for found in await webhook_endpoints.find(till.client, stranger.run)] == [foreign.id]


async def test_what_cannot_be_put_away_is_named(till_at_the_stand_in: Till, stand_in: Stripe) -> None:
    till = till_at_the_stand_in
    payment = await till.make(Flow.CHARGE)
    stand_in.faults.add(Fault(FaultKind.ANSWER_LOST, path=".*/cancel", times=2))

    [left] = await till.put_away()

    assert left.startswith(f"{payment.id}: ")


async def test_a_key_without_the_permission_skips_and_leaves_nothing_to_put_away(
    stand_in: Stripe, till_at_the_stand_in: Till
) -> None:
    account = next(iter(stand_in.registry.keys.values())).account
    key = stand_in.create_key(account, permissions={"rak_payment_intent_write", "rak_charge_write"}).value
    till = replace(till_at_the_stand_in, key=key, at_stripe=True, run="restricted")

    with pytest.raises(pytest.skip.Exception, match="lacks the permission Webhook Endpoints"):
        await till.endpoint("https://example.com/of-the-probe")

    assert await till.put_away() == []


async def test_at_the_stand_in_nothing_is_skipped(till_at_the_stand_in: Till) -> None:
    till = replace(till_at_the_stand_in, key=till_at_the_stand_in.restricted_key or "")

    with pytest.raises(Declined), till.where_offered():
        await answered(lambda: till.client.v1.customers.delete_async("cus_0000permissionprobe"))
