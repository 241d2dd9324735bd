"""Compare both ledgers of every payment, whatever was or was not heard of it: the same look as after an event.

Of payments that were divided among vendors it is proven besides that all of it adds up.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from saleor_stripe_app.domain.errors import AppError, Declined
from saleor_stripe_app.domain.shop import Configuration, Installation, TransactionRecord
from saleor_stripe_app.storage import configurations, due, splits, transactions
from saleor_stripe_app.usecases.backends import Backends
from saleor_stripe_app.usecases.changed import Changed, changed
from saleor_stripe_app.usecases.look_at_everything import PAYMENTS_LIVE_FOR
from saleor_stripe_app.usecases.prove_split import prove_split
from saleor_stripe_app.usecases.settle import settle

log = logging.getLogger(__name__)

AT_ONCE = 4
TRIES = 20
PAUSE = 0.5
# What happens between the look and the proof makes it look wrong once, not three times.
PROOFS = 3

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """What a comparison came to for the payments of one configuration, by its name.

    `divided` counts the payments of which shares, platform and what went back were proven to be what was captured.
    `different` holds (transaction id, why) of each payment that is not equal now; `note` says what was not seen.
    """

    configuration: str = ""
    looked: int = 0
    adopted: int = 0
    reported: int = 0
    divided: int = 0
    different: Pairs = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What a comparison came to, by configuration.

    `orphans` are (payment intent, why) of money at Stripe that names this Saleor and is not known to it; `unread` are
    (configuration, why) of those whose lists Stripe refuses, so that payments may be missing here.
    """

    parts: tuple[Compared, ...] = ()
    orphans: Pairs = ()
    unread: Pairs = ()

    @property
    def looked(self) -> int:
        """How many payments were looked at."""
        return sum(part.looked for part in self.parts)

    @property
    def adopted(self) -> int:
        """How many of them were not known to us before."""
        return sum(part.adopted for part in self.parts)

    @property
    def reported(self) -> int:
        """How many reports Saleor did not know yet."""
        return sum(part.reported for part in self.parts)

    @property
    def divided(self) -> int:
        """Of how many it was proven that vendors, platform and shopper have what was captured."""
        return sum(part.divided for part in self.parts)

    @property
    def different(self) -> Pairs:
        """(transaction id, why) of each payment that is not equal now."""
        return tuple(pair for part in self.parts for pair in part.different)

    @property
    def equal(self) -> bool:
        """Whether both ledgers agree on every payment, and every list could be read."""
        return not self.different and not self.unread


async def _nothing() -> None:
    pass


@dataclass(slots=True)
class _Tally:
    """`has_vendors` is whether payments may be divided at all."""

    has_vendors: bool
    parts: dict[str, Compared] = field(default_factory=dict)
    orphans: list[tuple[str, str]] = field(default_factory=list)
    unread: list[tuple[str, str]] = field(default_factory=list)

    def add(self, configuration_id: str, one: Compared) -> None:
        sum_ = self.parts[configuration_id]
        self.parts[configuration_id] = replace(
            sum_,
            looked=sum_.looked + one.looked,
            reported=sum_.reported + one.reported,
            divided=sum_.divided + one.divided,
            different=sum_.different + one.different,
        )


async def reconcile(
    backends: Backends,
    installation: Installation,
    since: datetime,
    until: datetime | None = None,
    *,
    also: Sequence[str] = (),
    progress: Callable[[], Awaitable[None]] = _nothing,
) -> Reconciled:
    """Look at every payment of this Saleor that was begun or that changed at Stripe from `since` to `until` (now).

    Those that only Stripe knows of are adopted. `also` are transactions to look at besides, unless they are so old that
    nothing can come of it (as where the keys of a payment were deleted for good). `progress` is called after every few
    payments and may raise to end the run. Raises Unavailable when Stripe's lists cannot be had.
    """
    end = until or backends.clock()
    used = await configurations.of_installation(backends.storage, installation.saleor_api_url, archived=True)
    has_vendors = await splits.may_concern(backends.storage, installation.saleor_api_url)
    tally = _Tally(has_vendors, {one.id: Compared(one.name) for one in used})
    others: dict[str, TransactionRecord] = {}
    for configuration in used:
        others |= await _of_stripe(backends, installation, configuration, since, end, tally)
        await progress()
    for transaction_id in also:
        record = await transactions.by_transaction(backends.storage, installation.saleor_api_url, transaction_id)
        if record is not None and record.created_at >= end - PAYMENTS_LIVE_FOR:
            others[record.id] = record
    async for page in _pages(backends, installation, since, end):
        await _compare(backends, page, tally, progress)
        for record in page:
            others.pop(record.id, None)
    await _compare(backends, tuple(others.values()), tally, progress)
    return Reconciled(tuple(tally.parts.values()), tuple(tally.orphans), tuple(tally.unread))


async def _of_stripe(
    backends: Backends,
    installation: Installation,
    configuration: Configuration,
    since: datetime,
    until: datetime,
    tally: _Tally,
) -> dict[str, TransactionRecord]:
    if not configuration.secret_key:
        return {}
    part = tally.parts[configuration.id]
    try:
        found = await changed(backends, installation, configuration, since, until)
    except Declined as declined:
        if configuration.archived_at is None:
            tally.unread.append((configuration.name, str(declined)))
        found = Changed(note=f"Stripe's lists were not read: {declined}")
    tally.parts[configuration.id] = replace(part, adopted=len(found.adopted), note=found.note)
    tally.orphans += found.orphans
    return found.records


async def _pages(
    backends: Backends, installation: Installation, since: datetime, until: datetime
) -> AsyncIterator[tuple[TransactionRecord, ...]]:
    after = ""
    while page := await transactions.of_installation(
        backends.storage, installation.saleor_api_url, after=after, since=since, until=until
    ):
        yield page
        after = page[-1].id


async def _compare(
    backends: Backends,
    records: Sequence[TransactionRecord],
    tally: _Tally,
    progress: Callable[[], Awaitable[None]],
) -> None:
    for start in range(0, len(records), AT_ONCE):
        some = records[start : start + AT_ONCE]
        looks = [_look(backends, record, has_vendors=tally.has_vendors) for record in some]
        for record, one in zip(some, await asyncio.gather(*looks), strict=True):
            tally.add(record.configuration_id, one)
        await progress()


async def _look(backends: Backends, record: TransactionRecord, *, has_vendors: bool) -> Compared:
    reported = 0
    for attempt in range(1, TRIES + 1):
        try:
            settled = await settle(backends, record.id)
            reported += settled.reported if settled else 0
            why = await prove_split(backends, record) if has_vendors and settled and settled.equal else None
        except AppError as error:
            return replace(await _different(backends, record, str(error)), reported=reported)
        if settled is None:
            await backends.sleep(PAUSE)
        elif settled.equal and not why:
            return Compared(looked=1, reported=reported, divided=int(why is not None))
        elif settled.equal and attempt < PROOFS:
            await backends.sleep(PAUSE)
        elif settled.equal or settled.open:
            return replace(await _different(backends, record, why or settled.note), reported=reported)
        else:
            return Compared(looked=1, reported=reported, different=((record.transaction_id, settled.note),))
    return await _different(backends, record, "another writer holds this payment")


async def _different(backends: Backends, record: TransactionRecord, why: str) -> Compared:
    """Not equal now, and may be later: it stays due until it is."""
    await due.mark(backends.storage, record.id, backends.clock())
    return Compared(looked=1, different=((record.transaction_id, why),))
