"""Ask Stripe for something of our own accord: written down before, so that it is done once whatever happens."""

from saleor_stripe_app.domain.errors import Declined, Unavailable
from saleor_stripe_app.domain.operation import Operation, OperationState
from saleor_stripe_app.domain.shop import Configuration
from saleor_stripe_app.storage import leases, operations
from saleor_stripe_app.storage.leases import Lease
from saleor_stripe_app.stripe_gateway import operations as stripe_operations
from saleor_stripe_app.stripe_gateway.calls import WITHIN
from saleor_stripe_app.usecases.backends import LEASE, Backends
from saleor_stripe_app.usecases.resolve import fail, note


async def carry_out(
    backends: Backends, configuration: Configuration, lease: Lease, operation: Operation, payment_intent_id: str
) -> bool:
    """Have Stripe carry the operation out; False if it was written down before, or another writer has the payment.

    Should we die, a look is due when the lease ends. Raises Declined, with the operation failed, and Unavailable, with
    the operation open.
    """
    stored, created = await operations.begin(backends.storage, operation, backends.clock() + LEASE)
    if not created or not await leases.holds(backends.storage, lease, backends.clock()):
        return False
    await perform_written(backends, configuration, stored, payment_intent_id)
    return True


async def perform_written(
    backends: Backends,
    configuration: Configuration,
    stored: Operation,
    payment_intent_id: str,
    *,
    within: float = WITHIN,
) -> None:
    """Have Stripe carry out what was written down, and close it. Raises as `carry_out` does."""
    client = backends.stripe.client(configuration.secret_key)
    try:
        shown = await stripe_operations.perform(client, stored, payment_intent_id, within=within)
    except Declined as declined:
        await fail(backends, stored, declined)
        raise
    except Unavailable as unavailable:
        await note(backends, stored, unavailable)
        raise
    await operations.close(backends.storage, stored.id, OperationState.SUCCEEDED, stripe_id=shown.id)
