"""A user of Saleor's was deleted: so are their customers at Stripe, with every payment method that was saved."""

import logging
from datetime import timedelta

from saleor_stripe_app.domain.customer import CustomerRecord
from saleor_stripe_app.domain.errors import AppError, Declined
from saleor_stripe_app.domain.shop import Configuration, Installation
from saleor_stripe_app.saleor import users
from saleor_stripe_app.storage import configurations, customers, installations, moments
from saleor_stripe_app.storage.moments import Moment
from saleor_stripe_app.stripe_gateway import customers as stripe_customers
from saleor_stripe_app.usecases import tell_staff
from saleor_stripe_app.usecases.backends import Backends
from saleor_stripe_app.usecases.customers import make

log = logging.getLogger(__name__)

AT_ONCE = 20
AFTER_OUTAGE = timedelta(minutes=10)
AFTER_REFUSAL = timedelta(hours=6)  # until somebody grants the permission
ASKED_EVERY = timedelta(days=1)


async def customer_deleted(backends: Backends, installation: Installation, user_id: str) -> None:
    """Note that everything of the user is to be deleted; it is done by the next round of `forget_customers`."""
    await customers.forget(backends.storage, installation.saleor_api_url, user_id, backends.clock())


async def find_deleted(backends: Backends, installation: Installation) -> int:
    """Once a day: note the users whom Saleor no longer has; how many.

    Saleor tells of a deletion from 3.23 on, and a message may be lost. Raises Refusal where Saleor does not say.
    """
    url, now = installation.saleor_api_url, backends.clock()
    if not await moments.claim(backends.storage, Moment.USERS_ASKED_FOR, url, now, ASKED_EVERY):
        return 0
    found, after = 0, ""
    while page := await customers.users(backends.storage, url, after, users.AT_ONCE):
        there = await users.known(backends.saleor, installation, page)
        for user_id in page:
            if user_id not in there:
                await customers.forget(backends.storage, url, user_id, now)
                found += 1
        after = page[-1]
    return found


async def forget_customers(backends: Backends) -> int:
    """Delete at Stripe what is to be deleted now; how many customers. What fails is tried again. Raises Unavailable."""
    done = 0
    for record in await customers.to_forget(backends.storage, backends.clock(), AT_ONCE):
        try:
            done += await _forgotten(backends, record)
        except AppError as error:
            pause = AFTER_REFUSAL if isinstance(error, Declined) else AFTER_OUTAGE
            await customers.forget_later(backends.storage, record, backends.clock() + pause)
            log.warning("a customer could not be deleted", extra={"reason": str(error)})
    return done


async def _forgotten(backends: Backends, record: CustomerRecord) -> bool:
    configuration = await _with_key(backends, record)
    if configuration is None:
        # Without a key nothing can be deleted: the merchant removed this account from the app.
        log.warning("a customer cannot be deleted: no key of its account is left", extra={"customer": record.customer})
        await customers.forgotten(backends.storage, record)
        return False
    try:
        # One that was being made is made, to learn its id: else it would stay at Stripe for ever.
        customer = record.customer or await make(backends, configuration, record)
        await stripe_customers.delete(backends.stripe.client(configuration.secret_key), customer)
    except Declined as declined:
        installation = await installations.by_url(backends.storage, record.saleor_api_url)
        if installation is not None:
            await tell_staff.of_refused_key(backends, installation, configuration, declined)
        raise
    await customers.forgotten(backends.storage, record)
    log.info("a customer was deleted, as was their user", extra={"customer": customer})
    return True


async def _with_key(backends: Backends, record: CustomerRecord) -> Configuration | None:
    for configuration in await configurations.of_installation(backends.storage, record.saleor_api_url, archived=True):
        same = (configuration.stripe_account, configuration.livemode) == (record.stripe_account, record.livemode)
        if same and configuration.secret_key:
            return configuration
    return None
