"""Keep house: webhooks of installations, endpoints at Stripe, payments that were left, what the health page shows."""

import asyncio
import logging
from datetime import timedelta

from saleor_stripe_app.domain.attempts import WITHIN
from saleor_stripe_app.domain.errors import AppError, Refusal, Untrusted
from saleor_stripe_app.domain.shop import Installation
from saleor_stripe_app.storage import attempts, installations, received
from saleor_stripe_app.usecases.backends import Backends
from saleor_stripe_app.usecases.cancel_abandoned import cancel_abandoned
from saleor_stripe_app.usecases.check_up import check_up
from saleor_stripe_app.usecases.clean_up import clean_up
from saleor_stripe_app.usecases.forget_customers import find_deleted, forget_customers
from saleor_stripe_app.usecases.install import bring_up_to_date
from saleor_stripe_app.usecases.look_at_timely import look_at_timely
from saleor_stripe_app.usecases.look_at_vendors import look_at_vendors
from saleor_stripe_app.usecases.repair_endpoint import renew_endpoints
from saleor_stripe_app.usecases.show_customers import show_customers

log = logging.getLogger(__name__)

EVERY_SECONDS = 60.0
EVENTS_KEPT_FOR = timedelta(days=30)  # as long as Stripe itself shows them


async def upkeep(backends: Backends) -> None:
    """One round. What cannot be done now is left for the next one."""
    await clean_up(backends)
    for installation in await installations.all_active(backends.storage):
        await bring_up_to_date(backends, installation)
        await renew_endpoints(backends, installation)
        await check_up(backends, installation)
        await _find_deleted_users(backends, installation)
    await cancel_abandoned(backends)
    await look_at_timely(backends)
    await look_at_vendors(backends)
    await show_customers(backends)
    await forget_customers(backends)
    await received.prune(backends.storage, backends.clock() - EVENTS_KEPT_FOR)
    await attempts.forget_addresses(backends.storage, backends.clock() - WITHIN)


async def _find_deleted_users(backends: Backends, installation: Installation) -> None:
    try:
        await find_deleted(backends, installation)
    except (Refusal, Untrusted) as error:
        log.warning("Saleor does not say which users it has", extra={"reason": str(error)})


async def run(backends: Backends) -> None:
    """Rounds for ever. Ended by cancellation."""
    while True:
        try:
            await upkeep(backends)
        except AppError as error:
            log.warning("upkeep has to wait", extra={"reason": str(error)})
        except Exception:
            # A defect here must not end the looks at payments, which run beside it.
            log.exception("upkeep failed")
        await asyncio.sleep(EVERY_SECONDS)
