"""Staff see to a vendor's part of a payment: they release it, or have Stripe asked again at once."""

from collections.abc import Awaitable, Callable

from saleor_stripe_app.domain.errors import Refusal
from saleor_stripe_app.domain.marketplace.split import ShareStanding
from saleor_stripe_app.domain.shop import Installation
from saleor_stripe_app.storage import shares, transactions
from saleor_stripe_app.usecases.backends import Backends


async def release(
    backends: Backends, installation: Installation, who: str, transaction_id: str, vendor: str
) -> ShareStanding:
    """Send it without waiting for its release; no other reason is overruled. Raises Refusal (UnknownTransfer)."""
    now = backends.clock()
    return await _done(
        backends,
        installation,
        transaction_id,
        vendor,
        lambda one: shares.release(backends.storage, one, vendor, who, now),
    )


async def retry(backends: Backends, installation: Installation, transaction_id: str, vendor: str) -> ShareStanding:
    """Ask Stripe again at the look that follows at once. Raises Refusal (UnknownTransfer)."""
    now = backends.clock()
    return await _done(
        backends, installation, transaction_id, vendor, lambda one: shares.retry(backends.storage, one, vendor, now)
    )


async def _done(
    backends: Backends,
    installation: Installation,
    transaction_id: str,
    vendor: str,
    change: Callable[[str], Awaitable[bool]],
) -> ShareStanding:
    readable = transaction_id.isprintable() and vendor.isprintable()
    url = installation.saleor_api_url
    record = await transactions.by_transaction(backends.storage, url, transaction_id) if readable else None
    if record is None or not await change(record.id):
        raise Refusal("This vendor has no part of such a payment.", code="UnknownTransfer")
    backends.wake()
    found = await shares.of_transaction(backends.storage, record.id)
    return next(one for one in found if one.vendor == vendor)
