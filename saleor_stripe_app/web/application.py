"""All doors behind the same three walls: headers, the limit on bodies, and the table of errors."""

from collections.abc import Sequence

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import BaseRoute
from starlette.types import Lifespan

from saleor_stripe_app.web.errors import Errors, on_http_exception
from saleor_stripe_app.web.headers import StandardHeaders
from saleor_stripe_app.web.limits import BodyLimit


def application(
    routes: Sequence[BaseRoute], *, body_limit: int, secure: bool, lifespan: Lifespan[Starlette] | None = None
) -> Starlette:
    """The ASGI application. `body_limit` in bytes; `secure` says that the public address is https."""
    return Starlette(
        routes=routes,
        middleware=[
            Middleware(StandardHeaders, secure=secure),
            Middleware(BodyLimit, limit=body_limit),
            Middleware(Errors),
        ],
        exception_handlers={HTTPException: on_http_exception},
        lifespan=lifespan,
    )
