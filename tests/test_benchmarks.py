"""The benchmark's requests are what Saleor and Stripe would send, and its load generator counts what comes back."""

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from benchmarks import load, requests
from benchmarks.lean_saleor import LeanSaleor
from benchmarks.shop import ENDPOINT_SECRET, Paid, Shop
from saleor_stripe_app.domain.history import Kind
from saleor_stripe_app.saleor import payloads, signature
from saleor_stripe_app.sandbox.saleor.signing import SigningKey
from saleor_stripe_app.stripe_gateway import events

PAID = Paid("VHJhbnNhY3Rpb25JdGVtOjE=", "pi_1")
PATH = "/path"


@pytest.fixture(scope="module")
def shop() -> Shop:
    return Shop(SigningKey.generate(), "http://127.0.0.1:1/graphql/", [PAID], {"object": "payment_intent"})


def opened(request: bytes) -> tuple[dict[str, str], bytes]:
    """Headers and body of a request on the wire."""
    head, _, body = request.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    assert first == f"POST {PATH} HTTP/1.1"
    headers = dict(line.split(": ", 1) for line in lines)
    assert int(headers["content-length"]) == len(body)
    return headers, body


@pytest.mark.parametrize(
    ("prepare", "decode"),
    [
        (requests.gateway_initialize, payloads.gateway_initialize),
        (requests.transaction_initialize, payloads.transaction_initialize),
        (lambda shop, path: requests.refund_requested(shop, path, PAID), payloads.action_requested),
    ],
)
def test_requests_in_saleors_name_are_signed_and_readable(
    shop: Shop, prepare: Callable[[Shop, str], bytes], decode: Callable[[bytes], object]
) -> None:
    headers, body = opened(prepare(shop, PATH))
    signature.verify(headers["saleor-signature"], body, signature.key_set(shop.key_set))
    decode(body)


def test_a_refund_is_asked_of_a_payment_that_can_be_refunded(shop: Shop) -> None:
    _, body = opened(requests.refund_requested(shop, PATH, PAID))
    asked = payloads.action_requested(body)
    assert (asked.kind, asked.transaction.reference) == (Kind.REFUND, "pi_1")
    assert asked.amount is not None
    assert asked.amount < asked.transaction.amounts.charged


def test_events_in_stripes_name_are_signed_and_readable(shop: Shop) -> None:
    headers, body = opened(requests.payment_succeeded(shop, PATH, PAID))
    event = events.verified(body, headers["stripe-signature"], (ENDPOINT_SECRET,), datetime.now(UTC))
    assert (event.type, event.payment_intent) == ("payment_intent.succeeded", "pi_1")


async def test_every_request_is_sent_once_and_unexpected_answers_are_told() -> None:
    saleor = LeanSaleor({PAID.transaction: PAID.intent})
    served: list[asyncio.Task[object] | None] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        served.append(asyncio.current_task())
        await saleor.serve(reader, writer)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    report = {"id": PAID.transaction, "type": "CHARGE_SUCCESS", "pspReference": "pi_1", "amount": 42.0}
    asked = {"query": "transactionEventReport", "variables": report | {"availableActions": [], "time": "2026"}}
    body = json.dumps(asked).encode()
    post = b"POST / HTTP/1.1\r\ncontent-length: %d\r\n\r\n%b" % (len(body), body)
    async with server:
        good = await load.run(load.Job(port, 4, 10.0, "alreadyProcessed", [post] * 20))
        bad = await load.run(load.Job(port, 1, 10.0, "something else", [post]))
        await asyncio.gather(*(task for task in served if task))
    assert (len(good.latencies), good.bad, len(bad.bad)) == (20, [], 1)
    assert saleor.answer("GET", b"") == b"21"
