"""Probes: minor units are Stripe's, and differ from ISO 4217. https://docs.stripe.com/currencies#special-cases."""

from decimal import Decimal

import pytest

from saleor_stripe_app.domain.errors import Declined
from saleor_stripe_app.domain.money import display, to_minor
from saleor_stripe_app.domain.transaction import Flow
from tests.stripe_probes.till import Till

# One of the finest steps that Stripe takes above an amount worth about a dollar, which no account's minimum exceeds.
AMOUNTS = [
    ("isk", "201", 20100),
    ("jpy", "151", 151),
    ("kwd", "1.01", 1010),
    ("ugx", "5001", 500100),
    ("usd", "1.01", 101),
]


@pytest.mark.parametrize(("currency", "amount", "minor"), AMOUNTS)
async def test_an_amount_is_taken_in_the_minor_units_that_money_gives(
    till: Till, currency: str, amount: str, minor: int
) -> None:
    payment = await till.make(Flow.AUTHORIZATION, to_minor(Decimal(amount), currency), currency)

    assert (payment.amount, payment.currency) == (minor, currency)
    assert Decimal(display(payment.amount, payment.currency).split()[0]) == Decimal(amount)


@pytest.mark.parametrize("currency", ["isk", "ugx"])
async def test_a_currency_in_whole_units_is_still_sent_in_hundredths(till: Till, currency: str) -> None:
    """Were it a currency without decimals, Stripe would take any integer, and a hundred times too much."""
    await till.make(Flow.CHARGE, 500_100, currency)

    with pytest.raises(Declined) as raised:
        await _paid(till, 500_150, currency)

    assert raised.value.status == 400
    till.findings.clear()


async def test_an_amount_below_the_minimum_is_refused(till: Till) -> None:
    with pytest.raises(Declined) as raised:
        await till.make(Flow.CHARGE, 1)

    assert raised.value.stripe_code == "amount_too_small"


async def _paid(till: Till, amount: int, currency: str) -> None:
    """Made and confirmed: either may be where Stripe refuses an amount."""
    payment = await till.make(Flow.CHARGE, amount, currency, number=1)
    await till.confirm(payment.id, "pm_card_visa")
