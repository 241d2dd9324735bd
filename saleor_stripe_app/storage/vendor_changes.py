"""Who changed what of a vendor, and when; written in the SQL transaction of the change itself."""

import json
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from saleor_stripe_app.domain.marketplace.vendor_record import VendorChange
from saleor_stripe_app.storage.engine import Storage
from saleor_stripe_app.storage.marketplace_tables import vendor_changes


async def record_in(
    connection: AsyncConnection,
    saleor_api_url: str,
    vendor: str,
    at: datetime,
    who: str,
    what: Mapping[str, tuple[str | None, str | None]],
) -> None:
    """Write a change down, as part of a transaction; nothing where nothing changed."""
    if what:
        row = {
            "saleor_api_url": saleor_api_url,
            "vendor": vendor,
            "at": at,
            "who": who,
            "what": json.dumps(what),
        }
        await connection.execute(vendor_changes.insert().values(row))


async def latest(storage: Storage, saleor_api_url: str, vendor: str, limit: int) -> tuple[VendorChange, ...]:
    """The last changes of a vendor, newest first."""
    statement = (
        select(vendor_changes)
        .where(vendor_changes.c.saleor_api_url == saleor_api_url, vendor_changes.c.vendor == vendor)
        .order_by(vendor_changes.c.id.desc())
        .limit(limit)
    )
    async with storage.read() as connection:
        rows = (await connection.execute(statement)).all()
    return tuple(
        VendorChange(row.at, row.who, {name: (pair[0], pair[1]) for name, pair in json.loads(row.what).items()})
        for row in rows
    )
