"""The door for developers: an ASGI application with Stripe's API, the controls and the shopper's pages."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from saleor_stripe_app.sandbox.stripe.api import Stripe
from saleor_stripe_app.sandbox.stripe.challenge import challenge_routes
from saleor_stripe_app.sandbox.stripe.control_routes import control_routes
from saleor_stripe_app.sandbox.stripe.in_process import system_clock
from saleor_stripe_app.sandbox.stripe.onboarding_pages import onboarding_routes
from saleor_stripe_app.sandbox.stripe.sender import Sender

_LOST = "sandbox.lost"


def create_sandbox(server: Stripe, clock: Callable[[], int] = system_clock) -> ASGIApp:
    """The application. Its lifespan runs the sender of webhook deliveries."""
    sender = Sender(server, clock)

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        sending = asyncio.create_task(sender.run())
        try:
            yield
        finally:
            sending.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await sending

    async def api(request: Request) -> Response:
        body = await request.body()
        answer = server.handle(request.method, _url(request), dict(request.headers), body, clock())
        sender.wake()
        if answer.delay:
            await asyncio.sleep(answer.delay)
        if answer.lost:
            request.scope[_LOST].append(True)
            return Response(status_code=502)
        return Response(answer.body, answer.status, answer.headers)

    application = Starlette(
        routes=[
            *control_routes(server, clock, sender.wake),
            *challenge_routes(server, clock, sender.wake),
            *onboarding_routes(server, clock, sender.wake),
            Route("/{path:path}", api, methods=["GET", "POST", "DELETE"]),
        ],
        middleware=[
            Middleware(
                CORSMiddleware,
                allow_origins=["*"],
                allow_methods=["GET", "POST", "DELETE"],
                allow_headers=["*"],
                expose_headers=["Request-Id", "Stripe-Version"],
            )
        ],
        exception_handlers={ClientDisconnect: _nobody_listens},
        lifespan=lifespan,
    )
    return _Breakable(application)


def _nobody_listens(_: Request, __: Exception) -> Response:
    """A caller that hangs up while it is still sending is no fault of this server's."""
    return Response(status_code=400)


class _Breakable:
    """Breaks the connection instead of sending an answer that is lost."""

    def __init__(self, application: ASGIApp) -> None:
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        lost: list[bool] = []
        scope[_LOST] = lost

        async def send_unless_lost(message: Message) -> None:
            if not lost:
                await send(message)

        await self._application(scope, receive, send_unless_lost)
        if lost:
            _break(send)


def _break(send: Send) -> None:
    """uvicorn keeps the connection beside `send`; any other server is told by an exception."""
    transport = getattr(getattr(send, "__self__", None), "transport", None)
    abort = getattr(transport, "abort", None)
    if abort:
        abort()
        return
    raise ConnectionResetError("The answer is lost")


def _url(request: Request) -> str:
    return f"{request.url.path}?{request.url.query}" if request.url.query else request.url.path
