"""What an amount consists of: the line items of a payment intent, to the minor unit or not at all.

Stripe adds up quantity times unit cost, less discounts, plus taxes and shipping, and compares that with the amount:
https://docs.stripe.com/payments/payments-line-items. Card networks and Klarna are told the items only if it holds.
"""

import re
from dataclasses import dataclass, replace

from saleor_stripe_app.domain.errors import Unrepresentable
from saleor_stripe_app.domain.money import minor_step, to_decimal, to_minor
from saleor_stripe_app.domain.purchase import Address, Line, Purchase
from saleor_stripe_app.domain.report import Json

MOST_LINES = 200
LONGEST_NAME = 1024
LONGEST_CODE = 12
POSTAL_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9 -]{0,9}")


def amount_details(purchase: Purchase, amount: int, currency: str) -> dict[str, Json] | None:
    """The parameter `amount_details` of an intent of `amount` minor units.

    None where the items cannot be told truly: a part is paid, a gift card pays for some of it, there are too many
    lines, a price is finer than Stripe takes, or the prices do not add up. A payment is never refused for that.
    """
    try:
        if to_minor(purchase.total, currency) != amount or not 0 < len(purchase.lines) <= MOST_LINES:
            return None
        shipping = to_minor(purchase.shipping, currency)
        items = [_priced(line, currency) for line in purchase.lines]
    except (Unrepresentable, ArithmeticError):
        return None
    if shipping + sum(item.net + item.tax for item in items) != amount:
        return None
    # Stripe takes no more discount, tax and shipping together than the amount: then the prices paid are told instead.
    told = shipping + sum(item.tax + item.discount for item in items) <= amount
    # Whatever rule of Stripe's is overlooked here, it must not cost the payment.
    details: dict[str, Json] = {
        "line_items": [_item(item if told else replace(item, discount=0), currency) for item in items],
        "enforce_arithmetic_validation": False,
    }
    if shipping:
        details["shipping"] = {"amount": shipping, **_destination(purchase.shipping_address)}
    return details


def _destination(address: Address | None) -> dict[str, Json]:
    """Where it is shipped to, which card networks want for their lower fees of level 3; only a code they take."""
    code = address.postal_code.strip() if address is not None else ""
    return {"to_postal_code": code} if POSTAL_CODE.fullmatch(code) else {}


@dataclass(frozen=True, slots=True)
class _Priced:
    line: Line
    net: int
    tax: int
    discount: int


def _priced(line: Line, currency: str) -> _Priced:
    """A line in minor units. Raises Unrepresentable, also where there is nothing of it."""
    if line.quantity < 1:
        raise Unrepresentable(f"Nobody buys {line.quantity} of a thing.")
    net = to_minor(line.net, currency)
    return _Priced(line, net, to_minor(line.tax, currency), _discount(line, net, currency))


def _discount(line: Line, net: int, currency: str) -> int:
    """What was taken off. Less than the smallest unit of money for each piece is only Saleor's rounding."""
    if line.undiscounted is None or line.undiscounted <= line.net:
        return 0
    step = to_decimal(minor_step(currency), currency).normalize()
    difference = to_minor(line.undiscounted.quantize(step), currency) - net
    return difference if difference >= line.quantity * minor_step(currency) else 0


def _item(priced: _Priced, currency: str) -> dict[str, Json]:
    """The line as Stripe takes it. What does not divide into equal units, three for 10.00, is sold as one."""
    line, cost = priced.line, priced.net + priced.discount
    quantity, name = line.quantity, line.name or line.sku or "Item"
    if cost % (quantity * minor_step(currency)):
        quantity, name = 1, f"{quantity} × {name}"  # noqa: RUF001 - the sign between a number and a thing
    item: dict[str, Json] = {
        "product_name": name[:LONGEST_NAME],
        "quantity": quantity,
        "unit_cost": cost // quantity,
        "tax": {"total_tax_amount": priced.tax},
    }
    if priced.discount:
        item["discount_amount"] = priced.discount
    if line.sku:
        item["product_code"] = line.sku[:LONGEST_CODE]
    return item
