"""Division by the largest remainder: exact, fair to a unit, and the same in any order."""

from decimal import Decimal
from fractions import Fraction

import hypothesis.strategies as st
import pytest
from hypothesis import assume, given

from saleor_stripe_app.domain.marketplace.largest_remainder import apportioned, rounded_together

WEIGHTS = st.lists(st.integers(0, 10**6), min_size=1, max_size=12)
AMOUNTS = st.lists(st.decimals(0, 10**6, places=4), min_size=1, max_size=12)


@given(st.integers(0, 10**9), WEIGHTS)
def test_the_parts_add_up_and_each_is_within_a_unit_of_what_is_its(total, weights):
    assume(sum(weights))
    parts = apportioned(total, weights)
    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - Fraction(total * weight, sum(weights))) < 1


@given(WEIGHTS, st.data())
def test_what_is_drawn_again_and_again_from_what_is_left_adds_up_to_the_weights(weights, data):
    left = list(weights)
    for _ in range(data.draw(st.integers(0, 6))):
        parts = apportioned(data.draw(st.integers(0, sum(left))), left)
        left = [one - part for one, part in zip(left, parts, strict=True)]
        assert min(left) >= 0
    assert apportioned(sum(left), left) == tuple(left)


@given(st.integers(0, 10**6), WEIGHTS, st.randoms())
def test_the_order_of_lines_does_not_matter(total, weights, random):
    assume(sum(weights))
    named = {f"line {i}": weight for i, weight in enumerate(weights)}
    shuffled = random.sample(sorted(named), len(named))
    parts = dict(zip(named, apportioned(total, list(named.values()), list(named)), strict=True))
    again = dict(zip(shuffled, apportioned(total, [named[key] for key in shuffled], shuffled), strict=True))
    assert again == parts


@given(AMOUNTS)
def test_amounts_rounded_together_are_each_up_or_down_and_their_sum_is_right(amounts):
    rounded = rounded_together(amounts)
    assert sum(rounded) == round(sum(map(Fraction, amounts)))
    assert all(abs(one - Fraction(amount)) < 1 for one, amount in zip(rounded, amounts, strict=True))


def test_two_hundred_small_commissions_cost_what_they_cost_together():
    assert sum(rounded_together([Decimal("9.9")] * 200)) == 1980


def test_equal_remainders_go_by_key():
    assert apportioned(10, [1, 1, 1], ["c", "b", "a"]) == (3, 3, 4)


def test_nothing_divides_among_nobody():
    assert apportioned(0, [0, 0]) == (0, 0)
    assert apportioned(0, []) == ()
    with pytest.raises(ValueError, match="nobody"):
        apportioned(1, [0, 0])


@pytest.mark.parametrize(("total", "weights"), [(-1, [1]), (1, [2, -1])])
def test_nothing_negative_is_divided(total, weights):
    with pytest.raises(ValueError, match="negative"):
        apportioned(total, weights)
