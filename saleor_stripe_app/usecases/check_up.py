"""Once an hour: tell staff of what keeps Stripe's events away, and take back every problem that is mended."""

import logging
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from saleor_stripe_app.domain.errors import AppError, Declined
from saleor_stripe_app.domain.shop import Configuration, Installation
from saleor_stripe_app.saleor import problems
from saleor_stripe_app.storage import configurations, moments, orders_awaited, received, vendors
from saleor_stripe_app.storage.moments import Moment
from saleor_stripe_app.stripe_gateway import accounts
from saleor_stripe_app.usecases import tell_staff
from saleor_stripe_app.usecases.app_problems import OF_CONFIGURATION, OF_KEY, Cause, parsed, take_back
from saleor_stripe_app.usecases.backends import Backends
from saleor_stripe_app.usecases.burst import tell_burst
from saleor_stripe_app.usecases.find_orphans import is_orphan
from saleor_stripe_app.usecases.reauthorize import is_over
from saleor_stripe_app.usecases.settle import settle
from saleor_stripe_app.usecases.silence import unheard
from saleor_stripe_app.usecases.tell_of_vendor import is_vendor_lost
from saleor_stripe_app.usecases.webhook_endpoint import HEARD, is_by_hand, stripes_word
from saleor_stripe_app.usecases.weigh_surplus import is_surplus

log = logging.getLogger(__name__)

EVERY = timedelta(hours=1)

Shown = Mapping[tuple[Cause, str], datetime]


async def check_up(backends: Backends, installation: Installation) -> None:
    """Look after the problems of one Saleor, if no replica did within the hour. Raises Unavailable (the database)."""
    if installation.version < problems.SINCE:
        return
    if not await moments.claim(
        backends.storage, Moment.CHECKED_UP, installation.saleor_api_url, backends.clock(), EVERY
    ):
        return
    shown = await _shown(backends, installation)
    usable = [
        configuration
        for configuration in await configurations.of_installation(
            backends.storage, installation.saleor_api_url, archived=True
        )
        if configuration.secret_key
    ]
    for configuration in usable:
        try:
            await _examined(backends, installation, configuration, shown)
        except Declined as declined:
            await tell_staff.of_refused_key(backends, installation, configuration, declined)
        except AppError as error:
            log.warning("no check-up", extra={"configuration": configuration.id, "reason": str(error)})
    known = {configuration.id for configuration in usable}
    for cause, of in shown:
        if await _is_over(backends, installation, cause, of, known):
            await take_back(backends, installation, [cause], of)


async def _shown(backends: Backends, installation: Installation) -> Shown:
    """What Saleor shows of this app's problems, and when it was told last; nothing where Saleor does not say."""
    try:
        found = await problems.shown(backends.saleor, installation)
    except AppError as error:
        log.warning("problems not read", extra={"reason": str(error)})
        return {}
    return {of: problem.updated_at for problem in found if (of := parsed(problem.key)) is not None}


async def _examined(backends: Backends, installation: Installation, configuration: Configuration, shown: Shown) -> None:
    """Key, endpoint and deliveries of a configuration. Raises Declined, Unavailable."""
    if any((cause, configuration.id) in shown for cause in OF_KEY):
        client = backends.stripe.client(configuration.secret_key)
        missing = await accounts.missing_permissions(
            client,
            with_webhooks=not is_by_hand(configuration),
            with_customers=configuration.options.send_customer,
            with_saving=configuration.options.saves_methods,
            with_connect=await vendors.has_any(backends.storage, configuration.id),
        )
        mended = [Cause.KEY_REFUSED] if missing else OF_KEY
        await take_back(backends, installation, mended, configuration.id)
    if not await tell_burst(backends, installation, configuration) and (Cause.DECLINES, configuration.id) in shown:
        await take_back(backends, installation, [Cause.DECLINES], configuration.id)
    stands = await stripes_word(backends, configuration)
    if stands not in HEARD:
        await tell_staff.of_endpoint(backends, installation, configuration, stands)
        return
    if (Cause.ENDPOINT, configuration.id) in shown:
        await take_back(backends, installation, [Cause.ENDPOINT], configuration.id)
    payment_intent_id = await unheard(backends, configuration)
    if payment_intent_id is not None:
        await tell_staff.of_silence(backends, installation, configuration, payment_intent_id)
    elif (told := shown.get((Cause.DELIVERIES, configuration.id))) is not None:
        (latest,) = await received.latest(backends.storage, configuration.id, 1) or (None,)
        if latest is not None and latest.received_at > told:
            await take_back(backends, installation, [Cause.DELIVERIES], configuration.id)


async def _is_over(
    backends: Backends, installation: Installation, cause: Cause, of: str, known: Collection[str]
) -> bool:
    """Whether there is nothing to mend any more of what is not asked of Stripe by configuration."""
    if cause in OF_CONFIGURATION:
        return of not in known
    if cause is Cause.CHANNEL:
        return await configurations.for_channel(backends.storage, installation.saleor_api_url, of) is not None
    try:
        return await _is_settled(backends, installation, cause, of)
    except AppError:
        return False


async def _is_settled(backends: Backends, installation: Installation, cause: Cause, of: str) -> bool:
    """The same for what is a matter of a single payment or checkout."""
    if cause is Cause.WITHOUT_ORDER:
        return await orders_awaited.of_checkout(backends.storage, installation.saleor_api_url, of) is None
    if cause is Cause.VENDOR_ACCOUNT:
        return not await is_vendor_lost(backends, installation, of)
    if cause is Cause.ORPHAN:
        return not await is_orphan(backends, installation, of)
    settled = await settle(backends, of)
    if cause is Cause.SURPLUS:
        return not await is_surplus(backends, installation, of)
    if cause is Cause.REAUTHORIZATION:
        return await is_over(backends, installation, of)
    return settled is not None and settled.equal
