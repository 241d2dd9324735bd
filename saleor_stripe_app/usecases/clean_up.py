"""Clean up at Stripe: endpoints replaced, left behind or lost, drafts, archived keys that nothing needs any more."""

import logging
from contextlib import suppress
from datetime import timedelta

from saleor_stripe_app.domain.endpoint_scope import EndpointScope, RecordedEndpoint, marked
from saleor_stripe_app.domain.errors import AppError, Declined, Refusal
from saleor_stripe_app.domain.shop import Configuration, Installation
from saleor_stripe_app.storage import configurations, endpoints, installations, transactions
from saleor_stripe_app.storage.endpoints import EndpointToDelete
from saleor_stripe_app.stripe_gateway import webhook_endpoints
from saleor_stripe_app.usecases.backends import Backends
from saleor_stripe_app.usecases.delete_configuration import erase
from saleor_stripe_app.usecases.look_at_everything import PAYMENTS_LIVE_FOR
from saleor_stripe_app.usecases.repair_endpoint import recreate_endpoints, remove_endpoints
from saleor_stripe_app.usecases.webhook_endpoint import SAVED_WITHIN, save

log = logging.getLogger(__name__)

AT_ONCE = 50
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=6)
# Some three days of tries. A key that works no more will not work again, and Stripe's Dashboard is the merchant's.
MOST_TRIES = 20
# After a reinstall. Later than that staff see what is missing, and why, and repair it themselves.
RECREATED_WITHIN = timedelta(hours=1)
# Whoever had read the configuration as it was archived is through by then.
ARCHIVED_FOR = timedelta(days=1)


async def clean_up(backends: Backends) -> int:
    """Do what is due; how many endpoints were deleted. What fails is tried again later. Raises Unavailable.

    To be called every minute or so, by any number of replicas.
    """
    await remove_endpoints(backends)
    for draft in await configurations.drafts(backends.storage, backends.clock() - SAVED_WITHIN):
        # Its endpoint, if one was made, has a note of its own.
        await configurations.abandon(backends.storage, draft.id)
    deleted = 0
    for note in await endpoints.to_delete(backends.storage, backends.clock(), AT_ONCE):
        deleted += await _deleted(backends, note)
    for installation in await installations.all_active(backends.storage):
        if installation.installed_at > backends.clock() - RECREATED_WITHIN:
            await recreate_endpoints(backends, installation, lacking_only=True)
        await _erase_archived(backends, installation)
    return deleted


async def _deleted(backends: Backends, note: EndpointToDelete) -> int:
    """Delete what a note stands for and strike it; how many endpoints. Claimed first: nobody records them now."""
    pause = min(FIRST_PAUSE * 2 ** min(note.attempts, 10), LONGEST_PAUSE)
    if not await endpoints.delete_again(backends.storage, note.id, backends.clock() + pause):
        return 0
    configuration_id, scope = marked(note.configuration_id)
    configuration = await configurations.by_id(backends.storage, configuration_id)
    try:
        deleted = await _by_any_key(backends, note, configuration)
        if deleted is None:
            return 0
        if configuration is not None and len(configuration.endpoint(scope).secrets) > 1:
            await _forget_old_secrets(backends, note, configuration, scope)
        await endpoints.deleted(backends.storage, note.id)
    except AppError as error:
        if isinstance(error, Declined) and note.attempts >= MOST_TRIES:
            log.warning(
                "endpoint given up: delete it in Stripe's Dashboard",
                extra={"configuration": note.configuration_id, "endpoint": note.endpoint_id, "reason": str(error)},
            )
            await endpoints.deleted(backends.storage, note.id)
        return 0
    return deleted


async def _by_any_key(backends: Backends, note: EndpointToDelete, configuration: Configuration | None) -> int | None:
    """Delete with the key of that time, or, since a key is often replaced because it was revoked, with today's.

    Raises Declined and Unavailable; Declined also when today's key does not see what the revoked one made, since it
    may be another account's.
    """
    try:
        return await _by_key(backends, note, note.secret_key)
    except Declined as declined:
        if declined.status not in {401, 403} or configuration is None or not configuration.secret_key:
            raise
        deleted = await _by_key(backends, note, configuration.secret_key)
        if deleted == 0:
            raise
        return deleted


async def _by_key(backends: Backends, note: EndpointToDelete, secret_key: str) -> int | None:
    """How many endpoints were deleted; None while another is being made, which must not be taken for a leftover."""
    client = backends.stripe.client(secret_key)
    configuration_id, scope = marked(note.configuration_id)
    if note.endpoint_id is not None:
        gone = await webhook_endpoints.delete(client, note.endpoint_id, configuration_id=configuration_id, scope=scope)
        return int(gone)
    # In this order: what is listed and neither recorded nor being made after that is a leftover for ever.
    found = await webhook_endpoints.find(client, configuration_id, scope=scope)
    if await endpoints.being_made(backends.storage, note.configuration_id):
        return None
    configuration = await configurations.by_id(backends.storage, configuration_id)
    kept = configuration.endpoint(scope).id if configuration else None
    leftovers = [endpoint for endpoint in found if endpoint.id != kept]
    for endpoint in leftovers:
        await webhook_endpoints.delete(client, endpoint.id, configuration_id=configuration_id, scope=scope)
    return len(leftovers)


async def _forget_old_secrets(
    backends: Backends, note: EndpointToDelete, configuration: Configuration, scope: EndpointScope
) -> None:
    if not await endpoints.more_of(backends.storage, note.configuration_id, note.id):
        recorded = configuration.endpoint(scope)
        newest = configuration.with_endpoint(scope, RecordedEndpoint(recorded.id, recorded.secrets[:1]))
        await save(backends, configuration, newest)


async def _erase_archived(backends: Backends, installation: Installation) -> None:
    now = backends.clock()
    for configuration in await configurations.of_installation(
        backends.storage, installation.saleor_api_url, archived=True
    ):
        if (
            configuration.archived_at is not None
            and configuration.archived_at <= now - ARCHIVED_FOR
            and configuration.secret_key
            and not await transactions.any_since(backends.storage, configuration.id, now - PAYMENTS_LIVE_FOR)
        ):
            with suppress(Refusal):  # changed meanwhile: the next round sees it as it is then
                await erase(backends, configuration)
