"""Filling carts and placing orders: the shop's side of a test or of a storefront's developer.

Source of the completion rules: saleor/checkout/complete_checkout.py.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from saleor_stripe_app.sandbox.saleor import announcing, completion_rules
from saleor_stripe_app.sandbox.saleor.catalogue import (
    Attribute,
    AttributeValue,
    Category,
    Metadata,
    Product,
    ProductType,
    ProductVariant,
    SelectedAttribute,
)
from saleor_stripe_app.sandbox.saleor.checkouts import Checkout, Purchase
from saleor_stripe_app.sandbox.saleor.currencies import quantize
from saleor_stripe_app.sandbox.saleor.errors import MutationError
from saleor_stripe_app.sandbox.saleor.ids import global_id
from saleor_stripe_app.sandbox.saleor.lines import Delivery, GiftCard, Line, ShippingMethod
from saleor_stripe_app.sandbox.saleor.money import Money, TaxedMoney
from saleor_stripe_app.sandbox.saleor.orders import GrantedRefund, Order
from saleor_stripe_app.sandbox.saleor.pages import Page
from saleor_stripe_app.sandbox.saleor.saleor import Saleor
from saleor_stripe_app.sandbox.saleor.shop import Address, Channel, User
from saleor_stripe_app.sandbox.saleor.transactions import Transaction
from saleor_stripe_app.sandbox.saleor.webhook_events import (
    FulfillmentApproved,
    FulfillmentCreated,
    OrderCreated,
    OrderFullyPaid,
    OrderPaid,
)


@dataclass(frozen=True, slots=True)
class Item:
    """What is bought: a price per piece in the channel's currency, tax included."""

    name: str
    price: Decimal
    quantity: int = 1
    sku: str | None = None
    discount: Decimal = Decimal(0)
    """Taken off each piece."""
    variant_metadata: Metadata = field(default_factory=dict)
    product_metadata: Metadata = field(default_factory=dict)
    pages: Mapping[str, Page] = field(default_factory=dict)
    """By the slug of the product's attribute that refers to it."""
    category: Category | None = None


def create_checkout(
    saleor: Saleor,
    items: Sequence[Item],
    *,
    channel: str = "default-channel",
    email: str = "guest@example.com",
    user: User | None = None,
    shipping: Decimal = Decimal(0),
    voucher_code: str | None = None,
    gift_card: Decimal | None = None,
    metadata: Metadata | None = None,
    with_addresses: bool = True,
) -> Checkout:
    """A cart ready to be paid, in the channel of that slug."""
    where = saleor.channel(channel)
    token = saleor.uuid()
    checkout = Checkout(
        token=token,
        channel=where,
        created=saleor.now(),
        updated_at=saleor.now(),
        contents=[_line(saleor, where, item, voucher_code) for item in items],
        email=user.email if user else email,
        user=user,
        billing_address=Address(saleor.number("Address")) if with_addresses else None,
        shipping_address=Address(saleor.number("Address")) if with_addresses else None,
        shipping=TaxedMoney.of_gross(quantize(shipping, where.currency_code), where.currency_code, where.tax_rate),
        delivery=Delivery(
            global_id("CheckoutDelivery", saleor.uuid()), ShippingMethod(global_id("ShippingMethod", 1), "Default")
        ),
        voucher_code=voucher_code,
        discount_name="Voucher" if voucher_code else None,
        metadata=dict(metadata or {}),
    )
    if gift_card is not None:
        balance = Money(gift_card, where.currency_code)
        checkout.gift_cards.append(GiftCard(global_id("GiftCard", saleor.number("GiftCard")), "GIFT-1234", balance))
    saleor.checkouts[token] = checkout
    return checkout


def checkout_of(saleor: Saleor, amount: Decimal | str, *, channel: str = "default-channel") -> Checkout:
    """A cart with one thing of that price."""
    return create_checkout(saleor, [Item("Monospace Tee", Decimal(amount), sku="328223580")], channel=channel)


def _line(saleor: Saleor, channel: Channel, item: Item, voucher_code: str | None) -> Line:
    currency = channel.currency_code
    key = saleor.number("Product")
    slug = item.name.lower().replace(" ", "-")
    product = Product(
        key,
        item.name,
        slug,
        ProductType(1, "Top", "shirt"),
        item.category or Category(1, "T-shirts", "t-shirts"),
        attributes=[
            SelectedAttribute(
                Attribute(slug, slug.title()), (AttributeValue(f"{key}_{page.key}", page.title, page.id),)
            )
            for slug, page in item.pages.items()
        ],
        metadata=dict(item.product_metadata),
    )
    variant = ProductVariant(key, "S", item.sku, product, metadata=dict(item.variant_metadata))
    price = quantize(item.price, currency)
    return Line(
        token=saleor.uuid(),
        variant=variant,
        quantity=item.quantity,
        unit_price=TaxedMoney.of_gross(price - quantize(item.discount, currency), currency, channel.tax_rate),
        undiscounted_unit=TaxedMoney.of_gross(price, currency, channel.tax_rate),
        tax_rate=channel.tax_rate,
        discount_reason=f"Entire order voucher code: {voucher_code}" if voucher_code else None,
    )


