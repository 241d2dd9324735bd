"""The one table from an error's meaning to HTTP. Doors that owe their sender another form catch the error first."""

import logging
from dataclasses import dataclass
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from saleor_stripe_app.domain.errors import Malformed, Refusal, Unavailable, Untrusted
from saleor_stripe_app.telemetry import ERRORS

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class HttpError:
    """An error as its sender sees it. The code is public and stable, the message is for people."""

    status: int
    code: str
    message: str

    def response(self, headers: dict[str, str] | None = None) -> Response:
        """In the form that Saleor shows to staff when it installs an app, used for every sender."""
        ERRORS.labels(self.code).inc()
        return JSONResponse({"error": {"code": self.code, "message": self.message}}, self.status, headers)


def http_error(error: Exception) -> HttpError:
    """What an error means in HTTP. One that nobody meant to raise tells nothing of itself."""
    message = str(error)
    match error:
        case Refusal():
            status, code = 422, error.code
        case Malformed():
            status, code = 400, "Malformed"
        case Untrusted():
            status, code = (403, "Forbidden") if error.forbidden else (401, "Untrusted")
        case Unavailable():
            status, code = 503, "Unavailable"
        case HTTPException():
            status, code = error.status_code, HTTPStatus(error.status_code).phrase.title().replace(" ", "")
            message = error.detail
        case _:
            status, code = 500, "InternalError"
            message = "The app failed; its log has the details under this request's id"
    return HttpError(status, code, message)


def error_response(error: Exception) -> Response:
    """The answer to a request that ended in this error, which is logged where it needs someone's attention."""
    answer = http_error(error)
    if answer.status == 500:
        log.error("request failed", exc_info=error)
    elif answer.status == 503:
        log.warning("request could not be served", extra={"reason": answer.message})
    headers = dict(error.headers or {}) if isinstance(error, HTTPException) else {}
    if answer.status == 503:
        headers.setdefault("retry-after", "5")
    return answer.response(headers)


async def on_http_exception(_: Request, error: Exception) -> Response:
    """Starlette's own errors (no such route, method not allowed) in our form."""
    return error_response(error)


class Errors:
    """Answers whatever a door lets out. Once an answer has begun, all that is left is to end the connection."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun = False

        async def watched(message: Message) -> None:
            nonlocal begun
            begun = begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except Exception as error:
            if begun:
                raise
            await error_response(error)(scope, receive, send)
