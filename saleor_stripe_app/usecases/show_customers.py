"""Staff see at Saleor's user which customer of Stripe's it is: in private metadata, by account."""

import logging
from datetime import timedelta

from saleor_stripe_app.domain.customer import metadata_key
from saleor_stripe_app.domain.errors import Refusal, Unavailable, Untrusted
from saleor_stripe_app.saleor import users
from saleor_stripe_app.storage import customers, installations
from saleor_stripe_app.usecases.backends import Backends

log = logging.getLogger(__name__)

AT_ONCE = 20
AFTER_OUTAGE = timedelta(minutes=10)


async def show_customers(backends: Backends) -> int:
    """Write the ids of new customers on their users; how many. Saleor's refusal is final. Raises Unavailable."""
    shown = 0
    for record in await customers.to_show(backends.storage, backends.clock(), AT_ONCE):
        installation = await installations.by_url(backends.storage, record.saleor_api_url)
        if installation is None or installation.removed_at is not None or record.customer is None:
            await customers.show_later(backends.storage, record, None)
            continue
        key = metadata_key(record.stripe_account, livemode=record.livemode)
        try:
            await users.write(backends.saleor, installation, record.user_id, key, record.customer)
        except Unavailable as error:
            log.warning("a customer could not be shown", extra={"reason": str(error)})
            await customers.show_later(backends.storage, record, backends.clock() + AFTER_OUTAGE)
            continue
        except (Refusal, Untrusted) as refusal:
            log.warning("Saleor does not take a customer's id", extra={"reason": str(refusal)})
        else:
            shown += 1
        await customers.show_later(backends.storage, record, None)
    return shown
