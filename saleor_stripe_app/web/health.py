"""Whether the process lives, and whether it can do its work: for load balancers and orchestrators."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from saleor_stripe_app.domain.errors import Unavailable
from saleor_stripe_app.storage.engine import Storage
from saleor_stripe_app.storage.migrate import pending


def routes(storage: Storage) -> list[Route]:
    """GET /health answers while the process runs; GET /ready is 503 until the database is reached and migrated."""

    async def health(_: Request) -> Response:
        return JSONResponse({"status": "ok"})

    async def ready(_: Request) -> Response:
        missing = await pending(storage)
        if missing:
            raise Unavailable(f"The database lacks {len(missing)} migrations: run saleor-stripe migrate")
        return JSONResponse({"status": "ready"})

    return [Route("/health", health), Route("/ready", ready)]
