"""What the platform keeps of a sale: a percentage, an amount per currency, and the least it keeps.

`fixed` and `minimum` are Stripe's minor units by currency in lower case, for one line of an order, whatever its
quantity. The minimum holds for percentage and amount together.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from saleor_stripe_app.domain.errors import Refusal
from saleor_stripe_app.domain.money import CURRENCIES


class Basis(StrEnum):
    """What a percentage is of: the price without tax, or with it."""

    NET = "net"
    GROSS = "gross"


@dataclass(frozen=True, slots=True)
class Rate:
    """The terms of a commission; `percent` is of 100.

    `shipping` says whether the percentage is also taken of the vendor's shipping.
    """

    percent: Decimal = Decimal(0)
    fixed: Mapping[str, int] = field(default_factory=dict)
    minimum: Mapping[str, int] = field(default_factory=dict)
    base: Basis = Basis.NET
    shipping: bool = False

    def speaks_of(self, currency: str) -> bool:
        """Whether it has terms in this currency: a mere amount in euros says nothing of dollars."""
        return bool(self.percent) or not self.fixed or currency in self.fixed


def checked_rate(rate: Rate) -> Rate:
    """The rate, if it can be meant. Raises Refusal: InvalidCommission."""
    if not rate.percent.is_finite() or not 0 <= rate.percent <= 100:
        raise Refusal("The percentage of a commission is from 0 to 100.", code="InvalidCommission")
    for currency, amount in (*rate.fixed.items(), *rate.minimum.items()):
        if currency not in CURRENCIES:
            raise Refusal(f"Stripe takes no currency {currency!r}.", code="InvalidCommission")
        if amount < 0:
            raise Refusal("The amounts of a commission are not below zero.", code="InvalidCommission")
    return rate
