"""Stripe's door: an event is verified, written down as a reason to look, and answered 200."""

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from saleor_stripe_app.domain.errors import AppError
from saleor_stripe_app.storage import configurations
from saleor_stripe_app.stripe_gateway import events
from saleor_stripe_app.telemetry import CONFIGURATION, STRIPE_EVENT, STRIPE_EVENTS
from saleor_stripe_app.usecases.backends import Backends
from saleor_stripe_app.usecases.receive_event import receive_event


def routes(backends: Backends) -> list[Route]:
    """POST /api/webhooks/stripe/{configuration}.

    An unknown configuration or a bad signature does nothing at all beyond its status code: strangers could send both.
    """

    async def receive(request: Request) -> Response:
        named = request.path_params["configuration"]
        # PostgreSQL takes no text with a NUL, not even to look for it.
        configuration = await configurations.by_id(backends.storage, named) if named.isprintable() else None
        if configuration is None:
            raise HTTPException(404, "There is no such configuration.")
        body, header = await request.body(), request.headers.get("stripe-signature", "")
        try:
            event = events.verified(body, header, configuration.endpoint_secrets, backends.clock())
        except AppError as error:
            STRIPE_EVENTS.labels("unverified", type(error).__name__).inc()
            raise
        with structlog.contextvars.bound_contextvars(**{CONFIGURATION: configuration.id, STRIPE_EVENT: event.id}):
            ours = await receive_event(backends, configuration, event)
        outcome = "due" if ours else "foreign"
        STRIPE_EVENTS.labels(event.type, outcome).inc()
        return JSONResponse({"received": True})

    return [Route("/api/webhooks/stripe/{configuration}", receive, methods=["POST"])]
