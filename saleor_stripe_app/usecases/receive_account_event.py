"""Stripe says that something happened to a connected account: a reason to look, written down before it is looked at."""

import logging

from saleor_stripe_app.domain.shop import Configuration
from saleor_stripe_app.storage import vendors
from saleor_stripe_app.stripe_gateway.events import Event
from saleor_stripe_app.usecases.backends import Backends
from saleor_stripe_app.usecases.look_at_vendors import look_if_nobody_does

log = logging.getLogger(__name__)


async def receive_account_event(backends: Backends, configuration: Configuration, event: Event) -> bool:
    """Look at the vendor whose account it is; False for an account that is nobody's here.

    What this look does not come to, the next round does: the vendor is due until it was looked at. Raises Unavailable
    (the database) only.
    """
    if event.account is None:
        return False
    found = await vendors.mark(backends.storage, configuration.saleor_api_url, event.account, backends.clock())
    for record in found:
        await look_if_nobody_does(backends, record)
    return bool(found)
