"""What becomes of refunds (https://docs.stripe.com/refunds): booked, ended later, and told of."""

from saleor_stripe_app.sandbox.stripe.balance import record
from saleor_stripe_app.sandbox.stripe.context import Context
from saleor_stripe_app.sandbox.stripe.errors import invalid
from saleor_stripe_app.sandbox.stripe.objects import Charge, Refund
from saleor_stripe_app.sandbox.stripe.refund_object import render


def complete(context: Context, refund: Refund) -> None:
    """A refund on its way arrives."""
    if refund.status not in ("pending", "requires_action"):
        raise invalid(f"A refund that is {refund.status} cannot be completed.")
    if refund.balance_transaction is None:
        refund.balance_transaction = book(context, context.books.charges[refund.charge], refund)
    refund.status, refund.pending_reason = "succeeded", None
    tell(context, refund, "refund.updated", "charge.refund.updated")


def fail(context: Context, refund: Refund, reason: str = "expired_or_canceled_card") -> None:
    """A refund comes back, even one that had succeeded: the balance is put right.

    https://docs.stripe.com/refunds#failed-refunds
    """
    if refund.status not in ("pending", "requires_action", "succeeded"):
        raise invalid(f"A refund that is {refund.status} cannot fail.")
    refund.status, refund.failure_reason, refund.pending_reason = "failed", reason, None
    if refund.balance_transaction is not None:
        movement = record(context, "refund_failure", refund.id, refund.amount, refund.currency, settles=True)
        refund.failure_balance_transaction = movement.id
    give_back(context, refund)
    tell(context, refund, "refund.updated", "refund.failed", "charge.refund.updated")


def book(context: Context, charge: Charge, refund: Refund) -> str:
    """Take it from the balance: from what is pending, as long as the charge itself is."""
    taken = context.books.balance_transactions.get(charge.balance_transaction or "")
    available_on = max(context.now, taken.available_on) if taken else context.now
    return record(
        context, "refund", refund.id, -refund.amount, refund.currency, available_on=available_on, settles=True
    ).id


def give_back(context: Context, refund: Refund) -> None:
    """The charge has the money again."""
    charge = context.books.charges[refund.charge]
    charge.amount_refunded -= refund.amount
    charge.refunded = False


def tell(context: Context, refund: Refund, *event_types: str) -> None:
    """Tell of a refund as it stands now."""
    for event_type in event_types:
        context.emit(event_type, render(refund))


def plan(context: Context, refund: Refund) -> None:
    """Stripe's test cards for refunds end by themselves."""
    if context.delays.refund is None:
        return

    def end(later: Context) -> None:
        if refund.fails_later and refund.status == "succeeded":
            fail(later, refund)
        elif refund.status == "pending":
            complete(later, refund)

    context.later(context.now + context.delays.refund, end)
