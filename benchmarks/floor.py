"""The floor: the least that could answer at all. It verifies, makes the same calls, answers, and remembers nothing.

The same Starlette and uvicorn with the same settings, the same PyJWT call, the same SDK client. What the app costs
beyond this is what it does to lose nothing. `python -m benchmarks.floor` reads its settings from its input.
"""

import asyncio
import json
import sys
from collections.abc import Mapping
from typing import Any

import aiohttp
import stripe
import uvicorn
from jwt import PyJWK, api_jws
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from uvicorn.loops.auto import auto_loop_factory

from benchmarks.shop import ENDPOINT_SECRET, PUBLISHABLE_KEY, SECRET_KEY


class Floor:
    """Doors without a house behind them."""

    def __init__(self, key: Mapping[str, Any], stripe_url: str, saleor_url: str) -> None:
        stripe.enable_telemetry = False
        self.key = PyJWK(dict(key))
        self.saleor_url = saleor_url
        self.client = stripe.StripeClient(
            SECRET_KEY,
            base_addresses={"api": stripe_url},
            max_network_retries=1,
            http_client=stripe.AIOHTTPClient(timeout=aiohttp.ClientTimeout(total=6.0)),
        )
        self.session: aiohttp.ClientSession | None = None

    def routes(self) -> list[Route]:
        """One door each."""
        doors = {
            "gateway-initialize": self.gateway,
            "initialize": self.initialize,
            "refund": self.refund,
            "event": self.event,
            "look": self.look,
        }
        return [Route(f"/{name}", door, methods=["POST"]) for name, door in doors.items()]

    async def gateway(self, request: Request) -> Response:
        """Verified and answered."""
        await self._signed(request)
        return JSONResponse({"data": {"stripePublishableKey": PUBLISHABLE_KEY}})

    async def initialize(self, request: Request) -> Response:
        """Verified, one intent made, answered."""
        asked = await self._signed(request)
        params: Any = {
            "amount": round(asked["action"]["amount"] * 100),
            "currency": asked["action"]["currency"].lower(),
            "automatic_payment_methods": {"enabled": True},
            "metadata": {
                "saleor_transaction_id": asked["transaction"]["id"],
                "saleor_api_url": request.headers["saleor-api-url"],
                "saleor_source_id": asked["sourceObject"]["id"],
            },
        }
        intent = await self.client.v1.payment_intents.create_async(params, {"idempotency_key": asked["idempotencyKey"]})
        data = {"paymentIntent": {"stripeClientSecret": intent.client_secret}}
        return JSONResponse({"result": "CHARGE_ACTION_REQUIRED", "pspReference": intent.id, "data": data})

    async def refund(self, request: Request) -> Response:
        """Verified, one refund made, answered."""
        asked = await self._signed(request)
        params: Any = {
            "payment_intent": asked["transaction"]["pspReference"],
            "amount": round(asked["action"]["amount"] * 100),
            "metadata": {"saleor_transaction_id": asked["transaction"]["id"]},
        }
        refund = await self.client.v1.refunds.create_async(params, {"idempotency_key": asked["transaction"]["id"]})
        return JSONResponse({"result": "REFUND_SUCCESS", "pspReference": refund.id})

    async def event(self, request: Request) -> Response:
        """Verified and answered."""
        await self._stripes(request)
        return JSONResponse({"received": True})

    async def look(self, request: Request) -> Response:
        """Verified; the intent and its refunds read, Saleor asked twice and told once, as the app does it."""
        event = await self._stripes(request)
        number = event["data"]["object"]["id"]
        await self.client.v1.payment_intents.retrieve_async(number, {"expand": ["latest_charge"]})
        await self.client.v1.refunds.list_async({"payment_intent": number, "limit": 100})
        transaction = {"id": request.headers["x-transaction"]}
        report = transaction | {"type": "CHARGE_SUCCESS", "pspReference": number, "amount": 42.0}
        report |= {"time": "2026-11-24T09:00:00+00:00", "availableActions": ["REFUND"]}
        await self._saleor("transaction", transaction)
        await self._saleor("transactionEventReport", report)
        await self._saleor("transaction", transaction)
        return JSONResponse({"received": True})

    async def _signed(self, request: Request) -> dict[str, Any]:
        body, token = await request.body(), request.headers["saleor-signature"]
        api_jws.decode_complete(token, self.key, algorithms=["RS256"], detached_payload=body)
        return dict(json.loads(body))

    async def _stripes(self, request: Request) -> dict[str, Any]:
        body = await request.body()
        stripe.WebhookSignature.verify_header(body, request.headers["stripe-signature"], ENDPOINT_SECRET, 300)
        return dict(json.loads(body))

    async def _saleor(self, query: str, variables: Mapping[str, object]) -> None:
        self.session = self.session or aiohttp.ClientSession()
        async with self.session.post(self.saleor_url, json={"query": query, "variables": variables}) as answer:
            await answer.json()


async def main() -> None:
    """Serve as `saleor-stripe serve` does."""
    given = json.loads(sys.stdin.read())
    floor = Floor(given["key"], given["stripe_url"], given["saleor_url"])
    config = uvicorn.Config(
        Starlette(routes=floor.routes()),
        host="127.0.0.1",
        port=given["port"],
        log_config=None,
        access_log=False,
        proxy_headers=True,
        server_header=False,
        lifespan="off",
    )
    await uvicorn.Server(config).serve()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=auto_loop_factory()) as runner:
        runner.run(main())
