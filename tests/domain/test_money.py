"""Money between Saleor's decimals and Stripe's minor units (https://docs.stripe.com/currencies)."""

from decimal import Context, Decimal, localcontext

import hypothesis.strategies as st
import pytest
from hypothesis import given

from saleor_stripe_app.domain import money
from saleor_stripe_app.domain.errors import Unrepresentable

CURRENCIES = st.sampled_from(sorted(money.CURRENCIES))
STEPS = st.integers(min_value=0, max_value=10**9)


@given(CURRENCIES, STEPS)
def test_every_currency_comes_back_as_it_went(currency, steps):
    minor = steps * money.minor_step(currency)
    amount = money.to_decimal(minor, currency)
    assert money.to_minor(amount, currency) == minor
    assert money.to_minor(amount, currency.upper()) == minor
    assert isinstance(amount, Decimal)


@given(CURRENCIES, STEPS, st.integers(min_value=1, max_value=30))
def test_zeros_at_the_end_do_not_matter(currency, steps, zeros):
    minor = steps * money.minor_step(currency)
    amount = money.to_decimal(minor, currency)
    assert money.to_minor(Decimal(f"{amount:f}{'' if '.' in f'{amount:f}' else '.'}{'0' * zeros}"), currency) == minor


@given(CURRENCIES, STEPS, st.integers(min_value=1, max_value=9), st.integers(min_value=1, max_value=37))
def test_what_is_finer_than_the_step_is_refused_and_never_rounded(currency, steps, digit, places):
    step = money.to_decimal(money.minor_step(currency), currency).normalize()
    with localcontext(Context(prec=80)):
        amount = steps * step + digit * step.scaleb(-places)
    with pytest.raises(Unrepresentable, match="finer than Stripe takes"):
        money.to_minor(amount, currency)


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [
        ("10.50", "EUR", 1050),
        ("6497", "JPY", 6497),
        ("1E+2", "JPY", 100),
        ("5", "UGX", 500),
        ("5.00", "ISK", 500),
        ("1500", "MGA", 1500),
        ("1234.56", "HUF", 123456),
        ("0.01", "TWD", 1),
        ("10.630", "KWD", 10630),
        ("0", "USD", 0),
        ("0.000", "ISK", 0),
        ("9999999999.99", "USD", 999999999999),
    ],
)
def test_stripe_counts_in_its_own_minor_units(amount, currency, minor):
    assert money.to_minor(Decimal(amount), currency) == minor


@pytest.mark.parametrize(
    ("amount", "currency"),
    [
        ("5.50", "ISK"),
        ("0.01", "UGX"),
        ("0.2", "MGA"),
        ("0.5", "JPY"),
        ("10.631", "KWD"),
        ("1.001", "TND"),
        ("0.005", "USD"),
    ],
)
def test_fractions_that_a_currency_cannot_have_are_refused(amount, currency):
    with pytest.raises(Unrepresentable):
        money.to_minor(Decimal(amount), currency)


@pytest.mark.parametrize(
    "amount", ["-0.01", "-1E+30", "NaN", "sNaN", "Infinity", "-Infinity", "1E+999999", "10000000000.00"]
)
def test_what_is_no_amount_or_too_large_is_refused(amount):
    with pytest.raises(Unrepresentable):
        money.to_minor(Decimal(amount), "usd")


def test_the_largest_amount_has_twelve_digits_in_every_kind_of_currency():
    assert money.to_minor(Decimal(999999999999), "jpy") == 999999999999
    for amount, currency in [("1000000000000", "jpy"), ("10000000000", "isk"), ("1000000000.00", "kwd")]:
        with pytest.raises(Unrepresentable):
            money.to_minor(Decimal(amount), currency)


@pytest.mark.parametrize("currency", ["", "xxx", "eu", "euros", "btc", "e\u0075r ", "\u0131sk"])
def test_an_unknown_currency_is_refused_in_both_directions(currency):
    with pytest.raises(Unrepresentable, match="does not take the currency"):
        money.to_minor(Decimal(1), currency)
    with pytest.raises(Unrepresentable):
        money.to_decimal(1, currency)


def test_the_table_names_each_currency_once_and_in_lower_case():
    tables = [money.ZERO_DECIMAL, money.THREE_DECIMAL, money.WHOLE_UNITS, money.TWO_DECIMAL]
    assert sum(map(len, tables)) == len(money.CURRENCIES)
    assert all(code.islower() and len(code) == 3 for code in money.CURRENCIES)


def test_a_float_is_not_taken_for_an_amount():
    with pytest.raises((AttributeError, TypeError)):
        money.to_minor(10.5, "eur")


def test_forty_digits_are_not_rounded_into_an_amount():
    with pytest.raises(Unrepresentable):
        money.to_minor(Decimal("10.0000000000000000000000000000000000000001"), "eur")
    assert money.to_minor(Decimal("10." + "0" * 40), "eur") == 1000


def test_a_caller_with_few_digits_of_precision_gets_the_same_amounts():
    with localcontext(Context(prec=3)):
        assert money.to_minor(Decimal("12345.67"), "eur") == 1234567
        assert money.to_decimal(1234567, "eur") == Decimal("12345.67")


def test_stripes_sums_of_any_length_become_exact_decimals():
    assert str(money.to_decimal(10**40 + 1, "eur")) == "1" + "0" * 38 + ".01"


@pytest.mark.parametrize(
    ("minor", "currency", "shown"),
    [(1250, "eur", "12.50 EUR"), (500, "isk", "5.00 ISK"), (7, "jpy", "7 JPY"), (10630, "kwd", "10.630 KWD")],
)
def test_people_see_the_amount_with_its_currency(minor, currency, shown):
    assert money.display(minor, currency) == shown


@pytest.mark.parametrize(
    ("amount", "currency", "counted"),
    [("10.505", "eur", "1050.5"), ("0.1", "jpy", "0.1"), ("1.2345", "kwd", "1234.5"), ("5", "isk", "500")],
)
def test_what_is_only_reckoned_with_keeps_its_fraction_of_a_minor_unit(amount, currency, counted):
    assert money.in_minor_units(Decimal(amount), currency) == Decimal(counted)
    assert money.to_decimal(Decimal(counted), currency) == Decimal(amount)


def test_an_unknown_currency_is_not_reckoned_with():
    with pytest.raises(Unrepresentable):
        money.in_minor_units(Decimal(1), "zzz")
