"""The doors over a real loopback socket, through the SDK's own HTTP client."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass

import aiohttp
import aiohttp.web
import httpx
import pytest
import stripe
from stripe import WebhookSignature

from saleor_stripe_app.sandbox.stripe.api import Stripe
from saleor_stripe_app.sandbox.stripe.asgi import create_sandbox
from saleor_stripe_app.sandbox.stripe.faults import Fault, FaultKind
from saleor_stripe_app.sandbox.stripe.serving import serve, serve_lean

INTENT = {"amount": 1000, "currency": "eur"}
RETURN = "https://shop.example.com/return?order=9"


@dataclass
class Door:
    url: str
    server: Stripe
    key: str
    publishable_key: str
    http: aiohttp.ClientSession
    v1: "stripe.V1Services"

    async def control(self, path: str, body: object = None, method: str = "POST") -> object:
        async with self.http.request(method, f"{self.url}/_sandbox{path}", json=body) as answer:
            shown = await answer.json()
            assert answer.status == 200, shown
            return shown


@contextlib.asynccontextmanager
async def opened(server: Stripe, run: Callable[[Callable[[str], None]], Coroutine[None, None, None]]):
    address: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(run(address.set_result))
    await asyncio.wait({serving, address}, return_when=asyncio.FIRST_COMPLETED)
    url = await address
    account = server.create_account()
    async with aiohttp.ClientSession() as session:
        client = stripe.StripeClient(
            account.secret_key,
            http_client=stripe.AIOHTTPClient(timeout=5, session=session),
            base_addresses={"api": url},
            max_network_retries=0,
        )
        yield Door(url, server, account.secret_key, account.publishable_key, session, client.v1)
    serving.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await serving


@pytest.fixture
async def asgi() -> AsyncIterator[Door]:
    server = Stripe()
    async with opened(server, lambda ready: serve(server=server, ready=ready)) as door:
        yield door
    assert server.findings == []


@pytest.fixture
async def lean() -> AsyncIterator[Door]:
    server = Stripe(strict=False)
    async with opened(server, lambda ready: serve_lean(server=server, ready=ready)) as door:
        yield door


@pytest.fixture(params=["asgi", "lean"])
def door(request: pytest.FixtureRequest) -> Door:
    found: Door = request.getfixturevalue(request.param)
    return found


@dataclass
class Listener:
    """An endpoint of a merchant."""

    url: str
    received: "asyncio.Queue[tuple[bytes, str]]"


@pytest.fixture
async def listener() -> AsyncIterator[Listener]:
    received: asyncio.Queue[tuple[bytes, str]] = asyncio.Queue()

    heard: list[str] = []

    async def hear(request: aiohttp.web.Request) -> aiohttp.web.Response:
        await received.put((await request.read(), request.headers["Stripe-Signature"]))
        heard.append(request.query_string)
        return aiohttp.web.Response(status=500 if heard == ["refuse=1"] else 200)

    application = aiohttp.web.Application()
    application.router.add_post("/hook", hear)
    runner = aiohttp.web.AppRunner(application)
    await runner.setup()
    site = aiohttp.web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield Listener(f"http://127.0.0.1:{runner.addresses[0][1]}/hook", received)
    await runner.cleanup()


async def test_the_sdk_pays_through_a_door(door: Door) -> None:
    intent = await door.v1.payment_intents.create_async(INTENT)
    paid = await door.v1.payment_intents.confirm_async(
        intent.id, {"payment_method": "pm_card_visa", "return_url": RETURN, "expand": ["latest_charge"]}
    )
    assert (paid.status, paid.latest_charge.amount_captured) == ("succeeded", 1000)
    with pytest.raises(stripe.InvalidRequestError) as error:
        await door.v1.payment_intents.retrieve_async("pi_unknown")
    assert error.value.request_id.startswith("req_")


async def test_a_lost_answer_breaks_the_connection_and_leaves_the_work_done(door: Door) -> None:
    door.server.faults.add(Fault(FaultKind.ANSWER_LOST, "POST", latency=0.01))
    with pytest.raises(stripe.APIConnectionError):
        await door.v1.payment_intents.create_async(INTENT)
    assert len((await door.v1.payment_intents.list_async()).data) == 1


async def test_a_lost_request_breaks_the_connection_before_the_work(door: Door) -> None:
    door.server.faults.add(Fault(FaultKind.REQUEST_LOST, "POST"))
    with pytest.raises(stripe.APIConnectionError):
        await door.v1.payment_intents.create_async(INTENT)
    assert (await door.v1.payment_intents.list_async()).data == []


async def test_events_are_delivered_over_http(door: Door, listener: Listener) -> None:
    endpoint = await door.v1.webhook_endpoints.create_async(
        {"url": listener.url, "enabled_events": ["payment_intent.created"]}
    )
    intent = await door.v1.payment_intents.create_async(INTENT)
    body, signature = await asyncio.wait_for(listener.received.get(), 5)
    assert WebhookSignature.verify_header(body, signature, endpoint.secret, tolerance=300)
    assert json.loads(body)["data"]["object"]["id"] == intent.id


async def test_a_refused_delivery_is_sent_again(listener: Listener) -> None:
    server = Stripe(retries=(0,))
    async with opened(server, lambda ready: serve_lean(server=server, ready=ready)) as door:
        await door.v1.webhook_endpoints.create_async(
            {"url": f"{listener.url}?refuse=1", "enabled_events": ["payment_intent.created"]}
        )
        await door.v1.payment_intents.create_async(INTENT)
        first = await asyncio.wait_for(listener.received.get(), 5)
        second = await asyncio.wait_for(listener.received.get(), 5)
    assert json.loads(first[0])["id"] == json.loads(second[0])["id"]


async def test_a_server_that_cannot_break_connections_is_told_by_an_exception() -> None:
    server = Stripe()
    key = server.create_account().secret_key
    server.faults.add(Fault(FaultKind.ANSWER_LOST))
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(create_sandbox(server)), base_url="http://stripe.test"
    ) as client:
        headers = {"Authorization": f"Bearer {key}", "Stripe-Version": "2026-10-28.endive"}
        with pytest.raises(ConnectionResetError):
            await client.get("/v1/balance", headers=headers)
        assert (await client.get("/v1/balance", headers=headers)).status_code == 200


async def test_requests_that_arrive_together_or_in_pieces_are_answered_in_order(lean: Door) -> None:
    host, port = lean.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    head = f"Authorization: Bearer {lean.key}\r\nContent-Length: 24"
    lean.server.faults.add(Fault(FaultKind.LATENCY, "POST", latency=0.01))
    first = f"POST /v1/payment_intents HTTP/1.1\r\n{head}\r\n\r\namount=1111&currency=eur"
    second = f"POST /v1/payment_intents HTTP/1.1\r\n{head}\r\n\r\namount=2222&currency=eur"
    writer.write((first + second[:30]).encode())
    await writer.drain()
    writer.write(second[30:].encode())
    amounts = []
    for _ in range(2):
        lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        length = int(next(line.split(": ")[1] for line in lines if line.startswith("Content-Length")))
        amounts.append(json.loads(await reader.readexactly(length))["amount"])
    writer.close()
    await writer.wait_closed()
    assert amounts == [1111, 2222]


async def test_a_storefront_confirms_from_its_page(asgi: Door) -> None:
    intent = await asgi.v1.payment_intents.create_async(INTENT)
    form = {
        "payment_method_data[type]": "card",
        "payment_method_data[card][number]": "4000000000003220",
        "return_url": RETURN,
        "key": asgi.publishable_key,
        "client_secret": intent.client_secret,
    }
    url = f"{asgi.url}/v1/payment_intents/{intent.id}/confirm"
    async with asgi.http.post(url, data=form, headers={"Origin": "https://shop.example.com"}) as answer:
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        shown = await answer.json()
    assert shown["status"] == "requires_action"


async def test_the_shopper_meets_the_challenge_on_a_page_and_returns(asgi: Door) -> None:
    intent = await asgi.v1.payment_intents.create_async(
        {**INTENT, "confirm": True, "payment_method": "pm_card_threeDSecure2Required", "return_url": RETURN}
    )
    page = intent.next_action.redirect_to_url.url
    assert page.startswith(asgi.url)
    async with asgi.http.get(page) as shown:
        assert "Authorize test payment" in await shown.text()
    async with asgi.http.post(page, data={"outcome": "succeed"}, allow_redirects=False) as answer:
        location = answer.headers["Location"]
    assert location.startswith(f"{RETURN}&payment_intent={intent.id}")
    assert location.endswith("redirect_status=succeeded")
    assert (await asgi.v1.payment_intents.retrieve_async(intent.id)).status == "succeeded"


async def test_people_act_through_the_controls(asgi: Door) -> None:
    made = await asgi.control("/accounts", {"name": "Cups", "secret_key": "sk_test_cups", "currency": "pln"})
    assert made["secret_key"] == "sk_test_cups"
    key = await asgi.control(f"/accounts/{made['id']}/keys", {"permissions": ["rak_charge_read"]})
    granted = await asgi.control(f"/keys/{key['key']}/grant", {"permissions": ["rak_charge_write"]})
    assert granted["permissions"] == ["rak_charge_read", "rak_charge_write"]
    intent = await asgi.v1.payment_intents.create_async(
        {**INTENT, "confirm": True, "payment_method": "pm_card_visa", "return_url": RETURN}
    )
    refund = await asgi.control(f"/payment_intents/{intent.id}/refund", {"amount": 250})
    await asgi.control(f"/refunds/{refund['id']}/fail", {"reason": "lost_or_stolen_card"})
    ledger = await asgi.control("/ledger", method="GET")
    assert ledger["payments"][0]["charged"] == 1000
    assert ledger["totals"]["eur"]["received"] == 1000
    await asgi.control("/faults", {"kind": "rate_limit", "path": "/v1/balance"})
    with pytest.raises(stripe.RateLimitError):
        await asgi.v1.balance.retrieve_async()
    assert (await asgi.control("/faults", {"kind": "doubled", "types": "refund.*"}))["events"] == 1
    assert (await asgi.control("/faults", method="DELETE"))["events"] == 0
    assert (await asgi.control("/requests", method="GET"))[-1]["status"] == 429


async def test_a_control_that_makes_no_sense_says_why(asgi: Door) -> None:
    intent = await asgi.v1.payment_intents.create_async(INTENT)
    for path, body, status in (
        (f"/payment_intents/{intent.id}/authenticate", {}, 400),
        ("/payment_intents/pi_unknown/cancel", {}, 404),
        ("/faults", {"kind": "sabotage"}, 400),
        ("/faults", {"kind": "latency", "path": "("}, 400),
        ("/accounts", {"colour": "red"}, 400),
    ):
        async with asgi.http.post(f"{asgi.url}/_sandbox{path}", json=body) as answer:
            assert answer.status == status
            assert (await answer.json())["error"]["message"]


async def test_findings_are_shown_and_cleared(asgi: Door) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        await asgi.v1.payment_intents.create_async({**INTENT, "colour": "red"})
    [finding] = await asgi.control("/findings", method="GET")
    assert "parameter_unknown" in finding
    assert await asgi.control("/findings", method="DELETE") == []
