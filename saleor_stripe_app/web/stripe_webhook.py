"""Stripe's door: an event is verified, written down as a reason to look, and answered 200."""

from collections.abc import Awaitable, Callable

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from saleor_stripe_app.domain.endpoint_scope import EndpointScope
from saleor_stripe_app.domain.errors import AppError
from saleor_stripe_app.domain.shop import Configuration
from saleor_stripe_app.storage import configurations
from saleor_stripe_app.stripe_gateway import events
from saleor_stripe_app.telemetry import CONFIGURATION, STRIPE_EVENT, STRIPE_EVENTS
from saleor_stripe_app.usecases.backends import Backends
from saleor_stripe_app.usecases.receive_account_event import receive_account_event
from saleor_stripe_app.usecases.receive_event import receive_event

UseCase = Callable[[Backends, Configuration, events.Event], Awaitable[bool]]


def routes(backends: Backends) -> list[Route]:
    """POST /api/webhooks/stripe/{configuration}, and the same with /connect for the accounts of its vendors.

    Each has a secret of its own, so that neither takes what is meant for the other. An unknown configuration or a bad
    signature does nothing at all beyond its status code: strangers could send both.
    """

    async def receive(request: Request) -> Response:
        return await take(request, EndpointScope.ACCOUNT, receive_event)

    async def receive_of_account(request: Request) -> Response:
        return await take(request, EndpointScope.CONNECT, receive_account_event)

    async def take(request: Request, scope: EndpointScope, use_case: UseCase) -> Response:
        named = request.path_params["configuration"]
        # PostgreSQL takes no text with a NUL, not even to look for it.
        configuration = await configurations.by_id(backends.storage, named) if named.isprintable() else None
        if configuration is None:
            raise HTTPException(404, "There is no such configuration.")
        body, header = await request.body(), request.headers.get("stripe-signature", "")
        try:
            event = events.verified(body, header, configuration.endpoint(scope).secrets, backends.clock())
        except AppError as error:
            STRIPE_EVENTS.labels("unverified", type(error).__name__).inc()
            raise
        with structlog.contextvars.bound_contextvars(**{CONFIGURATION: configuration.id, STRIPE_EVENT: event.id}):
            ours = await use_case(backends, configuration, event)
        outcome = "due" if ours else "foreign"
        STRIPE_EVENTS.labels(event.type, outcome).inc()
        return JSONResponse({"received": True})

    return [
        Route("/api/webhooks/stripe/{configuration}", receive, methods=["POST"]),
        Route("/api/webhooks/stripe/{configuration}/connect", receive_of_account, methods=["POST"]),
    ]
