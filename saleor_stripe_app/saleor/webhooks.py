"""An existing installation's webhooks, brought to what today's manifest says: Saleor never reads a manifest again."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import msgspec

from saleor_stripe_app.domain.errors import Refusal
from saleor_stripe_app.domain.shop import Installation
from saleor_stripe_app.saleor.client import SaleorClient
from saleor_stripe_app.saleor.wire import MutationPayload

OUR_PATH = "/api/webhooks/saleor/"


class _EventType(msgspec.Struct, frozen=True, rename="camel"):
    event_type: str


class _Webhook(msgspec.Struct, frozen=True, rename="camel"):
    id: str
    target_url: str
    is_active: bool
    sync_events: tuple[_EventType, ...]
    async_events: tuple[_EventType, ...]
    name: str | None = None
    identifier: str | None = None
    subscription_query: str | None = None

    def is_like(self, wanted: "_Wanted") -> bool:
        """Whether Saleor would deliver the same to the same place."""
        return (
            self.is_active
            and self.name == wanted.name
            and self.target_url == wanted.target_url
            and (self.subscription_query or "").strip() == wanted.query.strip()
            and {event.event_type for event in self.sync_events} == set(wanted.sync_events)
            and {event.event_type for event in self.async_events} == set(wanted.async_events)
            and (wanted.identifier is None or self.identifier == wanted.identifier)
        )


class _Wanted(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """A webhook of the manifest; its fields are those of WebhookCreateInput and WebhookUpdateInput."""

    name: str
    target_url: str
    query: str
    is_active: bool
    sync_events: tuple[str, ...] = ()
    async_events: tuple[str, ...] = ()
    identifier: str | None = None

    def input(self) -> dict[str, Any]:
        """WebhookCreateInput and WebhookUpdateInput; empty lists take away the events that are no longer wanted."""
        fields: dict[str, Any] = msgspec.to_builtins(self)
        return {"syncEvents": [], "asyncEvents": [], **fields}


class _App(msgspec.Struct, frozen=True):
    webhooks: tuple[_Webhook, ...] | None = None


class _Found(msgspec.Struct, frozen=True):
    app: _App | None = None


def digest(manifest: Mapping[str, Any]) -> str:
    """A digest of the manifest's webhooks: equal as long as nothing about them changes."""
    return hashlib.sha256(msgspec.json.encode(manifest["webhooks"], order="sorted")).hexdigest()


async def bring_up_to_date(client: SaleorClient, installation: Installation, manifest: Mapping[str, Any]) -> str:
    """Make the installation's webhooks those of the manifest, made for its Saleor's version; return their digest.

    Nothing is asked of Saleor when the installation already has this digest. What the app has beside the manifest is
    deleted only if it points to one of our addresses. Raises Refusal when Saleor does not take a webhook, and what
    `SaleorClient.execute` raises; it may be called again after either.
    """
    goal = digest(manifest)
    if installation.webhooks_digest == goal:
        return goal
    wanted = msgspec.convert(manifest["webhooks"], tuple[_Wanted, ...])
    found = await client.execute(installation, "app-webhooks", {}, _Found)
    left = list((found.app.webhooks if found.app else None) or ())
    for webhook in wanted:
        current = _match(webhook, left)
        if current is None:
            await _change(client, installation, "webhook-create", {"input": webhook.input()})
            continue
        left.remove(current)
        if not current.is_like(webhook):
            await _change(client, installation, "webhook-update", {"id": current.id, "input": webhook.input()})
    for webhook_id in _gone(left):
        await _change(client, installation, "webhook-delete", {"id": webhook_id})
    return goal


def _match(wanted: _Wanted, current: Sequence[_Webhook]) -> _Webhook | None:
    by_identifier = (webhook for webhook in current if wanted.identifier and webhook.identifier == wanted.identifier)
    by_name = (webhook for webhook in current if webhook.name == wanted.name)
    return next(by_identifier, None) or next(by_name, None)


def _gone(left: Iterable[_Webhook]) -> Iterable[str]:
    return [webhook.id for webhook in left if OUR_PATH in urlsplit(webhook.target_url).path]


async def _change(client: SaleorClient, installation: Installation, name: str, variables: Mapping[str, object]) -> None:
    done = await client.execute(installation, name, variables, dict[str, MutationPayload])
    for payload in done.values():
        for error in payload.errors:
            raise Refusal(f"Saleor does not take the webhook: {error}", code=error.code)
