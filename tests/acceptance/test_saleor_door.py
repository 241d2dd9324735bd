"""What comes to Saleor's door: every kind of bad input gets a clear answer in Saleor's form, and moves no money."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from saleor_stripe_app.domain.errors import Unavailable
from saleor_stripe_app.sandbox.saleor.signing import SigningKey
from saleor_stripe_app.storage import installations
from tests.acceptance import signed
from tests.acceptance.test_shop_day import authorized, charged
from tests.acceptance.world import KEY, World, opened

ACTIONS = {
    "transaction-charge-requested": "CHARGE_FAILURE",
    "transaction-cancelation-requested": "CANCEL_FAILURE",
    "transaction-refund-requested": "REFUND_FAILURE",
}
SESSIONS = ("transaction-initialize-session", "transaction-process-session")
GATEWAY = "payment-gateway-initialize-session"
DEEP = b'{"data":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
UNREADABLE = (b"", b"{", b"[]", b"null", b'"text"', b"1", b"\xff\xfe", b"{}", DEEP, b'{"recipient": null}')


@pytest.fixture
async def world(sqlite_url: str) -> AsyncIterator[World]:
    """A shop with the app installed and Stripe's keys entered; the database does not matter here."""
    async with opened(sqlite_url) as world:
        await world.install()
        await world.configure()
        yield world


def created(world: World) -> list[Any]:
    """The requests to make something that Stripe got."""
    return [record for record in world.stripe.records if record.method == "POST" and "webhook" not in record.path]


@pytest.mark.parametrize("path", ACTIONS)
async def test_an_action_that_cannot_be_read_fails_under_a_reference_of_its_own(world: World, path: str) -> None:
    """Saleor takes two failures without a reference for one, and waits for the second for ever."""
    references = set()
    for body in UNREADABLE:
        response = await signed.post(world, path, body)
        assert response.status_code == 200
        answer = response.json()
        assert answer["result"] == ACTIONS[path]
        assert "Stripe" in answer["message"]
        references.add(answer["pspReference"])
    assert len(references) == len(UNREADABLE)


@pytest.mark.parametrize("path", SESSIONS)
async def test_a_session_that_cannot_be_read_fails_with_a_reason(world: World, path: str) -> None:
    for body in UNREADABLE:
        response = await signed.post(world, path, body)
        assert response.status_code == 200
        assert response.json()["result"] == "CHARGE_FAILURE"
        assert response.json()["message"]


async def test_a_greeting_that_cannot_be_read_is_bad_input(world: World) -> None:
    for body in UNREADABLE:
        response = await signed.post(world, GATEWAY, body)
        assert response.status_code == 400
        assert response.json()["error"]["message"]


@pytest.mark.parametrize(
    ("amount", "currency", "why"),
    [
        (0, "USD", "0"),
        (10.123, "USD", "finer"),
        (-5, "USD", "cannot be sent"),
        (1e300, "USD", "cannot be sent"),
        (10.5, "JPY", "finer"),
        (10.1, "ISK", "finer"),
        (1.234, "KWD", "finer"),
        (5, "XXX", "does not take the currency"),
        (5, "", "does not take the currency"),
        (0.10, "USD", "at least"),
    ],
)
async def test_an_amount_that_stripe_cannot_take_is_refused_in_words(
    world: World, amount: float, currency: str, why: str
) -> None:
    body = signed.initialize(world, amount=amount, currency=currency)
    answer = (await signed.post(world, SESSIONS[0], body)).json()
    assert answer["result"] == "CHARGE_FAILURE"
    assert why in answer["message"]
    assert answer["data"]["paymentIntent"]["errors"][0]["message"]
    assert (await signed.post(world, SESSIONS[0], body)).json()["message"] == answer["message"]


@pytest.mark.parametrize("number", [b"NaN", b"Infinity", b"-Infinity", b'"NaN"', b"1e400", b"1e999999999", b"null"])
async def test_a_number_that_is_none_or_beyond_all_bounds_is_refused(world: World, number: bytes) -> None:
    session = await charged(world)
    refund = json.dumps(signed.action(world, session, "REFUND", "AMOUNT")).encode()
    answer = (await signed.post(world, "transaction-refund-requested", refund.replace(b'"AMOUNT"', number))).json()
    if number != b"null":  # without an amount, everything is meant
        assert answer["result"] == "REFUND_FAILURE"
        assert len(str(answer)) < 2000
    begin = json.dumps(signed.initialize(world, amount="AMOUNT")).encode()
    answer = (await signed.post(world, SESSIONS[0], begin.replace(b'"AMOUNT"', number))).json()
    assert answer["result"] == "CHARGE_FAILURE"


