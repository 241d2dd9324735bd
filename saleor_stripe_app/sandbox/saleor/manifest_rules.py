"""When Saleor takes an app's manifest, and with which words it refuses one.

Source: saleor/app/manifest_validations.py and observations of a running Saleor.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias, cast
from urllib.parse import urlsplit

from graphql import GraphQLSchema

from saleor_stripe_app.sandbox.saleor.subscriptions import InvalidSubscription, events, parse_subscription
from saleor_stripe_app.sandbox.saleor.versions import RELEASES, at_least, satisfies

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"


@dataclass(frozen=True, slots=True)
class ManifestError:
    """One entry of `appFetchManifest.errors`; `code` of AppErrorCode."""

    field: str | None
    message: str
    code: str


class ManifestRefused(Exception):
    def __init__(self, errors: list[ManifestError]) -> None:
        super().__init__("; ".join(f"{error.field}: {error.message}" for error in errors))
        self.errors = errors


@dataclass(frozen=True, slots=True)
class WebhookSpec:
    name: str
    target_url: str
    query: str
    events: tuple[str, ...]
    is_active: bool
    identifier: str | None


@dataclass(frozen=True, slots=True)
class Manifest:
    """What Saleor keeps of a manifest."""

    id: str
    name: str
    version: str
    permissions: frozenset[str]
    token_target_url: str | None
    app_url: str | None
    about: str | None
    author: str | None
    audience: str | None
    webhooks: tuple[WebhookSpec, ...]


def read_manifest(raw: Json, *, version: str, schema: GraphQLSchema, permissions: frozenset[str]) -> Manifest:
    """Validate a manifest for a Saleor of this version, whose permissions are `permissions`.

    Raises ManifestRefused with every error found.
    """
    if not isinstance(raw, dict):
        raise ManifestRefused([ManifestError(None, "Incorrect structure of manifest.", "INVALID")])
    errors = [
        ManifestError(field, "Field required.", "REQUIRED")
        for field in ("id", "name", "version")
        if not isinstance(raw.get(field), str)
    ]
    _check_texts(raw, errors)
    _check_urls(raw, errors)
    _check_brand(raw.get("brand"), errors)
    _check_required_version(raw.get("requiredSaleorVersion"), version, errors)
    granted = _permissions(raw.get("permissions"), version, permissions, errors)
    _check_extensions(raw, errors)
    webhooks = _webhooks(raw, schema, errors)
    if errors:
        raise ManifestRefused(errors)
    return Manifest(
        id=str(raw["id"]),
        name=str(raw["name"]),
        version=str(raw["version"]),
        permissions=granted,
        token_target_url=_text(raw, "tokenTargetUrl"),
        app_url=_text(raw, "appUrl"),
        about=_text(raw, "about"),
        author=_text(raw, "author"),
        audience=_text(raw, "audience"),
        webhooks=webhooks,
    )


def _text(raw: Mapping[str, Json], field: str) -> str | None:
    value = raw.get(field)
    return value if isinstance(value, str) and value else None


def _check_texts(raw: Mapping[str, Json], errors: list[ManifestError]) -> None:
    for field in ("name", "version", "author"):
        value = raw.get(field)
        if isinstance(value, str) and len(value) > 60:
            errors.append(ManifestError(field, "Ensure this value has at most 60 characters.", "INVALID"))
    author = raw.get("author")
    if author is not None and (not isinstance(author, str) or not author.strip()):
        errors.append(ManifestError("author", "Incorrect value for field: author.", "INVALID"))


def is_absolute(url: object, schemes: frozenset[str] = frozenset({"http", "https"})) -> bool:
    if not isinstance(url, str):
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme.lower() in schemes and bool(parts.hostname)


def _check_urls(raw: Mapping[str, Json], errors: list[ManifestError]) -> None:
    for field in ("tokenTargetUrl", "appUrl", "homepageUrl", "supportUrl", "dataPrivacyUrl", "configurationUrl"):
        value = raw.get(field)
        if value and not is_absolute(value):
            errors.append(ManifestError(field, "Incorrect format.", "INVALID_URL_FORMAT"))


def _check_brand(brand: Json, errors: list[ManifestError]) -> None:
    if brand is None:
        return
    logo = brand.get("logo") if isinstance(brand, dict) else None
    default = logo.get("default") if isinstance(logo, dict) else None
    path = urlsplit(default).path if isinstance(default, str) else ""
    if not is_absolute(default) or not path.lower().endswith(".png"):
        errors.append(ManifestError("brand", "Incorrect file format. Only .png images are allowed.", "INVALID"))


def _check_required_version(wanted: Json, version: str, errors: list[ManifestError]) -> None:
    if wanted is None:
        return
    try:
        fits = isinstance(wanted, str) and satisfies(RELEASES[version], wanted)
    except ValueError:
        errors.append(ManifestError("requiredSaleorVersion", "Incorrect value for required Saleor version.", "INVALID"))
        return
    if not fits:
        message = f"Saleor version {RELEASES[version]} is not supported by the app."
        errors.append(ManifestError("requiredSaleorVersion", message, "UNSUPPORTED_SALEOR_VERSION"))


def _permissions(wanted: Json, version: str, known: frozenset[str], errors: list[ManifestError]) -> frozenset[str]:
    if wanted is None:
        return frozenset()
    names = [name for name in wanted if isinstance(name, str)] if isinstance(wanted, list) else []
    if not isinstance(wanted, list) or len(names) != len(wanted) or not known.issuperset(names):
        errors.append(ManifestError("permissions", "Given permissions don't exist.", "INVALID_PERMISSION"))
    if "MANAGE_APPS" in names and at_least(version, "3.24"):
        errors.append(ManifestError("permissions", "MANAGE_APPS cannot be given to an app.", "INVALID_PERMISSION"))
    return frozenset(names)


def _check_extensions(raw: Mapping[str, Json], errors: list[ManifestError]) -> None:
    if "extensions" not in raw:
        return
    extensions = raw["extensions"]
    if not isinstance(extensions, list):
        errors.append(ManifestError("extensions", f"'{_python_name(extensions)}' object is not iterable", "INVALID"))
        return
    allowed = raw.get("permissions")
    for extension in extensions:
        missing = [
            field for field in ("label", "mount", "url") if not isinstance(extension, dict) or not extension.get(field)
        ]
        if missing or not isinstance(extension, dict):
            errors.append(ManifestError("extensions", f"Missing required fields: {', '.join(missing)}.", "REQUIRED"))
            continue
        url = str(extension["url"])
        if not (is_absolute(url) or (url.startswith("/") and raw.get("appUrl"))):
            errors.append(ManifestError("extensions", "Incorrect value for field: url.", "INVALID_URL_FORMAT"))
        wanted = extension.get("permissions") or []
        if not isinstance(wanted, list) or not all(name in (allowed or []) for name in wanted):  # type: ignore[operator]
            errors.append(
                ManifestError(
                    "extensions", "Extension permission must be listed in App's permissions.", "OUT_OF_SCOPE_PERMISSION"
                )
            )


def _python_name(value: Json) -> str:
    return type(value).__name__


def _webhooks(raw: Mapping[str, Json], schema: GraphQLSchema, errors: list[ManifestError]) -> tuple[WebhookSpec, ...]:
    if "webhooks" not in raw:
        return ()
    webhooks = raw["webhooks"]
    if not isinstance(webhooks, list):
        errors.append(ManifestError("webhooks", f"'{_python_name(webhooks)}' object is not iterable", "INVALID"))
        return ()
    specs = [_webhook(webhook, schema, errors) for webhook in webhooks]
    return tuple(spec for spec in specs if spec is not None)


_SCHEMES = frozenset({"http", "https", "awssqs", "gcpubsub"})
_CUSTOM_HEADER = re.compile(r"(X-.*|Authorization.*|BrokerProperties)", re.IGNORECASE)


def _webhook(webhook: Json, schema: GraphQLSchema, errors: list[ManifestError]) -> WebhookSpec | None:
    if not isinstance(webhook, dict):
        errors.append(ManifestError("webhooks", "Incorrect structure of a webhook.", "INVALID"))
        return None
    known = len(errors)
    name, query = webhook.get("name"), webhook.get("query")
    if not isinstance(name, str) or not name:
        errors.append(ManifestError("webhooks", "Field required: name.", "REQUIRED"))
    if not is_absolute(webhook.get("targetUrl"), _SCHEMES):
        errors.append(ManifestError("webhooks", f"Invalid target url of webhook {name}.", "INVALID_URL_FORMAT"))
    errors += [
        ManifestError("webhooks", f"Invalid custom header {header}.", "INVALID_CUSTOM_HEADERS")
        for header in cast("dict[str, Json]", webhook.get("customHeaders") or {})
        if not _CUSTOM_HEADER.fullmatch(header)
    ]
    derived: tuple[str, ...] = ()
    if not isinstance(query, str) or not query:
        errors.append(ManifestError("webhooks", "Field required: query.", "REQUIRED"))
    else:
        try:
            derived = events(parse_subscription(query, schema))
        except InvalidSubscription as invalid:
            errors.append(ManifestError("webhooks", f"Subscription query of {name} is not valid: {invalid}", "INVALID"))
    listed = [*_names(webhook.get("syncEvents")), *_names(webhook.get("asyncEvents"))]
    if any(not event.isupper() for event in listed):
        errors.append(ManifestError("webhooks", f"Invalid events of webhook {name}.", "INVALID"))
    if len(errors) > known:
        return None
    identifier = webhook.get("identifier")
    return WebhookSpec(
        name=str(name),
        target_url=str(webhook["targetUrl"]),
        query=str(query),
        events=tuple(listed) or derived,
        is_active=webhook.get("isActive", True) is not False,
        identifier=identifier if isinstance(identifier, str) else None,
    )


def _names(value: Json) -> list[str]:
    return [name for name in value if isinstance(name, str)] if isinstance(value, list) else []
