"""A commission in words: the rule, its terms, what they come to, and what was done about fractions."""

from decimal import Decimal

from saleor_stripe_app.domain.marketplace.commission import VENDORS_OWN, Applied
from saleor_stripe_app.domain.marketplace.entry import Entry
from saleor_stripe_app.domain.money import display


def words_of_commission(entry: Entry, currency: str) -> str:
    """How an entry's commission came about. Where a part of the order is paid, it is the rule for the whole line."""
    terms = " and ".join(_terms(one, currency) for one in entry.applied)
    exact = sum((one.exact for one in entry.applied), Decimal(0))
    rounded = "" if exact == exact.to_integral_value() else ", rounded together with the vendor's other lines"
    return f"Commission: {terms}{rounded}"


def _terms(applied: Applied, currency: str) -> str:
    rule = "the vendor's own rate" if applied.rule == VENDORS_OWN else f"rule {applied.rule}"
    terms = [f"{applied.percent} % of {display(applied.base, currency)}"]
    if applied.fixed:
        terms.append(f"plus {display(applied.fixed, currency)}")
    if applied.minimum:
        terms.append(f"at least {display(applied.minimum, currency)}")
    came_to = display(applied.exact, currency)
    limited = ", limited to the price: the platform bears the rest" if applied.limited else ""
    return f"{rule}, {', '.join(terms)} = {came_to}{limited}"
