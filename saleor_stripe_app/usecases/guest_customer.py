"""A guest, or somebody who is not known to be the customer they buy as, agrees that their method is kept."""

import logging

from saleor_stripe_app.domain import saving
from saleor_stripe_app.domain.errors import Declined, Unavailable
from saleor_stripe_app.domain.operation import idempotency_key
from saleor_stripe_app.domain.purchase import Purchase
from saleor_stripe_app.domain.requests import SessionRequest
from saleor_stripe_app.domain.shop import Configuration, Installation
from saleor_stripe_app.storage import transactions
from saleor_stripe_app.stripe_gateway import customers as stripe_customers
from saleor_stripe_app.usecases import tell_staff
from saleor_stripe_app.usecases.backends import Backends
from saleor_stripe_app.usecases.customers import WITHIN

log = logging.getLogger(__name__)


async def guest_customer(
    backends: Backends,
    installation: Installation,
    configuration: Configuration,
    request: SessionRequest,
    purchase: Purchase,
) -> str | None:
    """A customer of Stripe's for this transaction alone, which no other payment ever uses.

    None for a transaction that was begun before, which has what it needs, and where none can be made: the payment goes
    on without.
    """
    url, name = installation.saleor_api_url, request.transaction_id
    if await transactions.by_transaction(backends.storage, url, name) is not None:
        return None
    client = backends.stripe.client(configuration.secret_key)
    parameters = saving.guest_parameters(purchase, url, name)
    try:
        key = idempotency_key(url, f"customer of {name}", 1)
        return await stripe_customers.create(client, parameters, key, within=WITHIN)
    except Declined as declined:
        await tell_staff.of_refused_key(backends, installation, configuration, declined)
        log.warning("a method is not kept", extra={"reason": str(declined)})
    except Unavailable as unavailable:
        log.warning("a method is not kept", extra={"reason": str(unavailable)})
    return None
