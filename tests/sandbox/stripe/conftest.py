from collections.abc import Iterator
from dataclasses import dataclass, field

import msgspec
import pytest
import stripe

from saleor_stripe_app.sandbox.stripe.api import Stripe
from saleor_stripe_app.sandbox.stripe.books import Account
from saleor_stripe_app.sandbox.stripe.controls import Controls
from saleor_stripe_app.sandbox.stripe.in_process import InProcessClient

START = 1_800_000_000
DEBITS = ("pm_sepaDebit", "pm_usBankAccount", "pm_bacsDebit")
MANDATE = {
    "customer_acceptance": {"type": "online", "online": {"ip_address": "192.0.2.1", "user_agent": "Mozilla/5.0"}}
}

EXPRESS = {
    "fees": {"payer": "application"},
    "losses": {"payments": "application"},
    "stripe_dashboard": {"type": "express"},
}
STANDARD = {"stripe_dashboard": {"type": "full"}}
BOTH = {"card_payments": {"requested": True}, "transfers": {"requested": True}}


@dataclass
class Clock:
    now: int = START

    def __call__(self) -> int:
        return self.now

    def pass_by(self, seconds: int) -> None:
        self.now += seconds


@dataclass
class Shop:
    """A merchant with a stand-in of Stripe, and the SDK set up as the app sets it up."""

    server: Stripe
    account: Account
    clock: Clock
    clients: dict[str, stripe.StripeClient] = field(default_factory=dict)

    def client(self, key: str | None = None) -> "stripe.V1Services":
        key = key or self.account.secret_key
        if key not in self.clients:
            http = InProcessClient(self.server, self.clock)
            self.clients[key] = stripe.StripeClient(key, http_client=http, max_network_retries=2)
        return self.clients[key].v1

    @property
    def v1(self) -> "stripe.V1Services":
        return self.client()

    @property
    def controls(self) -> Controls:
        return Controls(self.server)

    def event_types(self) -> list[str]:
        self.server.advance(self.clock.now)
        books = self.server.registry.books(self.account.id)
        return [event.type for event in books.events.values()]

    def pay(self, method: str = "pm_card_visa", amount: int = 1000, currency: str = "eur", **given: object):
        """An intent confirmed by the server, as it stands after it."""
        parameters = {
            "amount": amount,
            "currency": currency,
            "confirm": True,
            "payment_method": method,
            "return_url": "https://shop.example.com/return",
            **given,
        }
        if method.startswith(DEBITS):
            parameters.setdefault("mandate_data", MANDATE)
        return self.v1.payment_intents.create(parameters)

    def authorize(self, amount: int = 1000, **card: str):
        options = {"card": {"capture_method": "manual", **card}}
        return self.pay(amount=amount, payment_method_options=options)


@dataclass
class Marketplace(Shop):
    """A platform with accounts that it has made and brought to life."""

    def vendor(self, country: str = "DE", controller: dict = EXPRESS, capabilities: dict = BOTH) -> str:
        """An account that can be paid."""
        account = self.begin(country, controller, capabilities)
        self.controls.finish_onboarding(account, self.clock.now)
        return account

    def begin(self, country: str = "DE", controller: dict = EXPRESS, capabilities: dict = BOTH) -> str:
        """An account of which everything is still asked."""
        made = self.v1.accounts.create({"controller": controller, "country": country, "capabilities": capabilities})
        return made.id

    def transfer(self, destination: str, amount: int = 500, currency: str = "eur", **given: object):
        return self.v1.transfers.create({"amount": amount, "currency": currency, "destination": destination, **given})

    def fund(self, amount: int = 10_000, currency: str = "eur") -> None:
        self.controls.set_balance(self.account.id, self.clock.now, amount, currency)

    def available(self, account: str | None = None, currency: str = "eur") -> int:
        return self.controls.balance(account or self.account.id, self.clock.now, currency)[0]

    def endpoint(self, url: str, *types: str, connect: bool = False) -> stripe.WebhookEndpoint:
        return self.v1.webhook_endpoints.create(
            {"url": url, "enabled_events": list(types) or ["*"], "connect": connect}
        )

    def delivered(self, endpoint: stripe.WebhookEndpoint) -> list[dict]:
        """What arrived at an endpoint, each signed with its own secret."""
        arrived = []
        for post in self.server.pending_deliveries(self.clock.now):
            if post.url == endpoint.url:
                stripe.WebhookSignature.verify_header(
                    post.body.decode(), post.headers["Stripe-Signature"], endpoint.secret, tolerance=None
                )
                arrived.append(msgspec.json.decode(post.body))
        return arrived

    def event_types_of(self, account: str) -> list[str]:
        return [event.type for event in self.server.registry.books(account).events.values()]


@pytest.fixture
def shop() -> Iterator[Shop]:
    """Whatever a test does, nothing that passes may contradict Stripe's description, unless the test clears it."""
    server = Stripe()
    yield Shop(server, server.create_account("Mugs"), Clock())
    assert server.findings == []


@pytest.fixture
def market() -> Iterator[Marketplace]:
    """A platform in Germany, under the same rule."""
    server = Stripe()
    yield Marketplace(server, server.create_account("Bazaar", country="DE", currency="eur"), Clock())
    assert server.findings == []
