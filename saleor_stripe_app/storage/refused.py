"""Refused: reports that Saleor did not take. None of them is sent again as it was."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from saleor_stripe_app.domain.transaction import EventType
from saleor_stripe_app.storage.engine import Storage, insert_if_new
from saleor_stripe_app.storage.tables import refused

_OF_TRANSACTION = select(refused.c.type, refused.c.reference).where(refused.c.transaction == bindparam("of"))


@dataclass(frozen=True, slots=True)
class RefusedReport:
    """A report of a transaction (its record's id) and why Saleor refused it. `amount` is the decimal as it was sent."""

    transaction: str
    type: EventType
    reference: str
    amount: str
    code: str
    message: str
    at: datetime


async def record(
    storage: Storage,
    transaction: str,
    type: EventType,  # noqa: A002 (Saleor's name of it)
    reference: str,
    amount: str,
    *,
    code: str,
    message: str,
    now: datetime,
) -> bool:
    """Record a refused report. False if the same was refused before."""
    row = {
        "transaction": transaction,
        "type": type.value,
        "reference": reference,
        "amount": amount,
        "code": code,
        "message": message[:500],
        "at": now,
    }
    async with storage.begin() as connection:
        return await insert_if_new(connection, refused, row)


async def of_transaction(storage: Storage, transaction: str) -> frozenset[tuple[EventType, str]]:
    """Type and reference of each report of a transaction that was refused."""
    async with storage.read() as connection:
        return await of_transaction_in(connection, transaction)


async def of_transaction_in(connection: AsyncConnection, transaction: str) -> frozenset[tuple[EventType, str]]:
    """`of_transaction` over a connection that is open."""
    rows = (await connection.execute(_OF_TRANSACTION, {"of": transaction})).all()
    return frozenset((EventType(row.type), row.reference) for row in rows)


async def reports(storage: Storage, transaction: str) -> tuple[RefusedReport, ...]:
    """The refused reports of a transaction with Saleor's reasons, oldest first."""
    statement = (
        select(refused)
        .where(refused.c.transaction == transaction)
        .order_by(refused.c.at, refused.c.type, refused.c.reference, refused.c.amount)
    )
    async with storage.read() as connection:
        rows = (await connection.execute(statement)).all()
    return tuple(
        RefusedReport(
            transaction=row.transaction,
            type=EventType(row.type),
            reference=row.reference,
            amount=row.amount,
            code=row.code,
            message=row.message,
            at=row.at,
        )
        for row in rows
    )
