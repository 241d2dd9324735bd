"""A transaction as Saleor shows it now, with its amounts and its whole history."""

import msgspec

from saleor_stripe_app.domain.shop import Installation
from saleor_stripe_app.domain.transaction import Transaction
from saleor_stripe_app.saleor.client import SaleorClient
from saleor_stripe_app.saleor.wire import Item


class _Found(msgspec.Struct, frozen=True):
    transaction: Item | None = None


async def read(client: SaleorClient, installation: Installation, transaction_id: str) -> Transaction | None:
    """The transaction with this global id; None when Saleor has none, or shows it to another app only.

    Raises what `SaleorClient.execute` raises.
    """
    found = await client.execute(installation, "transaction", {"id": transaction_id}, _Found)
    return found.transaction.transaction() if found.transaction else None
