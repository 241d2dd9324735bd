"""When the two ledgers are equal: Stripe's payment in the terms of Saleor's eight amounts."""

from decimal import Decimal

from saleor_stripe_app.domain import money
from saleor_stripe_app.domain.history import Kind
from saleor_stripe_app.domain.payment import IntentStatus, Payment
from saleor_stripe_app.domain.transaction import Action, Amounts, Transaction


def expected(payment: Payment) -> Amounts:
    """The amounts that Saleor must show once nothing is in flight (ARCHITECTURE.md, "Equal")."""
    processing = payment.amount if payment.status is IntentStatus.PROCESSING else 0
    authorizing = processing if pending_kind(payment) is Kind.AUTHORIZATION else 0

    def amount(minor: int) -> Decimal:
        return money.to_decimal(minor, payment.currency)

    return Amounts(
        authorized=amount(payment.amount_capturable),
        charged=amount(payment.amount_received - payment.refunded - payment.refund_pending - payment.disputed),
        refunded=amount(payment.refunded),
        canceled=amount(payment.released),
        authorize_pending=amount(authorizing),
        charge_pending=amount(processing - authorizing),
        refund_pending=amount(payment.refund_pending),
    )


def pending_kind(payment: Payment) -> Kind:
    """What a processing payment is waiting for: its authorization, or the charge."""
    captured = payment.charge is not None and payment.charge.captured
    return Kind.AUTHORIZATION if payment.authorizes_first and not captured else Kind.CHARGE


def differences(payment: Payment, transaction: Transaction) -> dict[str, tuple[Decimal, Decimal]]:
    """The amounts that differ, as (Stripe's, Saleor's) by name; empty when the ledgers are equal."""
    stripe, saleor = expected(payment), transaction.amounts
    return {
        name: (getattr(stripe, name), getattr(saleor, name))
        for name in Amounts.__slots__
        if getattr(stripe, name) != getattr(saleor, name)
    }


def available_actions(payment: Payment) -> frozenset[Action]:
    """What staff can do with the payment as it stands now.

    Canceling an intent that nobody paid is not offered: Saleor clamps the amount to what is authorized and sends 0.
    """
    if payment.status is IntentStatus.REQUIRES_CAPTURE:
        capture = {Action.CHARGE, Action.CANCEL}
        return frozenset(capture | {Action.REFUND} if payment.refundable else capture)
    return frozenset({Action.REFUND}) if payment.refundable else frozenset()
