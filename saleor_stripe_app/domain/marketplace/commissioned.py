"""Entries with their commission, and with what the platform adds for discounts as far as there is money for it.

The commission is on the price at which the vendor sells: a discount that the platform bears does not lower it. It is
never more than that price, and never touches tax.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from saleor_stripe_app.domain.marketplace.commission import (
    Applied,
    Rule,
    Sale,
    commission_on,
    commission_on_shipping,
    rule_for,
)
from saleor_stripe_app.domain.marketplace.entry import Entry, EntryKind
from saleor_stripe_app.domain.marketplace.largest_remainder import apportioned, rounded_together
from saleor_stripe_app.domain.marketplace.vendor import Vendor
from saleor_stripe_app.domain.money import EXACT


def commissioned(
    entries: Sequence[Entry],
    sales: Mapping[str, Sale],
    rules: Sequence[Rule],
    vendors: Mapping[str, Vendor],
    currency: str,
) -> Iterator[Entry]:
    """The entries with their commission, which is rounded once for each vendor. `sales` are by line."""
    for key, group in groupby(sorted(entries, key=lambda entry: entry.key), key=lambda entry: entry.vendor):
        of_vendor = list(group)
        if not key:
            yield from of_vendor
            continue
        own = vendors[key].commission if key in vendors else None
        goods = [entry for entry in of_vendor if entry.kind is EntryKind.GOODS]
        chosen = {entry.line: rule_for(sales[entry.line], rules, own, currency) for entry in goods}
        applied = [
            (_on_goods(entry, chosen[entry.line], currency),)
            if entry.kind is EntryKind.GOODS
            else _on_shipping(entry, goods, chosen)
            for entry in of_vendor
        ]
        yield from _rounded(of_vendor, applied)


def _on_goods(entry: Entry, rule: Rule, currency: str) -> Applied:
    price = entry.net + entry.subsidy
    return commission_on(rule, price, entry.tax + entry.platform_tax, price, currency)


def _on_shipping(shipping: Entry, goods: Sequence[Entry], rules: Mapping[str, Rule]) -> tuple[Applied, ...]:
    """Each line's rule is for the line's part of its vendor's shipping."""
    weights, lines = [entry.paid for entry in goods], [entry.line for entry in goods]
    if not any(weights):
        weights = [1] * len(goods)
    nets = apportioned(shipping.net + shipping.subsidy, weights, lines)
    taxes = apportioned(shipping.tax + shipping.platform_tax, weights, lines)
    applied = (commission_on_shipping(*one) for one in zip(rules.values(), nets, taxes, strict=True))
    return tuple(one for one in applied if one is not None)


def _rounded(entries: Sequence[Entry], applied: Sequence[tuple[Applied, ...]]) -> Iterator[Entry]:
    exact = []
    for rules in applied:
        total = EXACT.create_decimal(0)
        for one in rules:
            total = EXACT.add(total, one.exact)
        exact.append(total)
    commissions = rounded_together(exact, [f"{entry.kind.value} {entry.line}" for entry in entries])
    for entry, rules, commission in zip(entries, applied, commissions, strict=True):
        yield replace(entry, commission=commission, applied=rules)


def covered(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """The entries with no more added for discounts than the platform has of this purchase.

    Stripe transfers no more from a charge than was charged (https://docs.stripe.com/connect/separate-charges-and-
    transfers). What the platform would have to add from elsewhere stands as `uncovered`.
    """
    excess = sum(entry.due for entry in entries) - sum(entry.paid for entry in entries)
    if excess <= 0:
        return entries
    added = [min(entry.subsidy, entry.due) for entry in entries]
    missing = apportioned(excess, added, ["/".join(entry.key) for entry in entries])
    return tuple(
        replace(entry, subsidy=entry.subsidy - one, uncovered=one) for entry, one in zip(entries, missing, strict=True)
    )
