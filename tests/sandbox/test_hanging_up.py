"""A caller that hangs up while it is still sending."""

from random import Random

import httpx
import pytest
from starlette.types import ASGIApp, Message

from saleor_stripe_app.sandbox.saleor.asgi import application
from saleor_stripe_app.sandbox.saleor.courier import Courier
from saleor_stripe_app.sandbox.saleor.saleor import Saleor
from saleor_stripe_app.sandbox.stripe.api import Stripe
from saleor_stripe_app.sandbox.stripe.asgi import create_sandbox
from tests.acceptance.world import KEY, START


async def _hang_up(application: ASGIApp, path: str) -> None:
    """One piece of a body, and then nothing: raises what the server would log as an error of its own."""
    pieces: list[Message] = [
        {"type": "http.request", "body": b"{", "more_body": True},
        {"type": "http.disconnect"},
    ]

    async def receive() -> Message:
        return pieces.pop(0)

    async def send(_: Message) -> None:
        return

    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(b"content-length", b"100")],
        "scheme": "http",
        "server": ("127.0.0.1", 80),
        "client": ("127.0.0.1", 1),
        "root_path": "",
    }
    await application(scope, receive, send)
    assert pieces == []


@pytest.mark.parametrize("path", ["/graphql/", "/_sandbox/checkouts"])
async def test_the_stand_in_of_saleor_takes_it_calmly(path: str) -> None:
    async with httpx.AsyncClient() as http:
        await _hang_up(application(Courier(Saleor(KEY, lambda: START, Random(7)), http)), path)


@pytest.mark.parametrize("path", ["/v1/payment_intents", "/_sandbox/accounts"])
async def test_the_stand_in_of_stripe_takes_it_calmly(path: str) -> None:
    await _hang_up(create_sandbox(Stripe()), path)
