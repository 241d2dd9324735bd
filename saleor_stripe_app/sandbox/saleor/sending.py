"""One webhook to one app: make the payload, sign it, yield the call, keep what came back."""

from saleor_stripe_app.sandbox.saleor.apps import App, Webhook
from saleor_stripe_app.sandbox.saleor.deliveries import (
    RETRIES,
    Call,
    Conversation,
    Outcome,
    Reply,
    Sent,
    backoff,
    webhook_call,
)
from saleor_stripe_app.sandbox.saleor.requestor import Requestor
from saleor_stripe_app.sandbox.saleor.resolvers import Context
from saleor_stripe_app.sandbox.saleor.saleor import Saleor
from saleor_stripe_app.sandbox.saleor.subscriptions import InvalidSubscription, parse_subscription, payload
from saleor_stripe_app.sandbox.saleor.webhook_events import Event

_REMEMBERED = 10_000
"""Deliveries kept for onlookers."""


def call(saleor: Saleor, request: Call) -> Conversation[Outcome]:
    """Yield a call and record its outcome."""
    outcome = yield request
    saleor.sent.append(Sent(request, outcome, saleor.now()))
    del saleor.sent[:-_REMEMBERED]
    return outcome


def body(saleor: Saleor, webhook: Webhook, event: Event) -> bytes | None:
    """The payload that a webhook's query makes of the event, with the app's permissions; None where there is none."""
    try:
        document = parse_subscription(webhook.query, saleor.schema)
    except InvalidSubscription:
        return None
    return payload(document, event, saleor.schema, Context(saleor, Requestor.of_app(webhook.app)))


def webhook_request(saleor: Saleor, webhook: Webhook, event_name: str, content: bytes) -> Call:
    return webhook_call(saleor.key, saleor.api_url, saleor.version, webhook.target_url, event_name, content)


def queue(saleor: Saleor, webhook: Webhook, name: str, content: bytes, number: int = 1, delay: float = 0) -> None:
    """An asynchronous webhook: repeated with its body until a 2xx, at most five times more."""

    def attempt() -> Conversation[None]:
        outcome = yield from call(saleor, webhook_request(saleor, webhook, name, content))
        delivered = isinstance(outcome, Reply) and outcome.ok
        if not delivered and number <= RETRIES:
            queue(saleor, webhook, name, content, number + 1, backoff(number))

    saleor.jobs.add(saleor.in_seconds(delay), f"{name} to {webhook.app.identifier}", attempt)


def send(saleor: Saleor, app: App, event_name: str, event: Event) -> Conversation[Outcome | None]:
    """Send an event to an app; None where nothing is sent: no webhook, no permission, or no payload."""
    webhook = app.webhook_for(event_name)
    content = body(saleor, webhook, event) if webhook is not None else None
    if webhook is None or content is None:
        return None
    return (yield from call(saleor, webhook_request(saleor, webhook, event_name, content)))
