"""What vendors owe: what could not be taken back, less what was kept of later transfers for it."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select

from saleor_stripe_app.domain.marketplace.outstanding_transfers import Debt
from saleor_stripe_app.storage.engine import Storage, insert_if_new
from saleor_stripe_app.storage.marketplace_tables import vendors
from saleor_stripe_app.storage.transfer_tables import debts


async def of_transaction(storage: Storage, transaction: str) -> tuple[Debt, ...]:
    """What one payment did to its vendors' debts."""
    statement = select(debts.c.vendor, debts.c.amount).where(debts.c.transaction == transaction)
    async with storage.read() as connection:
        rows = (await connection.execute(statement)).all()
    return tuple(Debt(row.vendor, owed=max(0, row.amount), settled=max(0, -row.amount)) for row in rows)


async def of_vendors(storage: Storage, saleor_api_url: str, currency: str) -> Mapping[str, int]:
    """What every vendor owes in a currency, by key, in minor units; those who owe nothing are left out."""
    owed = func.sum(debts.c.amount)
    statement = (
        select(debts.c.vendor, owed)
        .where(debts.c.saleor_api_url == saleor_api_url, debts.c.currency == currency)
        .group_by(debts.c.vendor)
        .having(owed > 0)
    )
    async with storage.read() as connection:
        return {vendor: int(amount) for vendor, amount in (await connection.execute(statement)).all()}


async def record(
    storage: Storage,
    saleor_api_url: str,
    transaction: str,
    identity: str,
    vendor: str,
    currency: str,
    amount: int,
    now: datetime,
) -> bool:
    """Add `amount` to what a vendor owes, or pay it of that if it is below 0. False where that was done before, or
    where the vendor owes less than that by now: another payment may have paid it meanwhile.
    """
    row = {
        "transaction": transaction,
        "identity": identity,
        "saleor_api_url": saleor_api_url,
        "vendor": vendor,
        "currency": currency,
        "amount": amount,
        "at": now,
    }
    mine = (vendors.c.saleor_api_url == saleor_api_url) & (vendors.c.key == vendor)
    owed = select(func.coalesce(func.sum(debts.c.amount), 0)).where(
        debts.c.saleor_api_url == saleor_api_url, debts.c.vendor == vendor, debts.c.currency == currency
    )
    async with storage.begin() as connection:
        if amount < 0:
            # Held until the end of the SQL transaction: two payments at once would pay the same debt twice.
            await connection.execute(select(vendors.c.key).where(mine).with_for_update())
            if (await connection.execute(owed)).scalar_one() < -amount:
                return False
        return await insert_if_new(connection, debts, row)
