"""The stand-in as an ASGI application: the API and key set of Saleor, and routes to steer the shop."""

import asyncio
import json
from collections.abc import Awaitable, Callable

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from saleor_stripe_app.sandbox.saleor import control
from saleor_stripe_app.sandbox.saleor.courier import Courier
from saleor_stripe_app.sandbox.saleor.faults import ApiFailure, ApiFault
from saleor_stripe_app.sandbox.saleor.graphql_api import answer, requestor
from saleor_stripe_app.sandbox.saleor.resolvers import Context


class BrokenConnection(Response):
    """Promises a body, sends a piece of it and hangs up, which a client sees as a lost connection."""

    async def __call__(self, _: Scope, __: Receive, send: Send) -> None:
        headers = [(b"content-type", b"application/json"), (b"content-length", b"4096")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"{", "more_body": True})


def application(courier: Courier) -> Starlette:
    """The whole stand-in for one Saleor."""
    routes = [
        Route("/graphql/", _graphql(courier), methods=["POST"]),
        Route("/.well-known/jwks.json", _key_set(courier), methods=["GET"]),
        *control.routes(courier),
    ]
    cors = Middleware(CORSMiddleware, allow_origins=["*"], allow_methods=["*"], allow_headers=["*"])
    return Starlette(routes=routes, middleware=[cors], exception_handlers={ClientDisconnect: _nobody_listens})


def _nobody_listens(_: Request, __: Exception) -> Response:
    """A caller that hangs up while it is still sending is no fault of this server's."""
    return Response(status_code=400)


Endpoint = Callable[[Request], Awaitable[Response]]


def _graphql(courier: Courier) -> Endpoint:
    async def graphql(request: Request) -> Response:
        body = await request.body()
        fault = courier.faults.for_operation(_operation(body))
        if fault is not None and (early := await _before(fault)) is not None:
            return early
        context = Context(courier.saleor, requestor(courier.saleor, _bearer(request)), courier.converse)
        result = await answer(body, context)
        if fault is not None and fault.failure is ApiFailure.LOST_AFTER:
            return BrokenConnection()
        return JSONResponse(result.content, result.status)

    return graphql


async def _before(fault: ApiFault) -> Response | None:
    if fault.gate is not None:
        await fault.gate.wait()
    match fault.failure:
        case ApiFailure.LOST_BEFORE:
            return BrokenConnection()
        case ApiFailure.STATUS:
            return Response("upstream connect error", fault.status, media_type="text/plain")
        case ApiFailure.SLOW:
            await asyncio.sleep(fault.seconds)
        case ApiFailure.LOST_AFTER:
            pass
    return None


def _operation(body: bytes) -> str | None:
    """The operation's name as the request gives it, or as its text begins."""
    try:
        request = json.loads(body)
    except ValueError:
        return None
    if not isinstance(request, dict):
        return None
    if isinstance(request.get("operationName"), str):
        return str(request["operationName"])
    words = str(request.get("query", "")).replace("(", " ").replace("{", " ").split()
    return words[1] if len(words) > 1 else None


def _bearer(request: Request) -> str | None:
    """Saleor reads either header, with or without the word before the token."""
    value = request.headers.get("authorization-bearer") or request.headers.get("authorization")
    return value.rpartition(" ")[2] if value else None


def _key_set(courier: Courier) -> Endpoint:
    async def key_set(_: Request) -> Response:
        return JSONResponse({"keys": [courier.saleor.key.jwk()]})

    return key_set
