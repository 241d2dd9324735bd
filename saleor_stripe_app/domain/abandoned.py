"""Payments that nobody paid: when an intent is left for good, and what becomes of it.

Stripe never ends an intent by itself (https://docs.stripe.com/payments/paymentintents/lifecycle): one that is left open
can be paid long after its cart is gone.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from saleor_stripe_app.domain import attempts, order_awaited, reauthorization
from saleor_stripe_app.domain.operation import Operation, OperationKind
from saleor_stripe_app.domain.payment import UNPAID, IntentStatus, Payment
from saleor_stripe_app.domain.surplus import Surplus
from saleor_stripe_app.domain.transaction import Transaction

UNPAID_FOR = timedelta(hours=24)
# A shopper who tried and was declined may be looking for another card.
TRYING_FOR = timedelta(hours=1)
LOOKED_FOR = timedelta(days=180)
REQUEST = "abandoned"
_FOR_WANT_OF_PAYMENT = frozenset({REQUEST, attempts.REQUEST, reauthorization.GIVEN_UP})
_DECIDED_ANEW = frozenset({order_awaited.REQUEST, *(why.request for why in Surplus)})
# The shopper is somewhere on a page, as https://docs.stripe.com/api/payment_intents/object lists next actions. All
# others wait for money that may come by itself: a voucher to be paid at a till, a bank transfer, a mandate. Stripe ends
# these when they expire, and the intent asks for a payment method again.
_ON_A_PAGE = frozenset(
    {
        "alipay_handle_redirect",
        "blik_authorize",
        "cashapp_handle_redirect_or_display_qr_code",
        "klarna_display_qr_code",
        "redirect_to_url",
        "swish_handle_redirect_or_display_qr_code",
        "use_stripe_sdk",
        "wechat_pay_display_qr_code",
        "wechat_pay_redirect_to_android_app",
        "wechat_pay_redirect_to_ios_app",
    }
)


class Fate(StrEnum):
    """ENDED: money moved or it was canceled. WAITING: it may still be paid. ABANDONED: cancel it."""

    ENDED = "ended"
    WAITING = "waiting"
    ABANDONED = "abandoned"


def fate(payment: Payment, now: datetime, *, wanted: bool = True) -> Fate:
    """Whether a payment was left for good: unpaid for 24 hours, and nothing under way.

    One that is not wanted any more, since its checkout is gone or another payment paid for its order, is at once.
    """
    if payment.status not in UNPAID:
        return Fate.WAITING if payment.status is IntentStatus.PROCESSING else Fate.ENDED
    if payment.amount_received or payment.amount_capturable:
        return Fate.WAITING
    if payment.status is IntentStatus.REQUIRES_ACTION and payment.next_action not in _ON_A_PAGE:
        return Fate.WAITING
    if not wanted:
        return Fate.ABANDONED
    tried = payment.charge.created + TRYING_FOR if payment.charge else payment.created
    return Fate.ABANDONED if max(payment.created + UNPAID_FOR, tried) <= now else Fate.WAITING


def is_wanted(transaction: Transaction) -> bool:
    """Whether somebody may still pay: its checkout is there, or its order wants more than others have paid."""
    if transaction.order is not None:
        return not transaction.order.wants_no_payment
    return transaction.source_id is not None


def next_check(payment: Payment, now: datetime) -> datetime | None:
    """When to see again whether a payment that waits was left; None once that is no matter any more."""
    again = max(payment.created + UNPAID_FOR, now + TRYING_FOR)
    return again if again < payment.created + LOOKED_FOR else None


def still_meant(operation: Operation, payment: Payment) -> bool:
    """Whether a request whose answer was lost may be sent again: never an end for want of payment, once it is paid.

    Whether money should go back is decided anew: there may be an order by now.
    """
    if operation.request in _DECIDED_ANEW:
        return False
    if operation.kind is OperationKind.CANCEL and operation.request in _FOR_WANT_OF_PAYMENT:
        return payment.status in UNPAID
    return True
