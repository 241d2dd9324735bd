"""Until when an authorization can be captured."""

from saleor_stripe_app.domain import money
from saleor_stripe_app.domain.payment import Payment


def authorized(payment: Payment, amount: int) -> str:
    """What is held, in words, with Stripe's own deadline where the charge shows one; the day is UTC's.

    How long a card is held depends on its network and on who began the payment
    (https://docs.stripe.com/payments/place-a-hold-on-a-payment-method#auth-capture-limitations), so it is never
    reckoned here. `amount` is in minor units.
    """
    words = f"Authorized {money.display(amount, payment.currency)}"
    deadline = payment.charge.capture_before if payment.charge else None
    return words if deadline is None else f"{words} until {deadline.date().isoformat()}"
