"""The webhook endpoint of a configuration at Stripe: how it stands, and how one is made without leaving any behind.

A new endpoint is noted for deletion before it is made, and the note is struck in the same SQL transaction that records
it. So whatever is cut off in between, the sweep finds the note and deletes what was made (usecases.clean_up).
"""

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit
from uuid import uuid4

from saleor_stripe_app.domain.addresses import is_loopback
from saleor_stripe_app.domain.endpoint_scope import EndpointScope, RecordedEndpoint, mark
from saleor_stripe_app.domain.errors import AppError, Refusal
from saleor_stripe_app.domain.shop import Configuration
from saleor_stripe_app.storage import configurations, endpoints
from saleor_stripe_app.storage.endpoints import EndpointToDelete
from saleor_stripe_app.stripe_gateway import webhook_endpoints
from saleor_stripe_app.usecases.backends import Backends

# A save takes seconds. What it left behind is not looked for before this, and after this it can record nothing more.
SAVED_WITHIN = timedelta(minutes=10)
AFTER_FAILURE = timedelta(minutes=1)
# Events that Stripe repeats after an outage of ours still come in by the old endpoint for so long.
OVERLAP = timedelta(hours=1)
INSTANT = timedelta(microseconds=1)


class EndpointCondition(StrEnum):
    """Whether Stripe's events reach this app, as staff are told. UNKNOWN: Stripe could not be asked."""

    OK = "ok"
    DISABLED = "disabled"
    MISSING = "missing"
    WRONG_URL = "wrong_url"
    WRONG_EVENTS = "wrong_events"
    OUTDATED = "outdated"
    FOREIGN = "foreign"
    MADE_BY_HAND = "made_by_hand"
    UNKNOWN = "unknown"


# Events come in. An outdated endpoint sends them in another version, of which the app reads no more than ids.
HEARD = frozenset((EndpointCondition.OK, EndpointCondition.MADE_BY_HAND, EndpointCondition.OUTDATED))
MENDABLE = frozenset((EndpointCondition.DISABLED, EndpointCondition.WRONG_URL, EndpointCondition.WRONG_EVENTS))


@dataclass(frozen=True, slots=True)
class MadeEndpoint:
    """An endpoint that nothing records yet. `note` is struck by whoever records it."""

    note: str
    id: str
    secret: str = field(repr=False)


def webhook_url(backends: Backends, configuration_id: str, scope: EndpointScope = EndpointScope.ACCOUNT) -> str:
    """Where Stripe sends the events of this configuration, or those of the accounts connected to it."""
    return f"{backends.app_url}/api/webhooks/stripe/{mark(configuration_id, scope)}"


def is_by_hand(configuration: Configuration, scope: EndpointScope = EndpointScope.ACCOUNT) -> bool:
    """Whether the merchant made the endpoint in Stripe's Dashboard, where this app leaves it alone."""
    return configuration.endpoint(scope).by_hand


async def condition(
    backends: Backends, configuration: Configuration, scope: EndpointScope = EndpointScope.ACCOUNT
) -> EndpointCondition:
    """How the endpoint stands, for staff: UNKNOWN where Stripe does not say."""
    try:
        return await stripes_word(backends, configuration, scope)
    except AppError:
        return EndpointCondition.UNKNOWN


async def stripes_word(
    backends: Backends, configuration: Configuration, scope: EndpointScope = EndpointScope.ACCOUNT
) -> EndpointCondition:
    """How the endpoint stands, for those who act on it. Raises Declined and Unavailable where Stripe does not say."""
    recorded = configuration.endpoint(scope)
    if recorded.by_hand:
        return EndpointCondition.MADE_BY_HAND
    if recorded.id is None:
        return EndpointCondition.MISSING
    state = await webhook_endpoints.state(
        backends.stripe.client(configuration.secret_key),
        recorded.id,
        configuration_id=configuration.id,
        url=webhook_url(backends, configuration.id, scope),
        scope=scope,
    )
    return EndpointCondition(state.value)


