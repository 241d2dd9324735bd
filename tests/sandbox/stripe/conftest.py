from collections.abc import Iterator
from dataclasses import dataclass, field

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


@pytest.fixture
def shop() -> Iterator[Shop]:
    """Whatever a test does, nothing that passes may contradict Stripe's description, unless the test clears it."""
    server = Stripe()
    yield Shop(server, server.create_account("Mugs"), Clock())
    assert server.findings == []
