"""What is bought, how it is shipped, and what lowers its price."""

from dataclasses import dataclass, field
from decimal import Decimal

from saleor_stripe_app.sandbox.saleor.catalogue import Metadata, ProductVariant
from saleor_stripe_app.sandbox.saleor.ids import global_id
from saleor_stripe_app.sandbox.saleor.money import Money, TaxedMoney


@dataclass(frozen=True, slots=True)
class ShippingMethod:
    id: str
    name: str
    metadata: Metadata = field(default_factory=dict)
    private_metadata: Metadata = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Delivery:
    id: str
    shipping_method: ShippingMethod


@dataclass(frozen=True, slots=True)
class GiftCard:
    """A gift card of the old kind, which lowers the total but not the amount that transactionInitialize asks for."""

    id: str
    code: str
    current_balance: Money

    @property
    def last4_code_chars(self) -> str:
        return self.code[-4:]

    @property
    def display_code(self) -> str:
        return self.last4_code_chars


@dataclass(frozen=True, slots=True)
class Discount:
    id: str
    type: str
    name: str
    value_type: str
    value: Decimal
    total: Money


@dataclass(slots=True, eq=False)
class Line:
    """A line of a checkout, and later of the order: prices are those after the order's discount."""

    token: str
    variant: ProductVariant
    quantity: int
    unit_price: TaxedMoney
    undiscounted_unit: TaxedMoney
    tax_rate: Decimal
    requires_shipping: bool = True
    is_gift: bool = False
    quantity_fulfilled: int = 0
    variant_hidden: bool = False
    """No longer visible in the channel: an app that may not manage products is shown no variant of the order's line."""
    discount_reason: str | None = None
    metadata: Metadata = field(default_factory=dict)
    private_metadata: Metadata = field(default_factory=dict)

    def total(self, unit: TaxedMoney) -> TaxedMoney:
        gross, net = (Money(part.amount * self.quantity, part.currency) for part in (unit.gross, unit.net))
        return TaxedMoney(gross, net)

    @property
    def total_price(self) -> TaxedMoney:
        return self.total(self.unit_price)


class CheckoutLine:
    """A line as its checkout shows it."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.id = global_id("CheckoutLine", line.token)
        self.undiscounted_unit_price = line.undiscounted_unit.gross
        self.undiscounted_total_price = line.total(line.undiscounted_unit).gross
        self.variant: ProductVariant = line.variant
        self.quantity = line.quantity
        self.unit_price = line.unit_price
        self.total_price = line.total_price
        self.requires_shipping = line.requires_shipping
        self.is_gift = line.is_gift
        self.metadata = line.metadata
        self.private_metadata = line.private_metadata


class OrderLine:
    """A line as its order shows it; the variant may be gone by then, so its names are kept."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.id = global_id("OrderLine", line.token)
        self.variant: ProductVariant | None = None if line.variant_hidden else line.variant
        self.product_name = line.variant.product.name
        self.variant_name = line.variant.name
        self.product_sku = line.variant.sku
        self.product_variant_id = line.variant.id
        self.is_shipping_required = line.requires_shipping
        self.quantity = line.quantity
        self.quantity_fulfilled = line.quantity_fulfilled
        self.tax_rate = line.tax_rate
        self.unit_price = line.unit_price
        self.undiscounted_unit_price = line.undiscounted_unit
        self.unit_discount = Money(
            line.undiscounted_unit.gross.amount - line.unit_price.gross.amount, line.unit_price.currency
        )
        self.unit_discount_reason = line.discount_reason
        self.total_price = line.total_price
        self.undiscounted_total_price = line.total(line.undiscounted_unit)
        self.is_gift = line.is_gift
        self.metadata = line.metadata
        self.private_metadata = line.private_metadata
