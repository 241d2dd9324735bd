"""What Saleor does not know of Radar's reviews. No money moves: all of it is INFO."""

from collections.abc import Iterator

from saleor_stripe_app.domain.facts import Fact, Look
from saleor_stripe_app.domain.radar import Review
from saleor_stripe_app.domain.transaction import EventType

CLOSED = {
    "approved": "approved",
    "refunded": "the payment was refunded",
    "refunded_as_fraud": "the payment was refunded as fraud",
    "disputed": "the payment is disputed",
    "canceled": "the payment was canceled",
}


def reviews(look: Look) -> Iterator[Fact]:
    """A review once when it is open and once when it is closed."""
    review = look.payment.review
    if review is None:
        return
    reference = f"{review.id}-{'opened' if review.is_open else 'closed'}"
    if reference not in look.history.informed:
        at = review.created if review.is_open else None
        yield Fact(EventType.INFO, reference, look.amount(look.payment.amount), _of_review(review), at)


def _of_review(review: Review) -> str:
    if review.is_open:
        by = "by a rule of Radar" if review.opened_reason == "rule" else "by hand"
        return f"Held for review {by}: approve or refund it in Stripe's Dashboard before anything is sent"
    reason = review.closed_reason or "Stripe gives no reason"
    return f"Review closed: {CLOSED.get(reason, reason.replace('_', ' '))}"
