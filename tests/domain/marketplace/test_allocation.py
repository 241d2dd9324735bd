"""Each vendor's share of a captured payment, to the minor unit."""

from dataclasses import replace
from decimal import Decimal

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from saleor_stripe_app.domain.errors import Refusal
from saleor_stripe_app.domain.marketplace.allocation import allocate, application_fee, with_stripe_fee
from saleor_stripe_app.domain.marketplace.commission import Rule
from saleor_stripe_app.domain.marketplace.held import Held
from saleor_stripe_app.domain.marketplace.payee import refuse_unpaid_vendors
from saleor_stripe_app.domain.marketplace.policy import BorneBy, ChargeType, Otherwise, Party, Policy, Shipping
from saleor_stripe_app.domain.marketplace.priced import PricedPurchase
from saleor_stripe_app.domain.marketplace.rate import Basis, Rate
from saleor_stripe_app.domain.money import in_minor_units, minor_step
from tests.domain.marketplace.purchases import (
    CURRENCIES,
    STRANGER,
    TEN_PERCENT,
    VENDORS,
    line,
    policies,
    purchases,
    rules,
    vendor,
    vendors,
)


def worth(purchase, currency):
    total = sum(one.net + one.tax for one in purchase.lines) + purchase.shipping + purchase.shipping_tax
    return int(in_minor_units(total, currency))


def amounts(allocation):
    return {share.vendor: share.amount for share in allocation.shares}


@st.composite
def situations(draw):
    currency = draw(st.sampled_from(CURRENCIES))
    return draw(purchases(currency)), draw(policies()), draw(rules()), draw(vendors()), currency


