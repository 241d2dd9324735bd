"""What is measured: each kind of request, how many of them make a round, and when a round is over."""

from collections.abc import Callable
from dataclasses import dataclass

from benchmarks import requests
from benchmarks.shop import CONFIGURATION, Shop

SALEOR = "/api/webhooks/saleor"
STRIPE = f"/api/webhooks/stripe/{CONFIGURATION}"


@dataclass(frozen=True, slots=True)
class Scenario:
    """A kind of request. `count` is a round's; `paid` says how many charged payments each request uses up.

    `looks`: the round ends when everything that is due was looked at.
    """

    name: str
    count: int
    app_path: str
    floor_path: str
    expected: str
    prepare: Callable[[Shop, str, int], list[bytes]]
    paid: int = 0
    looks: bool = False


def _gateway(shop: Shop, path: str, count: int) -> list[bytes]:
    return [requests.gateway_initialize(shop, path) for _ in range(count)]


def _initialize(shop: Shop, path: str, count: int) -> list[bytes]:
    return [requests.transaction_initialize(shop, path) for _ in range(count)]


def _refund(shop: Shop, path: str, count: int) -> list[bytes]:
    return [requests.refund_requested(shop, path, paid) for paid in shop.take(count)]


def _door(shop: Shop, path: str, count: int) -> list[bytes]:
    # Payments that another replica holds are marked as due and not looked at here.
    return [requests.payment_succeeded(shop, path, shop.held[number % len(shop.held)]) for number in range(count)]


def _look(shop: Shop, path: str, count: int) -> list[bytes]:
    return [requests.payment_succeeded(shop, path, paid) for paid in shop.take(count)]


SCENARIOS = (
    Scenario(
        "gateway initialize",
        200,
        f"{SALEOR}/payment-gateway-initialize-session",
        "/gateway-initialize",
        "stripePublishableKey",
        _gateway,
    ),
    Scenario(
        "transaction initialize",
        120,
        f"{SALEOR}/transaction-initialize-session",
        "/initialize",
        "stripeClientSecret",
        _initialize,
    ),
    Scenario(
        "refund requested", 80, f"{SALEOR}/transaction-refund-requested", "/refund", "REFUND_SUCCESS", _refund, paid=1
    ),
    Scenario("Stripe event, door only", 200, STRIPE, "/event", "received", _door),
    Scenario("Stripe event, door and look", 80, STRIPE, "/look", "received", _look, paid=1, looks=True),
)
