"""A vendor's statement to download, for staff at Saleor's Dashboard."""

from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from saleor_stripe_app.domain.errors import Malformed
from saleor_stripe_app.domain.marketplace.statement_csv import as_csv
from saleor_stripe_app.usecases.backends import Backends
from saleor_stripe_app.usecases.vendor_statement import vendor_statement
from saleor_stripe_app.web.settings_api.caller import caller

PATH = "/api/vendor-statement.csv"


def routes(backends: Backends) -> list[Route]:
    """GET /api/vendor-statement.csv?key=&currency=&from=&until=, with the Dashboard's token like the settings API.

    `from` and `until` are dates or times (ISO 8601), UTC unless they say otherwise; the period ends before `until`.
    """

    async def download(request: Request) -> Response:
        who = await caller(backends, request.headers)
        key, currency = _given(request, "key"), _given(request, "currency")
        start, end = _moment(request, "from"), _moment(request, "until")
        drawn = await vendor_statement(backends, who.installation, key, currency, start, end)
        name = f"statement-{drawn.currency}-{drawn.start:%Y%m%d}-{drawn.end:%Y%m%d}.csv"
        headers = {
            "content-disposition": f'attachment; filename="{name}"',
            "cache-control": "no-store",
            "x-content-type-options": "nosniff",
        }
        return Response(as_csv(drawn), media_type="text/csv", headers=headers)

    return [Route(PATH, download, methods=["GET"])]


def _given(request: Request, name: str) -> str:
    value = request.query_params.get(name, "")
    if not value:
        raise Malformed(f"The address lacks {name}=.")
    return value


def _moment(request: Request, name: str) -> datetime:
    # A plus sign of a zone is a space in an address that was not encoded.
    try:
        return datetime.fromisoformat(_given(request, name).replace(" ", "+"))
    except ValueError as error:
        raise Malformed(f"{name}= must be a date or a time, such as 2026-03-01.") from error
