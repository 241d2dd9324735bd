"""What is bought, as far as its money is divided: Saleor's decimals, line by line, and whose each line is.

A discount on a whole order or checkout is already inside the totals of its lines
(saleor/order/base_calculations.py, saleor/checkout/base_calculations.py): it is never taken off again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class PricedLine:
    """A line of an order or checkout. `net` and `tax` are for all of its quantity, after discounts.

    `undiscounted` is what `net` would be without discounts, None where Saleor does not tell. `vendor` is the key of
    whose it is, None for the platform's own. `categories` are the product's category and all above it.
    """

    id: str
    net: Decimal
    tax: Decimal = Decimal(0)
    undiscounted: Decimal | None = None
    quantity: int = 1
    vendor: str | None = None
    name: str = ""
    categories: tuple[str, ...] = ()
    product_type: str = ""


@dataclass(frozen=True, slots=True)
class PricedPurchase:
    """An order or checkout. Shipping is without tax, like a line's `net`; `undiscounted_shipping` likewise.

    `shipping_of_vendors` are parts of the shipping price with tax, by vendor's key, where an order says so. Its total
    is the sum of all this: what a gift card pays of it is paid by another payment.
    """

    lines: tuple[PricedLine, ...]
    channel: str = ""
    shipping: Decimal = Decimal(0)
    shipping_tax: Decimal = Decimal(0)
    undiscounted_shipping: Decimal | None = None
    shipping_of_vendors: Mapping[str, Decimal] = field(default_factory=dict)
