"""Installing and removing apps as Saleor does: manifest, token, and the farewell.

Source: saleor/app/installation_utils.py and observations of a running Saleor.
"""

import json
from typing import cast

from saleor_stripe_app.sandbox.saleor.apps import App, Webhook
from saleor_stripe_app.sandbox.saleor.deliveries import (
    Conversation,
    NoReply,
    Outcome,
    Reply,
    manifest_call,
    token_call,
)
from saleor_stripe_app.sandbox.saleor.manifest_rules import Json, Manifest, read_manifest
from saleor_stripe_app.sandbox.saleor.requestor import ANONYMOUS, Requestor
from saleor_stripe_app.sandbox.saleor.saleor import Saleor
from saleor_stripe_app.sandbox.saleor.sending import body, call, queue
from saleor_stripe_app.sandbox.saleor.webhook_events import AppDeleted


class InstallationFailed(Exception):
    """What staff see when an installation fails."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def fetch_manifest(saleor: Saleor, manifest_url: str) -> Conversation[Manifest]:
    """`appFetchManifest`. Raises ManifestRefused, and InstallationFailed where there is nothing to read."""
    outcome = yield from call(saleor, manifest_call(saleor.version, manifest_url))
    if not isinstance(outcome, Reply) or not outcome.ok:
        raise InstallationFailed(f"Unable to fetch manifest data: {_described(outcome)}")
    try:
        raw = cast("Json", json.loads(outcome.body))
    except ValueError:
        raise InstallationFailed("Can't fetch manifest data. Please try later.") from None
    return read_manifest(raw, version=saleor.version, schema=saleor.schema, permissions=saleor.permissions())


def install(saleor: Saleor, manifest_url: str) -> Conversation[App]:
    """Install an app from its manifest: the token works while it is being handed over, 2xx keeps the app.

    Any other answer deletes it again. Raises ManifestRefused and InstallationFailed; the latter shows `error.message`
    of the app's answer.
    """
    manifest = yield from fetch_manifest(saleor, manifest_url)
    if saleor.app_by_identifier(manifest.id) is not None:
        raise InstallationFailed("App with the same identifier is already installed.")
    app = _created(saleor, manifest, manifest_url)
    saleor.apps.append(app)
    if manifest.token_target_url is None:
        return app
    app.auth_token = saleor.opaque_token()
    content = json.dumps({"auth_token": app.auth_token}).encode()
    request = token_call(saleor.version, saleor.api_url, manifest.token_target_url, content)
    outcome = yield from call(saleor, request)
    if isinstance(outcome, Reply) and outcome.ok:
        return app
    saleor.apps.remove(app)
    raise InstallationFailed(_shown_error(outcome))


def _created(saleor: Saleor, manifest: Manifest, manifest_url: str) -> App:
    app = App(
        saleor.number("App"),
        manifest.id,
        manifest.name,
        manifest.version,
        manifest.permissions,
        saleor.now(),
        manifest_url,
        app_url=manifest.app_url,
        about_app=manifest.about,
        author=manifest.author,
        audience=manifest.audience,
    )
    app.webhooks = [
        Webhook(
            saleor.number("Webhook"),
            app,
            spec.name,
            spec.target_url,
            spec.query,
            spec.events,
            spec.is_active,
            spec.identifier,
        )
        for spec in manifest.webhooks
    ]
    return app


def _described(outcome: Outcome) -> str:
    return outcome.reason if isinstance(outcome, NoReply) else f"HTTP {outcome.status}"


def _shown_error(outcome: Outcome) -> str:
    """The app's own words where it gave any: `{"error": {"message": …}}`."""
    if isinstance(outcome, Reply):
        try:
            answer = cast("Json", json.loads(outcome.body))
        except ValueError:
            answer = None
        error = answer.get("error") if isinstance(answer, dict) else None
        message = error.get("message") if isinstance(error, dict) else None
        if isinstance(message, str):
            return message
    return f"Failed to connect to app. Try later or contact with app support. ({_described(outcome)})"


def uninstall(saleor: Saleor, app: App, *, by: Requestor = ANONYMOUS) -> None:
    """Delete an app: its token ends at once, and it is told by a job; before 3.23 only if it may manage apps."""
    event = AppDeleted(
        issued_at=saleor.now(), version=saleor.release, issuing_principal=by.principal, recipient=app, app=app
    )
    is_told = saleor.at_least("3.23") or "MANAGE_APPS" in app.permissions
    webhook = app.webhook_for("APP_DELETED") if is_told else None
    content = body(saleor, webhook, event) if webhook is not None else None
    app.is_active = False
    app.removed_at = saleor.now()
    if webhook is not None and content is not None:
        queue(saleor, webhook, "APP_DELETED", content)
