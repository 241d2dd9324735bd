"""An order as Saleor shows it, as far as its payments are concerned. Amounts are decimals.

https://docs.saleor.io/developer/order/order-status
"""

from dataclasses import dataclass, field
from decimal import Decimal

# Nothing is delivered for these any more.
_ENDED = frozenset({"CANCELED", "EXPIRED"})


@dataclass(frozen=True, slots=True)
class Order:
    """`status` is Saleor's word; `transactions` are the ids of all that pay for it, ours or not.

    `charged` and `authorized` are what they came to, pending amounts left out.
    """

    id: str
    number: str = ""
    status: str = ""
    total: Decimal = Decimal(0)
    charged: Decimal = Decimal(0)
    authorized: Decimal = Decimal(0)
    transactions: tuple[str, ...] = field(default=())

    @property
    def ended(self) -> bool:
        """Whether it was canceled or has expired."""
        return self.status in _ENDED

    @property
    def excess(self) -> Decimal:
        """What was paid or is held beyond its total; below zero while something is left to pay."""
        return self.charged + self.authorized - self.total

    @property
    def wants_no_payment(self) -> bool:
        """Whether nothing more should be paid for it."""
        return self.ended or self.excess >= 0
