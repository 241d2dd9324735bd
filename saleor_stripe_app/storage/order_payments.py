"""The payments of one order: which still wait for somebody to pay, and how much was held against the order."""

from collections.abc import Sequence

from sqlalchemy import select, update

from saleor_stripe_app.storage.engine import Storage
from saleor_stripe_app.storage.tables import transactions


async def unpaid_among(storage: Storage, saleor_api_url: str, transaction_ids: Sequence[str]) -> tuple[str, ...]:
    """The records of those of Saleor's transactions that are ours and may still wait for somebody to pay."""
    statement = select(transactions.c.id).where(
        transactions.c.saleor_api_url == saleor_api_url,
        transactions.c.transaction_id.in_(transaction_ids),
        transactions.c.abandoned_after.is_not(None),
    )
    async with storage.read() as connection:
        return tuple((await connection.execute(statement)).scalars())


async def not_weighed_among(storage: Storage, saleor_api_url: str, transaction_ids: Sequence[str]) -> frozenset[str]:
    """Those of Saleor's transactions that are ours and whose money was not held against their order yet."""
    statement = select(transactions.c.transaction_id).where(
        transactions.c.saleor_api_url == saleor_api_url,
        transactions.c.transaction_id.in_(transaction_ids),
        transactions.c.weighed == 0,
    )
    async with storage.read() as connection:
        return frozenset((await connection.execute(statement)).scalars())


async def weigh(storage: Storage, record_id: str, amount: int) -> None:
    """Note how much of its money was held against its order, in minor units: what is more than that is new."""
    statement = update(transactions).where(transactions.c.id == record_id).values(weighed=amount)
    async with storage.begin() as connection:
        await connection.execute(statement)
