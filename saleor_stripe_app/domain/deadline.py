"""Until when an authorization can be captured, and what is done before it runs out.

How long a card is held depends on its network and on who began the payment
(https://docs.stripe.com/payments/place-a-hold-on-a-payment-method#auth-capture-limitations), so it is never reckoned
here: Stripe shows it with the charge.
"""

from datetime import datetime, timedelta

from saleor_stripe_app.domain import money
from saleor_stripe_app.domain.payment import IntentStatus, Payment

# A working day to capture in; of a hold shorter than two days, half of it.
WARNED_BEFORE = timedelta(hours=24)
# In the last quarter of that time another authorization takes its place, where the merchant wants it: until then staff
# could capture, and after it there is still time to try again what Stripe or Saleor did not answer.
WARNED, RENEWED = 1, 4


def authorized(payment: Payment, amount: int) -> str:
    """What is held, in words, with Stripe's own deadline where the charge shows one; the day is UTC's.

    `amount` is in minor units.
    """
    words = f"Authorized {money.display(amount, payment.currency)}"
    deadline = payment.charge.capture_before if payment.charge else None
    return words if deadline is None else f"{words} until {deadline.date().isoformat()}"


def expires(payment: Payment) -> datetime | None:
    """When what is held now is released by itself; None where nothing is held, or Stripe does not say until when."""
    if payment.status is not IntentStatus.REQUIRES_CAPTURE or payment.charge is None:
        return None
    return payment.charge.capture_before


def runs_out(payment: Payment, now: datetime) -> bool:
    """Whether staff should capture now what they want of it: little time is left, but some."""
    return _is_after(payment, now, WARNED) and _is_held(payment, now)


def is_renewed(payment: Payment, now: datetime) -> bool:
    """Whether it is time for another authorization in place of this one, where the merchant wants that."""
    return was_renewable(payment, now) and _is_held(payment, now)


def was_renewable(payment: Payment, now: datetime) -> bool:
    """Whether that time has come at all, whatever became of the authorization."""
    return _is_after(payment, now, RENEWED)


def has_run_out(payment: Payment) -> bool:
    """Whether Stripe has released what was held, since nobody captured it in time."""
    return payment.status is IntentStatus.CANCELED and payment.cancellation_reason == "automatic"


def next_look(payment: Payment, now: datetime) -> datetime | None:
    """When to look at the payment again for the sake of its deadline alone; None: never."""
    if not _is_held(payment, now):
        return None
    moments = (_moment(payment, part) for part in (WARNED, RENEWED))
    return next((at for at in moments if at is not None and at > now), None)


def _is_held(payment: Payment, now: datetime) -> bool:
    end = expires(payment)
    return end is not None and now < end


def _is_after(payment: Payment, now: datetime, part: int) -> bool:
    moment = _moment(payment, part)
    return moment is not None and moment <= now


def _moment(payment: Payment, part: int) -> datetime | None:
    """When the last of so many parts of the time that staff have begins; None without a deadline."""
    charge = payment.charge
    if charge is None or charge.capture_before is None:
        return None
    lead = min(WARNED_BEFORE, (charge.capture_before - charge.created) / 2)
    return charge.capture_before - lead / part
