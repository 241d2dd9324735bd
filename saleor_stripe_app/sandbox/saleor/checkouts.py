"""Checkouts: what is to be paid, by whom, and how far the transactions have come, pending amounts counted as paid.

Source: saleor/checkout/payment_utils.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Literal

from saleor_stripe_app.sandbox.saleor.catalogue import Metadata
from saleor_stripe_app.sandbox.saleor.ids import global_id
from saleor_stripe_app.sandbox.saleor.lines import CheckoutLine, Delivery, GiftCard, Line, ShippingMethod
from saleor_stripe_app.sandbox.saleor.money import Money, TaxedMoney
from saleor_stripe_app.sandbox.saleor.shop import Address, Channel, User
from saleor_stripe_app.sandbox.saleor.transactions import Transaction

_ZERO = Decimal(0)


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
    known_charged: Decimal = _ZERO
    known_charge_status: str = "NONE"
    known_authorize_status: str = "NONE"
    """As they were when somebody was last told."""
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
    tax_error: str | None = None
    """Why the shop's tax app could not calculate."""

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
