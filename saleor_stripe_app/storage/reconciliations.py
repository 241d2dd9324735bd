"""Reconciliations: who compares the ledgers of a Saleor now, and what the last comparison came to."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import Row, and_, or_, select, update

from saleor_stripe_app.storage.engine import Storage, insert
from saleor_stripe_app.storage.tables import reconciliations


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run came to. `differences` are (transaction, why), `orphans` (payment intent, why)."""

    since: datetime
    until: datetime
    looked: int = 0
    adopted: int = 0
    reported: int = 0
    differences: tuple[tuple[str, str], ...] = ()
    orphans: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """The last run of a Saleor. `failure` says why it came to no end; `outcome` is of the last one that did.

    What happened before `covered_until` was compared, by that run or an earlier one.
    """

    saleor_api_url: str
    started_at: datetime
    claimed_until: datetime | None
    failure: str
    finished_at: datetime | None
    outcome: Outcome | None
    covered_until: datetime | None


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to be the only one who compares the ledgers of this Saleor, until it ends or is extended."""

    saleor_api_url: str
    run: str


async def claim(
    storage: Storage,
    saleor_api_url: str,
    now: datetime,
    ttl: timedelta,
    *,
    started_before: datetime | None = None,
    finished_before: datetime | None = None,
) -> Claim | None:
    """Begin a run unless somebody is at it, or one was started or finished at or after the times given."""
    run = str(uuid4())
    begun = {"run": run, "claimed_until": now + ttl, "started_at": now, "failure": ""}
    table = reconciliations.c
    free = or_(table.claimed_until.is_(None), table.claimed_until <= now)
    if started_before is not None:
        free = and_(free, table.started_at < started_before)
    if finished_before is not None:
        free = and_(free, or_(table.finished_at.is_(None), table.finished_at < finished_before))
    nothing = {"looked": 0, "adopted": 0, "reported": 0, "differences": "[]", "orphans": "[]"}
    async with storage.begin() as connection:
        statement = insert(connection.dialect.name, reconciliations).values(
            saleor_api_url=saleor_api_url, **begun, **nothing
        )
        claiming = statement.on_conflict_do_update(index_elements=["saleor_api_url"], set_=begun, where=free)
        claimed = (await connection.execute(claiming.returning(table.run))).scalar_one_or_none()
    return None if claimed is None else Claim(saleor_api_url, run)


async def extend(storage: Storage, claim: Claim, until: datetime) -> bool:
    """Have the claim last until then; False if it ended and another took it."""
    return await _set(storage, claim, claimed_until=until)


async def finish(
    storage: Storage, claim: Claim, now: datetime, outcome: Outcome, covered_until: datetime | None
) -> bool:
    """Record what the run came to and up to when nothing is left to compare, and let the claim end."""
    return await _set(
        storage,
        claim,
        claimed_until=None,
        finished_at=now,
        period_since=outcome.since,
        period_until=outcome.until,
        looked=outcome.looked,
        adopted=outcome.adopted,
        reported=outcome.reported,
        differences=json.dumps(outcome.differences),
        orphans=json.dumps(outcome.orphans),
        covered_until=covered_until,
    )


async def fail(storage: Storage, claim: Claim, why: str) -> bool:
    """Record that the run came to no end, and let the claim end; what the last one came to stays."""
    return await _set(storage, claim, claimed_until=None, failure=why[:500])


async def of_installation(storage: Storage, saleor_api_url: str) -> Reconciliation | None:
    """The last run of this Saleor."""
    statement = select(reconciliations).where(reconciliations.c.saleor_api_url == saleor_api_url)
    async with storage.read() as connection:
        row = (await connection.execute(statement)).one_or_none()
    return None if row is None else _reconciliation(row)


async def _set(storage: Storage, claim: Claim, **values: object) -> bool:
    mine = and_(reconciliations.c.saleor_api_url == claim.saleor_api_url, reconciliations.c.run == claim.run)
    async with storage.begin() as connection:
        return bool((await connection.execute(update(reconciliations).where(mine).values(**values))).rowcount)


def _reconciliation(row: Row[*tuple[object, ...]]) -> Reconciliation:
    outcome = None
    if row.finished_at is not None:
        outcome = Outcome(
            since=row.period_since,
            until=row.period_until,
            looked=row.looked,
            adopted=row.adopted,
            reported=row.reported,
            differences=_pairs(row.differences),
            orphans=_pairs(row.orphans),
        )
    return Reconciliation(
        saleor_api_url=row.saleor_api_url,
        started_at=row.started_at,
        claimed_until=row.claimed_until,
        failure=row.failure,
        finished_at=row.finished_at,
        outcome=outcome,
        covered_until=row.covered_until,
    )


def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    return tuple((subject, why) for subject, why in json.loads(text))