@settings(deadline=None, max_examples=60)
@given(situations(), st.data())
def test_shares_and_platform_are_the_captured_amount_and_nobody_has_less_than_nothing(situation, data):
    purchase, _, _, _, currency = situation
    step = minor_step(currency)
    captured = step * data.draw(st.integers(0, 2 * worth(purchase, currency) // step + 1))
    allocation = allocate(*situation[:4], captured, currency)
    assert sum(amounts(allocation).values()) + allocation.platform == captured
    assert allocation.platform >= 0
    for share in allocation.shares:
        assert share.amount >= 0
        assert share.amount % step == 0
        assert share.amount == sum(entry.due for entry in share.entries) + share.rounding - share.fee
        assert step > 1 or share.rounding == 0
    for entry in allocation.entries:
        assert min(entry.net, entry.tax, entry.platform_tax, entry.subsidy, entry.uncovered, entry.commission) >= 0
        assert entry.due >= 0


@settings(deadline=None, max_examples=60)
@given(situations(), st.randoms())
def test_the_order_of_lines_and_rules_does_not_matter(situation, random):
    purchase, policy, some_rules, some_vendors, currency = situation
    shuffled = replace(purchase, lines=tuple(random.sample(purchase.lines, len(purchase.lines))))
    captured = worth(purchase, currency) * 2 // 3
    allocation = allocate(purchase, policy, some_rules, some_vendors, captured, currency)
    again = random.sample(some_rules, len(some_rules))
    assert allocate(shuffled, policy, again, some_vendors, captured, currency) == allocation


@settings(deadline=None, max_examples=60)
@given(situations(), st.data())
def test_the_captures_of_an_order_add_up_to_its_whole(situation, data):
    currency, total, step = situation[-1], worth(situation[0], situation[-1]), minor_step(situation[-1])
    whole = allocate(*situation[:4], total, currency)
    parts, left = [], total
    while left:
        most = left // step
        captured = left if most < 1 else data.draw(st.integers(1, most)) * step
        captured = left if left - captured < step else captured
        parts.append(allocate(*situation[:4], captured, currency, parts))
        left -= captured
        if len(parts) == 4 and left:
            parts.append(allocate(*situation[:4], left, currency, parts))
            break
    for share in whole.shares:
        assert sum(amounts(part)[share.vendor] for part in parts) == (share.amount if parts else 0)
    for column in ("net", "tax", "platform_tax", "discount", "subsidy", "commission", "uncovered"):
        sums = sum(getattr(entry, column) for part in parts for entry in part.entries)
        assert sums == sum(getattr(entry, column) for entry in whole.entries)


@settings(deadline=None, max_examples=60)
@given(situations(), st.integers(0, 3000), st.integers(0, 3000))
def test_stripes_fee_moves_between_share_and_platform_and_is_told_anew(situation, fee, final):
    purchase, policy, *_, currency = situation
    allocation = allocate(*situation[:4], worth(purchase, currency), currency)
    told = with_stripe_fee(allocation, fee, policy)
    assert sum(amounts(told).values()) + told.platform == told.captured
    assert min([0, *amounts(told).values()]) == 0
    assert sum(share.fee for share in told.shares) <= (0 if policy.stripe_fee is Party.PLATFORM else fee)
    assert with_stripe_fee(told, final, policy) == with_stripe_fee(allocation, final, policy)


THREE = PricedPurchase(
    (
        line("a", "100.00", "apple", tax="19.00"),
        line("b", "50.00", "berry", tax="9.50"),
        line("c", "30.00", tax="5.70"),
    ),
    shipping=Decimal("10.00"),
    shipping_tax=Decimal("1.90"),
)
ALL = 22610


def split(purchase=THREE, captured=ALL, rules=(TEN_PERCENT,), vendors=VENDORS, currency="eur", **choices):
    return allocate(purchase, Policy(**choices), rules, vendors, captured, currency)


@pytest.mark.parametrize(
    ("choices", "shares", "platform"),
    [
        ({}, {"apple": 9000, "berry": 4500}, 9110),
        ({"tax": Party.VENDOR}, {"apple": 10900, "berry": 5450}, 6260),
        ({"shipping": Shipping.PROPORTIONAL}, {"apple": 9555, "berry": 4778}, 8277),
        ({"shipping": Shipping.PROPORTIONAL, "tax": Party.VENDOR}, {"apple": 11560, "berry": 5781}, 5269),
        ({"shipping": Shipping.BY_VENDOR}, {"apple": 9000, "berry": 4500}, 9110),
    ],
)
def test_three_parties_share_an_order_as_the_operator_chose(choices, shares, platform):
    allocation = split(**choices)
    assert (amounts(allocation), allocation.platform) == (shares, platform)


def test_shipping_goes_to_the_vendor_for_whom_the_order_has_it_and_no_more_than_was_paid():
    some = replace(THREE, shipping_of_vendors={"apple": Decimal("5.95"), STRANGER: Decimal(9)})
    assert amounts(split(some, shipping=Shipping.BY_VENDOR)) == {"apple": 9500, "berry": 4500}
    most = replace(THREE, shipping_of_vendors={"apple": Decimal(60), "berry": Decimal(20)})
    assert amounts(split(most, shipping=Shipping.BY_VENDOR)) == {"apple": 9750, "berry": 4750}


def test_commission_of_shipping_is_taken_where_the_rule_says_so():
    rule = Rule("all", Rate(Decimal(10), base=Basis.GROSS, shipping=True))
    allocation = split(rules=[rule], shipping=Shipping.PROPORTIONAL)
    assert amounts(allocation) == {"apple": 10000 + 555 - 1190 - 66, "berry": 5000 + 278 - 595 - 33}


SOLD_OFF = PricedPurchase((line("a", "60.00", "apple", was="100.00"), line("c", "40.00")))


@pytest.mark.parametrize(
    ("choices", "share"),
    [
        ({}, 5400),
        ({"discounts": BorneBy.PLATFORM}, 9000),
        ({"discounts": BorneBy.SHARED, "discounts_by_platform": Decimal(25)}, 6300),
    ],
)
def test_a_discount_is_borne_by_whom_the_operator_chose(choices, share):
    assert amounts(split(SOLD_OFF, 10000, **choices)) == {"apple": share}


def test_what_the_platform_should_add_and_the_payment_does_not_have_is_said():
    half_off = PricedPurchase((line("a", "50.00", "apple", was="100.00"),))
    allocation = split(half_off, 5000, discounts=BorneBy.PLATFORM)
    (entry,) = allocation.shares[0].entries
    assert (allocation.shares[0].amount, allocation.platform) == (5000, 0)
    assert (entry.subsidy, entry.uncovered, entry.commission) == (1000, 4000, 1000)


def test_a_commission_above_the_price_takes_the_price_and_never_the_tax():
    cheap = PricedPurchase((line("a", "1.00", "apple", tax="0.19"),))
    allocation = split(cheap, 119, [Rule("fixed", Rate(fixed={"eur": 250}))], tax=Party.VENDOR)
    (entry,) = allocation.shares[0].entries
    assert (allocation.shares[0].amount, entry.commission, entry.applied[0].limited) == (19, 100, True)


def test_what_a_gift_card_paid_is_missing_in_proportion():
    assert amounts(split(captured=ALL // 2)) == {"apple": 4500, "berry": 2250}


def test_what_was_captured_beyond_the_order_is_the_platforms():
    allocation = split(captured=ALL + 500)
    assert (amounts(allocation), allocation.platform) == ({"apple": 9000, "berry": 4500}, 9610)
    assert (allocation.worth, allocation.drawn) == (ALL, ALL)


@pytest.mark.parametrize(("otherwise", "has_share"), [(Otherwise.KEEP, False), (Otherwise.HOLD, True)])
def test_the_money_of_an_unknown_vendor_is_kept_or_held(otherwise, has_share):
    strange = PricedPurchase((line("a", "10.00", STRANGER),))
    allocation = split(strange, 1000, unknown_vendor=otherwise)
    assert amounts(allocation) == ({STRANGER: 900} if has_share else {})
    (entry,) = allocation.entries
    assert (entry.named, entry.kept_because) == (STRANGER, None if has_share else Held.UNKNOWN_VENDOR)


def test_a_payment_is_refused_where_the_operator_takes_none_without_its_vendor():
    strange = PricedPurchase((line("a", "10.00", STRANGER), line("b", "1.00")))
    unknown, unpayable = Policy(unknown_vendor=Otherwise.REFUSE), Policy(unpayable_vendor=Otherwise.REFUSE)
    refuse_unpaid_vendors(strange, unpayable, VENDORS, "eur")
    with pytest.raises(Refusal):
        refuse_unpaid_vendors(strange, unknown, VENDORS, "eur")
    with pytest.raises(Refusal):
        refuse_unpaid_vendors(strange, unpayable, {STRANGER: vendor(STRANGER, currency="usd")}, "eur")


def test_currencies_without_single_minor_units_are_divided_in_steps_that_stripe_takes():
    dinars = PricedPurchase((line("a", "3.333", "apple"), line("b", "3.337", "berry")))
    allocation = split(dinars, 6670, currency="kwd")
    assert amounts(allocation) == {"apple": 3000, "berry": 3000}
    assert allocation.platform == 670
    crowns = PricedPurchase((line("a", "333", "apple"), line("b", "334", "berry")))
    assert amounts(split(crowns, 66700, currency="isk")) == {"apple": 30000, "berry": 30000}


def test_only_a_payment_with_one_vendor_has_an_application_fee_if_the_operator_chose_so():
    policy = Policy(charge_type=ChargeType.DESTINATION)
    alone = split(SOLD_OFF, 10000)
    assert application_fee(alone, policy) == 4600
    assert application_fee(alone, Policy()) is None
    assert application_fee(split(), policy) is None
