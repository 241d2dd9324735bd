"""Money that nobody was waiting for: it came for an order that was canceled, or that other payments had paid for.

Of several payments that one is surplus whose money arrived when the others already covered the order. An order whose
total falls later makes no payment surplus: what becomes of the difference is for people to decide. So is a payment that
somebody refunded or captured by hand.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from saleor_stripe_app.domain.order import Order
from saleor_stripe_app.domain.payment import Payment


class Surplus(StrEnum):
    """Why money is not wanted."""

    ENDED = "ended"
    COVERED = "covered"

    @property
    def request(self) -> str:
        """Our own name for giving it back."""
        return f"surplus-{self.value}"


@dataclass(frozen=True, slots=True)
class Part:
    """What one transaction holds of an order's money, and since when. `taken` once it was found to be wanted."""

    transaction: str
    held: Decimal
    arrived: datetime | None = None
    taken: bool = True


def of_ended(order: Order, payment: Payment) -> Surplus | None:
    """Whether money has come for an order that will not be delivered.

    What a bank is still at work on can neither be canceled nor refunded: it is held against the order when it arrives.
    """
    return Surplus.ENDED if order.ended and payment.came_in and payment.holds_money else None


def of_covered(order: Order, transaction: str, parts: Sequence[Part]) -> Surplus | None:
    """Whether the others had covered the order when the money of this transaction arrived.

    Those that were found to be wanted, and those of other apps, came first; the rest in the order of arrival.
    """
    own = next((part for part in parts if part.transaction == transaction), None)
    if own is None or not own.held:
        return None
    before = sum((part.held for part in parts if part is not own and _is_before(part, own)), Decimal(0))
    return Surplus.COVERED if before >= order.total else None


def _is_before(part: Part, own: Part) -> bool:
    if part.taken or part.arrived is None or own.arrived is None:
        return part.taken
    return (part.arrived, part.transaction) < (own.arrived, own.transaction)
