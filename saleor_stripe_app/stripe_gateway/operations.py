"""One door for every stored operation: sent, or sent again, exactly as it was written down."""

import logging

import stripe

from saleor_stripe_app.domain.errors import Declined, Unavailable
from saleor_stripe_app.domain.operation import Operation, OperationKind
from saleor_stripe_app.domain.payment import Payment, Refund
from saleor_stripe_app.stripe_gateway import payment_intents, refunds
from saleor_stripe_app.stripe_gateway.calls import WITHIN
from saleor_stripe_app.stripe_gateway.client import asked_for

log = logging.getLogger(__name__)


async def perform(
    client: stripe.StripeClient, operation: Operation, payment_intent_id: str | None, *, within: float = WITHIN
) -> Payment | Refund:
    """Ask Stripe for the operation under its idempotency key: a refund answers with the Refund, the rest with the
    Payment (without its refunds).

    `payment_intent_id` is needed by a confirmation, a capture and a cancel. Raises Declined: nothing moved;
    Unavailable: not known, and with `stored` the same request would only bring the same answer. The line of the log
    that names Stripe's request names the operation, too, and who asked is in its context.
    """
    fields = {
        "operation": operation.id,
        "kind": operation.kind.value,
        "amount": operation.amount,
        "reference": operation.reference,
        "attempt": operation.attempt,
        "payment_intent": payment_intent_id or "",
    }
    named = asked_for.set(fields)
    try:
        return await _performed(client, operation, payment_intent_id, within)
    except Declined as declined:
        log.info("money was not moved", extra={**fields, "outcome": "declined", "code": declined.stripe_code or ""})
        raise
    except Unavailable as unavailable:
        log.warning("it is not known whether money moved", extra={**fields, "reason": str(unavailable)})
        raise
    finally:
        asked_for.reset(named)


async def _performed(
    client: stripe.StripeClient, operation: Operation, payment_intent_id: str | None, within: float
) -> Payment | Refund:
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
