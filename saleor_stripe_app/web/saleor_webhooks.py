"""Saleor's door: one route and one table for all of its webhooks."""

import asyncio
import logging
import time
from collections.abc import Mapping
from types import MappingProxyType
from uuid import uuid4

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from saleor_stripe_app.domain.errors import AppError, Malformed, Unavailable, Untrusted
from saleor_stripe_app.domain.shop import Installation
from saleor_stripe_app.saleor import payloads, responses, signature
from saleor_stripe_app.saleor.events import ACTIONS, SESSIONS, WebhookEvent
from saleor_stripe_app.storage import installations
from saleor_stripe_app.telemetry import SALEOR_API_URL, SALEOR_EVENT, SALEOR_WEBHOOKS
from saleor_stripe_app.usecases.backends import ANSWER_WITHIN, Backends
from saleor_stripe_app.usecases.initialize import initialize
from saleor_stripe_app.usecases.keys import fresh_key_set
from saleor_stripe_app.usecases.process import process
from saleor_stripe_app.web.saleor_handlers import actions, notices, sessions, source_notices, stored_methods
from saleor_stripe_app.web.saleor_handlers.handling import Handler

log = logging.getLogger(__name__)

SECONDS = ANSWER_WITHIN.total_seconds()


def routes(backends: Backends) -> list[Route]:
    """POST /api/webhooks/saleor/{event}: verified as raw bytes, decoded, handed to its use case, encoded."""

    async def receive(request: Request) -> Response:
        event = WebhookEvent.at(request.path_params["event"])
        if event is None:
            raise HTTPException(404, "There is no such webhook.")
        started, outcome = time.perf_counter(), "error"
        until = asyncio.get_running_loop().time() + SECONDS
        try:
            url = request.headers.get("saleor-api-url", "")
            with structlog.contextvars.bound_contextvars(**{SALEOR_EVENT: event.value, SALEOR_API_URL: url}):
                body = await request.body()
                token = request.headers.get("saleor-signature")
                answer = await _answered(backends, url, token, event, body, until)
            outcome = "answered"
            return Response(answer, media_type=responses.CONTENT_TYPE)
        except AppError as error:
            outcome = type(error).__name__
            raise
        finally:
            SALEOR_WEBHOOKS.labels(event.value, outcome).observe(time.perf_counter() - started)

    return [Route("/api/webhooks/saleor/{event}", receive, methods=["POST"])]


async def _sender(backends: Backends, url: str, token: str | None, body: bytes) -> Installation:
    """The installation that signed exactly these bytes. Raises Untrusted."""
    installation = await installations.by_url(backends.storage, url)
    if installation is None or installation.removed_at is not None:
        raise Untrusted("This Saleor has not installed the app.")
    try:
        signature.verify(token, body, signature.key_set(installation.key_set))
    except signature.UnknownKey:
        installation = await fresh_key_set(backends, installation)
        signature.verify(token, body, signature.key_set(installation.key_set))
    return installation


async def _answered(
    backends: Backends, url: str, token: str | None, event: WebhookEvent, body: bytes, until: float
) -> bytes:
    """The answer in bytes. What is wrong with a signed request is said in the form that Saleor shows to people."""
    try:
        installation = await _sender(backends, url, token, body)
        return await HANDLERS[event](backends, installation, event, body, until)
    except Malformed as error:
        log.warning("request of Saleor's cannot be read", extra={"reason": str(error), "length": len(body)})
        if event not in SESSIONS | ACTIONS:
            raise
        why = str(error) if body else "The request came without a body: Saleor sends its retries so. Nothing was done"
        return _refused(event, f"{why}. Look at the payment in Stripe before asking again.")
    except Unavailable as error:
        if event not in ACTIONS:
            raise
        return _refused(event, f"Nothing was done: {error} Try again in a moment.")
    except Exception as error:
        # A 5xx would make Saleor repeat an action request with an empty body; use cases answer whatever may have moved
        # money as asynchronous, so what arrives here did nothing.
        if event not in ACTIONS or isinstance(error, Untrusted):
            raise
        log.exception("an action request failed")
        return _refused(event, "Nothing was done: the app failed. Its log says why.")


def _refused(event: WebhookEvent, reason: str) -> bytes:
    return responses.refused(event, reason, reference=f"refused-{uuid4().hex[:12]}" if event in ACTIONS else None)


HANDLERS: Mapping[WebhookEvent, Handler] = MappingProxyType(
    {
        WebhookEvent.PAYMENT_GATEWAY_INITIALIZE_SESSION: sessions.greeting,
        WebhookEvent.TRANSACTION_INITIALIZE_SESSION: sessions.session(payloads.transaction_initialize, initialize),
        WebhookEvent.TRANSACTION_PROCESS_SESSION: sessions.session(payloads.transaction_process, process),
        WebhookEvent.TRANSACTION_CHARGE_REQUESTED: actions.action,
        WebhookEvent.TRANSACTION_CANCELATION_REQUESTED: actions.action,
        WebhookEvent.TRANSACTION_REFUND_REQUESTED: actions.action,
        WebhookEvent.LIST_STORED_PAYMENT_METHODS: stored_methods.on_list,
        WebhookEvent.STORED_PAYMENT_METHOD_DELETE_REQUESTED: stored_methods.on_delete,
        WebhookEvent.PAYMENT_GATEWAY_INITIALIZE_TOKENIZATION_SESSION: stored_methods.on_greeting,
        WebhookEvent.PAYMENT_METHOD_INITIALIZE_TOKENIZATION_SESSION: stored_methods.on_tokenize,
        WebhookEvent.PAYMENT_METHOD_PROCESS_TOKENIZATION_SESSION: stored_methods.on_process,
        WebhookEvent.ORDER_CREATED: notices.on_order_created,
        WebhookEvent.ORDER_CANCELLED: source_notices.on_source_changed,
        WebhookEvent.FULFILLMENT_CREATED: source_notices.on_fulfilled,
        WebhookEvent.FULFILLMENT_APPROVED: source_notices.on_fulfilled,
        WebhookEvent.CHECKOUT_FULLY_PAID: source_notices.on_source_changed,
        WebhookEvent.CHECKOUT_FULLY_AUTHORIZED: source_notices.on_source_changed,
        WebhookEvent.CUSTOMER_UPDATED: notices.on_customer_updated,
        WebhookEvent.CUSTOMER_DELETED: notices.on_customer_deleted,
        WebhookEvent.APP_DELETED: notices.on_app_deleted,
    }
)
