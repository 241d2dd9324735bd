"""The webhook endpoint for vendors' accounts: there is one where a configuration has vendors, and nowhere else.

It is made, mended and deleted like the endpoint for payments. Without it, as where a merchant makes endpoints by hand
and not this one, the accounts are still looked at, only later (usecases.look_at_vendors).
"""

import logging
from datetime import timedelta

from saleor_stripe_app.domain.endpoint_scope import EndpointScope
from saleor_stripe_app.domain.errors import AppError
from saleor_stripe_app.domain.shop import Configuration
from saleor_stripe_app.storage import moments, vendors
from saleor_stripe_app.storage.moments import Moment
from saleor_stripe_app.stripe_gateway import webhook_endpoints
from saleor_stripe_app.usecases.backends import Backends
from saleor_stripe_app.usecases.webhook_endpoint import (
    MENDABLE,
    EndpointCondition,
    is_by_hand,
    stripes_word,
    webhook_url,
    with_new_endpoint,
)

log = logging.getLogger(__name__)

CONNECT = EndpointScope.CONNECT
LOOKED_AFTER_EVERY = timedelta(hours=1)
OF_ANOTHER_VERSION = frozenset((EndpointCondition.WRONG_EVENTS, EndpointCondition.OUTDATED))


async def wants_connect(backends: Backends, configuration: Configuration) -> bool:
    """Whether this app is to have an endpoint for the accounts of this configuration's vendors."""
    if is_by_hand(configuration) or is_by_hand(configuration, CONNECT) or not configuration.secret_key:
        return False
    return await vendors.has_any(backends.storage, configuration.id)


async def with_connect(backends: Backends, configuration: Configuration) -> Configuration:
    """The configuration with an endpoint recorded for its vendors' accounts. Raises Refusal, Declined, Unavailable."""
    if configuration.connect_endpoint_id is not None or not await wants_connect(backends, configuration):
        return configuration
    return await with_new_endpoint(backends, configuration, configuration, CONNECT)


async def repaired_connect(backends: Backends, configuration: Configuration) -> Configuration:
    """The configuration with that endpoint in order at Stripe. Raises Refusal, Declined and Unavailable."""
    stands = await stripes_word(backends, configuration, CONNECT)
    if stands is EndpointCondition.OK:
        return configuration
    if stands in MENDABLE and configuration.connect_endpoint_id is not None:
        await webhook_endpoints.repair(
            backends.stripe.client(configuration.secret_key),
            configuration.connect_endpoint_id,
            configuration_id=configuration.id,
            url=webhook_url(backends, configuration.id, CONNECT),
            name=configuration.name,
            scope=CONNECT,
        )
        return configuration
    return await with_new_endpoint(backends, configuration, configuration, CONNECT)


async def renew_connect(backends: Backends, configuration: Configuration) -> None:
    """Once an hour: make the endpoint where vendors want one that is not recorded, and renew an outdated one."""
    if not await wants_connect(backends, configuration):
        return
    what = f"{configuration.id}/connect {configuration.connect_endpoint_id} {webhook_endpoints.EDITION}"
    if not await moments.claim(backends.storage, Moment.RENEWED, what, backends.clock(), LOOKED_AFTER_EVERY):
        return
    try:
        if configuration.connect_endpoint_id is None:
            await with_connect(backends, configuration)
        elif await stripes_word(backends, configuration, CONNECT) in OF_ANOTHER_VERSION:
            await repaired_connect(backends, configuration)
    except AppError as error:
        log.warning("endpoint not renewed", extra={"configuration": configuration.id, "reason": str(error)})
