"""Compare both ledgers of every payment, whatever was or was not heard of it: the same look as after an event."""

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from saleor_stripe_app.domain import metadata
from saleor_stripe_app.domain.errors import AppError
from saleor_stripe_app.domain.shop import Installation, TransactionRecord
from saleor_stripe_app.storage import configurations, transactions
from saleor_stripe_app.stripe_gateway.payment_intents import list_created
from saleor_stripe_app.usecases.adopt import adopt_intent
from saleor_stripe_app.usecases.backends import Backends
from saleor_stripe_app.usecases.settle import settle

log = logging.getLogger(__name__)

AT_ONCE = 4
TRIES = 20
PAUSE = 0.5


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What a comparison came to. `different` holds (transaction id, why) of each payment that is not equal now."""

    looked: int = 0
    adopted: int = 0
    reported: int = 0
    different: tuple[tuple[str, str], ...] = field(default=())

    @property
    def equal(self) -> bool:
        """Whether both ledgers agree on every payment."""
        return not self.different


async def reconcile(backends: Backends, installation: Installation, since: datetime) -> Reconciled:
    """Look at every payment of this Saleor begun at `since` or later, and adopt those that only Stripe knows of.

    Raises Unavailable or Declined when Stripe's list cannot be had.
    """
    adopted = await _adopt_strangers(backends, installation, since)
    total = Reconciled(adopted=adopted)
    async for page in _pages(backends, installation, since):
        for start in range(0, len(page), AT_ONCE):
            some = page[start : start + AT_ONCE]
            for one in await asyncio.gather(*(_look(backends, record) for record in some)):
                total = replace(
                    total,
                    looked=total.looked + one.looked,
                    reported=total.reported + one.reported,
                    different=total.different + one.different,
                )
    return total


async def _adopt_strangers(backends: Backends, installation: Installation, since: datetime) -> int:
    adopted = 0
    url = installation.saleor_api_url
    for configuration in await configurations.of_installation(backends.storage, url, archived=True):
        if not configuration.secret_key:
            continue
        async for intent in list_created(backends.stripe.client(configuration.secret_key), since):
            owner = metadata.owner(intent.metadata)
            if owner is None or owner.saleor_api_url != url:
                continue
            if await transactions.by_intent(backends.storage, configuration.stripe_account, intent.id) is None:
                record = await adopt_intent(backends, installation, configuration, intent.id)
                adopted += record is not None
    return adopted


async def _pages(
    backends: Backends, installation: Installation, since: datetime
) -> AsyncIterator[tuple[TransactionRecord, ...]]:
    after = ""
    while page := await transactions.of_installation(
        backends.storage, installation.saleor_api_url, after=after, since=since
    ):
        yield page
        after = page[-1].id


async def _look(backends: Backends, record: TransactionRecord) -> Reconciled:
    for _ in range(TRIES):
        try:
            settled = await settle(backends, record.id)
        except AppError as error:
            return Reconciled(looked=1, different=((record.transaction_id, str(error)),))
        if settled is not None:
            different = () if settled.equal else ((record.transaction_id, settled.note),)
            return Reconciled(looked=1, reported=settled.reported, different=different)
        await backends.sleep(PAUSE)
    return Reconciled(looked=1, different=((record.transaction_id, "another writer holds this payment"),))
