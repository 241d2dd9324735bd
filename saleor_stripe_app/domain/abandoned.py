"""Payments that nobody paid: when an intent is left for good, and what becomes of it.

Stripe never ends an intent by itself (https://docs.stripe.com/payments/paymentintents/lifecycle): one that is left open
can be paid long after its cart is gone.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from saleor_stripe_app.domain import attempts
from saleor_stripe_app.domain.operation import Operation, OperationKind
from saleor_stripe_app.domain.payment import UNPAID, IntentStatus, Payment

UNPAID_FOR = timedelta(hours=24)
# A shopper who tried and was declined may be looking for another card.
TRYING_FOR = timedelta(hours=1)
LOOKED_FOR = timedelta(days=180)
REQUEST = "abandoned"
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


def fate(payment: Payment, now: datetime) -> Fate:
    """Whether a payment was left for good: unpaid for 24 hours, and nothing under way."""
    if payment.status not in UNPAID:
        return Fate.WAITING if payment.status is IntentStatus.PROCESSING else Fate.ENDED
    if payment.amount_received or payment.amount_capturable:
        return Fate.WAITING
    if payment.status is IntentStatus.REQUIRES_ACTION and payment.next_action not in _ON_A_PAGE:
        return Fate.WAITING
    tried = payment.charge.created + TRYING_FOR if payment.charge else payment.created
    return Fate.ABANDONED if max(payment.created + UNPAID_FOR, tried) <= now else Fate.WAITING


def next_check(payment: Payment, now: datetime) -> datetime | None:
    """When to see again whether a payment that waits was left; None once that is no matter any more."""
    again = max(payment.created + UNPAID_FOR, now + TRYING_FOR)
    return again if again < payment.created + LOOKED_FOR else None


def still_meant(operation: Operation, payment: Payment) -> bool:
    """Whether a request whose answer was lost may be sent again: never an end for want of payment, once it is paid."""
    if operation.kind is OperationKind.CANCEL and operation.request in (REQUEST, attempts.REQUEST):
        return payment.status in UNPAID
    return True
