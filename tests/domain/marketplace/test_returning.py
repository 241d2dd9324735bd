"""What vendors give back, and what that leaves them."""

from dataclasses import replace
from decimal import Decimal

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from saleor_stripe_app.domain.errors import Refusal
from saleor_stripe_app.domain.marketplace.allocation import allocate, with_stripe_fee
from saleor_stripe_app.domain.marketplace.entry import COLUMNS
from saleor_stripe_app.domain.marketplace.policy import BorneBy, Commission, Party, Policy, Shipping
from saleor_stripe_app.domain.marketplace.priced import PricedPurchase
from saleor_stripe_app.domain.marketplace.returning import Cause, Chosen, GivenBack, Lines, returned
from saleor_stripe_app.domain.marketplace.standing import standing
from saleor_stripe_app.domain.money import minor_step
from tests.domain.marketplace.purchases import TEN_PERCENT, VENDORS, line
from tests.domain.marketplace.test_allocation import situations, worth


@st.composite
def ways(draw, purchase):
    lines = [one.id for one in purchase.lines]
    quantities = st.dictionaries(st.sampled_from(lines), st.integers(1, 5), max_size=3)
    return draw(st.none() | st.builds(Lines, quantities, st.booleans()))


@settings(deadline=None, max_examples=60)
@given(situations(), st.data())
def test_refunds_in_any_sequence_take_back_no_more_than_the_share_and_in_the_end_all_of_it(situation, data):
    purchase, policy, *_, currency = situation
    step = minor_step(currency)
    captured = worth(purchase, currency) // step * step
    allocation = allocate(*situation[:4], captured, currency)
    if data.draw(st.booleans()):
        allocation = with_stripe_fee(allocation, data.draw(st.integers(0, 900)), policy)
    returns, left = [], captured
    while left:
        amount = left if len(returns) == 4 else step * data.draw(st.integers(1, left // step))
        given_back = GivenBack(f"re_{len(returns)}", amount, how=data.draw(ways(purchase)))
        returns.append(returned(allocation, returns, given_back, policy.refunded_commission))
        left -= amount
        one = returns[-1]
        assert sum(entry.due for entry in one.entries) + sum(one.kept.values()) + one.platform == amount
        for share in allocation.shares:
            assert one.due_of(share.vendor) >= 0
            assert standing(allocation, share, returns) <= standing(allocation, share, returns[:-1])
            assert standing(allocation, share, returns) % step == 0
    if not captured:
        return
    for column in COLUMNS:
        back = sum(getattr(entry, column) for one in returns for entry in one.entries)
        assert back == sum(getattr(entry, column) for entry in allocation.entries)
    for share in allocation.shares:
        kept = sum(one.kept.get(share.vendor, 0) for one in returns)
        assert kept == (sum(e.commission for e in share.entries) if policy.refunded_commission == "kept" else 0)
        owed = kept + share.fee
        assert standing(allocation, share, returns) == -owed - (-owed % step)


@settings(deadline=None, max_examples=60)
@given(situations(), st.data())
def test_a_return_that_stands_no_longer_took_nothing(situation, data):
    purchase, policy, *_, currency = situation
    captured = worth(purchase, currency)
    allocation = allocate(*situation[:4], captured, currency)
    returns = []
    for i in range(3):
        dispute = GivenBack(f"dp_{i}", data.draw(st.integers(0, captured)), Cause.DISPUTE)
        returns.append(returned(allocation, returns, dispute, policy.refunded_commission))
    for share in allocation.shares:
        some = [one for one in returns if data.draw(st.booleans())]
        assert standing(allocation, share, returns) <= standing(allocation, share, some)
        assert standing(allocation, share, some) <= standing(allocation, share, [])


ORDER = PricedPurchase(
    (line("a", "90.00", "apple", tax="17.10", quantity=3), line("b", "10.00", "apple"), line("c", "50.00", "berry")),
    shipping=Decimal("15.00"),
)
ALL = 18210


def order(**choices):
    return allocate(ORDER, Policy(**choices), [TEN_PERCENT], VENDORS, ALL, "eur")


def left(allocation, returns):
    return {share.vendor: standing(allocation, share, returns) for share in allocation.shares}


def test_one_of_three_pieces_goes_back_to_the_cent():
    allocation = order(tax=Party.VENDOR)
    assert left(allocation, []) == {"apple": 10710, "berry": 4500}
    one = returned(allocation, [], GivenBack("re_1", 3570, how=Lines({"a": 1})), Commission.RETURNED)
    assert (left(allocation, [one]), one.platform) == ({"apple": 10710 - 3270, "berry": 4500}, 300)
    two = returned(allocation, [one], GivenBack("re_2", 7140, how=Lines({"a": 2})), Commission.RETURNED)
    assert left(allocation, [one, two]) == {"apple": 900, "berry": 4500}


def test_a_kept_commission_is_borne_by_the_vendor_and_at_last_owed():
    allocation = order()
    one = returned(allocation, [], GivenBack("re_1", 5000, how=Lines({"c": 1})), Commission.KEPT)
    assert (left(allocation, [one]), one.platform) == ({"apple": 9000, "berry": -500}, 0)


def test_shipping_goes_back_from_whoever_had_it():
    allocation = order(shipping=Shipping.PROPORTIONAL)
    before = left(allocation, [])
    one = returned(allocation, [], GivenBack("re_1", 1500, how=Lines({}, shipping=True)), Commission.RETURNED)
    assert before == {"apple": 9000 + 1051, "berry": 4500 + 449}
    assert left(allocation, [one]) == {"apple": 9000, "berry": 4500}


@pytest.mark.parametrize(
    ("amount", "apple"), [(500, 9000 - 450), (1000, 9000 - 900), (1100, 9000 - 900 - 47), (0, 9000)]
)
def test_another_amount_than_the_line_costs_is_still_divided(amount, apple):
    allocation = order()
    one = returned(allocation, [], GivenBack("re_1", amount, how=Lines({"b": 1})), Commission.RETURNED)
    assert left(allocation, [one])["apple"] == apple


def test_staff_decide_who_bears_a_gesture():
    allocation = order()
    one = returned(allocation, [], GivenBack("re_1", 2000, how=Chosen({"berry": 500})), Commission.KEPT)
    assert (left(allocation, [one]), one.platform) == ({"apple": 9000, "berry": 4000}, 1500)
    rest = returned(allocation, [one], GivenBack("re_2", ALL - 2000), Commission.RETURNED)
    assert left(allocation, [one, rest]) == {"apple": 0, "berry": 0}
    assert one.platform + rest.platform == allocation.platform


@pytest.mark.parametrize("amounts", [{"berry": 4501}, {"berry": 3000, "apple": 3000}, {"berry": -1}, {"nobody": 1}])
def test_staff_cannot_decide_on_money_that_is_not_there(amounts):
    with pytest.raises(Refusal):
        returned(order(), [], GivenBack("re_1", 5000, how=Chosen(amounts)), Commission.RETURNED)


def test_a_bank_may_dispute_more_than_was_paid():
    allocation = order()
    one = returned(allocation, [], GivenBack("dp_1", ALL + 700, Cause.DISPUTE), Commission.RETURNED)
    assert left(allocation, [one]) == {"apple": 0, "berry": 0}
    assert one.platform == allocation.platform + 700


def test_a_platform_that_bore_a_discount_gets_it_back_when_the_goods_come_back():
    sold_off = PricedPurchase((line("a", "60.00", "apple", was="100.00"), line("c", "40.00")))
    policy = Policy(discounts=BorneBy.PLATFORM)
    allocation = allocate(sold_off, policy, [TEN_PERCENT], VENDORS, 10000, "eur")
    one = returned(allocation, [], GivenBack("re_1", 6000, how=Lines({"a": 1})), Commission.RETURNED)
    assert (one.due_of("apple"), one.platform) == (9000, -3000)


def test_a_line_without_quantity_is_not_returned_twice():
    allocation = order()
    give = GivenBack("re_1", 1000, how=Lines({"b": 1}))
    one = returned(allocation, [], give, Commission.RETURNED)
    again = returned(allocation, [one], replace(give, source="re_2"), Commission.RETURNED)
    assert not any(entry.line == "b" for entry in again.entries)
