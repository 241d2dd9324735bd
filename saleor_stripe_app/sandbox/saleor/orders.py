"""Orders and the refunds granted on them; other than a checkout, an order does not count pending amounts.

Source: saleor/order/utils.py.
"""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Literal

from saleor_stripe_app.sandbox.saleor.checkouts import Purchase, authorize_status, charge_status
from saleor_stripe_app.sandbox.saleor.ids import global_id
from saleor_stripe_app.sandbox.saleor.lines import Discount, Line, OrderLine
from saleor_stripe_app.sandbox.saleor.money import Money, TaxedMoney
from saleor_stripe_app.sandbox.saleor.pages import Page
from saleor_stripe_app.sandbox.saleor.transactions import Transaction

_ZERO = Decimal(0)


@dataclass(slots=True, eq=False, kw_only=True)
class GrantedRefund:
    """A refund that staff decided on, later requested from one transaction."""

    key: int
    amount: Money
    created_at: datetime
    updated_at: datetime
    reason: str = ""
    reason_reference: Page | None = None
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
