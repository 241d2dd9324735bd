"""The app's manifest, from manifest.json and graphql/, as one version of Saleor reads it.

In the file `{app_url}` and its like stand for settings, and a webhook names the file of its subscription. A webhook
whose subscription a version lacks is left out for it.
https://docs.saleor.io/developer/extending/apps/architecture/manifest
"""

import re
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version as installed_version
from pathlib import PurePosixPath
from typing import Any

import msgspec

from saleor_stripe_app.saleor import versions
from saleor_stripe_app.saleor.operations import NotInThisSaleor, operation, shipped

WEBHOOK_IDENTIFIER_SINCE = (3, 24)

_PLACEHOLDER = re.compile(r"\{(app_url|app_id|app_name|version)\}")


def manifest(*, app_url: str, app_id: str, app_name: str, version: tuple[int, int] | None) -> dict[str, Any]:
    """The manifest as JSON values. `version` is Saleor's major and minor, None when it did not say: then the oldest.

    `app_url` is the app's public address; a slash at its end makes no difference.
    """
    saleor = versions.nearest(version)
    values = {
        "app_url": app_url.rstrip("/"),
        "app_id": app_id,
        "app_name": app_name,
        "version": installed_version("saleor-stripe-app"),
    }
    filled: dict[str, Any] = _fill(_template(), values)
    filled["webhooks"] = [found for webhook in filled["webhooks"] if (found := _webhook(webhook, saleor))]
    return filled


def _webhook(webhook: Mapping[str, Any], version: tuple[int, int]) -> dict[str, Any] | None:
    try:
        wire = operation(PurePosixPath(webhook["query"]).stem, version)
    except NotInThisSaleor:
        return None
    left_out = set() if version >= WEBHOOK_IDENTIFIER_SINCE else {"identifier"}
    return {**{key: value for key, value in webhook.items() if key not in left_out}, "query": wire.text}


@cache
def _template() -> dict[str, Any]:
    return msgspec.json.decode(shipped("manifest.json").read_bytes(), type=dict[str, Any])


def _fill(value: Any, values: Mapping[str, str]) -> Any:  # noqa: ANN401 - any JSON in, the same shape out
    if isinstance(value, str):
        return _PLACEHOLDER.sub(lambda found: values[found[1]], value)
    if isinstance(value, dict):
        return {key: _fill(item, values) for key, item in value.items()}
    return [_fill(item, values) for item in value] if isinstance(value, list) else value
