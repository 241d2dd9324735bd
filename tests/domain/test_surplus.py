"""Which of several payments nobody was waiting for."""

from decimal import Decimal

import pytest

from saleor_stripe_app.domain.order import Order
from saleor_stripe_app.domain.surplus import Part, Surplus, of_covered, of_ended
from tests.domain.payments import at, authorized, canceled, paid, processing

HUNDRED = Decimal(100)
ORDER = Order("T3JkZXI6MQ==", "1", "UNFULFILLED", HUNDRED)


def part(name, held, arrived=0, *, taken=False):
    return Part(name, Decimal(held), at(arrived), taken)


@pytest.mark.parametrize("status", ["CANCELED", "EXPIRED"])
def test_all_money_for_an_ended_order_is_surplus(status):
    ended = Order("T3JkZXI6MQ==", status=status, total=HUNDRED)
    assert of_ended(ended, paid()) is of_ended(ended, authorized()) is Surplus.ENDED
    assert of_ended(ended, canceled()) is of_ended(ended, processing()) is None
    assert of_ended(ORDER, paid()) is None


def test_of_two_payments_the_later_one_is_surplus():
    parts = [part("first", 100, 1), part("second", 100, 2)]
    assert of_covered(ORDER, "first", parts) is None
    assert of_covered(ORDER, "second", parts) is Surplus.COVERED


def test_of_two_payments_of_one_moment_only_one_is_surplus():
    parts = [part("a", 100, 1), part("b", 100, 1)]
    assert [of_covered(ORDER, name, parts) for name in "ab"] == [None, Surplus.COVERED]


def test_a_payment_that_was_found_to_be_wanted_came_first_whatever_its_time():
    parts = [part("late", 100, 1), part("wanted", 100, 2, taken=True)]
    assert of_covered(ORDER, "late", parts) is Surplus.COVERED


def test_parts_that_are_needed_are_no_surplus_even_where_they_come_to_more():
    parts = [part("first", 60, 1), part("second", 60, 2), part("third", 60, 3)]
    assert [of_covered(ORDER, one.transaction, parts) for one in parts] == [None, None, Surplus.COVERED]


def test_an_order_whose_total_falls_makes_its_only_payment_no_surplus():
    cheaper = Order("T3JkZXI6MQ==", "1", "UNFULFILLED", Decimal(80))
    assert of_covered(cheaper, "only", [part("only", 100, 1)]) is None


def test_a_transaction_that_holds_nothing_is_no_surplus():
    assert of_covered(ORDER, "empty", [part("paid", 100, 1), part("empty", 0, 2)]) is None
    assert of_covered(ORDER, "unknown", [part("paid", 100, 1)]) is None


def test_what_is_left_to_pay():
    open_order = Order("T3JkZXI6MQ==", total=HUNDRED, charged=Decimal(40), authorized=Decimal(10))
    assert open_order.excess == -50
    assert not open_order.wants_no_payment
    assert Order("T3JkZXI6MQ==", total=HUNDRED, charged=Decimal(40), authorized=Decimal(60)).wants_no_payment
    assert Order("T3JkZXI6MQ==", status="CANCELED", total=HUNDRED).wants_no_payment
