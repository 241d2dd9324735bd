"""An order or checkout with what Saleor says of whose its lines are, before anybody decides that.

Saleor hides a line's variant from an app once its product is no longer visible in the channel
(saleor/graphql/order/types.py, resolve_variant): of such a line nothing is known, unless it was seen before.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from saleor_stripe_app.domain.marketplace.priced import PricedLine, PricedPurchase
from saleor_stripe_app.domain.marketplace.vendor_of_line import Origin, Source, vendor_of_line

# The vendor of a line whose product Saleor does not show. No vendor's key has a space, so that this is nobody known.
NOT_SHOWN = "product not shown"


@dataclass(frozen=True, slots=True)
class Offered:
    """What Saleor says of the product of a line: whose it may be, and what commission rules ask of it."""

    origin: Origin = field(default_factory=Origin)
    categories: tuple[str, ...] = ()
    product_type: str = ""


@dataclass(frozen=True, slots=True)
class LineToSplit:
    """A line. `net` and `tax` are for all of it; `variant` is the variant's id, which stays when it is hidden.

    `offered` is None where Saleor does not show the product. `fulfilled` is how many pieces have been delivered.
    """

    id: str
    quantity: int
    net: Decimal
    tax: Decimal
    name: str = ""
    undiscounted: Decimal | None = None
    fulfilled: int = 0
    variant: str = ""
    offered: Offered | None = None


@dataclass(frozen=True, slots=True)
class GrantedRefund:
    """A refund that staff granted: pieces of lines by the lines' ids, and perhaps the shipping.

    `references` are those of the transaction events that it led to: refunds have Stripe's id.
    """

    references: frozenset[str]
    lines: tuple[tuple[str, int], ...] = ()
    shipping: bool = False


@dataclass(frozen=True, slots=True)
class ToSplit:
    """An order, or a checkout (`number` is "" then). Shipping is without its tax."""

    id: str
    channel: str
    lines: tuple[LineToSplit, ...]
    number: str = ""
    status: str = ""
    shipping: Decimal = Decimal(0)
    shipping_tax: Decimal = Decimal(0)
    undiscounted_shipping: Decimal | None = None
    granted: tuple[GrantedRefund, ...] = ()

    def purchase(self, sources: Sequence[Source], seen: Mapping[str, str | None]) -> PricedPurchase:
        """The same, once it is decided whose each line is.

        `seen` are vendors by variant, None for the platform's own, as they were when Saleor still showed them.
        """
        return PricedPurchase(
            lines=tuple(_priced(line, sources, seen) for line in self.lines),
            channel=self.channel,
            shipping=self.shipping,
            shipping_tax=self.shipping_tax,
            undiscounted_shipping=self.undiscounted_shipping,
        )

    def fulfilled(self, line_ids: Sequence[str]) -> bool:
        """Whether all of these lines have been delivered."""
        return all(line.fulfilled >= line.quantity for line in self.lines if line.id in line_ids)


def _priced(line: LineToSplit, sources: Sequence[Source], seen: Mapping[str, str | None]) -> PricedLine:
    offered = line.offered or Offered()
    if line.offered is not None:
        vendor = vendor_of_line(offered.origin, sources).vendor
    else:
        vendor = seen.get(line.variant, NOT_SHOWN)
    return PricedLine(
        id=line.id,
        net=line.net,
        tax=line.tax,
        undiscounted=line.undiscounted,
        quantity=line.quantity,
        vendor=vendor,
        name=line.name,
        categories=offered.categories,
        product_type=offered.product_type,
    )
