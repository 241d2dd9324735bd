"""A storefront lets Stripe's Payment Element show a customer what they saved."""

import asyncio
import logging
from collections.abc import Callable

from saleor_stripe_app.domain.errors import Declined, Unavailable
from saleor_stripe_app.domain.options import SaveMethods
from saleor_stripe_app.domain.report import Json
from saleor_stripe_app.domain.shop import Configuration, Installation
from saleor_stripe_app.domain.shopper import User
from saleor_stripe_app.stripe_gateway import customer_sessions
from saleor_stripe_app.usecases import customers, tell_staff
from saleor_stripe_app.usecases.backends import Backends
from saleor_stripe_app.usecases.saving_customer import known, known_or_made

log = logging.getLogger(__name__)

SECONDS = 8.0  # a shopper waits to see how they can pay


async def customer_session(
    backends: Backends,
    installation: Installation,
    configuration: Configuration,
    user: User,
    session: Callable[[str, SaveMethods], dict[str, Json]],
) -> dict[str, Json]:
    """The client secret of a session for this customer, who must be the one that asks; `session` says what for.

    Nothing where there is nothing to show and nothing may be saved. A shopper can pay without: never raises Declined or
    Unavailable.
    """
    saving = configuration.options.save_methods
    find = known if saving is SaveMethods.NEVER else known_or_made
    try:
        async with asyncio.timeout(SECONDS):
            customer = await find(backends, configuration, user)
            if customer is None:
                return {}
            return {"customerSessionClientSecret": await _made(backends, configuration, user, customer, session)}
    except Declined as declined:
        await tell_staff.of_refused_key(backends, installation, configuration, declined)
        log.warning("saved methods cannot be shown", extra={"reason": str(declined)})
    except (Unavailable, TimeoutError) as error:
        log.warning("saved methods cannot be shown", extra={"reason": str(error) or "Stripe did not answer in time."})
    return {}


async def _made(
    backends: Backends,
    configuration: Configuration,
    user: User,
    customer: str,
    session: Callable[[str, SaveMethods], dict[str, Json]],
) -> str:
    """The session; once more for a new customer where Stripe forgot this one."""
    client, saving = backends.stripe.client(configuration.secret_key), configuration.options.save_methods
    try:
        return await customer_sessions.create(client, session(customer, saving))
    except Declined as declined:
        if declined.unknown_customer != customer or saving is SaveMethods.NEVER:
            raise
    anew = await customers.make_anew(backends, configuration, user, customer)
    return await customer_sessions.create(client, session(anew, saving))
