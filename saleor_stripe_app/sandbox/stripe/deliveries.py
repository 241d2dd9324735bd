"""Deliveries of events to webhook endpoints: signed, repeated until they are taken, and troubled on demand."""

import heapq
import itertools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import msgspec
from stripe import WebhookSignature

from saleor_stripe_app.sandbox.stripe.books import Books
from saleor_stripe_app.sandbox.stripe.description import API_VERSION
from saleor_stripe_app.sandbox.stripe.event_object import Event
from saleor_stripe_app.sandbox.stripe.events import render
from saleor_stripe_app.sandbox.stripe.faults import EventFaultKind, Faults
from saleor_stripe_app.sandbox.stripe.form import Json
from saleor_stripe_app.sandbox.stripe.objects import WebhookEndpoint

TEST_RETRIES = (300, 1800, 7200)
"""Seconds before each repetition in a test account: three over a few hours (https://docs.stripe.com/webhooks)."""


@dataclass(slots=True)
class Delivery:
    """One event on its way to one endpoint."""

    id: int
    event: Event
    endpoint: WebhookEndpoint
    home: Books
    """The books that hold the endpoint."""
    attempts: int = 0
    api_version: str | None = None


@dataclass(frozen=True, slots=True)
class Post:
    """A delivery as it goes over the wire."""

    delivery: Delivery
    url: str
    headers: dict[str, str]
    body: bytes = field(repr=False)


class Outbox:
    """Deliveries by the time they are due. `homes` answers the books whose endpoints may hear of an account's event."""

    def __init__(self, homes: Callable[[str, bool], Iterable[Books]], faults: Faults, retries: tuple[int, ...]) -> None:
        self._homes = homes
        self._faults = faults
        self._retries = retries
        self._due: list[tuple[int, int, Delivery]] = []
        self._held: dict[str, list[Delivery]] = {}
        self._numbers = itertools.count(1)

    def send(self, event: Event, livemode: bool) -> None:
        """Address an event to every endpoint that wants it."""
        deliveries = [
            Delivery(next(self._numbers), event, endpoint, books)
            for books in self._homes(event.account, livemode)
            for endpoint in books.webhook_endpoints.values()
            if endpoint.wants(event.type) and endpoint.connect == (books.account.id != event.account)
        ]
        event.pending = len(deliveries)
        fault = self._faults.for_event(event.type) if deliveries else None
        for delivery in deliveries:
            kind = fault.kind if fault else None
            seconds = fault.seconds if fault else 0
            if fault and kind is EventFaultKind.OLD_VERSION:
                delivery.api_version = fault.api_version
            if kind is EventFaultKind.DROPPED:
                event.pending -= 1
            elif kind is EventFaultKind.REORDERED:
                self._push(delivery, event.created + seconds)
                self._held.setdefault(delivery.endpoint.id, []).append(delivery)
            else:
                self._push(delivery, event.created + (seconds if kind is EventFaultKind.LATE else 0))
                if kind is EventFaultKind.DOUBLED:
                    self._push(delivery, event.created)
                self._release(delivery.endpoint.id, event.created)

    def _push(self, delivery: Delivery, due: int) -> None:
        heapq.heappush(self._due, (due, next(self._numbers), delivery))

    def _release(self, endpoint: str, now: int) -> None:
        """What was held back follows the event that has just passed it."""
        for delivery in self._held.pop(endpoint, []):
            self._due = [entry for entry in self._due if entry[2] is not delivery]
            heapq.heapify(self._due)
            self._push(delivery, now)

    def pending(self, now: int) -> list[Post]:
        """Take out all that is due, signed at `now`; each is to be reported with `delivered`."""
        posts = []
        while self._due and self._due[0][0] <= now:
            _, _, delivery = heapq.heappop(self._due)
            endpoint = delivery.home.webhook_endpoints.get(delivery.endpoint.id)
            if endpoint and endpoint.enabled:
                posts.append(_post(delivery, now))
        return posts

    def next_due(self) -> int | None:
        """When the next delivery is due; None when nothing waits."""
        return self._due[0][0] if self._due else None

    def delivered(self, delivery: Delivery, status: int | None, now: int) -> None:
        """Report the endpoint's answer, None when there was none: all but 2xx is repeated later."""
        if status is not None and 200 <= status < 300:
            delivery.event.pending = max(0, delivery.event.pending - 1)
            return
        if delivery.attempts < len(self._retries):
            self._push(delivery, now + self._retries[delivery.attempts])
            delivery.attempts += 1


def _post(delivery: Delivery, now: int) -> Post:
    version = delivery.api_version or delivery.endpoint.api_version or API_VERSION
    connected = delivery.event.account if delivery.endpoint.connect else None
    shown = render(delivery.event, version, connected)
    if version < "2022-11-15":
        shown["data"] = {"object": _with_charges(delivery)}
    body = msgspec.json.format(msgspec.json.encode(shown), indent=2)
    signature = WebhookSignature.generate_signature_header(body.decode(), delivery.endpoint.secret, now)
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
        "Stripe-Signature": signature,
    }
    return Post(delivery, delivery.endpoint.url, headers, body)


def _with_charges(delivery: Delivery) -> Mapping[str, Json]:
    """Before 2022-11-15 an intent carried its charges (https://docs.stripe.com/changelog#2022-11-15)."""
    snapshot = delivery.event.snapshot
    if snapshot.get("object") != "payment_intent":
        return snapshot
    url = f"/v1/charges?payment_intent={snapshot['id']}"
    charges: Json = {"object": "list", "data": [], "has_more": False, "total_count": 0, "url": url}
    return {**{name: value for name, value in snapshot.items() if name != "latest_charge"}, "charges": charges}