@pytest.mark.parametrize(
    ("amount", "currency"), [(0, "USD"), (-5, "USD"), (10.123, "USD"), (1e300, "USD"), (5, "XXX"), (10, "EUR")]
)
@pytest.mark.parametrize("kind", ["CHARGE", "CANCEL"])
async def test_an_action_of_an_impossible_amount_fails_and_moves_nothing(
    world: World, kind: str, amount: float, currency: str
) -> None:
    session = await authorized(world)
    before = len(created(world))
    path = {"CHARGE": "transaction-charge-requested", "CANCEL": "transaction-cancelation-requested"}[kind]
    answer = (await signed.post(world, path, signed.action(world, session, kind, amount, currency))).json()
    assert answer["result"] == f"{kind}_FAILURE"
    assert answer["pspReference"].startswith(world.intent(session))
    assert answer["message"]
    assert answer.get("amount", 0) >= 0
    assert len(created(world)) == before


async def test_a_negative_amount_for_an_unknown_payment_is_a_failure_and_not_pending(world: World) -> None:
    session = await charged(world)
    body = signed.action(world, session, "REFUND", -5)
    body["transaction"] |= {"id": "VHJhbnNhY3Rpb25JdGVtOjk=", "pspReference": "pi_unknown"}
    answer = (await signed.post(world, "transaction-refund-requested", body)).json()
    assert answer["result"] == "REFUND_FAILURE"


async def test_an_action_posted_to_another_actions_address_does_nothing(world: World) -> None:
    """The signature covers the body and not the address."""
    session = await authorized(world)
    before = len(created(world))
    body = signed.action(world, session, "CHARGE", 10)
    answer = (await signed.post(world, "transaction-refund-requested", body)).json()
    assert answer["result"] == "REFUND_FAILURE"
    assert len(created(world)) == before


@pytest.mark.parametrize("kind", ["VOID", "", None, 5])
async def test_an_unknown_action_is_refused(world: World, kind: Any) -> None:
    session = await authorized(world)
    body = signed.action(world, session, kind, 10)
    answer = (await signed.post(world, "transaction-charge-requested", body)).json()
    assert answer["result"] == "CHARGE_FAILURE"


async def test_a_sender_that_cannot_be_proved_is_refused(world: World) -> None:
    url, stranger = world.saleor.api_url, SigningKey.generate().detached(b"{}")
    changes = [
        ("saleor_api_url", other) for other in ("", url.rstrip("/"), url.upper(), "https://other.example/graphql/")
    ]
    changes += [("saleor_signature", other) for other in ("", "a..b", stranger, KEY.detached(b"[]"))]
    for path in (*ACTIONS, *SESSIONS, GATEWAY, "app-deleted"):
        for name, value in changes:
            response = await signed.post(world, path, b"{}", **{name: value})
            assert response.status_code == 401, (path, name, value)
            assert response.json()["error"]["message"]


@pytest.mark.parametrize("path", [*ACTIONS, *SESSIONS, GATEWAY])
async def test_a_request_for_another_recipient_is_forbidden(world: World, path: str) -> None:
    session = await authorized(world)
    before = len(created(world))
    body = signed.initialize(world) if path not in ACTIONS else signed.action(world, session, "CHARGE", 10)
    body["recipient"]["id"] = "QXBwOjk5OTk="
    assert (await signed.post(world, path, body)).status_code == 403
    assert len(created(world)) == before


async def test_a_removed_app_answers_nothing_more(world: World) -> None:
    session = await authorized(world)
    assert world.installation is not None
    await installations.mark_removed(
        world.backends.storage, world.saleor.api_url, world.installation.app_id, world.clock()
    )
    body = signed.action(world, session, "CHARGE", 10)
    assert (await signed.post(world, "transaction-charge-requested", body)).status_code == 401


@pytest.mark.parametrize("path", ["unknown", "transaction_charge_requested", "%00", "TRANSACTION-CHARGE-REQUESTED"])
async def test_an_unknown_webhook_is_not_found(world: World, path: str) -> None:
    assert (await signed.post(world, path, b"{}")).status_code == 404


