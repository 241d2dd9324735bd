"""What a merchant may choose for one channel, and what it means for that channel's payments."""

from contextlib import nullcontext
from decimal import Decimal

import pytest

from saleor_stripe_app.domain.channel_options import (
    NO_CHOICE,
    ChannelChoices,
    ChannelOptions,
    Limits,
    chosen_for_channel,
    from_accepted_country,
    of_elements,
    of_payment,
    within_limits,
)
from saleor_stripe_app.domain.errors import Refusal
from saleor_stripe_app.domain.options import Options, ThreeDSecure
from saleor_stripe_app.domain.payment_method import EXCLUDABLE
from saleor_stripe_app.domain.purchase import Address, Purchase
from saleor_stripe_app.sandbox.stripe import description


def chosen(currency="EUR", before=NO_CHOICE, **choices):
    return chosen_for_channel(before, ChannelChoices(**choices), currency)


@pytest.mark.parametrize("method", ["Card", "", "card;drop", "_card", "link", "pigeon"])
def test_what_stripe_cannot_exclude_is_refused(method):
    with pytest.raises(Refusal) as refusal:
        chosen(excluded_methods=("klarna", method))
    assert refusal.value.code == "InvalidMethod"


def test_every_method_that_stripe_can_exclude_can_be_excluded():
    stripe = description.load()
    create = stripe.resolve(stripe.operations["/v1/payment_intents"]["post"].parameters)
    assert create.properties is not None
    methods = stripe.resolve(create.properties["excluded_payment_method_types"]).items
    assert methods is not None
    assert set(methods.enum) == EXCLUDABLE


@pytest.mark.parametrize("given", ["card", "pmc_", "pmc_1/../x", "pmc_" + "a" * 97, "pmc_ä"])
def test_what_cannot_be_a_method_configuration_is_refused_before_stripe_is_asked(given):
    assert chosen(method_configuration=" pmc_1AbC ").method_configuration == "pmc_1AbC"
    with pytest.raises(Refusal) as refusal:
        chosen(method_configuration=given)
    assert refusal.value.code == "InvalidMethodConfiguration"


@pytest.mark.parametrize(
    ("currency", "limits"),
    [
        ("EUR", Limits(Decimal(6), Decimal(5))),
        ("JPY", Limits(Decimal("1.5"))),
        ("XYZ", Limits(Decimal(1))),
        ("EUR", Limits(maximum=Decimal(0))),
        ("EUR", Limits(Decimal("NaN"))),
        ("EUR", Limits(Decimal(-1))),
    ],
)
def test_limits_that_contradict_each_other_or_the_channels_currency_are_refused(currency, limits):
    assert chosen(limits=Limits(Decimal(5), Decimal(5)))
    with pytest.raises(Refusal) as refusal:
        chosen(currency, limits=limits)
    assert refusal.value.code == "InvalidLimits"


def test_choices_are_kept_in_one_form():
    kept = chosen(excluded_methods=("klarna", "alipay", "klarna"), limits=Limits(Decimal(5), Decimal("1E+2")))
    assert kept.excluded_methods == ("klarna", "alipay")
    assert (str(kept.limits.minimum), str(kept.limits.maximum)) == ("5.00", "100.00")
    assert str(chosen("JPY", limits=Limits(Decimal("50.0"))).limits.minimum) == "50"
    assert chosen(before=kept) == kept


def test_what_is_not_chosen_stays_and_what_is_emptied_is_gone():
    before = ChannelOptions("pmc_1", ("klarna",), Limits(Decimal("5.00"), Decimal("9.00")))
    assert chosen(before=before, excluded_methods=()) == ChannelOptions("pmc_1", (), before.limits)
    assert chosen(before=before, method_configuration="") == ChannelOptions("", ("klarna",), before.limits)
    only_maximum = chosen(before=before, limits=Limits(maximum=Decimal(7)))
    assert only_maximum.limits == Limits(None, Decimal("7.00"))


def test_an_amount_outside_the_limits_is_refused_with_the_limit():
    limits = Limits(Decimal("5.00"), Decimal("100.00"))
    within_limits(limits, Decimal("5.00"), "EUR")
    within_limits(limits, Decimal("100.00"), "eur")
    within_limits(Limits(), Decimal("0.01"), "EUR")
    with pytest.raises(Refusal, match=r"5\.00 EUR"):
        within_limits(limits, Decimal("4.99"), "EUR")
    with pytest.raises(Refusal, match=r"100\.00 EUR"):
        within_limits(limits, Decimal("100.01"), "eur")


def test_a_payment_has_the_options_of_its_configuration_and_of_its_channel():
    options = Options(receipt_email=True, statement_suffix="SHOP", three_d_secure=ThreeDSecure.ANY)
    channel = ChannelOptions("pmc_1", ("klarna",))
    both = of_payment(options, channel)
    assert (both.receipt_email, both.statement_suffix, both.three_d_secure) == (True, "SHOP", ThreeDSecure.ANY)
    assert both.channel == channel
    assert of_elements(both) == {"paymentMethodConfiguration": "pmc_1", "excludedPaymentMethodTypes": ["klarna"]}
    assert of_elements(of_payment(options, NO_CHOICE)) == {}


@pytest.mark.parametrize("country", ["DEU", "D", "", "1A", "ÄÖ"])
def test_a_country_is_named_by_two_letters(country):
    with pytest.raises(Refusal) as refused:
        chosen(countries=(country,))
    assert refused.value.code == "InvalidCountry"


@pytest.mark.parametrize(
    ("billing", "shipping", "taken"),
    [
        ("DE", "FR", True),
        ("FR", "DE", False),
        (None, "FR", False),
        (None, "DE", True),
        (None, None, True),
        ("", "", True),
    ],
)
def test_the_billing_address_decides_and_an_unknown_country_is_taken(billing, shipping, taken):
    places = {
        name: None if country is None else Address(country=country)
        for name, country in (("billing_address", billing), ("shipping_address", shipping))
    }
    purchase = Purchase("Q2hlY2tvdXQ6MQ==", Decimal(1), Decimal(0), **places)
    with nullcontext() if taken else pytest.raises(Refusal, match="country of the billing address"):
        from_accepted_country(("DE",), purchase)
    from_accepted_country((), purchase)
    from_accepted_country(("DE",), None)
