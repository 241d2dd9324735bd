"""Saleor's door: one route and one table for all of its webhooks."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import TypeVar
from uuid import uuid4

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from saleor_stripe_app.domain import answers
from saleor_stripe_app.domain.errors import AppError, Malformed, Refusal, Unavailable, Untrusted
from saleor_stripe_app.domain.report import Answer, Result
from saleor_stripe_app.domain.requests import SessionRequest
from saleor_stripe_app.domain.shop import Installation
from saleor_stripe_app.saleor import payloads, responses, signature
from saleor_stripe_app.saleor.events import ACTIONS, SESSIONS, WebhookEvent, failure
from saleor_stripe_app.saleor.storefront_data import UnreadableData
from saleor_stripe_app.storage import installations
from saleor_stripe_app.telemetry import REFUSALS, SALEOR_API_URL, SALEOR_EVENT, SALEOR_WEBHOOKS, TRANSACTION
from saleor_stripe_app.usecases.act import act
from saleor_stripe_app.usecases.backends import ANSWER_WITHIN, Backends
from saleor_stripe_app.usecases.gateway_initialize import gateway_initialize
from saleor_stripe_app.usecases.initialize import initialize
from saleor_stripe_app.usecases.install import saw_version, uninstall
from saleor_stripe_app.usecases.keys import fresh_key_set
from saleor_stripe_app.usecases.order_created import order_created
from saleor_stripe_app.usecases.process import process

log = logging.getLogger(__name__)

SECONDS = ANSWER_WITHIN.total_seconds()
Session = Callable[[Backends, Installation, SessionRequest], Awaitable[Answer]]
Answered = TypeVar("Answered")
Handler = Callable[[Backends, Installation, WebhookEvent, bytes, float], Awaitable[bytes]]


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


def _of(installation: Installation, app_id: str) -> None:
    if app_id != installation.app_id:
        raise Untrusted("The request is for another app, or for an earlier installation of this one.", forbidden=True)


async def _gateway(backends: Backends, installation: Installation, _: WebhookEvent, body: bytes, until: float) -> bytes:
    request = payloads.gateway_initialize(body)
    _of(installation, request.app_id)
    installation = await saw_version(backends, installation, request.version)
    # A refusal is no answer here: only a status other than 2xx becomes an error of the gateway for the storefront.
    return responses.gateway(await _in_time(until, gateway_initialize(backends, installation, request)))


def _session(decode: Callable[[bytes], SessionRequest], usecase: Session) -> Handler:
    async def handle(
        backends: Backends, installation: Installation, event: WebhookEvent, body: bytes, until: float
    ) -> bytes:
        try:
            request = decode(body)
        except UnreadableData as error:
            REFUSALS.labels(error.code).inc()
            refused = answers.refused_session(error, error.flow, final=error.final)
            return responses.encode(event, refused, installation.version)
        _of(installation, request.app_id)
        installation = await saw_version(backends, installation, request.version)
        structlog.contextvars.bind_contextvars(**{TRANSACTION: request.transaction_id})
        try:
            answer = await _in_time(until, usecase(backends, installation, request))
        except Refusal as refusal:
            REFUSALS.labels(refusal.code).inc()
            log.info("session refused", extra={"code": refusal.code, "reason": str(refusal)})
            answer = answers.refused_session(refusal, request.flow)
        return responses.encode(event, answer, request.version)

    return handle


async def _in_time(until: float, work: Awaitable[Answered]) -> Answered:
    """The result of the work, by then on the loop's clock. Raises Unavailable when Saleor would not wait for it."""
    try:
        async with asyncio.timeout_at(until):
            return await work
    except TimeoutError as error:
        raise Unavailable("The outcome is not known in time; ask again by transactionProcess.") from error


async def _action(
    backends: Backends, installation: Installation, event: WebhookEvent, body: bytes, until: float
) -> bytes:
    request = payloads.action_requested(body)
    _of(installation, request.app_id)
    if failure(event) != Result(request.kind.failure):  # the signature is over the body alone
        raise Malformed(f"The body asks for {request.kind}, which belongs to another address")
    installation = await saw_version(backends, installation, request.version)
    structlog.contextvars.bind_contextvars(**{TRANSACTION: request.transaction.id})
    answer = await act(backends, installation, request, until=until)
    try:
        return responses.encode(event, answer, request.version)
    except responses.ImpossibleAnswer:
        # Money may have moved: Saleor is told that the outcome follows, and the look after the answer tells it.
        log.exception("an answer cannot be given as it is")
        return responses.encode(event, answers.asynchronous(answer.reference or request.digest), request.version)


async def _order_created(
    backends: Backends, installation: Installation, _: WebhookEvent, body: bytes, __: float
) -> bytes:
    event = payloads.order_created(body)
    _of(installation, event.app_id)
    await order_created(backends, installation, event.transactions)
    return b"{}"


async def _app_deleted(
    backends: Backends, installation: Installation, _: WebhookEvent, body: bytes, __: float
) -> bytes:
    deleted = payloads.app_deleted(body)
    await uninstall(backends, installation, deleted.app_id)
    return b"{}"


HANDLERS: Mapping[WebhookEvent, Handler] = MappingProxyType(
    {
        WebhookEvent.PAYMENT_GATEWAY_INITIALIZE_SESSION: _gateway,
        WebhookEvent.TRANSACTION_INITIALIZE_SESSION: _session(payloads.transaction_initialize, initialize),
        WebhookEvent.TRANSACTION_PROCESS_SESSION: _session(payloads.transaction_process, process),
        WebhookEvent.TRANSACTION_CHARGE_REQUESTED: _action,
        WebhookEvent.TRANSACTION_CANCELATION_REQUESTED: _action,
        WebhookEvent.TRANSACTION_REFUND_REQUESTED: _action,
        WebhookEvent.ORDER_CREATED: _order_created,
        WebhookEvent.APP_DELETED: _app_deleted,
    }
)
