"""The page behind an account link, as Stripe hosts one: everything that is asked for is given by one button."""

from collections.abc import Callable
from html import escape
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from saleor_stripe_app.sandbox.stripe.api import Stripe
from saleor_stripe_app.sandbox.stripe.controls import Controls
from saleor_stripe_app.sandbox.stripe.errors import StripeFailure

_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Test onboarding</title>
<main><h1>Test onboarding</h1>
<p>Account {account}</p>
<form method="post">
<button name="outcome" value="finish">Provide everything</button>
<button name="outcome" value="later">Leave</button>
</form></main></html>"""


def onboarding_routes(server: Stripe, clock: Callable[[], int], wake: Callable[[], None]) -> list[Route]:
    """GET uses the link up, or sends to its refresh address; POST ends the visit at its return address."""
    controls = Controls(server)

    async def show(request: Request) -> Response:
        try:
            link, opened = controls.open_account_link(request.path_params["token"], clock())
        except StripeFailure as failure:
            return HTMLResponse(escape(str(failure)), failure.status)
        if not opened:
            return RedirectResponse(link.refresh_url, 303)
        return HTMLResponse(_PAGE.format(account=escape(link.account)))

    async def leave(request: Request) -> Response:
        form = parse_qs((await request.body()).decode())
        finishes = form.get("outcome") == ["finish"]
        try:
            back = controls.leave_account_link(request.path_params["token"], clock(), finishes=finishes)
        except StripeFailure as failure:
            return HTMLResponse(escape(str(failure)), failure.status)
        wake()
        return RedirectResponse(back, 303)

    path = "/_sandbox/onboarding/{token}"
    return [Route(path, show, methods=["GET"]), Route(path, leave, methods=["POST"])]
