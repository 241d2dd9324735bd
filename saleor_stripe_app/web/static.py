"""Files that a browser or Saleor fetches as they are, such as the logo in the manifest."""

import os

from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

LOGO = "/static/logo.png"
# Names do not change with content, so a day is the longest that a new version may go unseen.
CACHE = "public, max-age=86400"


class CachedFiles(StaticFiles):
    """Starlette's files (with ETag and 304), which browsers and Saleor may keep for a day."""

    def file_response(
        self, full_path: str | os.PathLike[str], stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        """As Starlette's, with a time to keep."""
        response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers["cache-control"] = CACHE
        return response


def routes() -> list[Mount]:
    """GET /static/... from the folder of that name in this package."""
    return [Mount("/static", CachedFiles(packages=[("saleor_stripe_app.web", "static")]), name="static")]
