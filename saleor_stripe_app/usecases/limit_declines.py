"""End a payment on which card after card is declined: somebody tests stolen cards with it."""

import logging

from saleor_stripe_app.domain.attempts import MOST_DECLINES, REQUEST, may_be_tested
from saleor_stripe_app.domain.errors import AppError
from saleor_stripe_app.domain.operation import OperationState
from saleor_stripe_app.domain.payment import Payment
from saleor_stripe_app.domain.shop import Configuration, TransactionRecord
from saleor_stripe_app.storage import operations
from saleor_stripe_app.stripe_gateway import charges, payments
from saleor_stripe_app.usecases.backends import LEASE, Backends
from saleor_stripe_app.usecases.cancellation import cancellation
from saleor_stripe_app.usecases.carry_out import perform_written

log = logging.getLogger(__name__)

SECONDS = 4.0  # a shopper may be waiting for the answer


async def limit_declines(
    backends: Backends, configuration: Configuration, record: TransactionRecord, payment: Payment
) -> Payment:
    """The payment as it stands after that; under its lease. Never raises: what fails is tried at the next look."""
    if not may_be_tested(payment):
        return payment
    try:
        client = backends.stripe.client(configuration.secret_key)
        if await charges.declined(client, payment.id, within=SECONDS) < MOST_DECLINES:
            return payment
        await _end(backends, configuration, record, payment)
        return await payments.read(client, payment.id, warned=record.warned, within=SECONDS) or payment
    except AppError as error:
        log.warning("declines not limited", extra={"payment_intent": payment.id, "reason": str(error)})
        return payment


async def _end(backends: Backends, configuration: Configuration, record: TransactionRecord, payment: Payment) -> None:
    before = await operations.by_request(backends.storage, record.id, REQUEST)
    attempt = before.attempt + 1 if before and before.state is OperationState.FAILED else 1
    # `fraudulent` would accuse somebody on a guess.
    operation = cancellation(backends, record, payment, request=REQUEST, attempt=attempt, reason="abandoned")
    stored, created = await operations.begin(backends.storage, operation, backends.clock() + LEASE)
    if not created:
        return  # its outcome is looked up by every look
    await perform_written(backends, configuration, stored, payment.id, within=SECONDS)
    log.warning("payment declined too often", extra={"payment_intent": payment.id})
