"""Orders and checkouts with what is known of whose their lines are: metadata and attributes of products and variants.

Metadata of the lines themselves is not asked for: shoppers may write it (saleor/graphql/meta/permissions.py).
"""

import msgspec

from saleor_stripe_app.domain.marketplace.order_to_split import GrantedRefund, LineToSplit, Offered, ToSplit
from saleor_stripe_app.domain.marketplace.vendor_of_line import Origin
from saleor_stripe_app.domain.shop import Installation
from saleor_stripe_app.saleor.client import SaleorClient
from saleor_stripe_app.saleor.prices import ZERO, Amount, Price
from saleor_stripe_app.saleor.wire import Channel, Identified


class _Item(msgspec.Struct, frozen=True):
    key: str
    value: str


class _Slug(msgspec.Struct, frozen=True):
    slug: str | None = None


class _Value(msgspec.Struct, frozen=True):
    reference: str | None = None
    slug: str | None = None


class _Selected(msgspec.Struct, frozen=True):
    attribute: _Slug
    values: tuple[_Value, ...] = ()


class _Edge(msgspec.Struct, frozen=True):
    node: Identified


class _Edges(msgspec.Struct, frozen=True):
    edges: tuple[_Edge, ...] = ()


class _Category(Identified, frozen=True):
    ancestors: _Edges | None = None


class _Product(msgspec.Struct, frozen=True, rename="camel"):
    metadata: tuple[_Item, ...] = ()
    product_type: Identified | None = None
    category: _Category | None = None
    attributes: tuple[_Selected, ...] = ()


class _Variant(Identified, frozen=True):
    product: _Product
    name: str | None = None
    metadata: tuple[_Item, ...] = ()

    def offered(self) -> Offered:
        product, category = self.product, self.product.category
        above = category.ancestors.edges if category and category.ancestors else ()
        return Offered(
            Origin(
                {item.key: item.value for item in self.metadata},
                {item.key: item.value for item in product.metadata},
                {one.attribute.slug: _named(one) for one in product.attributes if one.attribute.slug},
            ),
            (category.id, *(edge.node.id for edge in above)) if category else (),
            product.product_type.id if product.product_type else "",
        )


class _Line(msgspec.Struct, frozen=True, rename="camel"):
    id: str
    quantity: int
    total_price: Price | None = None
    undiscounted_total_price: Price | None = None
    quantity_fulfilled: int = 0
    product_name: str | None = None
    variant_name: str | None = None
    product_variant_id: str | None = None
    variant: _Variant | None = None

    def line(self) -> LineToSplit:
        undiscounted, variant = self.undiscounted_total_price, self.variant
        names = (self.product_name, self.variant_name or (variant.name if variant else None))
        return LineToSplit(
            id=self.id,
            quantity=self.quantity,
            net=self.total_price.net.amount if self.total_price else ZERO,
            tax=self.total_price.tax if self.total_price else ZERO,
            name=", ".join(part for part in names if part),
            undiscounted=undiscounted.net.amount if undiscounted else None,
            fulfilled=self.quantity_fulfilled,
            variant=self.product_variant_id or (variant.id if variant else ""),
            offered=variant.offered() if variant else None,
        )


class _GrantedLine(msgspec.Struct, frozen=True, rename="camel"):
    quantity: int
    order_line: Identified


class _Event(msgspec.Struct, frozen=True, rename="camel"):
    psp_reference: str | None = None


class _Granted(msgspec.Struct, frozen=True, rename="camel"):
    shipping_costs_included: bool = False
    lines: tuple[_GrantedLine, ...] | None = None
    transaction_events: tuple[_Event, ...] | None = None

    def granted(self) -> GrantedRefund:
        events = self.transaction_events or ()
        return GrantedRefund(
            references=frozenset(event.psp_reference for event in events if event.psp_reference),
            lines=tuple((line.order_line.id, line.quantity) for line in self.lines or ()),
            shipping=self.shipping_costs_included,
        )


class _Purchase(msgspec.Struct, frozen=True, rename="camel"):
    id: str
    channel: Channel
    lines: tuple[_Line, ...]
    number: str = ""
    status: str = ""
    shipping_price: Price | None = None
    undiscounted_shipping_price: Amount | None = None
    granted_refunds: tuple[_Granted, ...] = ()

    def to_split(self) -> ToSplit:
        shipping, entered = self.shipping_price, self.undiscounted_shipping_price
        # Saleor does not say whether that is with tax: it is known where there is none.
        known = shipping is not None and entered is not None and not shipping.tax
        return ToSplit(
            id=self.id,
            channel=self.channel.slug,
            lines=tuple(line.line() for line in self.lines),
            number=self.number,
            status=self.status,
            shipping=shipping.net.amount if shipping else ZERO,
            shipping_tax=shipping.tax if shipping else ZERO,
            undiscounted_shipping=entered.amount if known and entered else None,
            granted=tuple(refund.granted() for refund in self.granted_refunds),
        )


class _FoundOrder(msgspec.Struct, frozen=True):
    order: _Purchase | None = None


class _FoundCheckout(msgspec.Struct, frozen=True):
    checkout: _Purchase | None = None


async def read_order(client: SaleorClient, installation: Installation, order_id: str) -> ToSplit | None:
    """The order; None when Saleor has none of this id. Raises what `SaleorClient.execute` raises."""
    found = (await client.execute(installation, "order-to-split", {"id": order_id}, _FoundOrder)).order
    return found.to_split() if found else None


async def read_checkout(client: SaleorClient, installation: Installation, checkout_id: str) -> ToSplit | None:
    """The checkout; None when Saleor has none of this id. Raises what `SaleorClient.execute` raises."""
    found = (await client.execute(installation, "checkout-to-split", {"id": checkout_id}, _FoundCheckout)).checkout
    return found.to_split() if found else None


def _named(selected: _Selected) -> tuple[str, ...]:
    """The pages that an attribute refers to, by their ids, or the values that were chosen, by their slugs."""
    named = (value.reference or value.slug for value in selected.values)
    return tuple(name for name in named if name)