def require_reachable(backends: Backends, *, livemode: bool) -> None:
    """Refuse an address to which Stripe sends no live events (https://docs.stripe.com/webhooks#enforced-https).

    In test mode Stripe decides: a stand-in on this machine reaches a loopback address. Raises Refusal.
    """
    parts = urlsplit(backends.app_url)
    if livemode and (parts.scheme != "https" or is_loopback(parts.hostname or "")):
        raise Refusal(
            f"Stripe cannot send live events to {backends.app_url}: set SALEOR_STRIPE_APP_URL to the app's public "
            "address, which must begin with https://.",
            code="AppUrlNotPublic",
        )


@asynccontextmanager
async def making(
    backends: Backends, configuration: Configuration, scope: EndpointScope = EndpointScope.ACCOUNT
) -> AsyncIterator[MadeEndpoint]:
    """Make an endpoint at Stripe; the block records it and strikes its note, or it is deleted again.

    Raises Refusal, Declined and Unavailable, as `webhook_endpoints.create`.
    """
    require_reachable(backends, livemode=configuration.livemode)
    note = EndpointToDelete(
        str(uuid4()), mark(configuration.id, scope), None, configuration.secret_key, backends.clock() + SAVED_WITHIN
    )
    await endpoints.delete_later(backends.storage, note)
    try:
        made = await webhook_endpoints.create(
            backends.stripe.client(configuration.secret_key),
            webhook_url(backends, configuration.id, scope),
            configuration_id=configuration.id,
            scope=scope,
            saleor_api_url=configuration.saleor_api_url,
            app_id=backends.app_id,
            name=configuration.name,
            idempotency_key=f"saleor-endpoint-{note.id}",
        )
        assert made.secret is not None  # Stripe's answer to a creation has it
        yield MadeEndpoint(note.id, made.id, made.secret)
    except BaseException:
        # Sooner than the note would have it; without the database the note stays as it is.
        with suppress(AppError):
            await endpoints.delete_again(backends.storage, note.id, backends.clock() + AFTER_FAILURE)
        raise


async def with_new_endpoint(
    backends: Backends,
    before: Configuration,
    after: Configuration,
    scope: EndpointScope = EndpointScope.ACCOUNT,
) -> Configuration:
    """Save `after` with an endpoint made by its key; the one of `before` works on for a while and is then deleted.

    Raises Refusal, Declined and Unavailable; the configuration is unchanged then.
    """
    replaced = before.endpoint(scope)
    async with making(backends, after, scope) as made:
        secrets = () if replaced.by_hand else replaced.secrets
        saved = after.with_endpoint(scope, RecordedEndpoint(made.id, (made.secret, *secrets)))
        old = superseded(before, backends.clock() + OVERLAP, [scope])
        return await save(backends, before, saved, old, making=made.note)


async def save(
    backends: Backends,
    before: Configuration,
    after: Configuration,
    old: Sequence[EndpointToDelete] = (),
    *,
    making: str | None = None,
) -> Configuration:
    """Save a changed configuration unless somebody else changed it meanwhile. Raises Refusal (ChangedMeanwhile)."""
    saved = replace(after, updated_at=max(backends.clock(), before.updated_at + INSTANT))
    if not await configurations.update(backends.storage, saved, old, making=making, unchanged_since=before.updated_at):
        raise Refusal(f"{before.name} was changed by somebody else meanwhile: load it again.", code="ChangedMeanwhile")
    return saved


def superseded(
    configuration: Configuration, not_before: datetime, scopes: Iterable[EndpointScope] = tuple(EndpointScope)
) -> tuple[EndpointToDelete, ...]:
    """The notes that have the configuration's own endpoints deleted; none for those that this app did not make."""
    return tuple(
        EndpointToDelete(str(uuid4()), mark(configuration.id, scope), made, configuration.secret_key, not_before)
        for scope in scopes
        if (made := configuration.endpoint(scope).id) is not None
    )
