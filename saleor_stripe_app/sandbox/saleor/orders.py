"""Checkouts and orders: what is to be paid, by whom, and how far the transactions have come.

A checkout counts pending amounts as paid, an order does not.
Source: saleor/checkout/payment_utils.py, saleor/order/utils.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Literal

from saleor_stripe_app.sandbox.saleor.catalogue import Metadata, ProductVariant
from saleor_stripe_app.sandbox.saleor.ids import global_id
from saleor_stripe_app.sandbox.saleor.money import Money, TaxedMoney
from saleor_stripe_app.sandbox.saleor.shop import Address, Channel, User
from saleor_stripe_app.sandbox.saleor.transactions import Transaction

_ZERO = Decimal(0)


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
        self.variant: ProductVariant | None = line.variant
        self.product_name = line.variant.product.name
        self.variant_name = line.variant.name
        self.product_sku = line.variant.sku
        self.product_variant_id = line.variant.id
        self.is_shipping_required = line.requires_shipping
        self.quantity = line.quantity
        self.quantity_fulfilled = 0
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


@dataclass(slots=True, eq=False, kw_only=True)
class Purchase:
    """What a checkout and an order have in common."""

    token: str
    channel: Channel
    created: datetime
    updated_at: datetime
    contents: list[Line]
    email: str | None = None
    user: User | None = None
    billing_address: Address | None = None
    shipping_address: Address | None = None
    shipping: TaxedMoney
    delivery: Delivery | None = None
    customer_note: str = ""
    language_code: str = "EN"
    display_gross_prices: bool = False
    is_shipping_required: bool = True
    tax_exemption: bool = False
    voucher_code: str | None = None
    discount_name: str | None = None
    gift_cards: list[GiftCard] = field(default_factory=list)
    transactions: list[Transaction] = field(default_factory=list)
    metadata: Metadata = field(default_factory=dict)
    private_metadata: Metadata = field(default_factory=dict)

    @property
    def currency(self) -> str:
        return self.channel.currency_code

    def money(self, amount: Decimal) -> Money:
        return Money(amount, self.currency)

    def sum(self, prices: Sequence[TaxedMoney]) -> TaxedMoney:
        return TaxedMoney(
            self.money(sum((price.gross.amount for price in prices), _ZERO)),
            self.money(sum((price.net.amount for price in prices), _ZERO)),
        )

    @property
    def items_price(self) -> TaxedMoney:
        return self.sum([line.total_price for line in self.contents])

    @property
    def full_price(self) -> TaxedMoney:
        """Items and shipping, before gift cards."""
        return self.sum([self.items_price, self.shipping])

    @property
    def payable(self) -> TaxedMoney:
        cards = sum((card.current_balance.amount for card in self.gift_cards), _ZERO)
        full = self.full_price
        left = max(full.gross.amount - cards, _ZERO)
        return TaxedMoney(self.money(left), self.money(min(full.net.amount, left)))

    @property
    def discount(self) -> Money:
        undiscounted = sum((line.total(line.undiscounted_unit).gross.amount for line in self.contents), _ZERO)
        return self.money(undiscounted - self.items_price.gross.amount)

    @property
    def shipping_price(self) -> TaxedMoney:
        return self.shipping

    @property
    def shipping_method(self) -> ShippingMethod | None:
        return self.delivery.shipping_method if self.delivery else None

    @property
    def quantity(self) -> int:
        return sum(line.quantity for line in self.contents)

    def amount_left(self) -> Decimal:
        """What transactionInitialize asks for by itself: gift cards of the old kind are not taken off."""
        left = self.full_price.gross.amount
        for transaction in self.transactions:
            amounts = transaction.amounts
            left -= max(amounts.authorized, amounts.charged) + amounts.authorize_pending + amounts.charge_pending
        return max(left, _ZERO)


def charge_status(charged: Decimal, total: Decimal) -> Literal["NONE", "PARTIAL", "FULL", "OVERCHARGED"]:
    if charged > total:
        return "OVERCHARGED"
    if charged == total:
        return "FULL"
    return "PARTIAL" if charged > 0 else "NONE"


def authorize_status(covered: Decimal, total: Decimal) -> Literal["NONE", "PARTIAL", "FULL"]:
    if covered >= total:
        return "FULL"
    return "PARTIAL" if covered > 0 else "NONE"


@dataclass(slots=True, eq=False, kw_only=True)
class Checkout(Purchase):
    @property
    def id(self) -> str:
        return global_id("Checkout", self.token)

    @property
    def lines(self) -> list[CheckoutLine]:
        return [CheckoutLine(line) for line in self.contents]

    @property
    def subtotal_price(self) -> TaxedMoney:
        return self.items_price

    @property
    def total_price(self) -> TaxedMoney:
        return self.payable

    @property
    def charged(self) -> Decimal:
        return sum((t.amounts.charged + t.amounts.charge_pending for t in self.transactions), _ZERO)

    @property
    def authorized(self) -> Decimal:
        return sum((t.amounts.authorized + t.amounts.authorize_pending for t in self.transactions), _ZERO)

    @property
    def total_balance(self) -> Money:
        return self.money(self.charged - self.payable.gross.amount)

    @property
    def charge_status(self) -> str:
        return charge_status(self.charged, self.payable.gross.amount)

    @property
    def authorize_status(self) -> str:
        return authorize_status(self.charged + self.authorized, self.payable.gross.amount)


@dataclass(slots=True, eq=False, kw_only=True)
class GrantedRefund:
    """A refund that staff decided on, later requested from one transaction."""

    key: int
    amount: Money
    created_at: datetime
    updated_at: datetime
    reason: str = ""
    shipping_costs_included: bool = False
    granted_lines: list[tuple[Line, int, str]] = field(default_factory=list)
    transaction: Transaction

    @property
    def id(self) -> str:
        return global_id("OrderGrantedRefund", self.key)

    @property
    def lines(self) -> list["GrantedRefundLine"]:
        return [
            GrantedRefundLine(at, line, quantity, why) for at, (line, quantity, why) in enumerate(self.granted_lines)
        ]

    @property
    def status(self) -> Literal["NONE", "PENDING", "SUCCESS", "FAILURE"]:
        """Follows the newest event that is linked to this granted refund, and sees no other."""
        linked = [event for event in self.transaction.events if event.granted_refund == self.key]
        if not linked:
            return "NONE"
        newest = max(linked, key=lambda event: (event.created_at, event.number))
        match newest.type.rpartition("_")[2]:
            case "SUCCESS":
                return "SUCCESS"
            case "FAILURE":
                return "FAILURE"
            case _:
                return "PENDING"


class GrantedRefundLine:
    def __init__(self, at: int, line: Line, quantity: int, reason: str) -> None:
        self.id = global_id("OrderGrantedRefundLine", at + 1)
        self.order_line = OrderLine(line)
        self.quantity = quantity
        self.reason = reason


@dataclass(slots=True, eq=False, kw_only=True)
class Order(Purchase):
    number: str
    origin: Literal["CHECKOUT", "DRAFT"] = "CHECKOUT"
    status: str = "UNFULFILLED"
    checkout_id: str | None = None
    external_reference: str | None = None
    granted_refunds: list[GrantedRefund] = field(default_factory=list)

    @property
    def id(self) -> str:
        return global_id("Order", self.token)

    @property
    def user_email(self) -> str | None:
        return self.email

    @property
    def language_code_enum(self) -> str:
        return self.language_code

    @property
    def lines(self) -> list[OrderLine]:
        return [OrderLine(line) for line in self.contents]

    @property
    def discounts(self) -> list[Discount]:
        if not self.discount.amount:
            return []
        name = self.discount_name or "Voucher"
        key = global_id("OrderDiscount", self.token)
        return [Discount(key, "VOUCHER", name, "FIXED", self.discount.amount, self.discount)]

    @property
    def shipping_method_name(self) -> str | None:
        return self.delivery.shipping_method.name if self.delivery else None

    @property
    def undiscounted_shipping_price(self) -> Money:
        return self.shipping.gross

    @property
    def shipping_tax_rate(self) -> Decimal:
        return self.channel.tax_rate

    @property
    def subtotal(self) -> TaxedMoney:
        return self.items_price

    @property
    def total(self) -> TaxedMoney:
        return self.payable

    @property
    def undiscounted_total(self) -> TaxedMoney:
        return self.sum([*(line.total(line.undiscounted_unit) for line in self.contents), self.shipping])

    @property
    def charged(self) -> Decimal:
        return sum((t.amounts.charged for t in self.transactions), _ZERO)

    @property
    def authorized(self) -> Decimal:
        return sum((t.amounts.authorized for t in self.transactions), _ZERO)

    @property
    def total_balance(self) -> Money:
        return self.money(self.charged - self.payable.gross.amount)

    @property
    def total_authorized(self) -> Money:
        return self.money(self.authorized)

    @property
    def total_charged(self) -> Money:
        return self.money(self.charged)

    @property
    def total_refunded(self) -> Money:
        return self.money(sum((t.amounts.refunded for t in self.transactions), _ZERO))

    @property
    def total_canceled(self) -> Money:
        return self.money(sum((t.amounts.canceled for t in self.transactions), _ZERO))

    @property
    def is_paid(self) -> bool:
        return self.charged >= self.payable.gross.amount

    @property
    def charge_status(self) -> str:
        return charge_status(self.charged, self.payable.gross.amount)

    @property
    def authorize_status(self) -> str:
        return authorize_status(self.charged + self.authorized, self.payable.gross.amount)
