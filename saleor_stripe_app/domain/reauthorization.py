"""Authorizing an order's payment anew, with what its customer saved, before the hold on their money runs out.

A new transaction holds the money before the old one lets go of it. It is tried once for each transaction; one that came
of it is renewed like any other when its time comes, for as long as its order waits.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from saleor_stripe_app.domain.operation import Operation, OperationKind, OperationState
from saleor_stripe_app.domain.order import Order
from saleor_stripe_app.domain.payment import UNPAID, IntentStatus, Payment
from saleor_stripe_app.domain.requests import SessionRequest
from saleor_stripe_app.domain.shopper import Asker, Principal

RENEWED = "reauthorized"
GIVEN_UP = "reauthorization-failed"
_KEY = "reauthorize-"


class Stage(StrEnum):
    """How the new payment stands: to be asked for (again), holding the money, or given up."""

    ASK = "ask"
    HELD = "held"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Standing:
    """A stage, and why the new payment failed, in words."""

    stage: Stage
    why: str = ""


def key(record_id: str) -> str:
    """Saleor's idempotency key of the transaction that replaces this payment. Nobody else knows the record's id."""
    return f"{_KEY}{record_id}"


def replaced(request: SessionRequest, app_id: str) -> str | None:
    """The record of the payment that this one replaces, if this app itself asks for that (`app_id`: Saleor's of it)."""
    asked = request.idempotency_key or ""
    if request.principal != Principal(Asker.APP, app_id) or not asked.startswith(_KEY):
        return None
    return asked.removeprefix(_KEY)


def is_wanted(order: Order, held: Decimal) -> bool:
    """Whether an order still needs what this payment holds."""
    return not order.ended and order.excess < held


def is_renewal(operation: Operation) -> bool:
    """Whether this is the end of a payment in whose place another one holds the money."""
    return operation.request == RENEWED


def standing(payment: Payment, operations: Sequence[Operation]) -> Standing:
    """How the new payment stands, of which `operations` are all that was asked of Stripe."""
    if payment.status in (IntentStatus.REQUIRES_CAPTURE, IntentStatus.SUCCEEDED):
        return Standing(Stage.HELD)
    if payment.status is IntentStatus.CANCELED:
        return Standing(Stage.FAILED, "the new payment was canceled")
    if payment.status not in UNPAID or not any(_was_answered(operation) for operation in operations):
        return Standing(Stage.ASK)
    if payment.decline is not None:
        return Standing(Stage.FAILED, payment.decline.words)
    refused = (one.message for one in operations if one.kind is OperationKind.CONFIRM and one.message)
    return Standing(Stage.FAILED, next(refused, "the customer would have to be there"))


def _was_answered(operation: Operation) -> bool:
    known = operation.state is OperationState.SUCCEEDED or operation.answer is not None
    return operation.kind is OperationKind.CONFIRM and known
