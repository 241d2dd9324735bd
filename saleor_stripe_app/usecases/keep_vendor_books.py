"""Keep the books for vendors' statements: what a look finds that was not so before is written down with its time."""

from saleor_stripe_app.domain.marketplace.vendor_books import entries
from saleor_stripe_app.storage import transfer_operations, vendor_books
from saleor_stripe_app.usecases.backends import Backends
from saleor_stripe_app.usecases.move_to_vendors import Job, Moved


async def keep_vendor_books(backends: Backends, job: Job, moved: Moved) -> None:
    """Called at the end of a look, under its lease."""
    transaction = job.record.id
    missing = entries(
        await vendor_books.of_transaction(backends.storage, transaction),
        job.split.returns,
        moved.made.transfers,
        await transfer_operations.of_transaction(backends.storage, transaction),
        {share.vendor: share.fee for share in job.allocation.shares if share.fee},
    )
    if missing:
        await vendor_books.add(backends.storage, transaction, missing, backends.clock())
