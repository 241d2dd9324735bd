"""Look at what is due, until both ledgers agree: after every event, and again while something fails."""

import asyncio
import logging
import random
from collections.abc import Callable
from dataclasses import dataclass

from saleor_stripe_app.domain.errors import AppError
from saleor_stripe_app.storage import configurations, due, installations
from saleor_stripe_app.storage.due import Due
from saleor_stripe_app.usecases.adopt import adopt_intent
from saleor_stripe_app.usecases.backends import Backends
from saleor_stripe_app.usecases.settle import Settled, settle

log = logging.getLogger(__name__)

AT_ONCE = 8
POLL_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Swept:
    """What one pass came to: payments looked at, reports sent, looks that have to be repeated."""

    looked: int = 0
    reported: int = 0
    again: int = 0


async def sweep(backends: Backends, limit: int = AT_ONCE) -> Swept:
    """Look once at everything that is due now, a few payments at a time."""
    claimed = await due.claim(backends.storage, backends.clock(), limit)
    settled = await asyncio.gather(*(look(backends, row) for row in claimed))
    return Swept(
        looked=len(settled),
        reported=sum(one.reported for one in settled if one),
        again=sum(one is None or not one.equal for one in settled),
    )


async def look(backends: Backends, row: Due) -> Settled | None:
    """Look at one payment that is due, and say when it is due next. Never raises: what fails is tried again."""
    try:
        settled = await _settled(backends, row)
    except AppError as error:
        await _again(backends, row, str(error))
        return None
    except Exception as error:
        # A defect must not stop the looks at all other payments; the row stays and says what happened.
        log.exception("a look failed")
        await _again(backends, row, f"{type(error).__name__}: {error}")
        return None
    if settled is None:
        await _again(backends, row, "another writer has this payment")
    elif settled.open:
        await _again(backends, row, settled.note)
    elif row.transaction is None:
        await due.done(backends.storage, row, backends.clock())
    return settled


async def _settled(backends: Backends, row: Due) -> Settled | None:
    if row.transaction is not None:
        return await settle(backends, row.transaction, row)
    configuration = await configurations.by_id(backends.storage, row.configuration_id or "")
    installation = configuration and await installations.by_url(backends.storage, configuration.saleor_api_url)
    if not configuration or not configuration.secret_key or not row.payment_intent_id:
        return Settled(equal=True)
    if not installation or installation.removed_at:
        return Settled(equal=True)
    record = await adopt_intent(backends, installation, configuration, row.payment_intent_id)
    if record is None:
        return Settled(equal=True, note="not of this shop")
    await due.mark(backends.storage, record.id, backends.clock())
    return Settled(equal=True, note="adopted")


async def _again(backends: Backends, row: Due, why: str) -> None:
    log.warning("a look has to be repeated", extra={"transaction": row.id, "attempts": row.attempts, "reason": why})
    await due.retry(backends.storage, row, backends.clock(), why, random.random())  # noqa: S311 spreads load only


async def run(
    backends: Backends, woken: asyncio.Event, concurrency: int = AT_ONCE, tell: Callable[[Swept], None] | None = None
) -> None:
    """Sweep for ever: at once when woken, else every second, telling of each pass. Ended by cancellation."""
    while True:
        woken.clear()
        try:
            swept = await sweep(backends, concurrency)
            if tell:
                tell(swept)
        except AppError as error:
            log.warning("nothing can be looked at now", extra={"error": str(error)})
            swept = Swept()
        if swept.looked == 0:
            try:
                async with asyncio.timeout(POLL_SECONDS):
                    await woken.wait()
            except TimeoutError:
                pass
