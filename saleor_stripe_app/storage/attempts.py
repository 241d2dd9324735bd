"""Attempts: how many payments were begun lately for one cart, by one customer, from one address."""

from datetime import datetime

from sqlalchemy import ColumnElement, ScalarSelect, func, literal, select, update

from saleor_stripe_app.domain.attempts import Attempts
from saleor_stripe_app.domain.shop import TransactionRecord
from saleor_stripe_app.storage.engine import Storage
from saleor_stripe_app.storage.tables import transactions


async def besides(storage: Storage, record: TransactionRecord, since: datetime) -> Attempts:
    """The payments of this Saleor begun at `since` or later that share something with this one, itself left out."""
    counted = select(
        _count(record, since, transactions.c.source_id == record.source_id) if record.source_id else literal(0),
        _count(record, since, transactions.c.user_id == record.user_id) if record.user_id else literal(0),
        _count(record, since, transactions.c.address == record.address) if record.address else literal(0),
    )
    async with storage.read() as connection:
        source, customer, address = (await connection.execute(counted)).one()
    return Attempts(source, customer, address)


async def forget_addresses(storage: Storage, before: datetime) -> None:
    """Keep nothing of the addresses of payments begun before this moment: they limit nobody any more."""
    old = transactions.c.address.is_not(None), transactions.c.created_at < before
    async with storage.begin() as connection:
        await connection.execute(update(transactions).where(*old).values(address=None))


def _count(record: TransactionRecord, since: datetime, alike: ColumnElement[bool]) -> ScalarSelect[int]:
    return (
        select(func.count())
        .select_from(transactions)
        .where(
            alike,
            transactions.c.created_at >= since,
            transactions.c.saleor_api_url == record.saleor_api_url,
            transactions.c.transaction_id != record.transaction_id,
        )
        .scalar_subquery()
    )
