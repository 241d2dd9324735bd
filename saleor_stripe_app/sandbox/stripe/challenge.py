"""The page on which a shopper meets a challenge or approves a redirect, as Stripe's test mode has one."""

from collections.abc import Callable
from html import escape
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from saleor_stripe_app.sandbox.stripe.api import Stripe
from saleor_stripe_app.sandbox.stripe.controls import Controls
from saleor_stripe_app.sandbox.stripe.customer_objects import SetupIntent
from saleor_stripe_app.sandbox.stripe.errors import StripeFailure
from saleor_stripe_app.sandbox.stripe.objects import PaymentIntent

_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Test payment page</title>
<main><h1>Test payment page</h1>
<p>{about} {intent}</p>
<form method="post">
<button name="outcome" value="succeed">Authorize test payment</button>
<button name="outcome" value="fail">Fail test payment</button>
</form></main></html>"""


def challenge_routes(server: Stripe, clock: Callable[[], int], wake: Callable[[], None]) -> list[Route]:
    """GET shows the choice, POST takes it and sends the shopper back to the storefront."""
    controls = Controls(server)

    async def show(request: Request) -> Response:
        intent = _find(server, request.path_params["intent"])
        if intent is None:
            return HTMLResponse("No such payment", 404)
        return HTMLResponse(_PAGE.format(about=escape(_about(intent)), intent=escape(intent.id)))

    async def choose(request: Request) -> Response:
        form = parse_qs((await request.body()).decode())
        succeeds = form.get("outcome") == ["succeed"]
        try:
            intent = _meet(controls, request.path_params["intent"], clock(), succeeds=succeeds)
        except StripeFailure as failure:
            return HTMLResponse(escape(str(failure)), failure.status)
        wake()
        if not intent.return_url:
            return HTMLResponse("Done. You may close this page.")
        return RedirectResponse(_return(intent, succeeds=succeeds), 303)

    path = "/_sandbox/pages/{intent}"
    return [Route(path, show, methods=["GET"]), Route(path, choose, methods=["POST"])]


def _meet(controls: Controls, identifier: str, now: int, *, succeeds: bool) -> PaymentIntent | SetupIntent:
    if identifier.startswith("seti_"):
        return controls.authenticate_setup(identifier, now, succeeds=succeeds)
    return controls.authenticate(identifier, now, succeeds=succeeds)


def _find(server: Stripe, identifier: str) -> PaymentIntent | SetupIntent | None:
    for books in server.registry.all_books():
        found = books.payment_intents.get(identifier) or books.setup_intents.get(identifier)
        if found is not None:
            return found
    return None


def _about(intent: PaymentIntent | SetupIntent) -> str:
    if isinstance(intent, SetupIntent):
        return "Setup"
    return f"{intent.amount} {intent.currency} for payment"


def _return(intent: PaymentIntent | SetupIntent, *, succeeds: bool) -> str:
    """The storefront's address with what Stripe appends (https://docs.stripe.com/payments/accept-a-payment)."""
    assert intent.return_url is not None
    parts = urlsplit(intent.return_url)
    name = "setup_intent" if isinstance(intent, SetupIntent) else "payment_intent"
    added = urlencode(
        {
            name: intent.id,
            f"{name}_client_secret": intent.client_secret,
            "redirect_status": "succeeded" if succeeds else "failed",
        }
    )
    return urlunsplit(parts._replace(query=f"{parts.query}&{added}" if parts.query else added))
