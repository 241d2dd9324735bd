"""Events: what happened, with the object as it stood then (https://docs.stripe.com/api/events)."""

from collections.abc import Callable, Mapping

from saleor_stripe_app.sandbox.stripe.call import Call
from saleor_stripe_app.sandbox.stripe.context import Context
from saleor_stripe_app.sandbox.stripe.description import API_VERSION
from saleor_stripe_app.sandbox.stripe.errors import missing
from saleor_stripe_app.sandbox.stripe.event_object import Event
from saleor_stripe_app.sandbox.stripe.form import Json
from saleor_stripe_app.sandbox.stripe.pages import page

Check = Callable[[str, Mapping[str, Json]], None]
Send = Callable[[Event, bool], None]


class EventLog:
    """Keeps the events of each account and sends them on.

    `check` sees every object that an event carries. `kept` bounds the log of each account; None keeps all.
    """

    def __init__(self, send: Send, check: Check | None, kept: int | None) -> None:
        self._send = send
        self._check = check
        self._kept = kept

    def publish(
        self, context: Context, event_type: str, snapshot: dict[str, Json], previous: Mapping[str, Json] | None
    ) -> None:
        """Log an event, and send it to whom it concerns."""
        if self._check:
            self._check(event_type, snapshot)
        books = context.books
        event = Event(
            id=context.ids.new("evt"),
            type=event_type,
            created=context.now,
            livemode=books.livemode,
            snapshot=snapshot,
            previous=dict(previous) if previous else None,
            request_id=context.request_id,
            idempotency_key=context.idempotency_key,
            account=books.account.id,
        )
        books.events[event.id] = event
        if self._kept is not None and len(books.events) > self._kept:
            del books.events[next(iter(books.events))]
        self._send(event, books.livemode)


def retrieve(call: Call) -> dict[str, Json]:
    """GET /v1/events/{id}."""
    found = call.books.events.get(call.path[0])
    if found is None:
        raise missing("event", call.path[0], "id")
    return _shown(found)


def list_all(call: Call) -> dict[str, Json]:
    """GET /v1/events, by type, types (`charge.*` is a group) and time, newest first."""
    wanted = call.parameters.texts("types")
    if single := call.parameters.text("type"):
        wanted = [single]
    delivered = call.parameters.flag("delivery_success")
    found = [
        event
        for event in reversed(call.books.events.values())
        if (not wanted or any(_matches(event.type, pattern) for pattern in wanted))
        and (delivered is None or delivered == (event.pending == 0))
    ]
    return page(call, found, _shown)


def _matches(event_type: str, pattern: str) -> bool:
    return event_type.startswith(pattern.removesuffix("*")) if pattern.endswith("*") else event_type == pattern


def _shown(event: Event) -> dict[str, Json]:
    return render(event, API_VERSION)


def render(event: Event, api_version: str, connected: str | None = None) -> dict[str, Json]:
    """https://docs.stripe.com/api/events/object; `connected` is the account when a platform hears of it."""
    data: dict[str, Json] = {"object": event.snapshot}
    if event.previous is not None:
        data["previous_attributes"] = event.previous
    shown: dict[str, Json] = {
        "id": event.id,
        "object": "event",
        "api_version": api_version,
        "created": event.created,
        "data": data,
        "livemode": event.livemode,
        "pending_webhooks": event.pending,
        "request": {"id": event.request_id, "idempotency_key": event.idempotency_key},
        "type": event.type,
    }
    return {**shown, "account": connected} if connected else shown
