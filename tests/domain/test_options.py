"""What a merchant may choose, and what a choice means for a payment."""

from decimal import Decimal

import pytest

from saleor_stripe_app.domain.errors import Refusal
from saleor_stripe_app.domain.options import (
    Choices,
    Options,
    ThreeDSecure,
    checked,
    chosen,
    three_d_secure,
)


@pytest.mark.parametrize("suffix", ["", "SHOP", "Shop no 1", "A" * 20])
def test_a_suffix_that_stripe_takes_is_taken(suffix):
    assert checked(Options(statement_suffix=suffix)).statement_suffix == suffix


@pytest.mark.parametrize("suffix", ["12345", "A" * 21, "Ład", "A*B", "A<B", 'A"B', "A'B", "A\\B", "A\nB"])
def test_a_suffix_that_would_fail_every_card_payment_is_refused(suffix):
    with pytest.raises(Refusal) as refusal:
        checked(Options(statement_suffix=suffix))
    assert refusal.value.code == "InvalidStatementSuffix"


def test_options_are_kept_in_one_form():
    options = checked(
        Options(
            statement_suffix=" SHOP ",
            three_d_secure_from={"eur": Decimal("1E+2"), "jpy": Decimal("50.0")},
        )
    )
    assert options.statement_suffix == "SHOP"
    assert {name: str(amount) for name, amount in options.three_d_secure_from.items()} == {"EUR": "100.00", "JPY": "50"}
    assert checked(options) == options


def test_what_is_not_chosen_stays():
    before = checked(Options(receipt_email=True, statement_suffix="SHOP", three_d_secure_from={"EUR": Decimal(5)}))
    assert chosen(before, Choices()) == before
    after = chosen(before, Choices(receipt_email=False, three_d_secure=ThreeDSecure.ANY))
    assert (after.receipt_email, after.three_d_secure) == (False, ThreeDSecure.ANY)
    assert (after.statement_suffix, after.three_d_secure_from) == ("SHOP", before.three_d_secure_from)
    emptied = chosen(before, Choices(statement_suffix="", three_d_secure_from=()))
    assert (emptied.statement_suffix, emptied.three_d_secure_from) == ("", {})


def test_two_amounts_for_one_currency_are_refused():
    with pytest.raises(Refusal) as threshold:
        chosen(Options(), Choices(three_d_secure_from=(("EUR", Decimal(1)), ("eur", Decimal(2)))))
    assert threshold.value.code == "InvalidThreeDSecureFrom"


def test_a_threshold_that_the_currency_cannot_have_is_refused():
    with pytest.raises(Refusal) as refusal:
        chosen(Options(), Choices(three_d_secure_from=(("JPY", Decimal("0.5")),)))
    assert refusal.value.code == "InvalidThreeDSecureFrom"


def test_three_d_secure_is_asked_for_from_the_threshold_on():
    options = Options(three_d_secure=ThreeDSecure.CHALLENGE, three_d_secure_from={"EUR": Decimal(100)})
    assert three_d_secure(options, Decimal("99.99"), "EUR") is ThreeDSecure.AUTOMATIC
    assert three_d_secure(options, Decimal(100), "eur") is ThreeDSecure.CHALLENGE
    assert three_d_secure(options, Decimal(1), "USD") is ThreeDSecure.CHALLENGE
