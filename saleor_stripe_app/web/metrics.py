"""Prometheus' door. It is closed unless a token was set, since what a shop turns over is nobody else's business."""

import hmac

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from saleor_stripe_app.telemetry import metrics_text


def routes(token: str | None) -> list[Route]:
    """GET /metrics for whoever shows the token (https://prometheus.io/docs, `authorization` of a scrape config)."""

    async def metrics(request: Request) -> Response:
        if token is None:
            raise HTTPException(404)
        scheme, _, shown = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not hmac.compare_digest(shown.strip().encode(), token.encode()):
            raise HTTPException(401, "Show the token of SALEOR_STRIPE_METRICS_TOKEN", {"www-authenticate": "Bearer"})
        text, content_type = metrics_text()
        return Response(text, headers={"content-type": content_type})

    return [Route("/metrics", metrics)]
