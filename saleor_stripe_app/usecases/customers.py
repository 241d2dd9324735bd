"""A user of Saleor's is one customer of Stripe's: made once, kept current, made anew when Stripe forgot it."""

import logging

from saleor_stripe_app.domain import customer
from saleor_stripe_app.domain.customer import CustomerRecord
from saleor_stripe_app.domain.errors import Declined, Unavailable
from saleor_stripe_app.domain.purchase import Address
from saleor_stripe_app.domain.report import Json
from saleor_stripe_app.domain.shop import Configuration
from saleor_stripe_app.domain.shopper import User
from saleor_stripe_app.storage import customers
from saleor_stripe_app.stripe_gateway import customers as stripe_customers
from saleor_stripe_app.stripe_gateway.failures import is_key_refused
from saleor_stripe_app.usecases.backends import Backends

log = logging.getLogger(__name__)

WITHIN = 4.0  # seconds: a payment waits for it


async def ensure(
    backends: Backends,
    configuration: Configuration,
    user: User,
    *,
    billing: Address | None = None,
    shipping: Address | None = None,
) -> str:
    """Stripe's id (`cus_...`) of this user in the configuration's account and mode, told what Saleor says of them now.

    However many requests ask at once, one customer is made. Raises Declined when the key may make none, and
    Unavailable when the outcome is not known.
    """
    profile = customer.profile(user, billing, shipping)
    record = await customers.of_user(backends.storage, configuration, user.id)
    if record is None:
        record = await customers.begin(backends.storage, _first(backends, configuration, user, profile))
    if record.customer is None:
        return await make(backends, configuration, record)
    if record.told == customer.digest(profile):
        return record.customer
    return await _tell(backends, configuration, record, record.customer, profile)


async def make_anew(backends: Backends, configuration: Configuration, user: User, gone: str) -> str:
    """Another customer of this user instead of `gone`, which Stripe no longer knows. Raises as `ensure` does."""
    record = await customers.of_user(backends.storage, configuration, user.id)
    if record is None or record.customer != gone:
        return await ensure(backends, configuration, user)
    return await _instead(backends, configuration, record, customer.profile(user))


async def make(backends: Backends, configuration: Configuration, record: CustomerRecord) -> str:
    """The customer of a record, made from what it holds unless another did so. Raises as `ensure` does."""
    parameters = record.parameters or {}
    if not record.may_be_made(backends.clock()):
        # An answer may have been lost, and its key has expired: whatever was made then stays alone.
        record = await customers.begin_again(backends.storage, record.successor(parameters, backends.clock()))
    try:
        return await _made(backends, configuration, record)
    except Declined as declined:
        if is_key_refused(declined):
            raise
        log.warning("a customer's profile is not taken", extra={"reason": str(declined)})
        bare = record.successor(customer.anonymous(parameters), backends.clock())
        return await _made(backends, configuration, await customers.begin_again(backends.storage, bare))


async def _made(backends: Backends, configuration: Configuration, record: CustomerRecord) -> str:
    if record.customer is not None:
        return record.customer
    client, parameters = backends.stripe.client(configuration.secret_key), record.parameters or {}
    try:
        found = await stripe_customers.create(client, parameters, record.idempotency_key(), within=WITHIN)
    except Unavailable:
        # Stripe may be busy with the same request of another process, which has its answer by now.
        again = await customers.as_it_stands(backends.storage, record)
        if again is None or again.customer is None:
            raise
        return again.customer
    told = customer.digest(customer.told_by(parameters))
    await customers.made(backends.storage, record, found, told, backends.clock())
    return found


async def _tell(
    backends: Backends, configuration: Configuration, record: CustomerRecord, known: str, profile: dict[str, Json]
) -> str:
    client = backends.stripe.client(configuration.secret_key)
    try:
        if not await stripe_customers.update(client, known, profile, within=WITHIN):
            return await _instead(backends, configuration, record, profile)
    except Declined as declined:
        if is_key_refused(declined):
            raise
        # What Stripe knows of the customer stays as it was; the same profile is not told again.
        log.warning("a customer's profile is not taken", extra={"reason": str(declined)})
    await customers.note_told(backends.storage, record, customer.digest(profile))
    return known


async def _instead(
    backends: Backends, configuration: Configuration, record: CustomerRecord, profile: dict[str, Json]
) -> str:
    log.info("a customer is made anew", extra={"customer": record.customer})
    parameters = customer.create_parameters(record.user_id, record.saleor_api_url, profile)
    successor = record.successor(parameters, backends.clock())
    return await make(backends, configuration, await customers.begin_again(backends.storage, successor))


def _first(backends: Backends, configuration: Configuration, user: User, profile: dict[str, Json]) -> CustomerRecord:
    return CustomerRecord(
        saleor_api_url=configuration.saleor_api_url,
        user_id=user.id,
        stripe_account=configuration.stripe_account,
        livemode=configuration.livemode,
        generation=1,
        begun_at=backends.clock(),
        parameters=customer.create_parameters(user.id, configuration.saleor_api_url, profile),
    )
