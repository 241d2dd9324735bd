"""The end of an intent that no request of Saleor's asked for, as an operation."""

from uuid import uuid4

from saleor_stripe_app.domain import plan
from saleor_stripe_app.domain.operation import Operation, OperationKind, idempotency_key
from saleor_stripe_app.domain.payment import Payment
from saleor_stripe_app.domain.reasons import CancelReason
from saleor_stripe_app.domain.shop import TransactionRecord
from saleor_stripe_app.usecases.backends import Backends


def cancellation(
    backends: Backends,
    record: TransactionRecord,
    payment: Payment,
    *,
    request: str,
    attempt: int,
    reason: CancelReason,
) -> Operation:
    """Told under the intent's id, as every such release. `request` is our own name for why."""
    return Operation(
        id=str(uuid4()),
        transaction=record.id,
        kind=OperationKind.CANCEL,
        request=request,
        attempt=attempt,
        idempotency_key=idempotency_key(record.saleor_api_url, f"{request} {payment.id}", attempt),
        reference=payment.id,
        amount=payment.amount_capturable or payment.amount,
        created=backends.clock(),
        parameters=plan.cancel_parameters(reason=reason),
    )
