"""Every share and the platform's part, explained to the minor unit."""

from decimal import Decimal

import hypothesis.strategies as st
from hypothesis import given, settings

from saleor_stripe_app.domain.marketplace.allocation import allocate, with_stripe_fee
from saleor_stripe_app.domain.marketplace.commission import Rule
from saleor_stripe_app.domain.marketplace.explained_text import as_text
from saleor_stripe_app.domain.marketplace.explanation import StepKind, explained
from saleor_stripe_app.domain.marketplace.policy import BorneBy, Party, Policy, Shipping
from saleor_stripe_app.domain.marketplace.priced import PricedPurchase
from saleor_stripe_app.domain.marketplace.rate import Rate
from tests.domain.marketplace.purchases import STRANGER, TEN_PERCENT, VENDORS, line
from tests.domain.marketplace.test_allocation import situations, worth


@settings(deadline=None, max_examples=60)
@given(situations(), st.integers(0, 900), st.data())
def test_steps_add_up_to_lines_lines_to_parts_and_parts_to_the_payment(situation, fee, data):
    whole = worth(situation[0], situation[-1])
    captured = data.draw(st.integers(0, whole + 1000))
    allocation = with_stripe_fee(allocate(*situation[:4], captured, situation[-1]), fee, situation[1])
    explanation = explained(allocation)
    for part in explanation.parts:
        for one in part.lines:
            assert sum(step.amount for step in one.steps) == one.total
        assert sum(one.total for one in part.lines) + sum(step.amount for step in part.steps) == part.total
    assert sum(part.total for part in explanation.parts) == captured
    rounding = [step.amount for part in explanation.parts for step in part.steps if step.kind is StepKind.ROUNDING]
    assert captured != whole or situation[-1] in ("kwd", "isk") or not rounding


@settings(deadline=None, max_examples=20)
@given(situations(), st.integers(1, 10**6))
def test_whatever_happened_can_be_read(situation, captured):
    text = as_text(explained(allocate(*situation[:4], captured, situation[-1])))
    assert text.count("to the platform") == 1


ORDER = PricedPurchase(
    (
        line("a", "60.05", "apple", tax="11.41", was="100.00", quantity=2, name="Chair"),
        line("c", "30.00", STRANGER, name="Lamp"),
    ),
    shipping=Decimal("5.00"),
)
POLICY = Policy(discounts=BorneBy.SHARED, shipping=Shipping.PROPORTIONAL, stripe_fee=Party.VENDOR)


def test_an_order_reads_like_an_account():
    allocation = with_stripe_fee(allocate(ORDER, POLICY, [TEN_PERCENT], VENDORS, 10646, "eur"), 200, POLICY)
    commission = "Commission: rule ten, 10 % of 80.03 EUR = 8.0030 EUR, rounded together with the vendor's other lines"
    assert as_text(explained(allocation)).splitlines() == [
        "        106.46  captured, EUR",
        "",
        "         74.14  to apple",
        "         72.03    2 \u00d7 Chair",
        "         60.05      Price without tax, as it was sold",
        "         19.98      Part of the discount that the platform bears",
        f"         -8.00      {commission}",
        "                    (The platform remits the tax of 11.41 EUR)",
        "                    (Of the discount of 39.95 EUR the vendor bears 19.97 EUR)",
        "          3.52    Shipping",
        "          3.52      Price without tax, as it was sold",
        "                    (No commission)",
        "         -1.41    The vendor's part of Stripe's fee",
        "",
        "         32.32  to the platform",
        "         30.00    1 \u00d7 Lamp",
        "         30.00      Price without tax",
        "                    (Kept from stranger: No vendor with this key is known here.)",
        "          1.48    Shipping",
        "          1.48      Price without tax",
        "          8.00    Commission of apple",
        "         11.41    Tax on the goods of apple, which the platform remits",
        "        -19.98    Discounts on the goods of apple that the platform bears",
        "          1.41    Part of Stripe's fee that apple bears",
    ]


def test_a_payment_of_a_part_and_one_of_too_much_say_so():
    part = as_text(explained(allocate(ORDER, POLICY, [TEN_PERCENT], VENDORS, 5000, "eur")))
    assert "This pays 50.00 EUR of 106.46 EUR" in part
    surplus = as_text(explained(allocate(ORDER, POLICY, [TEN_PERCENT], VENDORS, 10700, "eur")))
    assert "          0.54    Captured beyond what was open of the order's 106.46 EUR" in surplus


def test_a_rule_that_asks_for_more_than_the_price_says_so():
    pin = PricedPurchase((line("b", "0.50", "berry", name="Pin"),))
    rules = [Rule("pins", Rate(Decimal(5), {"eur": 100}, {"eur": 30}))]
    (step,) = [
        step
        for part in explained(allocate(pin, Policy(), rules, VENDORS, 50, "eur")).parts
        for one in part.lines
        for step in one.steps
        if step.kind is StepKind.COMMISSION
    ]
    assert step.amount == -50
    assert step.words == (
        "Commission: rule pins, 5 % of 0.50 EUR, plus 1.00 EUR, at least 0.30 EUR = 0.50 EUR, "
        "limited to the price: the platform bears the rest"
    )
