"""An action request as what to ask of Stripe, once the payment permits it."""

from saleor_stripe_app.domain import metadata, money, permitted, plan, reasons
from saleor_stripe_app.domain.errors import Refusal
from saleor_stripe_app.domain.history import Kind
from saleor_stripe_app.domain.payment import Payment
from saleor_stripe_app.domain.requests import ActionRequest
from saleor_stripe_app.domain.shop import TransactionRecord


def planned_amount(request: ActionRequest) -> int | None:
    """The amount asked for in minor units, None where Saleor names none. Raises Unrepresentable."""
    return None if request.amount is None else money.to_minor(request.amount, request.currency)


def planned_parameters(
    request: ActionRequest,
    payment: Payment | None,
    amount: int | None,
    *,
    payment_intent_id: str,
    reference: str,
    app_id: str,
    record: TransactionRecord,
) -> tuple[int, plan.Parameters]:
    """The amount that moves and the exact parameters. Raises Refusal for what the payment does not permit.

    `payment` may be left out for a refund of a named amount: Stripe knows best what is left, in one request.
    """
    if payment is not None and payment.currency != request.currency.lower():
        raise Refusal(f"The payment is in {payment.currency.upper()}, not {request.currency}.", code="WrongCurrency")
    match request.kind:
        case Kind.CHARGE:
            assert payment is not None
            taken = payment.amount_capturable if amount is None else amount
            is_last = permitted.capture(payment, taken)
            return taken, plan.capture_parameters(amount=taken, operation=reference, keep_rest_open=not is_last)
        case Kind.CANCEL:
            assert payment is not None
            permitted.cancel(payment, amount)
            return payment.amount - payment.amount_received, plan.cancel_parameters(
                reason=reasons.of_cancel(request.reason)
            )
        case _:
            returned = amount if amount is not None else payment.refundable if payment else 0
            permitted.some(returned)
            marks = metadata.of_transaction(
                saleor_api_url=record.saleor_api_url,
                app_id=app_id,
                transaction_id=record.transaction_id,
                source_id=record.source_id,
                source_type=record.source_type,
            )
            return returned, plan.refund_parameters(
                payment_intent_id=payment_intent_id,
                amount=returned,
                metadata=marks,
                operation=reference,
                reason=request.reason,
            )
