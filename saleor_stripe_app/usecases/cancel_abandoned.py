"""Cancel intents that nobody paid, so that no one pays for a cart that is long gone."""

import logging
from datetime import timedelta

from saleor_stripe_app.domain.abandoned import REQUEST, TRYING_FOR, Fate, fate, is_wanted, next_check
from saleor_stripe_app.domain.errors import AppError, Unavailable
from saleor_stripe_app.domain.payment import UNPAID, Payment
from saleor_stripe_app.domain.shop import Configuration, TransactionRecord
from saleor_stripe_app.saleor import transactions as saleor_transactions
from saleor_stripe_app.storage import configurations, handover, installations, leases, operations, transactions
from saleor_stripe_app.storage.leases import Lease
from saleor_stripe_app.stripe_gateway import payments
from saleor_stripe_app.usecases.backends import LEASE, Backends
from saleor_stripe_app.usecases.cancellation import cancellation
from saleor_stripe_app.usecases.carry_out import carry_out

log = logging.getLogger(__name__)

AT_ONCE = 20
AFTER_FAILURE = timedelta(days=1)  # a key that Stripe refuses, a cancel that it declines


async def cancel_abandoned(backends: Backends, limit: int = AT_ONCE) -> int:
    """Look at a few payments that may have been left, or that nobody wants any more, and cancel those; how many.

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
    found = await _fate(backends, record, payment) if payment is not None else Fate.ENDED
    if configuration is None or payment is None or found is Fate.ENDED:
        await transactions.check_abandoned(backends.storage, record.id, None)
        return False
    if found is Fate.WAITING or await operations.open_of(backends.storage, record.id):
        await transactions.check_abandoned(backends.storage, record.id, next_check(payment, now))
        return False
    before = await operations.by_request(backends.storage, record.id, REQUEST)
    attempt = before.attempt + 1 if before else 1
    operation = cancellation(backends, record, payment, request=REQUEST, attempt=attempt, reason="abandoned")
    # Until the outcome is known; if it is a failure, tried again then.
    await transactions.check_abandoned(backends.storage, record.id, now + AFTER_FAILURE)
    if not await carry_out(backends, configuration, lease, operation, payment.id):
        return False
    await transactions.check_abandoned(backends.storage, record.id, None)
    await handover.answered(backends.storage, lease, backends.clock())
    backends.wake()
    return True


async def _fate(backends: Backends, record: TransactionRecord, payment: Payment) -> Fate:
    """Saleor is asked whether somebody may still pay only where time alone does not say so."""
    found = fate(payment, backends.clock())
    installation = await installations.by_url(backends.storage, record.saleor_api_url)
    if found is not Fate.WAITING or payment.status not in UNPAID or installation is None:
        return found
    transaction = await saleor_transactions.read(backends.saleor, installation, record.transaction_id)
    if transaction is None or is_wanted(transaction):
        return found
    return fate(payment, backends.clock(), wanted=False)


async def _as_it_stands(
    backends: Backends, record: TransactionRecord, configuration: Configuration | None
) -> Payment | None:
    """None where there is nothing to cancel: no intent was made, it is another account's, or its key was erased."""
    if configuration is None or not configuration.secret_key or record.payment_intent_id is None:
        return None
    return await payments.read(backends.stripe.client(configuration.secret_key), record.payment_intent_id)
