"""A storefront greets the gateway, begins to pay, and returns from paying."""

import logging
from collections.abc import Awaitable, Callable

import structlog

from saleor_stripe_app.domain import answers
from saleor_stripe_app.domain.errors import Refusal
from saleor_stripe_app.domain.report import Answer
from saleor_stripe_app.domain.requests import SessionRequest
from saleor_stripe_app.domain.shop import Installation
from saleor_stripe_app.saleor import payloads, responses
from saleor_stripe_app.saleor.events import WebhookEvent
from saleor_stripe_app.saleor.storefront_data import UnreadableData
from saleor_stripe_app.telemetry import REFUSALS, TRANSACTION
from saleor_stripe_app.usecases.backends import Backends
from saleor_stripe_app.usecases.gateway_initialize import gateway_initialize
from saleor_stripe_app.usecases.install import saw_version
from saleor_stripe_app.web.saleor_handlers.handling import Handler, in_time, require_recipient

log = logging.getLogger(__name__)

Session = Callable[[Backends, Installation, SessionRequest], Awaitable[Answer]]


async def greeting(backends: Backends, installation: Installation, _: WebhookEvent, body: bytes, until: float) -> bytes:
    """PAYMENT_GATEWAY_INITIALIZE_SESSION."""
    request = payloads.gateway_initialize(body)
    require_recipient(installation, request.app_id)
    installation = await saw_version(backends, installation, request.version)
    # A refusal is no answer here: only a status other than 2xx becomes an error of the gateway for the storefront.
    return responses.gateway(await in_time(until, gateway_initialize(backends, installation, request)))


def session(decode: Callable[[bytes], SessionRequest], usecase: Session) -> Handler:
    """The handler of one of the two session requests."""

    async def handle(
        backends: Backends, installation: Installation, event: WebhookEvent, body: bytes, until: float
    ) -> bytes:
        try:
            request = decode(body)
        except UnreadableData as error:
            REFUSALS.labels(error.code).inc()
            return responses.encode(
                event, answers.refused_session(error, error.flow, final=error.final), installation.version
            )
        require_recipient(installation, request.app_id)
        installation = await saw_version(backends, installation, request.version)
        structlog.contextvars.bind_contextvars(**{TRANSACTION: request.transaction_id})
        try:
            answer = await in_time(until, usecase(backends, installation, request))
        except Refusal as refusal:
            REFUSALS.labels(refusal.code).inc()
            log.info("session refused", extra={"code": refusal.code, "reason": str(refusal)})
            answer = answers.refused_session(refusal, request.flow)
        return responses.encode(event, answer, request.version)

    return handle
