"""The books of payments for vendors' statements: entries are added, with their time, and never changed."""

from datetime import datetime

import msgspec
from sqlalchemy import delete, func, select, update

from saleor_stripe_app.domain.marketplace.returning import Return
from saleor_stripe_app.domain.marketplace.vendor_books import Books, Entries
from saleor_stripe_app.storage.engine import Storage
from saleor_stripe_app.storage.statement_tables import moves_elsewhere, vendor_fees, vendor_returns

_return = msgspec.json.Decoder(Return)


async def of_transaction(storage: Storage, transaction: str) -> Books:
    """What they say of a payment now."""
    returns = select(vendor_returns.c.returned).where(
        vendor_returns.c.transaction == transaction, vendor_returns.c.ended.is_(None)
    )
    elsewhere = (
        select(moves_elsewhere.c.transfer, func.sum(moves_elsewhere.c.amount))
        .where(moves_elsewhere.c.transaction == transaction)
        .group_by(moves_elsewhere.c.transfer)
    )
    fees = select(vendor_fees.c.vendor, vendor_fees.c.fee).where(vendor_fees.c.transaction == transaction)
    async with storage.read() as connection:
        return Books(
            returns=tuple(
                _return.decode(text)
                for text in (await connection.execute(returns.order_by(vendor_returns.c.id))).scalars()
            ),
            elsewhere={transfer: int(amount) for transfer, amount in (await connection.execute(elsewhere)).all()},
            fees={row.vendor: row.fee for row in (await connection.execute(fees)).all()},
        )


async def add(storage: Storage, transaction: str, entries: Entries, now: datetime) -> None:
    """Write down what a look has found. Only who has the payment's lease may do so."""
    async with storage.begin() as connection:
        for ended in entries.ended:
            statement = update(vendor_returns).where(
                vendor_returns.c.transaction == transaction,
                vendor_returns.c.returned == _text(ended),
                vendor_returns.c.ended.is_(None),
            )
            await connection.execute(statement.values(ended=now))
        for begun in entries.begun:
            row = {"transaction": transaction, "at": now, "returned": _text(begun)}
            await connection.execute(vendor_returns.insert().values(row))
        for one in entries.elsewhere:
            moved = {"transaction": transaction, "vendor": one.vendor, "transfer": one.transfer, "amount": one.amount}
            await connection.execute(moves_elsewhere.insert().values(moved | {"at": now}))
        if entries.fees is not None:
            await connection.execute(delete(vendor_fees).where(vendor_fees.c.transaction == transaction))
            borne = [{"transaction": transaction, "vendor": vendor, "fee": fee} for vendor, fee in entries.fees.items()]
            if borne:
                await connection.execute(vendor_fees.insert(), borne)


def _text(returned: Return) -> str:
    return msgspec.json.encode(returned).decode()
