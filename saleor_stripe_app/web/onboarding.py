"""Where Stripe's onboarding sends a vendor back to: small pages without scripts, styles or anything to keep.

Whoever calls them has the address from a link that staff gave out; nothing else is asked of them, and nothing is said
of the vendor but its name. https://docs.stripe.com/connect/hosted-onboarding
"""

from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from saleor_stripe_app.domain.errors import AppError, Untrusted
from saleor_stripe_app.usecases.backends import Backends
from saleor_stripe_app.usecases.vendor_onboarding import (
    NothingToGive,
    continue_onboarding,
    return_from_onboarding,
)
from saleor_stripe_app.web.errors import http_error

DONE = "Stripe has all that it needs. You can close this page."
CHECKING = "Stripe is checking what you gave it. You can close this page."
MORE = "Stripe still needs something."
LATER = "Stripe cannot be reached at the moment. Load this page again in a few minutes."


def routes(backends: Backends) -> list[Route]:
    """GET /onboarding/{ticket}/continue, to Stripe's page, and GET /onboarding/{ticket}/done."""

    async def go_on(request: Request) -> Response:
        if request.method == "HEAD":
            return Response(status_code=204)  # whoever only asks whether there is a page uses up none at Stripe
        try:
            link = await continue_onboarding(backends, request.path_params["ticket"])
        except NothingToGive:
            return _page(200, DONE)
        except AppError as error:
            return _failed(error)
        return RedirectResponse(link.url, 303)

    async def done(request: Request) -> Response:
        try:
            record = await return_from_onboarding(backends, request.path_params["ticket"])
        except AppError as error:
            return _failed(error)
        account, name = record.vendor.account, record.vendor.name
        if account is None or not account.details_submitted or account.currently_due or account.past_due:
            return _page(200, MORE, name, '<p><a href="continue">Continue at Stripe</a></p>')
        return _page(200, DONE if account.receives else CHECKING, name)

    return [
        Route("/onboarding/{ticket}/continue", go_on, methods=["GET"]),
        Route("/onboarding/{ticket}/done", done, methods=["GET"]),
    ]


def _failed(error: AppError) -> Response:
    status = http_error(error).status
    return _page(status, str(error) if isinstance(error, Untrusted) else LATER)


def _page(status: int, says: str, heading: str = "Your Stripe account", more: str = "") -> Response:
    content = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Stripe</title>'
        '<meta name="viewport" content="width=device-width"></head>'
        f"<body><main><h1>{escape(heading)}</h1><p>{escape(says)}</p>{more}</main></body></html>"
    )
    return HTMLResponse(content, status)
