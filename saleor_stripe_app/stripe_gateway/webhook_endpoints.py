"""Webhook endpoints at Stripe: made, examined, mended and removed; only those that bear our metadata are touched.

https://docs.stripe.com/api/webhook_endpoints. The secret is in the answer to a creation and never again; the API
version cannot be changed afterwards.
"""

import hashlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, cast

import stripe

from saleor_stripe_app.domain import metadata as marks
from saleor_stripe_app.domain.endpoint_scope import EndpointScope, mark
from saleor_stripe_app.domain.errors import AppError, Refusal
from saleor_stripe_app.stripe_gateway.calls import PAGE_SIZE, WITHIN, answered, every
from saleor_stripe_app.stripe_gateway.failures import is_missing
from saleor_stripe_app.stripe_gateway.wire import EndpointWire, narrowed

if TYPE_CHECKING:
    from stripe.params import WebhookEndpointCreateParams, WebhookEndpointListParams, WebhookEndpointUpdateParams

# Every reason to look at a payment. `charge.refund.updated` is left out: it is the older twin of `refund.updated`.
EVENTS = (
    "charge.captured",
    "charge.dispute.closed",
    "charge.dispute.created",
    "charge.dispute.funds_reinstated",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.updated",
    "charge.expired",
    "charge.failed",
    "charge.pending",
    "charge.refunded",
    "charge.succeeded",
    "charge.updated",
    "payment_intent.amount_capturable_updated",
    "payment_intent.canceled",
    "payment_intent.partially_funded",
    "payment_intent.payment_failed",
    "payment_intent.processing",
    "payment_intent.requires_action",
    "payment_intent.succeeded",
    "radar.early_fraud_warning.created",
    "radar.early_fraud_warning.updated",
    "refund.created",
    "refund.failed",
    "refund.updated",
    "review.closed",
    "review.opened",
)
# Every reason to look at the account of a vendor. Accounts of the second API have these events too.
CONNECT_EVENTS = ("account.application.deauthorized", "account.updated", "capability.updated")
EVENTS_OF = {EndpointScope.ACCOUNT: EVENTS, EndpointScope.CONNECT: CONNECT_EVENTS}
# Changes with every version of the app that wants other endpoints than the one before.
EDITION = hashlib.sha256(" ".join((stripe.api_version, *EVENTS, *CONNECT_EVENTS)).encode()).hexdigest()[:12]
MOST_ENDPOINTS = 16  # per account and mode: https://docs.stripe.com/webhooks#register-webhook
LONGEST_DESCRIPTION = 200


