"""Give the money of one payment back: cancel what is held, refund what was taken."""

import logging
from uuid import uuid4

from saleor_stripe_app.domain import metadata, plan, reasons
from saleor_stripe_app.domain.errors import Declined
from saleor_stripe_app.domain.operation import Operation, OperationKind, idempotency_key, next_attempt
from saleor_stripe_app.domain.payment import Payment
from saleor_stripe_app.domain.reasons import Reason
from saleor_stripe_app.domain.returned import MOST_TRIES, Back, back, of_payment
from saleor_stripe_app.domain.shop import Configuration, Installation, TransactionRecord
from saleor_stripe_app.storage import operations
from saleor_stripe_app.storage.leases import Lease
from saleor_stripe_app.usecases import tell_staff
from saleor_stripe_app.usecases.backends import Backends
from saleor_stripe_app.usecases.cancellation import cancellation
from saleor_stripe_app.usecases.carry_out import carry_out

log = logging.getLogger(__name__)


async def give_back(
    backends: Backends,
    installation: Installation,
    configuration: Configuration,
    record: TransactionRecord,
    lease: Lease,
    payment: Payment,
    *,
    request: str,
    reason: Reason,
) -> Back:
    """Ask Stripe for it, if it was not asked for before and no person has disposed of the money.

    `request` is our own name for why. Saleor hears of it by the look that follows. ASK: Stripe has carried it out now.
    Raises Unavailable.
    """
    known = await operations.of_transaction(backends.storage, record.id)
    found, wanted = back(payment, request, known), of_payment(payment)
    if found is not Back.ASK or wanted is None:
        return found
    attempt = next_attempt(request, known)
    if wanted.kind is OperationKind.REFUND:
        operation = _refund(backends, installation, record, payment, wanted.amount, request, attempt, reason)
    else:
        why = reasons.of_cancel(reason)
        operation = cancellation(backends, record, payment, request=request, attempt=attempt, reason=why)
    try:
        carried = await carry_out(backends, configuration, lease, operation, payment.id)
    except Declined as declined:
        await tell_staff.of_refused_key(backends, installation, configuration, declined)
        log.warning("money was not returned", extra={"transaction": record.id, "reason": str(declined)})
        return Back.LEAVE if attempt >= MOST_TRIES else Back.WAIT
    return Back.ASK if carried else Back.WAIT


def _refund(
    backends: Backends,
    installation: Installation,
    record: TransactionRecord,
    payment: Payment,
    amount: int,
    request: str,
    attempt: int,
    reason: Reason,
) -> Operation:
    reference = f"{payment.id}-{request}-{attempt}"
    marks = metadata.of_transaction(
        saleor_api_url=record.saleor_api_url,
        app_id=installation.app_id,
        transaction_id=record.transaction_id,
        source_id=record.source_id,
        source_type=record.source_type,
    )
    return Operation(
        id=str(uuid4()),
        transaction=record.id,
        kind=OperationKind.REFUND,
        request=request,
        attempt=attempt,
        idempotency_key=idempotency_key(record.saleor_api_url, f"{request} {payment.id}", attempt),
        reference=reference,
        amount=amount,
        created=backends.clock(),
        parameters=plan.refund_parameters(
            payment_intent_id=payment.id, amount=amount, metadata=marks, operation=reference, reason=reason
        ),
    )
