"""What is bought with a payment, as Saleor's checkout or order shows it. Amounts are Saleor's decimals."""

from dataclasses import dataclass, field
from decimal import Decimal

from saleor_stripe_app.domain.shopper import User


@dataclass(frozen=True, slots=True)
class Address:
    """A place and who is there; a text that Saleor leaves empty is "". `country` is an ISO 3166 code of two letters."""

    first_name: str = ""
    last_name: str = ""
    company: str = ""
    line1: str = ""
    line2: str = ""
    city: str = ""
    postal_code: str = ""
    state: str = ""
    country: str = ""
    phone: str = ""

    @property
    def name(self) -> str:
        """The person, or else the company."""
        return " ".join(part for part in (self.first_name, self.last_name) if part) or self.company


@dataclass(frozen=True, slots=True)
class Line:
    """One product in some quantity. `net` and `tax` are for all of them, after discounts.

    `undiscounted` is what `net` would be without discounts, perhaps with more decimals than money has; None where
    Saleor does not tell.
    """

    name: str
    quantity: int
    net: Decimal
    tax: Decimal
    undiscounted: Decimal | None = None
    sku: str = ""


@dataclass(frozen=True, slots=True)
class Purchase:
    """A checkout or an order with all it costs: `total` and `shipping` are with tax.

    `number` is the order's; "" for a checkout, which is no order yet. `carrier` is the name of the shipping method,
    `user` the customer whose it is, None for a guest's.
    """

    id: str
    total: Decimal
    shipping: Decimal
    lines: tuple[Line, ...] = ()
    number: str = ""
    email: str = field(default="", repr=False)
    user: User | None = None
    billing_address: Address | None = field(default=None, repr=False)
    shipping_address: Address | None = field(default=None, repr=False)
    carrier: str = ""
