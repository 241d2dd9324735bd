"""A shop with the app between the two stand-ins: what a person does at the shop, and what both ledgers say then.

Stripe's SDK calls the stand-in in this process, Saleor calls the app through ASGI, the app calls Saleor over a real
socket. Time stands still until a test moves it.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import httpx
import msgspec

from saleor_stripe_app.app import create_app, open_backends
from saleor_stripe_app.domain.equality import differences
from saleor_stripe_app.domain.payment import Payment
from saleor_stripe_app.domain.shop import Configuration, Installation
from saleor_stripe_app.domain.transaction import Transaction
from saleor_stripe_app.saleor import transactions as saleor_transactions
from saleor_stripe_app.sandbox.saleor import actions, purchases
from saleor_stripe_app.sandbox.saleor.requestor import Requestor
from saleor_stripe_app.sandbox.saleor.saleor import Saleor, transaction_id
from saleor_stripe_app.sandbox.saleor.server import Running, running
from saleor_stripe_app.sandbox.saleor.sessions import Session
from saleor_stripe_app.sandbox.saleor.shop import Flow
from saleor_stripe_app.sandbox.saleor.signing import SigningKey
from saleor_stripe_app.sandbox.stripe.api import Stripe
from saleor_stripe_app.sandbox.stripe.books import Account
from saleor_stripe_app.sandbox.stripe.controls import Controls
from saleor_stripe_app.sandbox.stripe.in_process import InProcessClient
from saleor_stripe_app.settings import Settings, load
from saleor_stripe_app.storage import channels, configurations, installations
from saleor_stripe_app.stripe_gateway import payments, webhook_endpoints
from saleor_stripe_app.stripe_gateway.client import StripeConnections
from saleor_stripe_app.usecases.backends import Backends
from saleor_stripe_app.usecases.sweep import Swept, sweep

APP_URL = "http://127.0.0.1:9"
GATEWAY = "saleor.app.payment.stripe"
KEY = SigningKey.generate()
START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@dataclass
class Clock:
    """The one clock of a world."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def seconds(self) -> int:
        """For Stripe, which counts whole seconds."""
        return int(self.now.timestamp())

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self.now += timedelta(seconds=seconds)

    async def sleep(self, seconds: float) -> None:
        """Let time pass by sleeping, without taking any."""
        self.advance(seconds)
        await asyncio.sleep(0)


