"""Commission: what the platform takes for a sale, and which rule says so.

Amounts are Stripe's minor units; one that is not rounded yet is a Decimal and may have a fraction of a unit.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from saleor_stripe_app.domain.marketplace.rate import Basis, Rate
from saleor_stripe_app.domain.money import EXACT

ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)
NO_RULE = ""
VENDORS_OWN = "vendor"  # the key that an explanation shows for a vendor's default commission


@dataclass(frozen=True, slots=True)
class Conditions:
    """When a rule applies: every kind that is named must hold (AND), by any one of its values (OR).

    Categories are Saleor's ids and hold for the categories below them; product types are ids, channels slugs.
    """

    vendors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    product_types: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()

    @property
    def specificity(self) -> int:
        """How many kinds of condition it has."""
        return sum(map(bool, (self.vendors, self.categories, self.product_types, self.channels)))

    def hold(self, sale: "Sale") -> bool:
        """Whether they all hold for what is sold."""
        return (
            (not self.vendors or sale.vendor in self.vendors)
            and (not self.categories or not set(self.categories).isdisjoint(sale.categories))
            and (not self.product_types or sale.product_type in self.product_types)
            and (not self.channels or sale.channel in self.channels)
        )


@dataclass(frozen=True, slots=True)
class Rule:
    """A rate and its conditions; `key` names it, `created` decides between rules that are equally specific."""

    key: str
    rate: Rate
    conditions: Conditions = Conditions()
    created: datetime = ALWAYS


@dataclass(frozen=True, slots=True)
class Sale:
    """What conditions are about. `categories` are the product's own category and all above it."""

    vendor: str
    channel: str = ""
    categories: tuple[str, ...] = ()
    product_type: str = ""


FREE = Rule(NO_RULE, Rate())


def rule_for(sale: Sale, rules: Sequence[Rule], own: Rate | None, currency: str) -> Rule:
    """The rule for a sale: the most specific that holds, of equals the oldest.

    The vendor's `own` default comes after every rule with conditions and before those without. Without any the sale is
    free of commission. A rule that has no terms in the currency is passed over.
    """
    holding = [rule for rule in rules if rule.rate.speaks_of(currency) and rule.conditions.hold(sale)]
    holding.sort(key=lambda rule: (-rule.conditions.specificity, rule.created, rule.key))
    if holding and holding[0].conditions.specificity:
        return holding[0]
    if own is not None and own.speaks_of(currency):
        return Rule(VENDORS_OWN, own, Conditions(vendors=(sale.vendor,)))
    return holding[0] if holding else FREE


@dataclass(frozen=True, slots=True)
class Applied:
    """How one rule came to an amount; `exact` is before rounding.

    `limited` says that the rule asks for more than there is: the platform bears the rest, tax is never touched.
    """

    rule: str
    percent: Decimal
    base: int
    fixed: int = 0
    minimum: int = 0
    exact: Decimal = Decimal(0)
    limited: bool = False


def commission_on(rule: Rule, net: int, tax: int, limit: int, currency: str) -> Applied:
    """The commission on a line that is sold for `net` and `tax` minor units; at most `limit`."""
    rate = rule.rate
    base = net + tax if rate.base is Basis.GROSS else net
    fixed, minimum = rate.fixed.get(currency, 0), rate.minimum.get(currency, 0)
    asked = max(EXACT.add(_percentage(rate, base), Decimal(fixed)), Decimal(minimum))
    return Applied(rule.key, rate.percent, base, fixed, minimum, min(asked, Decimal(limit)), asked > limit)


def commission_on_shipping(rule: Rule, net: int, tax: int) -> Applied | None:
    """The commission on a line's part of its vendor's shipping; None where the rule leaves shipping alone."""
    if not rule.rate.shipping:
        return None
    base = net + tax if rule.rate.base is Basis.GROSS else net
    asked = _percentage(rule.rate, base)
    return Applied(rule.key, rule.rate.percent, base, exact=min(asked, Decimal(net)), limited=asked > net)


def _percentage(rate: Rate, base: int) -> Decimal:
    return EXACT.multiply(Decimal(base), rate.percent.scaleb(-2, EXACT))
