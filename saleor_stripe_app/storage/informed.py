"""Informed: INFO reports, recorded before they are sent, since Saleor takes each of them as new."""

from datetime import datetime

from saleor_stripe_app.storage.engine import Storage, insert_if_new
from saleor_stripe_app.storage.tables import informed


async def once(storage: Storage, transaction: str, reference: str, at: datetime) -> bool:
    """Whether the INFO report of this reference is to be sent: true the first time only."""
    async with storage.begin() as connection:
        row = {"transaction": transaction, "reference": reference, "at": at}
        return await insert_if_new(connection, informed, row)
