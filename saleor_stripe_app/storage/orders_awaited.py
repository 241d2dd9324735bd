"""Checkouts that hold money and are no orders yet: one row each, worked on by one replica at a time."""

from dataclasses import asdict
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import Executable, Integer, Row, and_, bindparam, delete, select, update

from saleor_stripe_app.domain.order_awaited import Awaited
from saleor_stripe_app.storage.engine import Storage, insert
from saleor_stripe_app.storage.tables import installations, orders_awaited

CLAIMED_FOR = timedelta(minutes=2)
"""How long a claimed row is left to its claimer, who may have died."""

_SAME = and_(orders_awaited.c.saleor_api_url == bindparam("url"), orders_awaited.c.checkout_id == bindparam("checkout"))
_OF_CHECKOUT = select(orders_awaited).where(_SAME)
_FORGETTING = delete(orders_awaited).where(_SAME)
_SETTING_TIME = update(orders_awaited).where(_SAME).values(next_try=bindparam("at"))
_CLAIMING = (
    select(orders_awaited)
    .join(installations)
    .where(orders_awaited.c.next_try <= bindparam("now"), installations.c.removed_at.is_(None))
    .order_by(orders_awaited.c.next_try, orders_awaited.c.checkout_id)
    .limit(bindparam("most", type_=Integer))
    .with_for_update(of=orders_awaited, skip_locked=True)
)


async def expect(storage: Storage, saleor_api_url: str, checkout_id: str, now: datetime, first_look: datetime) -> None:
    """Remember that this checkout holds money, and look at it by then at the latest; what is known of it stays."""
    row = {
        "saleor_api_url": saleor_api_url,
        "checkout_id": checkout_id,
        "since": now,
        "next_try": first_look,
        "attempts": 0,
        "refusal": "",
        "told": False,
    }
    async with storage.begin() as connection:
        await connection.execute(_expecting(connection.dialect.name), row)


async def of_checkout(storage: Storage, saleor_api_url: str, checkout_id: str) -> Awaited | None:
    """What is remembered of a checkout."""
    async with storage.read() as connection:
        found = await connection.execute(_OF_CHECKOUT, {"url": saleor_api_url, "checkout": checkout_id})
        row = found.one_or_none()
    return None if row is None else _awaited(row)


async def claim(storage: Storage, now: datetime, limit: int) -> tuple[Awaited, ...]:
    """Take some whose time has come, of Saleors that have the app, for CLAIMED_FOR; the longest waiting first."""
    async with storage.begin() as connection:
        rows = (await connection.execute(_CLAIMING, {"now": now, "most": limit})).all()
        for row in rows:
            taken = {"url": row.saleor_api_url, "checkout": row.checkout_id, "at": now + CLAIMED_FOR}
            await connection.execute(_SETTING_TIME, taken)
    return tuple(_awaited(row) for row in rows)


async def put_off(storage: Storage, awaited: Awaited, next_look: datetime) -> None:
    """Remember how it stands, and look again then."""
    values = asdict(awaited)
    same = {"url": values.pop("saleor_api_url"), "checkout": values.pop("checkout_id")}
    async with storage.begin() as connection:
        await connection.execute(update(orders_awaited).where(_SAME).values(**values, next_try=next_look), same)


async def look_now(storage: Storage, saleor_api_url: str, checkout_id: str, now: datetime) -> None:
    """Look at it at once, if it is awaited."""
    async with storage.begin() as connection:
        await connection.execute(_SETTING_TIME, {"url": saleor_api_url, "checkout": checkout_id, "at": now})


async def forget(storage: Storage, saleor_api_url: str, checkout_id: str) -> None:
    """There is an order, or no money any more."""
    async with storage.begin() as connection:
        await connection.execute(_FORGETTING, {"url": saleor_api_url, "checkout": checkout_id})


@cache
def _expecting(dialect: str) -> Executable:
    statement = insert(dialect, orders_awaited)
    return statement.on_conflict_do_update(
        index_elements=["saleor_api_url", "checkout_id"],
        set_={"next_try": statement.excluded.next_try},
        where=orders_awaited.c.next_try > statement.excluded.next_try,
    )


def _awaited(row: Row[*tuple[object, ...]]) -> Awaited:
    return Awaited(
        saleor_api_url=row.saleor_api_url,
        checkout_id=row.checkout_id,
        since=row.since,
        attempts=row.attempts,
        refusal=row.refusal,
        refused_since=row.refused_since,
        told=row.told,
    )
