"""Holds on a shopper's money, and how long they last."""

from saleor_stripe_app.sandbox.stripe.captures import expire
from saleor_stripe_app.sandbox.stripe.charge_object import render as render_charge
from saleor_stripe_app.sandbox.stripe.context import Context
from saleor_stripe_app.sandbox.stripe.intent_object import render
from saleor_stripe_app.sandbox.stripe.objects import Charge, PaymentIntent

AUTHORIZATION_SECONDS = 7 * 24 * 3600
MERCHANT_INITIATED_VISA_SECONDS = (4 * 24 + 18) * 3600
"""https://docs.stripe.com/payments/place-a-hold-on-a-payment-method"""
EXTENDED_SECONDS = 30 * 24 * 3600
"""https://docs.stripe.com/payments/extended-authorization"""


def authorize(context: Context, intent: PaymentIntent, charge: Charge) -> None:
    """Hold the money until it is captured, given up, or the hold runs out."""
    charge.captured = False
    charge.capture_before = context.now + _window(context, charge)
    intent.status = "requires_capture"
    intent.amount_capturable = intent.amount
    context.emit("charge.succeeded", render_charge(context, charge))
    context.emit("payment_intent.amount_capturable_updated", render(intent), {"amount_capturable": 0})

    def run_out(later: Context) -> None:
        if intent.status == "requires_capture" and intent.latest_charge == charge.id:
            expire(later, intent)

    context.later(charge.capture_before, run_out)


def _window(context: Context, charge: Charge) -> int:
    if charge.extended:
        return EXTENDED_SECONDS
    visa = context.books.payment_methods[charge.payment_method].details.get("brand") == "visa"
    return MERCHANT_INITIATED_VISA_SECONDS if visa and charge.off_session else AUTHORIZATION_SECONDS
