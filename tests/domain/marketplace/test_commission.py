"""Which commission is taken, and how much it is."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from saleor_stripe_app.domain.errors import Refusal
from saleor_stripe_app.domain.marketplace.commission import (
    FREE,
    VENDORS_OWN,
    Conditions,
    Rule,
    Sale,
    commission_on,
    commission_on_shipping,
    rule_for,
)
from saleor_stripe_app.domain.marketplace.rate import Basis, Rate, checked_rate

TEN = Rate(percent=Decimal(10))
BOOK = Sale("acme", "eu", categories=("novels", "books"), product_type="paper")


def rule(key, rate=TEN, year=2026, **conditions):
    return Rule(key, rate, Conditions(**conditions), datetime(year, 1, 1, tzinfo=UTC))


def test_the_most_specific_rule_wins_and_of_equals_the_oldest():
    rules = [
        rule("all"),
        rule("books", categories=("books", "films"), year=2025),
        rule("acme", vendors=("acme",), year=2024),
        rule("acme's books", vendors=("acme",), categories=("books",)),
        rule("elsewhere", vendors=("acme",), categories=("books",), channels=("us",), year=2020),
    ]
    assert rule_for(BOOK, rules, None, "eur").key == "acme's books"
    assert rule_for(BOOK, rules[:3], None, "eur").key == "acme"
    assert rule_for(BOOK, list(reversed(rules[:3])), None, "eur").key == "acme"
    assert rule_for(replace(BOOK, categories=()), rules[:2], None, "eur").key == "all"


def test_a_vendors_own_default_stands_between_rules_with_conditions_and_those_without():
    own = Rate(percent=Decimal(8))
    assert rule_for(BOOK, [rule("all")], own, "eur").key == VENDORS_OWN
    assert rule_for(BOOK, [rule("all"), rule("paper", product_types=("paper",))], own, "eur").key == "paper"
    assert rule_for(BOOK, [], None, "eur") is FREE


def test_a_mere_amount_in_another_currency_says_nothing():
    euros = rule("euros", Rate(fixed={"eur": 100}), vendors=("acme",))
    assert rule_for(BOOK, [euros], None, "eur") is euros
    assert rule_for(BOOK, [euros, rule("all")], None, "usd").key == "all"


@pytest.mark.parametrize(
    ("rate", "exact"),
    [
        (TEN, "99.9"),
        (replace(TEN, base=Basis.GROSS), "118.8"),
        (replace(TEN, fixed={"eur": 30}), "129.9"),
        (replace(TEN, minimum={"eur": 200}), "200"),
        (replace(TEN, minimum={"eur": 50, "usd": 900}), "99.9"),
        (Rate(), "0"),
    ],
)
def test_a_percentage_an_amount_and_at_least_the_minimum(rate, exact):
    applied = commission_on(Rule("r", rate), net=999, tax=189, limit=999, currency="eur")
    assert (applied.exact, applied.limited) == (Decimal(exact), False)


def test_no_commission_is_more_than_there_is():
    applied = commission_on(Rule("r", Rate(fixed={"jpy": 500})), net=300, tax=30, limit=300, currency="jpy")
    assert (applied.fixed, applied.exact, applied.limited) == (500, 300, True)


def test_only_the_percentage_is_taken_of_shipping_and_only_where_the_rule_says_so():
    rate = replace(TEN, fixed={"eur": 100})
    assert commission_on_shipping(Rule("r", rate), 500, 100) is None
    assert commission_on_shipping(Rule("r", replace(rate, shipping=True)), 500, 100).exact == 50


@pytest.mark.parametrize(
    "rate",
    [
        Rate(percent=Decimal(101)),
        Rate(percent=Decimal("NaN")),
        Rate(fixed={"eur": -1}),
        Rate(minimum={"EUR": 1}),
        Rate(fixed={"zzz": 1}),
    ],
)
def test_a_rate_that_cannot_be_meant_is_refused(rate):
    with pytest.raises(Refusal):
        checked_rate(rate)