@dataclass
class World:
    """Everything at hand; the verbs are what people and the two ledgers do."""

    clock: Clock
    stripe: Stripe
    account: Account
    served: Running
    backends: Backends
    app: httpx.AsyncClient
    staff: Requestor
    configuration: Configuration | None = None
    installation: Installation | None = None
    swept: list[Swept] = field(default_factory=list)

    @property
    def saleor(self) -> Saleor:
        """The shop."""
        return self.served.saleor

    @property
    def hands(self) -> Controls:
        """What shoppers, banks and staff do at Stripe outside its API."""
        return Controls(self.stripe)

    def intent(self, session: Session) -> str:
        """The id of the payment intent of a session."""
        data: Any = session.data
        return str(data["paymentIntent"]["stripeClientSecret"]).split("_secret_", maxsplit=1)[0]

    async def install(self) -> Installation:
        """Install the app from its manifest, as staff do in the Dashboard."""
        await self.served.courier.install(f"{APP_URL}/api/manifest")
        installation = await installations.by_url(self.backends.storage, self.saleor.api_url)
        assert installation is not None
        self.installation = installation
        return installation

    async def configure(self) -> Configuration:
        """Enter Stripe's keys and let every channel use them."""
        assert self.installation is not None
        now = self.clock()
        number = str(uuid4())
        client = self.backends.stripe.client(self.account.secret_key)
        endpoint = await webhook_endpoints.create(
            client,
            f"{APP_URL}/api/webhooks/stripe/{number}",
            configuration_id=number,
            saleor_api_url=self.saleor.api_url,
            app_id=GATEWAY,
            name="Shop",
        )
        configuration = Configuration(
            id=number,
            saleor_api_url=self.saleor.api_url,
            name="Shop",
            publishable_key=self.account.publishable_key,
            secret_key=self.account.secret_key,
            stripe_account=self.account.id,
            livemode=False,
            endpoint_id=endpoint.id,
            endpoint_secrets=(endpoint.secret or "",),
            created_at=now,
            updated_at=now,
        )
        await configurations.insert(self.backends.storage, configuration)
        for channel in self.saleor.channels:
            await channels.assign(self.backends.storage, self.saleor.api_url, channel.id, number)
        self.configuration = configuration
        return configuration

    async def unassign(self, channel: str) -> None:
        """Staff take the configuration from a channel."""
        found = self.saleor.channel(channel)
        await channels.assign(self.backends.storage, self.saleor.api_url, found.id, None)

    def saleor_source(self, session: Session) -> str:
        """The checkout or order that a session pays for."""
        return self.saleor.source(session.transaction).id

    async def begin(
        self,
        amount: str,
        *,
        flow: Flow = "CHARGE",
        channel: str = "default-channel",
        data: Any = None,
        idempotency_key: str | None = None,
    ) -> Session:
        """A shopper fills a cart and chooses to pay with Stripe."""
        checkout = purchases.checkout_of(self.saleor, amount, channel=channel)
        staff = Requestor(permissions=frozenset({"HANDLE_PAYMENTS"}))
        return await self.served.courier.initialize(
            checkout.id, GATEWAY, data=data, action=flow, idempotency_key=idempotency_key, by=staff
        )

    async def pay(self, session: Session, method: str = "pm_card_visa") -> dict[str, Any]:
        """The shopper confirms in Stripe's Payment Element, as Stripe.js does it.

        `method` is one of Stripe's test payment methods, or a type that the shopper is sent elsewhere for.
        """
        data: Any = session.data
        intent = self.intent(session)
        form = {
            "client_secret": data["paymentIntent"]["stripeClientSecret"],
            ("payment_method" if method.startswith("pm_") else "payment_method_data[type]"): method,
            "return_url": "https://shop.example/checkout",
        }
        return self.ask_stripe("POST", f"/v1/payment_intents/{intent}/confirm", form, key=self.account.publishable_key)

    def ask_stripe(
        self, method: str, path: str, form: dict[str, str] | None = None, *, key: str | None = None
    ) -> dict[str, Any]:
        """A request to Stripe that this app has no part in: Stripe.js, or a person in Stripe's Dashboard."""
        headers = {
            "authorization": f"Bearer {key or self.account.secret_key}",
            "content-type": "application/x-www-form-urlencoded",
            "stripe-version": "2026-10-28.endive",
            "idempotency-key": str(uuid4()),
        }
        if method == "GET":
            del headers["idempotency-key"], headers["content-type"]
        body = urlencode(form or {}).encode()
        answer = self.stripe.handle(method, f"https://api.stripe.com{path}", headers, body, self.clock.seconds())
        decoded: dict[str, Any] = msgspec.json.decode(answer.body)
        return decoded

    async def process(self, session: Session) -> Session:
        """The shopper returns to the shop."""
        return await self.served.courier.process(transaction_id(session.transaction))

    async def act(self, session: Session, action: actions.ActionType, amount: str | None = None) -> None:
        """Staff capture, cancel or refund in Saleor's Dashboard."""
        actions.request_action(
            self.saleor,
            transaction_id(session.transaction),
            action,
            by=self.staff,
            amount=Decimal(amount) if amount is not None else None,
        )
        await self.served.courier.work()

    async def deliver_events(self) -> int:
        """Stripe sends what it has to send now; how many."""
        posts = self.stripe.pending_deliveries(self.clock.seconds())
        for post in posts:
            try:
                path = post.url.removeprefix(APP_URL)
                response = await self.app.post(path, content=post.body, headers=dict(post.headers))
                status: int | None = response.status_code
            except httpx.TransportError:
                status = None
            self.stripe.delivered(post.delivery, status, self.clock.seconds())
        return len(posts)

    async def settle(self, rounds: int = 40) -> None:
        """Let time pass until events are delivered, jobs done and nothing is due any more."""
        quiet = 0
        for _ in range(rounds):
            sent = await self.deliver_events()
            worked = await self.served.courier.work()
            swept = await sweep(self.backends, 50)
            self.swept.append(swept)
            quiet = 0 if sent or worked or swept.looked else quiet + 1
            if quiet == 3:
                return
            self.clock.advance(5)
        raise AssertionError(f"still busy after {rounds} rounds: {self.swept[-3:]}")

    async def ledgers(self, session: Session) -> tuple[Payment, Transaction]:
        """What Stripe and Saleor say of a transaction now."""
        assert self.configuration is not None
        assert self.installation is not None
        number = transaction_id(session.transaction)
        transaction = await saleor_transactions.read(self.backends.saleor, self.installation, number)
        assert transaction is not None
        client = self.backends.stripe.client(self.configuration.secret_key)
        payment = await payments.read(client, transaction.reference)
        assert payment is not None
        return payment, transaction

    async def assert_equal(self, session: Session) -> tuple[Payment, Transaction]:
        """Both ledgers agree on all eight amounts."""
        payment, transaction = await self.ledgers(session)
        assert differences(payment, transaction) == {}
        return payment, transaction


@asynccontextmanager
async def opened(database_url: str, *, version: str = "3.24", clock: Clock | None = None) -> AsyncIterator[World]:
    """A world with the app not yet installed."""
    time = clock or Clock()
    saleor = Saleor(KEY, time, Random(7), version)
    stripe = Stripe()
    connections = StripeConnections(http_client=InProcessClient(stripe, time.seconds), now=time.seconds)
    settings = settings_for(database_url)
    async with AsyncExitStack() as stack:
        real = await stack.enter_async_context(open_backends(settings, clock=time, connections=connections))
        backends = replace(real, sleep=time.sleep)
        transport = httpx.ASGITransport(create_app(backends, settings))
        app = await stack.enter_async_context(httpx.AsyncClient(transport=transport, base_url=APP_URL))
        served = await stack.enter_async_context(running(saleor, http=app))
        user = saleor.add_user("staff@shop.example", is_staff=True, permissions=["HANDLE_PAYMENTS", "MANAGE_APPS"])
        yield World(time, stripe, stripe.create_account(), served, backends, app, Requestor.of_user(user))
        assert stripe.findings == []


def settings_for(database_url: str) -> Settings:
    """The app's settings on a database of the test's own."""
    return load(
        {
            "SALEOR_STRIPE_DATABASE_URL": database_url,
            "SALEOR_STRIPE_SECRET_KEYS": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
            "SALEOR_STRIPE_APP_URL": APP_URL,
        }
    )
