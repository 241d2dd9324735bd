"""A checkout is paid, an order was canceled: a reason to look at its payments, which sees what it would see without."""

from collections.abc import Sequence

from saleor_stripe_app.domain.shop import Installation
from saleor_stripe_app.storage import due, splits, transactions
from saleor_stripe_app.usecases.backends import Backends


async def source_changed(backends: Backends, installation: Installation, paid_by: Sequence[str]) -> None:
    """Mark those of the transactions as due that are ours."""
    for transaction_id in paid_by:
        record = await transactions.by_transaction(backends.storage, installation.saleor_api_url, transaction_id)
        if record is not None:
            await due.mark(backends.storage, record.id, backends.clock())
            backends.wake()


async def fulfilled(backends: Backends, installation: Installation, paid_by: Sequence[str]) -> None:
    """The same once goods were sent, which only vendors wait for: without any it is no reason to look."""
    if await splits.may_concern(backends.storage, installation.saleor_api_url):
        await source_changed(backends, installation, paid_by)
