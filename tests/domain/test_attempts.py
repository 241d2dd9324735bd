"""Card testing: what is too much for a shopper."""

import pytest

from saleor_stripe_app.domain import attempts
from saleor_stripe_app.domain.attempts import Attempts, is_burst, may_be_tested, network, require_few
from saleor_stripe_app.domain.errors import Refusal
from tests.domain.payments import paid


@pytest.mark.parametrize(
    "found",
    [
        Attempts(of_source=attempts.MOST_OF_SOURCE),
        Attempts(of_customer=attempts.MOST_OF_CUSTOMER),
        Attempts(of_address=attempts.MOST_OF_ADDRESS),
    ],
)
def test_each_limit_refuses_one_payment_more_in_words_for_a_shopper(found):
    with pytest.raises(Refusal, match="wait an hour") as refused:
        require_few(found)
    assert refused.value.code == "TooManyAttempts"


def test_below_every_limit_nobody_is_refused():
    most = Attempts(attempts.MOST_OF_SOURCE - 1, attempts.MOST_OF_CUSTOMER - 1, attempts.MOST_OF_ADDRESS - 1)
    require_few(most)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("203.0.113.7", "::ffff:203.0.113.7"),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff"),
    ],
)
def test_addresses_of_one_connection_are_one(one, other):
    assert network(one) == network(other)


def test_addresses_of_two_connections_are_two():
    assert len({network(each) for each in ("203.0.113.7", "203.0.113.8", "2001:db8:1:2::1", "2001:db8:1:3::1")}) == 4


@pytest.mark.parametrize("text", ["", "localhost", "203.0.113.7, 10.0.0.1", "203.0.113.256"])
def test_what_is_no_address_limits_nobody(text):
    assert network(text) is None


@pytest.mark.parametrize(
    ("declined", "succeeded", "burst"),
    [(29, 0, False), (30, 0, True), (30, 30, False), (31, 30, True), (500, 4000, False)],
)
def test_a_burst_is_many_declines_and_more_than_were_paid(declined, succeeded, burst):
    assert is_burst(declined, succeeded) is burst


def test_the_tries_of_a_payment_that_was_paid_are_not_counted():
    assert not may_be_tested(paid())
