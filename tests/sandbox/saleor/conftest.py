"""A Saleor with a fixed clock and seed, and a payment app that answers what a test tells it to."""

import json
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from saleor_stripe_app.sandbox.saleor.apps import App
from saleor_stripe_app.sandbox.saleor.courier import Courier
from saleor_stripe_app.sandbox.saleor.saleor import Saleor
from saleor_stripe_app.sandbox.saleor.signing import SigningKey

KEY = SigningKey.generate()
RECORDINGS = Path(__file__).resolve().parents[2] / "recordings" / "saleor"

SESSION_FIELDS = """
    issuedAt version recipient { id } action { actionType amount currency } data merchantReference customerIpAddress
    sourceObject { __typename ... on Checkout { id channel { slug } } ... on Order { id channel { slug } } }
    transaction { id pspReference events { type pspReference amount { amount currency } idempotencyKey message } }
"""
ACTION_FIELDS = """
    issuedAt version recipient { id } action { actionType amount currency }
    transaction {
        id pspReference authorizedAmount { amount } chargedAmount { amount }
        events { type pspReference idempotencyKey message }
    }
"""
QUERIES = {
    "gateway": "subscription { event { ... on PaymentGatewayInitializeSession { amount data recipient { id } } } }",
    "initialize": "subscription { event { ... on TransactionInitializeSession { idempotencyKey "
    + SESSION_FIELDS
    + " } } }",
    "process": f"subscription {{ event {{ ... on TransactionProcessSession {{ {SESSION_FIELDS} }} }} }}",
    "charge": f"subscription {{ event {{ ... on TransactionChargeRequested {{ {ACTION_FIELDS} }} }} }}",
    "refund": f"subscription {{ event {{ ... on TransactionRefundRequested {{ {ACTION_FIELDS} }} }} }}",
    "cancel": f"subscription {{ event {{ ... on TransactionCancelationRequested {{ {ACTION_FIELDS} }} }} }}",
    "deleted": "subscription { event { ... on AppDeleted { issuedAt app { id identifier } } } }",
}


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        """Every reading is a little later than the one before, as in a running Saleor."""
        self.now += timedelta(milliseconds=1)
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


Answering = Callable[[dict[str, Any]], "Response | dict[str, Any]"]


class ScriptedApp:
    """A payment app without any sense: it answers what it was told, and keeps what it was sent."""

    base_url = "http://app.test"

    def __init__(self) -> None:
        self.requests: list[tuple[str, dict[str, str], bytes]] = []
        self.answers: dict[str, list[Any]] = {}
        self.register_answer: Response | None = None
        self.on_register: Callable[[str], Any] | None = None
        self.tokens: list[str] = []
        self.manifest: dict[str, Any] = {
            "id": "test.payments",
            "name": "Test payments",
            "version": "1.0.0",
            "permissions": ["HANDLE_PAYMENTS"],
            "tokenTargetUrl": f"{self.base_url}/register",
            "webhooks": [
                {"name": name, "targetUrl": f"{self.base_url}/hooks", "query": query} for name, query in QUERIES.items()
            ],
        }
        self.asgi = Starlette(
            routes=[
                Route("/manifest", self._manifest),
                Route("/register", self._register, methods=["POST"]),
                Route("/hooks", self._hook, methods=["POST"]),
            ]
        )

    def will_answer(self, event: str, *answers: Any) -> None:
        """The next answers to an event: JSON, a Response, or a function of the payload; the last one is kept."""
        self.answers[event] = list(answers)

    def bodies(self, event: str) -> list[bytes]:
        return [body for name, _, body in self.requests if name == event]

    async def _manifest(self, request: Request) -> Response:
        self.requests.append(("manifest", dict(request.headers), b""))
        return JSONResponse(self.manifest)

    async def _register(self, request: Request) -> Response:
        body = await request.body()
        self.requests.append(("register", dict(request.headers), body))
        self.tokens.append(json.loads(body)["auth_token"])
        if self.on_register is not None:
            await self.on_register(self.tokens[-1])
        return self.register_answer or JSONResponse({"success": True})

    async def _hook(self, request: Request) -> Response:
        body = await request.body()
        event = request.headers["saleor-event"]
        self.requests.append((event, dict(request.headers), body))
        script = self.answers.get(event, [{}])
        answer = script.pop(0) if len(script) > 1 else script[0]
        if callable(answer) and not isinstance(answer, Response):
            answer = answer(json.loads(body) if body else {})
            if hasattr(answer, "__await__"):
                answer = await answer
        return answer if isinstance(answer, Response) else JSONResponse(answer)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def new_saleor(clock: Clock) -> Callable[..., Saleor]:
    def make(version: str = "3.24", api_url: str = "http://127.0.0.1:8000/graphql/") -> Saleor:
        return Saleor(KEY, clock, Random(7), version, api_url)

    return make


@pytest.fixture
def saleor(new_saleor: Callable[..., Saleor]) -> Saleor:
    return new_saleor()


@pytest.fixture
def scripted() -> ScriptedApp:
    return ScriptedApp()


@pytest.fixture
async def http(scripted: ScriptedApp) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(scripted.asgi)) as client:
        yield client


@pytest.fixture
def courier(saleor: Saleor, http: httpx.AsyncClient) -> Courier:
    return Courier(saleor, http)


@pytest.fixture
async def app(courier: Courier, scripted: ScriptedApp) -> App:
    return await courier.install(f"{scripted.base_url}/manifest")


@pytest.fixture
def recording() -> Callable[[str], bytes]:
    """The bytes of a file recorded from a running Saleor."""

    def read(name: str) -> bytes:
        return (RECORDINGS / name).read_bytes()

    return read
