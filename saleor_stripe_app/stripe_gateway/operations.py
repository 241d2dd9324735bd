"""One door for every stored operation: sent, or sent again, exactly as it was written down."""

import stripe

from saleor_stripe_app.domain.operation import Operation, OperationKind
from saleor_stripe_app.domain.payment import Payment, Refund
from saleor_stripe_app.stripe_gateway import payment_intents, refunds
from saleor_stripe_app.stripe_gateway.calls import WITHIN


async def perform(
    client: stripe.StripeClient, operation: Operation, payment_intent_id: str | None, *, within: float = WITHIN
) -> Payment | Refund:
    """Ask Stripe for the operation under its idempotency key: a refund answers with the Refund, the rest with the
    Payment (without its refunds).

    `payment_intent_id` is needed by a confirmation, a capture and a cancel. Raises Declined: nothing moved;
    Unavailable: not known, and with `stored` the same request would only bring the same answer.
    """
    parameters, key = operation.parameters, operation.idempotency_key
    match operation.kind:
        case OperationKind.CREATE:
            return await payment_intents.create(client, parameters, key, within=within)
        case OperationKind.REFUND:
            return await refunds.create(client, parameters, key, within=within)
        case OperationKind.CONFIRM | OperationKind.CAPTURE | OperationKind.CANCEL if payment_intent_id is None:
            raise ValueError(f"A {operation.kind} names its payment intent.")
        case OperationKind.CONFIRM:
            return await payment_intents.confirm(client, payment_intent_id, parameters, key, within=within)
        case OperationKind.CAPTURE:
            return await payment_intents.capture(client, payment_intent_id, parameters, key, within=within)
        case OperationKind.CANCEL:
            return await payment_intents.cancel(client, payment_intent_id, parameters, key, within=within)
