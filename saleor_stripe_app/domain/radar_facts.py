"""What Saleor does not know of Radar's reviews and of banks' warnings. No money moves: all of it is INFO."""

from collections.abc import Iterator

from saleor_stripe_app.domain.facts import Fact, Look
from saleor_stripe_app.domain.radar import EarlyFraudWarning, Review
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


def warnings(look: Look) -> Iterator[Fact]:
    """A warning once, under its own id: what became of it since is told as the refund or the dispute that it was."""
    for warning in look.payment.warnings:
        if warning.id not in look.history.informed:
            amount = look.amount(look.payment.amount)
            yield Fact(EventType.INFO, warning.id, amount, _of_warning(warning), warning.created)


def _of_warning(warning: EarlyFraudWarning) -> str:
    kind = "" if warning.fraud_type == "misc" else f" ({warning.fraud_type.replace('_', ' ')})"
    if warning.actionable:
        return f"The bank suspects fraud{kind}: send nothing, and refund now in full to avoid a dispute and its fee"
    return f"The bank suspects fraud{kind}: the payment is disputed or refunded in full already"


def _of_review(review: Review) -> str:
    if review.is_open:
        by = "by a rule of Radar" if review.opened_reason == "rule" else "by hand"
        return f"Held for review {by}: approve or refund it in Stripe's Dashboard before anything is sent"
    reason = review.closed_reason or "Stripe gives no reason"
    return f"Review closed: {CLOSED.get(reason, reason.replace('_', ' '))}"
