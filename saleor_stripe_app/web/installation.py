"""The two doors that Saleor uses to install the app: its manifest, and where its token goes."""

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from saleor_stripe_app.domain.errors import Malformed
from saleor_stripe_app.saleor import versions
from saleor_stripe_app.saleor.manifest import manifest
from saleor_stripe_app.usecases.backends import Backends
from saleor_stripe_app.usecases.install import NotAllowed, TokenNotProved, install
from saleor_stripe_app.web.errors import HttpError

LONGEST_URL = 2048


class _Registration(msgspec.Struct, frozen=True):
    auth_token: str


def routes(backends: Backends) -> list[Route]:
    """GET /api/manifest and POST /api/register. An error's message is shown to the staff who install."""

    async def show_manifest(request: Request) -> Response:
        version = versions.parse(request.headers.get("saleor-schema-version"))
        return JSONResponse(
            manifest(app_url=backends.app_url, app_id=backends.app_id, app_name=backends.app_name, version=version)
        )

    async def register(request: Request) -> Response:
        saleor_api_url = request.headers.get("saleor-api-url", "")
        if not saleor_api_url or len(saleor_api_url) > LONGEST_URL:
            raise Malformed("The header Saleor-Api-Url is missing.")
        token = _token(await request.body())
        try:
            await install(
                backends,
                saleor_api_url=saleor_api_url,
                token=token,
                version=versions.parse(request.headers.get("saleor-schema-version")),
            )
        except NotAllowed as error:
            return HttpError(403, "SALEOR_URL_PROHIBITED", str(error)).response()
        except TokenNotProved as error:
            return HttpError(401, "UNKNOWN_APP_ID", str(error)).response()
        except Malformed as error:
            return HttpError(401, "JWKS_NOT_AVAILABLE", str(error)).response()
        return JSONResponse({"success": True})

    return [
        Route("/api/manifest", show_manifest, methods=["GET"]),
        Route("/api/register", register, methods=["POST"]),
    ]


def _token(body: bytes) -> str:
    try:
        token = msgspec.json.decode(body, type=_Registration).auth_token
    except (msgspec.MsgspecError, UnicodeError) as error:
        raise Malformed('The body must be {"auth_token": "..."}.') from error
    if not token.strip() or not token.isprintable():
        raise Malformed("The token is empty, or no text that a header can hold.")
    return token
