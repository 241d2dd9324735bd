"""Stripe's API description, rebuilt from the installed SDK and kept in a cache directory by SDK version."""

import hashlib
import os
import tempfile
from importlib import resources
from pathlib import Path

import msgspec
import stripe
from stripe._api_version import _ApiVersion

from saleor_stripe_app.sandbox.stripe.schema import Description
from saleor_stripe_app.sandbox.stripe.sdk_operations import read_operations
from saleor_stripe_app.sandbox.stripe.sdk_schemas import SchemaReader
from saleor_stripe_app.sandbox.stripe.selection import RESOURCES, apply_limits, wanted

API_VERSION = _ApiVersion.CURRENT
_SOURCES = (
    "schema.py",
    "sdk_source.py",
    "sdk_annotations.py",
    "sdk_schemas.py",
    "sdk_operations.py",
    "selection.py",
    "limits.json",
)


def load() -> Description:
    """The description of the installed SDK's version: from the cache, or built (some seconds) and cached."""
    file = cache_directory() / f"stripe-api-{stripe.VERSION}-{_digest()}.json"
    try:
        return msgspec.json.decode(file.read_bytes(), type=Description)
    except (OSError, msgspec.MsgspecError):
        description = build()
        _store(file, msgspec.json.encode(description))
        return description


def build() -> Description:
    """Read the SDK. Stripe's reserved words and limits are added where the SDK's types are silent."""
    reader = SchemaReader(RESOURCES)
    operations = read_operations(reader, wanted)
    description = Description(
        api_version=API_VERSION, sdk_version=stripe.VERSION, operations=operations, schemas=reader.schemas
    )
    apply_limits(description)
    return description


def cache_directory() -> Path:
    """SALEOR_STRIPE_CACHE_DIR, else the user's cache directory by the XDG rules."""
    if chosen := os.environ.get("SALEOR_STRIPE_CACHE_DIR"):
        return Path(chosen)
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "saleor-stripe-app"


def _digest() -> str:
    package = resources.files(__package__)
    content = b"".join(package.joinpath(name).read_bytes() for name in _SOURCES)
    return hashlib.sha256(content).hexdigest()[:12]


def _store(file: Path, content: bytes) -> None:
    """Write whole or not at all, so that two processes may build at once; a read-only cache is no obstacle."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=file.parent, delete=False) as temporary:
            temporary.write(content)
        Path(temporary.name).replace(file)
    except OSError:
        return
