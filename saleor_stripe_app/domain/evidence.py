"""Whether Stripe shows that an operation whose answer was lost was carried out."""

from saleor_stripe_app.domain import metadata
from saleor_stripe_app.domain.confirmation import UNCONFIRMED
from saleor_stripe_app.domain.operation import Operation, OperationKind
from saleor_stripe_app.domain.payment import IntentStatus, Payment


def carried_out(operation: Operation, payment: Payment) -> str | None:
    """The id of the object that shows it, None when Stripe shows nothing of it.

    A capture and a refund leave the operation's reference in the metadata; only one cancel can ever succeed. Who
    confirmed an intent is not told apart: once somebody did, there is nothing left of it to do.
    """
    match operation.kind:
        case OperationKind.CREATE:
            return payment.id if payment.metadata.get(metadata.TRANSACTION) == operation.request else None
        case OperationKind.CONFIRM:
            return None if payment.status in UNCONFIRMED | {IntentStatus.CANCELED} else payment.id
        case OperationKind.CAPTURE:
            return payment.id if payment.metadata.get(metadata.OPERATION) == operation.reference else None
        case OperationKind.CANCEL:
            return payment.id if payment.status is IntentStatus.CANCELED else None
        case OperationKind.REFUND:
            return next((r.id for r in payment.refunds if r.operation == operation.reference), None)
