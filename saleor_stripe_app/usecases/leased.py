"""One writer at a time speaks for a payment."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from saleor_stripe_app.domain.errors import Unavailable
from saleor_stripe_app.storage import handover, leases
from saleor_stripe_app.storage.leases import Lease
from saleor_stripe_app.usecases.backends import ANSWER_TAKEN_AFTER, LEASE, Backends

log = logging.getLogger(__name__)

PATIENCE = 6.0
PAUSE = 0.05


async def wait_for_lease(backends: Backends, transaction: str, *, within: float = PATIENCE) -> Lease:
    """Take the payment's lease, waiting a few seconds for whoever looks at it. Raises Unavailable."""
    for _ in range(max(1, int(within / PAUSE))):
        lease = await leases.take(backends.storage, transaction, backends.owner, backends.clock(), LEASE)
        if lease is not None:
            return lease
        await backends.sleep(PAUSE)
    raise Unavailable("The payment is being worked on; try again.")


@asynccontextmanager
async def answering(backends: Backends, lease: Lease) -> AsyncIterator[None]:
    """Hold the lease until Saleor has taken our answer, and have both ledgers compared after that.

    Saleor recalculates outside its own lock while it takes an answer; a report in that moment leaves stale amounts.
    """
    try:
        yield
    finally:
        until = backends.clock() + ANSWER_TAKEN_AFTER
        try:
            await handover.answered(backends.storage, lease, until)
        except Unavailable:
            # The answer matters more: the lease ends by itself, and an operation is due since it was begun.
            log.warning("the look after an answer could not be noted", exc_info=True)
