"""What a merchant may choose, and what a choice means for a payment."""

from decimal import Decimal

import pytest

from saleor_stripe_app.domain.errors import Refusal
from saleor_stripe_app.domain.options import Limits, Options, ThreeDSecure, checked, three_d_secure, within_limits


@pytest.mark.parametrize("suffix", ["", "SHOP", "Shop no 1", "A" * 20])
def test_a_suffix_that_stripe_takes_is_taken(suffix):
    assert checked(Options(statement_suffix=suffix)).statement_suffix == suffix


@pytest.mark.parametrize("suffix", ["12345", "A" * 21, "Ład", "A*B", "A<B", 'A"B', "A'B", "A\\B"])
def test_a_suffix_that_would_fail_every_card_payment_is_refused(suffix):
    with pytest.raises(Refusal) as refusal:
        checked(Options(statement_suffix=suffix))
    assert refusal.value.code == "InvalidStatementSuffix"


@pytest.mark.parametrize("method", ["Card", "", "card;drop", "_card"])
def test_what_is_no_method_cannot_be_excluded(method):
    with pytest.raises(Refusal):
        checked(Options(excluded_methods=(method,)))


def test_a_method_configuration_is_one_of_stripes():
    assert checked(Options(method_configuration="pmc_1AbC"))
    with pytest.raises(Refusal):
        checked(Options(method_configuration="card"))


def test_limits_that_contradict_each_other_or_the_currency_are_refused():
    assert checked(Options(limits={"EUR": Limits(Decimal(5), Decimal(5))}))
    for limits in (
        {"EUR": Limits(Decimal(6), Decimal(5))},
        {"JPY": Limits(Decimal("1.5"))},
        {"XYZ": Limits(Decimal(1))},
    ):
        with pytest.raises(Refusal):
            checked(Options(limits=limits))


def test_an_amount_outside_the_limits_is_refused_with_the_limit():
    options = Options(limits={"EUR": Limits(Decimal("5.00"), Decimal("100.00"))})
    within_limits(options, Decimal("5.00"), "EUR")
    within_limits(options, Decimal("100.00"), "eur")
    within_limits(options, Decimal("0.50"), "USD")
    with pytest.raises(Refusal, match=r"5\.00 EUR"):
        within_limits(options, Decimal("4.99"), "EUR")
    with pytest.raises(Refusal, match=r"100\.00 EUR"):
        within_limits(options, Decimal("100.01"), "eur")


def test_three_d_secure_is_asked_for_from_the_threshold_on():
    options = Options(three_d_secure=ThreeDSecure.CHALLENGE, three_d_secure_from={"EUR": Decimal(100)})
    assert three_d_secure(options, Decimal("99.99"), "EUR") is ThreeDSecure.AUTOMATIC
    assert three_d_secure(options, Decimal(100), "eur") is ThreeDSecure.CHALLENGE
    assert three_d_secure(options, Decimal(1), "USD") is ThreeDSecure.CHALLENGE
