"""See to it that Stripe's events reach this app: after a mishap, a new installation or the end of one."""

import logging
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from saleor_stripe_app.domain.endpoint_scope import EndpointScope, RecordedEndpoint
from saleor_stripe_app.domain.errors import AppError, Refusal
from saleor_stripe_app.domain.shop import Configuration, Installation
from saleor_stripe_app.storage import configurations, moments
from saleor_stripe_app.storage.moments import Moment
from saleor_stripe_app.stripe_gateway import webhook_endpoints
from saleor_stripe_app.usecases.app_problems import OF_ENDPOINT, take_back
from saleor_stripe_app.usecases.backends import Backends
from saleor_stripe_app.usecases.connect_endpoint import renew_connect, repaired_connect, wants_connect
from saleor_stripe_app.usecases.find_configuration import find_configuration
from saleor_stripe_app.usecases.look_at_everything import look_at_everything
from saleor_stripe_app.usecases.webhook_endpoint import (
    MENDABLE,
    EndpointCondition,
    is_by_hand,
    save,
    stripes_word,
    superseded,
    webhook_url,
    with_new_endpoint,
)

log = logging.getLogger(__name__)

REPAIRED_WITHIN = timedelta(minutes=1)
COMPARED_EVERY = timedelta(hours=1)
OF_ANOTHER_VERSION = frozenset((EndpointCondition.WRONG_EVENTS, EndpointCondition.OUTDATED))


@dataclass(frozen=True, slots=True)
class NotRecreated:
    """A configuration whose endpoint could not be made, and why, for staff."""

    configuration: Configuration
    reason: str


async def repair_endpoint(
    backends: Backends, installation: Installation, configuration_id: str, *, replace_hand_made: bool = False
) -> Configuration:
    """Bring the endpoint in order: mended where that is enough, else made anew.

    One made by hand is left alone, or replaced by one of this app's if asked. Raises Refusal (UnknownConfiguration,
    EndpointMadeByHand, ...), Declined and Unavailable.
    """
    configuration = await find_configuration(backends, installation, configuration_id)
    if is_by_hand(configuration) and not replace_hand_made:
        raise Refusal(
            "This webhook endpoint was made by hand: mend it in Stripe's Dashboard, or let the app make one.",
            code="EndpointMadeByHand",
        )
    repaired = await _repaired(backends, configuration)
    if await wants_connect(backends, repaired):
        repaired = await repaired_connect(backends, repaired)
    await take_back(backends, installation, OF_ENDPOINT, configuration.id)
    return repaired


async def recreate_endpoints(
    backends: Backends, installation: Installation, *, lacking_only: bool = False
) -> tuple[NotRecreated, ...]:
    """Bring the endpoints of a Saleor that installed the app again in order; those that failed, with the reason.

    A failure stops nothing: staff see it beside the configuration and can repair it there. With `lacking_only`,
    recorded endpoints are not asked about.
    """
    failed = []
    for configuration in await configurations.of_installation(
        backends.storage, installation.saleor_api_url, archived=True
    ):
        settled = configuration.endpoint_id is not None and lacking_only
        if settled or is_by_hand(configuration) or not configuration.secret_key:
            continue
        try:
            await _repaired(backends, configuration)
        except AppError as error:
            log.warning("endpoint not made", extra={"configuration": configuration.id, "reason": str(error)})
            failed.append(NotRecreated(configuration, str(error)))
    return tuple(failed)


async def renew_endpoints(backends: Backends, installation: Installation) -> None:
    """Give this app's endpoints the events and the API version of this version of the app.

    Each is asked about as soon as a version wants another one, and once an hour by one replica: what fails is tried
    again then. Whatever else is out of order is left to staff, who may have meant it.
    """
    for configuration in await configurations.of_installation(
        backends.storage, installation.saleor_api_url, archived=True
    ):
        if not configuration.secret_key:
            continue
        await renew_connect(backends, configuration)
        if configuration.endpoint_id is None:
            continue
        what = f"{configuration.endpoint_id} {webhook_endpoints.EDITION}"
        if not await moments.claim(backends.storage, Moment.RENEWED, what, backends.clock(), COMPARED_EVERY):
            continue
        try:
            if await stripes_word(backends, configuration) in OF_ANOTHER_VERSION:
                await _repaired(backends, configuration)
        except AppError as error:
            log.warning("endpoint not renewed", extra={"configuration": configuration.id, "reason": str(error)})


async def remove_endpoints(backends: Backends) -> int:
    """Have the app's endpoints of every Saleor that removed the app deleted by the sweep; how many.

    Keys and payments stay known: a new installation begins where this one ended. Nothing is remembered of a removal
    but that it happened, so this may come at any time after it, and again.
    """
    removed = 0
    for configuration in await configurations.with_endpoint_after_removal(backends.storage):
        without = configuration
        for scope in EndpointScope:
            if not is_by_hand(configuration, scope):
                without = without.with_endpoint(scope, RecordedEndpoint(None, ()))
        with suppress(Refusal):  # changed meanwhile: the next round sees it as it is then
            await save(backends, configuration, without, superseded(configuration, backends.clock()))
            removed += 1
    return removed


async def _repaired(backends: Backends, configuration: Configuration) -> Configuration:
    """The configuration with an endpoint in order. What happened while it was not is found by looking at everything:
    after the repair, and once more later in case this process ends in between."""
    stands = await stripes_word(backends, configuration)
    if stands is EndpointCondition.OK:
        return configuration
    await look_at_everything(backends, configuration.saleor_api_url, REPAIRED_WITHIN)
    repaired = await _in_order(backends, configuration, stands)
    await look_at_everything(backends, configuration.saleor_api_url)
    return repaired


async def _in_order(backends: Backends, configuration: Configuration, stands: EndpointCondition) -> Configuration:
    if stands in MENDABLE and configuration.endpoint_id is not None:
        await webhook_endpoints.repair(
            backends.stripe.client(configuration.secret_key),
            configuration.endpoint_id,
            configuration_id=configuration.id,
            url=webhook_url(backends, configuration.id),
            name=configuration.name,
        )
        return configuration
    return await with_new_endpoint(backends, configuration, configuration)
