"""What Saleor does not know of disputes: every movement of funds, and the notices that people must act upon.

Saleor computes chargedAmount as charges less CHARGE_BACK, below zero where that is so. A reinstatement is booked as a
CHARGE_SUCCESS of its own: REFUND_REVERSE would make refundedAmount negative.
"""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from saleor_stripe_app.domain.dispute import Dispute, Funds
from saleor_stripe_app.domain.facts import Fact, Look
from saleor_stripe_app.domain.history import same_or_next
from saleor_stripe_app.domain.transaction import EventType

WORDS = {
    "warning_needs_response": "Inquiry about {what}; no money moved. Answer in Stripe's Dashboard{until}, or refund",
    "warning_under_review": "Inquiry about {what}: the bank examines the evidence",
    "warning_closed": "Inquiry about {what} closed; no money moved",
    "needs_response": "Disputed: {what}. Answer in Stripe's Dashboard{until}, or it is lost",
    "under_review": "Dispute of {what}: the bank examines the evidence",
    "appeal_needs_response": "Dispute of {what} lost; appeal in Stripe's Dashboard{until} if it is worth it",
    "appeal_under_review": "Dispute of {what}: the bank examines the appeal",
    "won": "Dispute of {what} won",
    "lost": "Dispute of {what} lost",
    "prevented": "Dispute of {what} prevented; no money moved",
}


def funds(look: Look) -> Iterator[Fact]:
    """One CHARGE_BACK for each withdrawal and one CHARGE_SUCCESS for each reinstatement, under their own references."""
    for dispute in look.payment.disputes:
        yield from _moved(look, EventType.CHARGE_BACK, "Withdrawn by a dispute", dispute.withdrawn)
        yield from _moved(look, EventType.CHARGE_SUCCESS, "Returned after a dispute", dispute.reinstated)


def _moved(look: Look, kind: EventType, what: str, movements: tuple[Funds, ...]) -> Iterator[Fact]:
    for moved in movements:
        if not any(told is kind and same_or_next(reference, moved.id) for told, reference in look.history.standing):
            amount = look.amount(moved.amount)
            yield Fact(kind, moved.id, amount, f"{what}: {look.words(amount)}", moved.created)


def notices(look: Look) -> Iterator[Fact]:
    """Each state of a dispute once, with what is to be done until when."""
    for dispute in look.payment.disputes:
        reference = f"{dispute.id}-{dispute.status}"
        if reference not in look.history.informed:
            amount = look.amount(dispute.amount)
            yield Fact(EventType.INFO, reference, amount, _words(look, dispute, amount), about=dispute.id)


def _words(look: Look, dispute: Dispute, amount: Decimal) -> str:
    words = WORDS.get(dispute.status, f"Dispute of {{what}}: {dispute.status.replace('_', ' ')}")
    until = f" by {_date(dispute.due_by)}" if dispute.due_by else ""
    return words.format(what=f"{look.words(amount)} ({dispute.reason.replace('_', ' ')})", until=until)


def _date(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
