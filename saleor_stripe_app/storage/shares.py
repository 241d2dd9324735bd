"""How each vendor's part of a payment stands, for people to see; what is so at Stripe decides what is done."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Row, delete, select, update

from saleor_stripe_app.domain.marketplace.split import ShareStanding, ShareState
from saleor_stripe_app.storage import due
from saleor_stripe_app.storage.engine import Storage, insert
from saleor_stripe_app.storage.transfer_tables import allocations, transfers

_STANDS = ("currency", "amount", "sent", "state", "reason", "failed", "next_try", "updated_at")


async def of_transaction(storage: Storage, transaction: str) -> tuple[ShareStanding, ...]:
    """Every vendor's part of a payment, by vendor."""
    statement = select(transfers).where(transfers.c.transaction == transaction).order_by(transfers.c.vendor)
    async with storage.read() as connection:
        rows = (await connection.execute(statement)).all()
    return tuple(_standing(row) for row in rows)


async def by_state(
    storage: Storage, saleor_api_url: str, states: Sequence[ShareState], vendor: str | None, limit: int
) -> tuple[ShareStanding, ...]:
    """Those of a Saleor in these states, the newest change first; of one vendor, or of all."""
    statement = select(transfers).where(
        transfers.c.saleor_api_url == saleor_api_url, transfers.c.state.in_([state.value for state in states])
    )
    if vendor is not None:
        statement = statement.where(transfers.c.vendor == vendor)
    statement = statement.order_by(transfers.c.updated_at.desc(), transfers.c.transaction, transfers.c.vendor)
    async with storage.read() as connection:
        rows = (await connection.execute(statement.limit(limit))).all()
    return tuple(_standing(row) for row in rows)


async def save(storage: Storage, transaction: str, standings: Sequence[ShareStanding]) -> None:
    """Keep how they stand now; whoever released one stays known, and who has no part any more is forgotten."""
    async with storage.begin() as connection:
        gone = delete(transfers).where(
            transfers.c.transaction == transaction, transfers.c.vendor.not_in([one.vendor for one in standings])
        )
        await connection.execute(gone)
        statement = insert(connection.dialect.name, transfers)
        upsert = statement.on_conflict_do_update(
            index_elements=["transaction", "vendor"], set_={name: statement.excluded[name] for name in _STANDS}
        )
        for one in standings:
            await connection.execute(upsert, _columns(one))


async def release(storage: Storage, transaction: str, vendor: str, who: str, now: datetime) -> bool:
    """Release one by hand, and have its payment looked at now. False if there is none."""
    return await _at_once(storage, transaction, vendor, now, {"released_at": now, "released_by": who})


async def retry(storage: Storage, transaction: str, vendor: str, now: datetime) -> bool:
    """Wait no longer to ask Stripe again, and have its payment looked at now. False if there is none."""
    return await _at_once(storage, transaction, vendor, now, {})


async def _at_once(storage: Storage, transaction: str, vendor: str, now: datetime, also: dict[str, object]) -> bool:
    mine = (transfers.c.transaction == transaction) & (transfers.c.vendor == vendor)
    async with storage.begin() as connection:
        statement = update(transfers).where(mine).values({"next_try": None} | also)
        found = bool((await connection.execute(statement)).rowcount)
        if found:
            again = update(allocations).where(allocations.c.transaction == transaction).values(look_at=None)
            await connection.execute(again)
            await due.mark_in(connection, transaction, now)
    return found


def _columns(one: ShareStanding) -> dict[str, object]:
    return {
        "transaction": one.transaction,
        "vendor": one.vendor,
        "saleor_api_url": one.saleor_api_url,
        "currency": one.currency,
        "amount": one.amount,
        "sent": one.sent,
        "state": one.state.value,
        "reason": one.reason,
        "failed": one.failed,
        "next_try": one.next_try,
        "released_at": one.released_at,
        "released_by": one.released_by,
        "updated_at": one.updated_at,
    }


def _standing(row: Row[*tuple[object, ...]]) -> ShareStanding:
    return ShareStanding(
        transaction=row.transaction,
        vendor=row.vendor,
        saleor_api_url=row.saleor_api_url,
        currency=row.currency,
        amount=row.amount,
        sent=row.sent,
        state=ShareState(row.state),
        updated_at=row.updated_at,
        reason=row.reason,
        failed=row.failed,
        next_try=row.next_try,
        released_at=row.released_at,
        released_by=row.released_by,
    )