@pytest.mark.parametrize("path", [*ACTIONS, *SESSIONS, GATEWAY, "app-deleted"])
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
async def test_only_post_is_answered(world: World, path: str, method: str) -> None:
    response = await world.app.request(method, f"/api/webhooks/saleor/{path}")
    assert response.status_code == 405
    assert response.json()["error"]["message"]


async def test_a_body_beyond_the_limit_is_refused_before_it_is_read(world: World) -> None:
    response = await signed.post(world, "transaction-charge-requested", b" " * 20_000_000)
    assert response.status_code == 413


@pytest.mark.parametrize("path", ACTIONS)
async def test_an_action_is_never_answered_5xx_while_the_database_is_away(
    world: World, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    """A 5xx would make Saleor send the request again, with an empty body."""

    async def away(*_: object) -> None:
        raise Unavailable("The database does not answer.")

    monkeypatch.setattr(installations, "by_url", away)
    response = await signed.post(world, path, b"{}")
    assert response.status_code == 200
    assert response.json()["result"] == ACTIONS[path]


async def test_a_storefront_may_say_nothing_or_more_than_is_needed(world: World) -> None:
    named: Any = {"paymentIntent": {"paymentMethod": "ideal"}}
    data: Any
    for data in (None, {}, {"paymentIntent": None}, {"paymentIntent": {}}, named, {"anything": [1, {"else": 1.5}]}):
        answer = (await signed.post(world, SESSIONS[0], signed.initialize(world) | {"data": data})).json()
        assert answer["result"] == "CHARGE_ACTION_REQUIRED"
        assert answer["data"]["paymentIntent"]["stripeClientSecret"].startswith("pi_")


@pytest.mark.parametrize("flow", ["CHARGE", "AUTHORIZATION"])
async def test_data_of_another_shape_fails_as_with_the_official_app(world: World, flow: str) -> None:
    of_intent: Any = ("card", 5, [], {"paymentMethod": 5}, {"paymentMethod": "Card!"})
    for data in ("card", 5, 1.5, True, [], ["card"], *({"paymentIntent": wrong} for wrong in of_intent)):
        body = signed.initialize(world, actionType=flow) | {"data": data}
        answer = (await signed.post(world, SESSIONS[0], body)).json()
        assert answer["result"] == f"{flow}_FAILURE", data
        assert answer["data"]["paymentIntent"]["errors"][0]["code"] == "ParseError"


async def test_what_a_storefront_sends_never_reaches_stripe(world: World) -> None:
    evil = {"on_behalf_of": "acct_evil", "transfer_data": {"destination": "acct_evil"}, "amount": 1, "confirm": True}
    data = {**evil, "paymentIntent": {"paymentMethod": "card", **evil}}
    answer = (await signed.post(world, SESSIONS[0], signed.initialize(world) | {"data": data})).json()
    assert answer["result"] == "CHARGE_ACTION_REQUIRED"
    made = created(world)[-1]
    assert "evil" not in repr(made)
    assert set(made.parameters) == {"amount", "currency", "automatic_payment_methods", "metadata"}
    assert made.parameters["amount"] in (2000, "2000")


async def test_one_idempotency_key_sent_twice_at_once_makes_one_intent(world: World) -> None:
    body = signed.initialize(world)
    both = await asyncio.gather(*(signed.post(world, SESSIONS[0], body) for _ in range(2)))
    assert both[0].json() == both[1].json()
    assert both[0].json()["result"] == "CHARGE_ACTION_REQUIRED"
    assert len([record for record in created(world) if record.path == "/v1/payment_intents"]) == 1


async def test_one_request_sent_twice_at_once_is_one_refund(world: World) -> None:
    session = await charged(world)
    body = signed.action(world, session, "REFUND", 30)
    path = "transaction-refund-requested"
    both = await asyncio.gather(*(signed.post(world, path, body) for _ in range(2)))
    results = {response.json().get("result") for response in both}
    assert results <= {"REFUND_SUCCESS", None}, "a request that is at work has not failed"
    assert "REFUND_SUCCESS" in results
    payment, _ = await world.ledgers(session)
    assert payment.refunded == 3000


async def test_a_repeated_initialize_is_answered_alike_after_its_channel_lost_its_configuration(world: World) -> None:
    body = signed.initialize(world)
    first = (await signed.post(world, SESSIONS[0], body)).json()
    await world.unassign("default-channel")
    assert (await signed.post(world, SESSIONS[0], body)).json() == first