def create_order(saleor: Saleor, items: Sequence[Item], *, channel: str = "default-channel") -> Order:
    """An order made by staff from a draft, not yet paid."""
    checkout = create_checkout(saleor, items, channel=channel)
    order = _order_of(saleor, checkout)
    order.origin, order.checkout_id, order.status = "DRAFT", None, "UNFULFILLED"
    return order


def complete_checkout(saleor: Saleor, checkout_token: str) -> Order:
    """`checkoutComplete`: pending amounts are enough; done again, it returns the same order. Raises MutationError."""
    checkout = saleor.checkouts.get(checkout_token)
    if checkout is None:
        checkout_id = global_id("Checkout", checkout_token)
        existing = next((order for order in saleor.orders.values() if order.checkout_id == checkout_id), None)
        if existing is not None:
            return existing
        raise MutationError("id", f"Couldn't resolve to a node: {checkout_id}", "NOT_FOUND")
    completion_rules.check(checkout)
    completion_rules.allocate(checkout)
    return _order_of(saleor, checkout)


def _order_of(saleor: Saleor, checkout: Checkout) -> Order:
    """The order that takes a checkout's place, transactions and all."""
    shared = {name: getattr(checkout, name) for name in Purchase.__dataclass_fields__}
    shared |= {"token": saleor.uuid(), "created": saleor.now(), "updated_at": saleor.now()}
    order = Order(**shared, number=str(saleor.number("Order")), checkout_id=checkout.id)
    if not (order.transactions and checkout.channel.order_settings.automatically_confirm_all_new_orders):
        order.status = "UNCONFIRMED"
    saleor.orders[order.token] = order
    del saleor.checkouts[checkout.token]
    for transaction in order.transactions:
        transaction.order, transaction.checkout = order.token, None
    order.known_charged = Decimal(0)
    announcing.of_order(saleor, "ORDER_CREATED", OrderCreated, order)
    tell_of_payment(saleor, order)
    return order


def tell_of_payment(saleor: Saleor, order: Order) -> None:
    """ORDER_PAID whenever more was charged, and ORDER_FULLY_PAID with it where that covers the order."""
    before, order.known_charged = order.known_charged, order.charged
    if order.charged > before:
        announcing.of_order(saleor, "ORDER_PAID", OrderPaid, order)
        if order.is_paid:
            announcing.of_order(saleor, "ORDER_FULLY_PAID", OrderFullyPaid, order)


def page_of(saleor: Saleor, title: str) -> Page:
    """`pageCreate`, for a reason of the shop's."""
    page = Page(saleor.number("Page"), title)
    saleor.pages.append(page)
    return page


def grant_refund(
    saleor: Saleor,
    transaction: Transaction,
    amount: Decimal,
    *,
    reason: str = "",
    reason_reference: Page | None = None,
    lines: Sequence[tuple[Line, int]] = (),
    shipping: bool = False,
) -> GrantedRefund:
    """`orderGrantRefundCreate` for a transaction of an order: some of its lines, the shipping, or just an amount."""
    order = saleor.orders[transaction.order or ""]
    refund = GrantedRefund(
        key=saleor.number("OrderGrantedRefund"),
        amount=Money(quantize(amount, transaction.currency), transaction.currency),
        created_at=saleor.now(),
        updated_at=saleor.now(),
        reason=reason,
        reason_reference=reason_reference,
        shipping_costs_included=shipping,
        granted_lines=[(line, quantity, reason) for line, quantity in lines],
        transaction=transaction,
    )
    order.granted_refunds.append(refund)
    saleor.granted_refunds.append(refund)
    return refund


def fulfill(saleor: Saleor, order: Order, *lines: Line) -> None:
    """`orderFulfill` for whole lines, without any for all of them. FULFILLMENT_CREATED is sent.

    So is FULFILLMENT_APPROVED: in this shop nobody has to approve it first.
    """
    for line in lines or order.contents:
        line.quantity_fulfilled = line.quantity
    done = all(line.quantity_fulfilled == line.quantity for line in order.contents)
    order.status = "FULFILLED" if done else "PARTIALLY_FULFILLED"
    announcing.of_order(saleor, "FULFILLMENT_CREATED", FulfillmentCreated, order)
    announcing.of_order(saleor, "FULFILLMENT_APPROVED", FulfillmentApproved, order)
