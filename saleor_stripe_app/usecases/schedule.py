"""Compare the ledgers of every Saleor once a day, and at once after the app was down, whichever replica gets to it."""

import asyncio
import logging
from contextlib import suppress
from datetime import datetime, timedelta

from saleor_stripe_app.domain.errors import AppError
from saleor_stripe_app.storage import installations, moments
from saleor_stripe_app.storage.moments import Moment
from saleor_stripe_app.usecases.backends import Backends
from saleor_stripe_app.usecases.find_orphans import tell_of_orphans
from saleor_stripe_app.usecases.run_reconciliation import run_if_due

log = logging.getLogger(__name__)

EVERY = timedelta(days=1)
BEAT_SECONDS = 60.0
# Stripe repeats events for days, but with growing pauses: after an hour of silence we look for ourselves.
DOWN_AFTER = timedelta(hours=1)
AGAIN_AFTER = timedelta(minutes=15)  # a run that failed


async def last_alive(backends: Backends) -> datetime | None:
    """When a process of this app last looked after payments, if that is long ago; None otherwise, and at first."""
    alive = await moments.last(backends.storage, Moment.HEARTBEAT)
    return alive if alive is not None and alive <= backends.clock() - DOWN_AFTER else None


async def compare_due(backends: Backends, *, down_since: datetime | None = None) -> int:
    """Run the comparisons that are due, one Saleor after the other; how many. What fails is tried again later.

    After the app was down each is due that has not run since.
    """
    done = 0
    for installation in await installations.all_active(backends.storage):
        now = backends.clock()
        finished_before = now - EVERY if down_since is None else max(down_since, now - EVERY)
        try:
            result = await run_if_due(
                backends, installation, started_before=now - AGAIN_AFTER, finished_before=finished_before
            )
        except AppError as error:
            log.warning(
                "ledgers could not be compared",
                extra={"saleor_api_url": installation.saleor_api_url, "reason": str(error)},
            )
            continue
        if result is None:
            continue
        done += 1
        await tell_of_orphans(backends, installation, result.orphans)
        level = logging.INFO if result.equal and not result.orphans else logging.WARNING
        counts = {"looked": result.looked, "adopted": result.adopted, "reported": result.reported}
        left = {"different": len(result.different), "orphans": len(result.orphans), "unread": len(result.unread)}
        log.log(level, "ledgers compared", extra={"saleor_api_url": installation.saleor_api_url, **counts, **left})
    return done


async def run(backends: Backends) -> None:
    """Beat every minute, and compare beside it what is due. Ended by cancellation."""
    comparing: asyncio.Task[None] | None = None
    down_since: datetime | None = None
    began = False
    try:
        while True:
            try:
                if not began:
                    down_since, began = await last_alive(backends), True
                await moments.note(backends.storage, Moment.HEARTBEAT, backends.clock())
            except AppError as error:
                log.warning("the heartbeat has to wait", extra={"reason": str(error)})
            if began and (comparing is None or comparing.done()):
                comparing = asyncio.create_task(_compare(backends, down_since))
            await backends.sleep(BEAT_SECONDS)
    finally:
        if comparing is not None:
            comparing.cancel()
            with suppress(asyncio.CancelledError):
                await comparing


async def _compare(backends: Backends, down_since: datetime | None) -> None:
    try:
        await compare_due(backends, down_since=down_since)
    except AppError as error:
        log.warning("comparisons have to wait", extra={"reason": str(error)})
    except Exception:
        # A defect here must not end the looks at payments, which run beside it.
        log.exception("comparisons failed")
