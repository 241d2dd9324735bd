"""Cancel intents that nobody paid, so that no one pays for a cart that is long gone."""

import logging
from datetime import timedelta
from uuid import uuid4

from saleor_stripe_app.domain import plan
from saleor_stripe_app.domain.abandoned import REQUEST, TRYING_FOR, Fate, fate, next_check
from saleor_stripe_app.domain.errors import AppError, Declined, Unavailable
from saleor_stripe_app.domain.operation import Operation, OperationKind, OperationState, idempotency_key
from saleor_stripe_app.domain.payment import Payment
from saleor_stripe_app.domain.shop import Configuration, TransactionRecord
from saleor_stripe_app.storage import configurations, handover, leases, operations, transactions
from saleor_stripe_app.storage.leases import Lease
from saleor_stripe_app.stripe_gateway import operations as stripe_operations
from saleor_stripe_app.stripe_gateway import payments
from saleor_stripe_app.usecases.backends import LEASE, Backends
from saleor_stripe_app.usecases.resolve import fail, note

log = logging.getLogger(__name__)

AT_ONCE = 20
AFTER_FAILURE = timedelta(days=1)  # a key that Stripe refuses, a cancel that it declines


async def cancel_abandoned(backends: Backends, limit: int = AT_ONCE) -> int:
    """Look at a few payments that may have been left, and cancel those that were; how many.

    From our own records, one after the other. Saleor is told by the ordinary look that follows. Raises Unavailable when
    the database does not answer.
    """
    canceled = 0
    for record in await transactions.perhaps_abandoned(backends.storage, backends.clock(), limit):
        lease = await leases.take(backends.storage, record.id, backends.owner, backends.clock(), LEASE)
        if lease is None:
            continue
        try:
            canceled += await _canceled(backends, record, lease)
        except AppError as error:
            pause = TRYING_FOR if isinstance(error, Unavailable) else AFTER_FAILURE
            await transactions.check_abandoned(backends.storage, record.id, backends.clock() + pause)
            log.warning("not seen whether a payment was left", extra={"transaction": record.id, "reason": str(error)})
        finally:
            await leases.release(backends.storage, lease)
    return canceled


async def _canceled(backends: Backends, record: TransactionRecord, lease: Lease) -> bool:
    now = backends.clock()
    configuration = await configurations.by_id(backends.storage, record.configuration_id)
    payment = await _as_it_stands(backends, record, configuration)
    if configuration is None or payment is None or (found := fate(payment, now)) is Fate.ENDED:
        await transactions.check_abandoned(backends.storage, record.id, None)
        return False
    if found is Fate.WAITING or await operations.open_of(backends.storage, record.id):
        await transactions.check_abandoned(backends.storage, record.id, next_check(payment, now))
        return False
    operation = await _planned(backends, record, payment)
    stored, created = await operations.begin(backends.storage, operation, now + LEASE)
    # Until the outcome is known; if it is a failure, tried again then.
    await transactions.check_abandoned(backends.storage, record.id, now + AFTER_FAILURE)
    if not created or not await leases.holds(backends.storage, lease, backends.clock()):
        return False
    client = backends.stripe.client(configuration.secret_key)
    try:
        shown = await stripe_operations.perform(client, stored, payment.id)
    except Declined as declined:
        await fail(backends, stored, declined)
        raise
    except Unavailable as unavailable:
        await note(backends, stored, unavailable)
        raise
    await operations.close(backends.storage, stored.id, OperationState.SUCCEEDED, stripe_id=shown.id)
    await transactions.check_abandoned(backends.storage, record.id, None)
    await handover.answered(backends.storage, lease, backends.clock())
    backends.wake()
    return True


async def _as_it_stands(
    backends: Backends, record: TransactionRecord, configuration: Configuration | None
) -> Payment | None:
    """None where there is nothing to cancel: no intent was made, it is another account's, or its key was erased."""
    if configuration is None or not configuration.secret_key or record.payment_intent_id is None:
        return None
    return await payments.read(backends.stripe.client(configuration.secret_key), record.payment_intent_id)


async def _planned(backends: Backends, record: TransactionRecord, payment: Payment) -> Operation:
    before = await operations.by_request(backends.storage, record.id, REQUEST)
    attempt = before.attempt + 1 if before else 1
    return Operation(
        id=str(uuid4()),
        transaction=record.id,
        kind=OperationKind.CANCEL,
        request=REQUEST,
        attempt=attempt,
        idempotency_key=idempotency_key(record.saleor_api_url, f"{REQUEST} {payment.id}", attempt),
        reference=payment.id,
        amount=payment.amount,
        created=backends.clock(),
        parameters=plan.cancel_parameters(reason="abandoned"),
    )
