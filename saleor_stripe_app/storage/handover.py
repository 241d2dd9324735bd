"""The end of a piece of work on a payment: its lease and its next look change in one SQL transaction."""

from datetime import datetime

from saleor_stripe_app.storage import due, leases
from saleor_stripe_app.storage.due import Due
from saleor_stripe_app.storage.engine import Storage
from saleor_stripe_app.storage.leases import Lease


async def answered(storage: Storage, lease: Lease, taken_at: datetime) -> None:
    """Saleor was answered: it has the lease until then, since a report must not meet its recalculation; then look."""
    async with storage.begin() as connection:
        await leases.end_in(connection, lease, taken_at)
        await due.mark_in(connection, lease.transaction, taken_at)


async def looked_at(storage: Storage, lease: Lease, looked: Due, now: datetime) -> None:
    """A look that was due is over: the lease ends now, and it is due no longer, unless it was marked meanwhile."""
    async with storage.begin() as connection:
        await leases.end_in(connection, lease)
        await due.done_in(connection, looked, now)


async def nothing_to_tell(storage: Storage, lease: Lease, looked: Due | None, now: datetime) -> None:
    """Nothing was booked: the lease ends now, and the look that was meant for a crash is not needed any more."""
    async with storage.begin() as connection:
        await leases.end_in(connection, lease)
        if looked is not None:
            await due.strike_in(connection, looked, now)
