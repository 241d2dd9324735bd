"""What can go wrong between the app and Stripe, on demand."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from saleor_stripe_app.sandbox.stripe.errors import StripeFailure
from saleor_stripe_app.sandbox.stripe.form import Json


class FaultKind(StrEnum):
    """Faults of a request."""

    LATENCY = "latency"
    """Nothing but the latency."""
    REQUEST_LOST = "request_lost"
    """The connection breaks before the work begins."""
    ANSWER_LOST = "answer_lost"
    """The work is done and the connection breaks; with a latency beyond the client's patience, a timeout."""
    RATE_LIMIT = "rate_limit"
    """429 with Stripe-Rate-Limited-Reason (https://docs.stripe.com/rate-limits)."""
    LOCK_TIMEOUT = "lock_timeout"
    """429 because another request holds the object."""
    SERVER_ERROR = "server_error"
    """500 without the work; an idempotency key remembers it."""
    SERVER_ERROR_AFTER_WORK = "server_error_after_work"
    """500 although the work is done; an idempotency key remembers it."""
    KEY_IN_USE = "key_in_use"
    """409: another request under the same idempotency key is at work."""


class EventFaultKind(StrEnum):
    """Faults of the delivery of an event."""

    DOUBLED = "doubled"
    LATE = "late"
    DROPPED = "dropped"
    REORDERED = "reordered"
    """Delivered after the next event for the same endpoint."""
    OLD_VERSION = "old_version"
    """As an endpoint of an older API version hears of it."""


@dataclass(slots=True)
class Fault:
    """A fault of the requests that it matches: the first `skip` of them pass, the next `times` suffer.

    `path` is a regular expression for the whole path, as `/v1/refunds` or `/v1/payment_intents/.*/capture`; `times`
    None means for ever. `latency` is in seconds. `when` may look at the parameters besides.
    """

    kind: FaultKind
    method: str | None = None
    path: str = ".*"
    times: int | None = 1
    skip: int = 0
    latency: float = 0.0
    when: Callable[[Mapping[str, Json]], bool] | None = None


@dataclass(slots=True)
class EventFault:
    """A fault of the deliveries of events whose type matches the regular expression `types`."""

    kind: EventFaultKind
    types: str = ".*"
    times: int | None = 1
    skip: int = 0
    seconds: int = 60
    """How late, and how long a reordered event waits for the next one."""
    api_version: str = "2022-08-01"


class Faults:
    """The faults that are due; each request and each event suffers one at most, the one programmed first."""

    def __init__(self) -> None:
        self.requests: list[Fault] = []
        self.events: list[EventFault] = []

    def add(self, *faults: Fault | EventFault) -> None:
        """Program faults, after those that are already there."""
        for fault in faults:
            if isinstance(fault, Fault):
                self.requests.append(fault)
            else:
                self.events.append(fault)

    def clear(self) -> None:
        """Everything works again."""
        self.requests.clear()
        self.events.clear()

    def for_request(self, method: str, path: str, parameters: Mapping[str, Json]) -> Fault | None:
        """The fault that a request suffers."""
        for fault in self.requests:
            if (
                fault.method in (None, method)
                and re.fullmatch(fault.path, path)
                and (fault.when is None or fault.when(parameters))
                and _strikes(fault)
            ):
                self.requests = [left for left in self.requests if left.times != 0]
                return fault
        return None

    def for_event(self, event_type: str) -> EventFault | None:
        """The fault that the deliveries of an event suffer."""
        for fault in self.events:
            if re.fullmatch(fault.types, event_type) and _strikes(fault):
                self.events = [left for left in self.events if left.times != 0]
                return fault
        return None


def _strikes(fault: Fault | EventFault) -> bool:
    if fault.skip:
        fault.skip -= 1
        return False
    if fault.times is not None:
        fault.times -= 1
    return True


def refusal(kind: FaultKind) -> StripeFailure | None:
    """The answer to a request that suffers a fault which is an answer."""
    if kind is FaultKind.RATE_LIMIT:
        return StripeFailure(
            429,
            "Request rate limit exceeded. Learn more about rate limits here https://stripe.com/docs/rate-limits.",
            code="rate_limit",
            headers={"Stripe-Rate-Limited-Reason": "global-rate", "Stripe-Should-Retry": "false"},
            keeps=False,
        )
    if kind is FaultKind.LOCK_TIMEOUT:
        return StripeFailure(
            429,
            "This object cannot be accessed right now because another API request or Stripe process is currently "
            "accessing it.",
            code="lock_timeout",
            headers={"Stripe-Should-Retry": "true"},
            keeps=False,
        )
    if kind in (FaultKind.SERVER_ERROR, FaultKind.SERVER_ERROR_AFTER_WORK):
        return StripeFailure(
            500,
            "An unknown error occurred. If this persists, contact Stripe support.",
            type="api_error",
            headers={"Stripe-Should-Retry": "false"},
        )
    return None
