"""Checkouts and orders as the initialize webhook shows them, read as a purchase.

All of it may be null or absent: what Saleor does not show is not told to Stripe, and the payment goes on.
"""

from collections.abc import Sequence
from decimal import Decimal

import msgspec

from saleor_stripe_app.domain.purchase import Address, Line, Purchase
from saleor_stripe_app.saleor.prices import ZERO, Amount, Price
from saleor_stripe_app.saleor.wire import CheckoutOrOrder, Shopper


class _Country(msgspec.Struct, frozen=True):
    code: str | None = None


class PostalAddress(msgspec.Struct, frozen=True, rename="camel"):
    """An Address of Saleor's."""

    first_name: str | None = None
    last_name: str | None = None
    company_name: str | None = None
    street_address_1: str | None = msgspec.field(name="streetAddress1", default=None)
    street_address_2: str | None = msgspec.field(name="streetAddress2", default=None)
    city: str | None = None
    postal_code: str | None = None
    country_area: str | None = None
    country: _Country | None = None
    phone: str | None = None

    def address(self) -> Address:
        """The same as a domain value."""
        return Address(
            first_name=self.first_name or "",
            last_name=self.last_name or "",
            company=self.company_name or "",
            line1=self.street_address_1 or "",
            line2=self.street_address_2 or "",
            city=self.city or "",
            postal_code=self.postal_code or "",
            state=self.country_area or "",
            country=(self.country.code if self.country else None) or "",
            phone=self.phone or "",
        )


class _Named(msgspec.Struct, frozen=True):
    name: str | None = None


class _Variant(msgspec.Struct, frozen=True):
    name: str | None = None
    sku: str | None = None
    product: _Named | None = None


class _CheckoutLine(msgspec.Struct, frozen=True, rename="camel"):
    """`undiscounted_total_price` is with tax where the shop's prices are entered with tax, else without."""

    quantity: int = 0
    total_price: Price | None = None
    undiscounted_total_price: Amount | None = None
    variant: _Variant | None = None


class _OrderLine(msgspec.Struct, frozen=True, rename="camel"):
    quantity: int = 0
    product_name: str | None = None
    variant_name: str | None = None
    product_sku: str | None = None
    total_price: Price | None = None
    undiscounted_total_price: Price | None = None


class _Delivery(msgspec.Struct, frozen=True, rename="camel"):
    shipping_method: _Named | None = None


class PaidFor(CheckoutOrOrder, frozen=True, rename="camel"):
    """What is paid for, with its prices: those of a checkout and those of an order, of which one half is there."""

    email: str | None = None
    user_email: str | None = None
    user: Shopper | None = None
    billing_address: PostalAddress | None = None
    shipping_address: PostalAddress | None = None
    shipping_price: Price | None = None
    total_price: Price | None = None
    total: Price | None = None
    discount: Amount | None = None
    lines: tuple[_CheckoutLine, ...] | None = None
    order_lines: tuple[_OrderLine, ...] | None = None
    delivery: _Delivery | None = None
    shipping_method_name: str | None = None

    def purchase(self) -> Purchase | None:
        """The same as a domain value; None where Saleor shows no total."""
        total = self.total_price or self.total
        if total is None:
            return None
        lines = _of_order(self.order_lines) if self.order_lines else _of_checkout(self.lines or (), self.discount)
        method = self.delivery.shipping_method if self.delivery else None
        return Purchase(
            id=self.id,
            total=total.gross.amount,
            shipping=self.shipping_price.gross.amount if self.shipping_price else ZERO,
            lines=lines,
            number=self.number or "",
            email=self.email or self.user_email or "",
            user=self.user.user() if self.user else None,
            billing_address=self.billing_address.address() if self.billing_address else None,
            shipping_address=self.shipping_address.address() if self.shipping_address else None,
            carrier=self.shipping_method_name or (method.name if method else None) or "",
        )


def _of_order(lines: Sequence[_OrderLine]) -> tuple[Line, ...]:
    """An order's lines; none at all if one of them has no price."""
    if any(line.total_price is None for line in lines):
        return ()
    return tuple(
        Line(
            name=_name(line.product_name, line.variant_name),
            quantity=line.quantity,
            net=line.total_price.net.amount,
            tax=line.total_price.tax,
            undiscounted=line.undiscounted_total_price.net.amount if line.undiscounted_total_price else None,
            sku=line.product_sku or "",
        )
        for line in lines
        if line.total_price is not None
    )


def _of_checkout(lines: Sequence[_CheckoutLine], discount: Amount | None) -> tuple[Line, ...]:
    """A checkout's lines; none at all if one of them has no price."""
    with_tax = _entered_with_tax(lines, discount.amount if discount else ZERO)
    found = []
    for line in lines:
        if line.total_price is None:
            return ()
        variant, gross, net = line.variant or _Variant(), line.total_price.gross.amount, line.total_price.net.amount
        found.append(
            Line(
                name=_name(variant.product.name if variant.product else None, variant.name),
                quantity=line.quantity,
                net=net,
                tax=gross - net,
                undiscounted=_undiscounted(line, gross, net, with_tax=with_tax),
                sku=variant.sku or "",
            )
        )
    return tuple(found)


def _entered_with_tax(lines: Sequence[_CheckoutLine], discount: Decimal) -> bool | None:
    """Whether a checkout's undiscounted prices are with tax, as its sums show it; None if they show neither.

    Saleor tells it in the channel's tax configuration, which this app has no permission for.
    """
    priced = [line.total_price for line in lines if line.total_price]
    entered = sum((line.undiscounted_total_price.amount for line in lines if line.undiscounted_total_price), ZERO)
    gross, net = (sum((getattr(price, side).amount for price in priced), ZERO) for side in ("gross", "net"))
    if gross in (entered, entered - discount):
        return True
    return False if net in (entered, entered - discount) else None


def _undiscounted(line: _CheckoutLine, gross: Decimal, net: Decimal, *, with_tax: bool | None) -> Decimal | None:
    """What the line would cost net without discounts, not rounded; None if unknown."""
    entered = line.undiscounted_total_price
    if entered is None:
        return None
    if gross == net or with_tax is False:
        return entered.amount
    if with_tax is None or not gross:
        return None
    return entered.amount * net / gross


def _name(product: str | None, variant: str | None) -> str:
    return ", ".join(part for part in (product, variant) if part)
