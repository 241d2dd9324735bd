"""Giving money back that has no order, or that its order does not want: the whole of what one payment holds, once.

That it is the whole is what makes a second try safe: Stripe never returns more than there is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from saleor_stripe_app.domain.operation import Operation, OperationKind, OperationState
from saleor_stripe_app.domain.payment import Payment

MOST_TRIES = 3


class Back(StrEnum):
    """What is to be done: ask Stripe, wait for its answer, or leave the money to people. DONE: it went back before."""

    ASK = "ask"
    WAIT = "wait"
    LEAVE = "leave"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Return:
    """How money goes back: a cancel of what is held, or a refund of what was taken, in minor units."""

    kind: OperationKind
    amount: int


def of_payment(payment: Payment) -> Return | None:
    """The request that gives everything back; None where Stripe takes none now."""
    if payment.amount_capturable > 0:
        return Return(OperationKind.CANCEL, payment.amount_capturable)
    if payment.refundable > 0:
        return Return(OperationKind.REFUND, payment.refundable)
    return None


def is_decided(payment: Payment) -> bool:
    """Whether a person has disposed of this money: refunded a part of it, or captured what was only held."""
    return bool(payment.refunds) or (payment.authorizes_first and payment.amount_received > 0)


def back(payment: Payment, request: str, operations: Sequence[Operation]) -> Back:
    """What to do to give the money back. `request` is our own name for it, `operations` those of the payment.

    A refund that Stripe took and that failed later is not asked for again: it is for people to look at.
    """
    asked = [operation for operation in operations if operation.request == request]
    if any(operation.state is OperationState.SUCCEEDED for operation in asked):
        return Back.DONE
    if any(operation.state is OperationState.OPEN for operation in operations):
        return Back.WAIT
    if len(asked) >= MOST_TRIES or is_decided(payment) or of_payment(payment) is None:
        return Back.LEAVE
    return Back.ASK