class EndpointState(StrEnum):
    """Whether events reach us. OUTDATED is an API version other than the one we speak: replace the endpoint."""

    OK = "ok"
    DISABLED = "disabled"
    MISSING = "missing"
    WRONG_URL = "wrong_url"
    WRONG_EVENTS = "wrong_events"
    OUTDATED = "outdated"
    FOREIGN = "foreign"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An endpoint of ours. `secret` is None except in the answer to its creation."""

    id: str
    url: str
    enabled: bool
    events: frozenset[str]
    api_version: str | None
    metadata: Mapping[str, str]
    secret: str | None = field(default=None, repr=False)


async def create(
    client: stripe.StripeClient,
    url: str,
    *,
    configuration_id: str,
    saleor_api_url: str,
    app_id: str,
    name: str,
    scope: EndpointScope = EndpointScope.ACCOUNT,
    idempotency_key: str | None = None,
    within: float = WITHIN,
) -> Endpoint:
    """Make the endpoint of a configuration, with its secret. `name` is the merchant's, shown in Stripe's Dashboard.

    With an idempotency key a lost answer, and so the secret, can be had again. Raises Refusal (NoRoom) when the account
    has as many endpoints as Stripe allows, Declined and Unavailable.
    """
    taken = [endpoint async for endpoint in _all(client, within)]
    if len(taken) >= MOST_ENDPOINTS:
        raise Refusal(
            f"The Stripe account already has {len(taken)} webhook endpoints, as many as Stripe allows. "
            "Delete one that is no longer used in Stripe's Dashboard, under Developers and Webhooks, and try again.",
            code="NoRoomForWebhookEndpoint",
        )
    planned: dict[str, object] = {
        "url": url,
        "connect": scope is EndpointScope.CONNECT,
        "enabled_events": list(EVENTS_OF[scope]),
        "api_version": stripe.api_version,
        "description": _description(name),
        "metadata": {
            marks.CONFIGURATION: mark(configuration_id, scope),
            marks.API_URL: saleor_api_url,
            marks.APP: app_id,
        },
    }
    params = cast("WebhookEndpointCreateParams", planned)
    endpoint = await answered(
        lambda: client.v1.webhook_endpoints.create_async(params, {"idempotency_key": idempotency_key}),
        keyed=idempotency_key is not None,
        within=within,
    )
    return _endpoint(narrowed(endpoint, EndpointWire))


async def state(
    client: stripe.StripeClient,
    endpoint_id: str,
    *,
    configuration_id: str,
    url: str,
    scope: EndpointScope = EndpointScope.ACCOUNT,
    within: float = WITHIN,
) -> EndpointState:
    """How the endpoint stands; the first thing that is wrong, gravest first. Raises Declined and Unavailable."""
    endpoint = await _read(client, endpoint_id, within)
    if endpoint is None:
        return EndpointState.MISSING
    if not _is_ours(endpoint, mark(configuration_id, scope)):
        return EndpointState.FOREIGN
    if not endpoint.enabled:
        return EndpointState.DISABLED
    if endpoint.url != url:
        return EndpointState.WRONG_URL
    if "*" not in endpoint.events and not endpoint.events.issuperset(EVENTS_OF[scope]):
        return EndpointState.WRONG_EVENTS
    return EndpointState.OK if endpoint.api_version == stripe.api_version else EndpointState.OUTDATED


async def repair(
    client: stripe.StripeClient,
    endpoint_id: str,
    *,
    configuration_id: str,
    url: str,
    name: str,
    scope: EndpointScope = EndpointScope.ACCOUNT,
    within: float = WITHIN,
) -> Endpoint:
    """Set address, events and description, and switch the endpoint on. The version stays: see EndpointState.OUTDATED.

    Raises Refusal (ForeignWebhookEndpoint) when there is no such endpoint of ours, Declined and Unavailable.
    """
    found = await _read(client, endpoint_id, within)
    if found is None or not _is_ours(found, mark(configuration_id, scope)):
        raise Refusal(
            "The webhook endpoint is gone, or was not made by this configuration.", code="ForeignWebhookEndpoint"
        )
    planned: dict[str, object] = {
        "url": url,
        "enabled_events": list(EVENTS_OF[scope]),
        "description": _description(name),
        "disabled": False,
    }
    params = cast("WebhookEndpointUpdateParams", planned)
    endpoint = await answered(
        lambda: client.v1.webhook_endpoints.update_async(endpoint_id, params), keyed=False, within=within
    )
    return _endpoint(narrowed(endpoint, EndpointWire))


async def delete(
    client: stripe.StripeClient,
    endpoint_id: str,
    *,
    configuration_id: str,
    scope: EndpointScope = EndpointScope.ACCOUNT,
    within: float = WITHIN,
) -> bool:
    """Remove the endpoint if it is ours; whether it was. One that is gone already is not an error."""
    found = await _read(client, endpoint_id, within)
    if found is None or not _is_ours(found, mark(configuration_id, scope)):
        return False
    try:
        await answered(lambda: client.v1.webhook_endpoints.delete_async(endpoint_id), within=within)
    except AppError as error:
        if not is_missing(error):
            raise
    return True


async def find(
    client: stripe.StripeClient,
    configuration_id: str,
    *,
    scope: EndpointScope = EndpointScope.ACCOUNT,
    within: float = WITHIN,
) -> tuple[Endpoint, ...]:
    """Every endpoint of this kind made by this configuration, newest first: leftovers of a half-done save too."""
    wanted = mark(configuration_id, scope)
    return tuple([endpoint async for endpoint in _all(client, within) if _is_ours(endpoint, wanted)])


async def _all(client: stripe.StripeClient, within: float) -> AsyncIterator[Endpoint]:
    async def page(after: str | None) -> stripe.ListObject[stripe.WebhookEndpoint]:
        params: WebhookEndpointListParams = {"limit": PAGE_SIZE}
        if after is not None:
            params["starting_after"] = after
        return await client.v1.webhook_endpoints.list_async(params)

    async for wire in every(page, EndpointWire, within=within):
        yield _endpoint(wire)


async def _read(client: stripe.StripeClient, endpoint_id: str, within: float) -> Endpoint | None:
    try:
        endpoint = await answered(lambda: client.v1.webhook_endpoints.retrieve_async(endpoint_id), within=within)
    except AppError as error:
        if is_missing(error):
            return None
        raise
    return _endpoint(narrowed(endpoint, EndpointWire))


def _endpoint(wire: EndpointWire) -> Endpoint:
    return Endpoint(
        id=wire.id,
        url=wire.url,
        enabled=wire.status == "enabled",
        events=frozenset(wire.enabled_events),
        api_version=wire.api_version,
        metadata=wire.metadata or {},
        secret=wire.secret,
    )


def _is_ours(endpoint: Endpoint, wanted: str) -> bool:
    return endpoint.metadata.get(marks.CONFIGURATION) == wanted


def _description(name: str) -> str:
    return f"Saleor: {name}"[:LONGEST_DESCRIPTION]
