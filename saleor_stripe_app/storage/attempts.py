"""Attempts: how many payments were begun lately for one cart, by one customer, from one address."""

from datetime import datetime

from sqlalchemy import Column, ScalarSelect, bindparam, func, select, update

from saleor_stripe_app.domain.attempts import Attempts
from saleor_stripe_app.domain.shop import TransactionRecord
from saleor_stripe_app.storage.engine import Storage
from saleor_stripe_app.storage.tables import transactions


def _alike(column: Column[str]) -> ScalarSelect[int]:
    """How many others have the same; none for a payment that has nothing there."""
    return (
        select(func.count())
        .select_from(transactions)
        .where(
            column == bindparam(f"same_{column.name}"),
            transactions.c.created_at >= bindparam("since"),
            transactions.c.saleor_api_url == bindparam("url"),
            transactions.c.transaction_id != bindparam("transaction"),
        )
        .scalar_subquery()
    )


_BESIDES = select(_alike(transactions.c.source_id), _alike(transactions.c.user_id), _alike(transactions.c.address))


async def besides(storage: Storage, record: TransactionRecord, since: datetime) -> Attempts:
    """The payments of this Saleor begun at `since` or later that share something with this one, itself left out."""
    values = {
        "same_source_id": record.source_id or None,
        "same_user_id": record.user_id,
        "same_address": record.address,
        "since": since,
        "url": record.saleor_api_url,
        "transaction": record.transaction_id,
    }
    async with storage.read() as connection:
        source, customer, address = (await connection.execute(_BESIDES, values)).one()
    return Attempts(source, customer, address)


async def forget_addresses(storage: Storage, before: datetime) -> None:
    """Keep nothing of the addresses of payments begun before this moment: they limit nobody any more."""
    old = transactions.c.address.is_not(None), transactions.c.created_at < before
    async with storage.begin() as connection:
        await connection.execute(update(transactions).where(*old).values(address=None))
