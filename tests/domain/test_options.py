"""What a merchant may choose, and what a choice means for a payment."""

from decimal import Decimal

import pytest

from saleor_stripe_app.domain.errors import Refusal
from saleor_stripe_app.domain.options import (
    Choices,
    Limits,
    Options,
    ThreeDSecure,
    checked,
    chosen,
    three_d_secure,
    within_limits,
)
from saleor_stripe_app.domain.payment_method import EXCLUDABLE
from saleor_stripe_app.sandbox.stripe import description


@pytest.mark.parametrize("suffix", ["", "SHOP", "Shop no 1", "A" * 20])
def test_a_suffix_that_stripe_takes_is_taken(suffix):
    assert checked(Options(statement_suffix=suffix)).statement_suffix == suffix


@pytest.mark.parametrize("suffix", ["12345", "A" * 21, "Ład", "A*B", "A<B", 'A"B', "A'B", "A\\B", "A\nB"])
def test_a_suffix_that_would_fail_every_card_payment_is_refused(suffix):
    with pytest.raises(Refusal) as refusal:
        checked(Options(statement_suffix=suffix))
    assert refusal.value.code == "InvalidStatementSuffix"


@pytest.mark.parametrize("method", ["Card", "", "card;drop", "_card", "link", "pigeon"])
def test_what_stripe_cannot_exclude_is_refused(method):
    with pytest.raises(Refusal) as refusal:
        checked(Options(excluded_methods=("klarna", method)))
    assert refusal.value.code == "InvalidMethod"


def test_every_method_that_stripe_can_exclude_can_be_excluded():
    stripe = description.load()
    create = stripe.resolve(stripe.operations["/v1/payment_intents"]["post"].parameters)
    assert create.properties is not None
    methods = stripe.resolve(create.properties["excluded_payment_method_types"]).items
    assert methods is not None
    assert set(methods.enum) == EXCLUDABLE


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
        {"EUR": Limits(maximum=Decimal(0))},
        {"EUR": Limits(Decimal("NaN"))},
        {"EUR": Limits(Decimal(-1))},
    ):
        with pytest.raises(Refusal) as refusal:
            checked(Options(limits=limits))
        assert refusal.value.code == "InvalidLimits"


def test_options_are_kept_in_one_form():
    options = checked(
        Options(
            statement_suffix=" SHOP ",
            excluded_methods=("klarna", "alipay", "klarna"),
            limits={"eur": Limits(Decimal(5), Decimal("1E+2")), "jpy": Limits(Decimal("50.0"))},
            three_d_secure_from={"eur": Decimal(7)},
        )
    )
    assert options.statement_suffix == "SHOP"
    assert options.excluded_methods == ("klarna", "alipay")
    assert str(options.limits["EUR"].minimum) == "5.00"
    assert str(options.limits["EUR"].maximum) == "100.00"
    assert str(options.limits["JPY"].minimum) == "50"
    assert str(options.three_d_secure_from["EUR"]) == "7.00"
    assert checked(options) == options


def test_what_is_not_chosen_stays():
    before = checked(Options(receipt_email=True, statement_suffix="SHOP", limits={"EUR": Limits(Decimal(5))}))
    assert chosen(before, Choices()) == before
    after = chosen(before, Choices(receipt_email=False, three_d_secure=ThreeDSecure.ANY))
    assert (after.receipt_email, after.three_d_secure) == (False, ThreeDSecure.ANY)
    assert (after.statement_suffix, after.limits) == (before.statement_suffix, before.limits)
    emptied = chosen(before, Choices(statement_suffix="", limits=()))
    assert (emptied.statement_suffix, emptied.limits) == ("", {})


def test_two_amounts_for_one_currency_are_refused():
    with pytest.raises(Refusal) as limits:
        chosen(Options(), Choices(limits=(("EUR", Limits()), ("eur", Limits()))))
    with pytest.raises(Refusal) as threshold:
        chosen(Options(), Choices(three_d_secure_from=(("EUR", Decimal(1)), ("EUR", Decimal(2)))))
    assert (limits.value.code, threshold.value.code) == ("InvalidLimits", "InvalidThreeDSecureFrom")


def test_a_threshold_that_the_currency_cannot_have_is_refused():
    with pytest.raises(Refusal) as refusal:
        chosen(Options(), Choices(three_d_secure_from=(("JPY", Decimal("0.5")),)))
    assert refusal.value.code == "InvalidThreeDSecureFrom"


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
