"""What every answer carries: the request's id, and headers that keep a browser careful unless a page says otherwise."""

import re
import uuid

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from saleor_stripe_app.telemetry import REQUEST_ID

ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
DEFAULTS = {
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
HSTS = {"strict-transport-security": "max-age=31536000"}


class StandardHeaders:
    """Binds the request's id to its logs and sends it back. `secure` says that the public address is https."""

    def __init__(self, app: ASGIApp, *, secure: bool) -> None:
        self.app = app
        self.defaults = {**DEFAULTS, **(HSTS if secure else {})}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        request_id = given if ID.fullmatch(given) else uuid.uuid4().hex

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["x-request-id"] = request_id
                for name, value in self.defaults.items():
                    headers.setdefault(name, value)
            await send(message)

        with structlog.contextvars.bound_contextvars(**{REQUEST_ID: request_id}):
            await self.app(scope, receive, with_headers)
