"""One comparison of both ledgers of a Saleor at a time, over what no earlier one covered, and its outcome kept."""

from contextlib import suppress
from datetime import datetime, timedelta

from saleor_stripe_app.domain.errors import AppError, Unavailable
from saleor_stripe_app.domain.shop import Installation
from saleor_stripe_app.storage import installations, reconciliations
from saleor_stripe_app.storage.reconciliations import Claim, Outcome, Reconciliation
from saleor_stripe_app.usecases.backends import Backends
from saleor_stripe_app.usecases.reconcile import Reconciled, reconcile

CLAIM = timedelta(minutes=10)  # extended after every few payments
FIRST_PERIOD = timedelta(days=90)
# What was under way at the end of the last run, and clocks that differ.
OVERLAP = timedelta(minutes=15)


class AlreadyRunning(Unavailable):
    """Another process compares the ledgers of this Saleor now."""


async def run_reconciliation(
    backends: Backends, installation: Installation, *, since: datetime | None = None, until: datetime | None = None
) -> Reconciled:
    """Compare from `since` (the end of what was compared before, at first 90 days ago) to `until` (now).

    Payments that differed at the end of the last run are looked at again, whatever their time. Raises AlreadyRunning,
    and Unavailable when Stripe's lists cannot be had.
    """
    before = await reconciliations.of_installation(backends.storage, installation.saleor_api_url)
    claim = await reconciliations.claim(backends.storage, installation.saleor_api_url, backends.clock(), CLAIM)
    if claim is None:
        raise AlreadyRunning(
            f"The ledgers of {installation.saleor_api_url} are being compared by another process; try again later."
        )
    return await _run(backends, installation, claim, before, since, until)


async def run_reconciliations(
    backends: Backends, *, since: datetime | None, until: datetime | None, url: str | None
) -> tuple[dict[str, Reconciled], list[str]]:
    """The same for every Saleor that has the app, or the one of this URL: outcomes by URL, and what failed in words."""
    results: dict[str, Reconciled] = {}
    failures: list[str] = []
    for installation in await installations.all_active(backends.storage):
        name = installation.saleor_api_url
        if url in (None, name):
            try:
                results[name] = await run_reconciliation(backends, installation, since=since, until=until)
            except AppError as error:
                failures.append(f"{name}: {error}")
    return results, failures


async def run_if_due(
    backends: Backends, installation: Installation, *, started_before: datetime, finished_before: datetime
) -> Reconciled | None:
    """The same unless a run was begun or came to its end since, or is under way: then None."""
    url = installation.saleor_api_url
    before = await reconciliations.of_installation(backends.storage, url)
    claim = await reconciliations.claim(
        backends.storage,
        url,
        backends.clock(),
        CLAIM,
        started_before=started_before,
        finished_before=finished_before,
    )
    return None if claim is None else await _run(backends, installation, claim, before, None, None)


async def _run(
    backends: Backends,
    installation: Installation,
    claim: Claim,
    before: Reconciliation | None,
    since: datetime | None,
    until: datetime | None,
) -> Reconciled:
    covered = before.covered_until if before else None
    first = backends.clock() - FIRST_PERIOD
    begin = since or (covered - OVERLAP if covered else first)
    end = until or backends.clock()

    async def progress() -> None:
        if not await reconciliations.extend(backends.storage, claim, backends.clock() + CLAIM):
            raise AlreadyRunning("Another process took this comparison over.")

    also = [transaction for transaction, _ in before.outcome.differences] if before and before.outcome else []
    try:
        done = await reconcile(backends, installation, begin, end, also=also, progress=progress)
    except BaseException as error:
        with suppress(AppError):
            await reconciliations.fail(backends.storage, claim, str(error) or "interrupted")
        raise
    outcome = Outcome(begin, end, done.looked, done.adopted, done.reported, done.different, done.orphans)
    if done.unread:
        # Not covered: the next run begins where this one did.
        why = "; ".join(f"{name}: {why}" for name, why in done.unread)
        await reconciliations.fail(backends.storage, claim, why)
    else:
        await reconciliations.finish(
            backends.storage, claim, backends.clock(), outcome, _covered(begin, end, covered, first)
        )
    return done


def _covered(begin: datetime, end: datetime, covered: datetime | None, first: datetime) -> datetime | None:
    """Up to when nothing is left to compare: a period that leaves a gap behind it does not count."""
    if begin <= (covered or first):
        return max(end, covered or end)
    return covered
