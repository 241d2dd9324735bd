"""What may become of an authorisation: taken whole or in parts, raised, given up, or run out.

https://docs.stripe.com/payments/place-a-hold-on-a-payment-method and https://docs.stripe.com/payments/multicapture
"""

from collections.abc import Mapping

from saleor_stripe_app.sandbox.stripe import disputes, early_fraud_warnings
from saleor_stripe_app.sandbox.stripe.charge_object import render as render_charge
from saleor_stripe_app.sandbox.stripe.charges import take
from saleor_stripe_app.sandbox.stripe.context import Context
from saleor_stripe_app.sandbox.stripe.destination_charges import FIELDS
from saleor_stripe_app.sandbox.stripe.errors import invalid, unexpected_state
from saleor_stripe_app.sandbox.stripe.form import Json
from saleor_stripe_app.sandbox.stripe.intent_object import render
from saleor_stripe_app.sandbox.stripe.objects import Charge, PaymentIntent

_MOST_CAPTURES = 50
_CANCELABLE = ("requires_payment_method", "requires_capture", "requires_confirmation", "requires_action")


def capture(
    context: Context,
    intent: PaymentIntent,
    amount: int | None,
    *,
    final: bool,
    routing: Mapping[str, Json] | None = None,
) -> None:
    """Take `amount`, or all that is left. A final capture releases the rest; the others need multicapture.

    `routing` says anew where the money goes.
    """
    if intent.status != "requires_capture":
        raise unexpected_state(
            render(intent),
            f"This PaymentIntent could not be captured because it has a status of {intent.status}. Only a "
            "PaymentIntent with one of the following statuses may be captured: requires_capture.",
        )
    charge = context.books.latest_charge(intent)
    amount = intent.amount_capturable if amount is None else amount
    _check_capture(intent, charge, amount, final=final)
    intent.fields |= routing or {}
    charge.fields |= {name: intent.fields.get(name) for name in FIELDS}
    before = intent.amount_capturable
    booked = charge.balance_transaction
    if amount:
        take(context, charge, amount)
    intent.amount_received += amount
    intent.amount_capturable = 0 if final else before - amount
    if final:
        intent.status, charge.captured = "succeeded", True
    if charge.multicapture:
        context.emit("charge.updated", render_charge(context, charge), {"balance_transaction": booked})
        context.emit("payment_intent.amount_capturable_updated", render(intent), {"amount_capturable": before})
    if final:
        context.emit("charge.captured", render_charge(context, charge), {"captured": False})
        context.emit("payment_intent.succeeded", render(intent))
        disputes.plan(context, charge)
        early_fraud_warnings.plan(context, charge)


def overcapture(context: Context, intent: PaymentIntent, amount: int) -> None:
    """Take more than was authorized, all at once: `amount` of the intent stays what it was.

    https://docs.stripe.com/payments/overcapture: the network says how much more, 15% in most trades.
    """
    charge = context.books.latest_charge(intent)
    if intent.status != "requires_capture" or charge.captures:
        raise unexpected_state(render(intent), "This PaymentIntent could not be overcaptured.")
    if not charge.amount < amount <= most_capturable(charge):
        raise invalid("This amount is not above what was authorized, or too far.", "amount_to_capture")
    take(context, charge, amount)
    intent.amount_received, intent.amount_capturable = amount, 0
    intent.status, charge.captured = "succeeded", True
    context.emit("charge.captured", render_charge(context, charge), {"captured": False})
    context.emit("payment_intent.succeeded", render(intent))


def most_capturable(charge: Charge) -> int:
    """How much the network lets a merchant take of an authorized card, where the account has overcapture."""
    return charge.amount * 115 // 100


def _check_capture(intent: PaymentIntent, charge: Charge, amount: int, *, final: bool) -> None:
    if amount > intent.amount_capturable:
        raise invalid(
            f"The provided amount_to_capture ({amount}) is greater than the amount_capturable "
            f"({intent.amount_capturable}) of the PaymentIntent.",
            "amount_to_capture",
            "amount_too_large",
        )
    if amount < 0 or (amount == 0 and not (final and charge.captures)):
        raise invalid(
            "This value must be greater than or equal to 1.", "amount_to_capture", "parameter_invalid_integer"
        )
    if not final and not charge.multicapture:
        raise invalid(
            "Multicapture is not available for this PaymentIntent: final_capture must be true.", "final_capture"
        )
    if charge.captures >= _MOST_CAPTURES:
        raise invalid(f"A PaymentIntent can be captured {_MOST_CAPTURES} times at most.")


def cancel(context: Context, intent: PaymentIntent, reason: str | None) -> None:
    """Give up an intent: what is authorised and not yet taken is released, without a refund.

    https://docs.stripe.com/api/payment_intents/cancel
    """
    if intent.status not in _CANCELABLE:
        raise unexpected_state(
            render(intent),
            f"You cannot cancel this PaymentIntent because it has a status of {intent.status}. Only a PaymentIntent "
            f"with one of the following statuses may be canceled: {', '.join(_CANCELABLE)}.",
        )
    _close(context, intent, reason)
    context.emit("payment_intent.canceled", render(intent))


def expire(context: Context, intent: PaymentIntent) -> None:
    """The authorisation runs out: an intent of which nothing was taken is canceled, any other has succeeded."""
    charge = context.books.latest_charge(intent)
    if charge.captures:
        capture(context, intent, 0, final=True)
        return
    _close(context, intent, "automatic")
    context.emit("charge.expired", render_charge(context, charge))
    context.emit("payment_intent.canceled", render(intent))


def _close(context: Context, intent: PaymentIntent, reason: str | None) -> None:
    if intent.status == "requires_capture":
        charge = context.books.latest_charge(intent)
        if charge.captures:
            charge.captured = True
            context.emit("charge.captured", render_charge(context, charge), {"captured": False})
    intent.status = "canceled"
    intent.cancellation_reason, intent.canceled_at = reason, context.now
    intent.amount_capturable = 0
    intent.next_action = None


def increment(context: Context, intent: PaymentIntent, amount: int) -> None:
    """Raise an authorisation to a new total (https://docs.stripe.com/payments/incremental-authorization)."""
    if intent.status != "requires_capture":
        raise unexpected_state(
            render(intent),
            f"This PaymentIntent's authorization could not be incremented because it has a status of {intent.status}. "
            "Only a PaymentIntent with one of the following statuses may be incremented: requires_capture.",
        )
    charge = context.books.latest_charge(intent)
    if not charge.incremental or charge.captures:
        raise invalid("Incremental authorization is not available for this PaymentIntent.")
    if amount <= intent.amount:
        raise invalid("The amount must be greater than the currently authorized amount.", "amount")
    before = intent.amount_capturable
    intent.amount = intent.amount_capturable = charge.amount = amount
    context.emit("payment_intent.amount_capturable_updated", render(intent), {"amount_capturable": before})
