"""A whole purchase divided into entries: whose the goods are, whose the shipping, whose the tax.

Commission and what the platform adds for discounts come in commissioned.py.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import ROUND_HALF_EVEN, Decimal

from saleor_stripe_app.domain.marketplace.commission import Rule, Sale
from saleor_stripe_app.domain.marketplace.commissioned import commissioned, covered
from saleor_stripe_app.domain.marketplace.entry import PLATFORM, Entry, EntryKind
from saleor_stripe_app.domain.marketplace.largest_remainder import apportioned, rounded_together
from saleor_stripe_app.domain.marketplace.payee import payee
from saleor_stripe_app.domain.marketplace.policy import Party, Policy, Shipping
from saleor_stripe_app.domain.marketplace.priced import PricedLine, PricedPurchase
from saleor_stripe_app.domain.marketplace.vendor import Vendor
from saleor_stripe_app.domain.money import in_minor_units, minor_step

SHIPPING = "shipping"


def divided(
    purchase: PricedPurchase,
    policy: Policy,
    rules: Sequence[Rule],
    vendors: Mapping[str, Vendor],
    currency: str,
) -> tuple[Entry, ...]:
    """The entries of everything that is bought, in an order of their own, whatever the order of lines.

    What the shopper pays for them adds up to the purchase's total. Raises Unrepresentable for an unknown currency.
    """
    lines = sorted(purchase.lines, key=lambda line: line.id)
    prices = _prices(purchase, lines, currency)
    goods = []
    for line, (net, tax) in zip(lines, prices, strict=False):
        to = payee(line.vendor, policy, vendors, currency)
        discount = _discount(line.undiscounted, net, line.quantity, currency)
        entry = Entry(EntryKind.GOODS, line.id, to.vendor, net, quantity=line.quantity, name=line.name)
        entry = replace(entry, discount=discount, named=to.named, kept_because=to.why)
        goods.append(_borne(_taxed(entry, tax, policy), policy))
    shipping = _shipping(purchase, goods, prices[-1], policy, currency)
    sales = {line.id: Sale(line.vendor or "", purchase.channel, line.categories, line.product_type) for line in lines}
    entries = commissioned((*goods, *shipping), sales, rules, vendors, currency)
    return covered(tuple(sorted(entries, key=lambda entry: entry.key)))


def _prices(purchase: PricedPurchase, lines: Sequence[PricedLine], currency: str) -> list[tuple[int, int]]:
    """Net and tax of each line and, last, of the shipping; fractions of a minor unit are rounded together."""
    amounts = [amount for line in lines for amount in (line.net, line.tax)]
    amounts += [purchase.shipping, purchase.shipping_tax]
    keys = [f"{line.id} {part}" for line in lines for part in ("net", "tax")] + [SHIPPING, f"{SHIPPING} tax"]
    whole = rounded_together([max(Decimal(0), in_minor_units(amount, currency)) for amount in amounts], keys)
    return list(zip(whole[::2], whole[1::2], strict=True))


def _taxed(entry: Entry, tax: int, policy: Policy) -> Entry:
    """A marketplace facilitator remits the tax itself, a vendor who is the seller of record gets it."""
    if entry.vendor and policy.tax is Party.PLATFORM:
        return replace(entry, platform_tax=tax)
    return replace(entry, tax=tax)


def _discount(undiscounted: Decimal | None, net: int, quantity: int, currency: str) -> int:
    """What was taken off. Less than the smallest unit of money for each piece is only Saleor's rounding."""
    if undiscounted is None:
        return 0
    off = int(in_minor_units(undiscounted, currency).to_integral_value(ROUND_HALF_EVEN)) - net
    return off if off >= quantity * minor_step(currency) else 0


def _borne(entry: Entry, policy: Policy) -> Entry:
    if not entry.vendor:
        return entry
    part = entry.discount * policy.platforms_discount / 100
    return replace(entry, subsidy=int(part.to_integral_value(ROUND_HALF_EVEN)))


def _shipping(
    purchase: PricedPurchase, goods: Sequence[Entry], price: tuple[int, int], policy: Policy, currency: str
) -> list[Entry]:
    """An entry of shipping for everybody who has a part in it."""
    discount = _discount(purchase.undiscounted_shipping, price[0], 1, currency)
    weights = _parts_in_shipping(purchase, goods, sum(price), policy, currency)
    whose = sorted(weights)
    shares = [apportioned(amount, [weights[one] for one in whose], whose) for amount in (*price, discount)]
    entries = []
    for vendor, net, tax, off in zip(whose, *shares, strict=True):
        if not net + tax + off:
            continue
        entry = Entry(EntryKind.SHIPPING, "", vendor, net, discount=off, name=SHIPPING, named=vendor)
        entries.append(_borne(_taxed(entry, tax, policy), policy))
    return entries


def _parts_in_shipping(
    purchase: PricedPurchase, goods: Sequence[Entry], price: int, policy: Policy, currency: str
) -> dict[str, Decimal]:
    """How much of the shipping is whose; amounts for vendors that exceed the price are only proportions of it."""
    parts: dict[str, Decimal] = {}
    if policy.shipping is Shipping.PROPORTIONAL:
        for entry in goods:
            parts[entry.vendor] = parts.get(entry.vendor, Decimal(0)) + entry.paid
    if policy.shipping is Shipping.BY_VENDOR:
        selling = {entry.vendor for entry in goods}
        for vendor, amount in purchase.shipping_of_vendors.items():
            if vendor in selling and amount > 0:
                parts[vendor] = in_minor_units(amount, currency)
        parts[PLATFORM] = max(Decimal(0), price - sum(parts.values(), Decimal(0)))
    return parts if any(parts.values()) else {PLATFORM: Decimal(1)}
