"""What a merchant chooses for a channel: which methods its shoppers are offered, and which amounts are taken.

A channel of Saleor's has one currency (https://docs.saleor.io/developer/channels/overview), so its limits name none.
"""

import re
from dataclasses import dataclass, field, fields, replace
from decimal import Decimal

from saleor_stripe_app.domain.errors import Refusal
from saleor_stripe_app.domain.options import Options, in_currency
from saleor_stripe_app.domain.payment_method import EXCLUDABLE
from saleor_stripe_app.domain.purchase import Purchase
from saleor_stripe_app.domain.report import Json


@dataclass(frozen=True, slots=True)
class Limits:
    """The amounts that are taken, in Saleor's decimals of the channel's currency; None is no limit."""

    minimum: Decimal | None = None
    maximum: Decimal | None = None


@dataclass(frozen=True, slots=True)
class ChannelOptions:
    """The choices for one channel. `method_configuration` is of the Stripe account that the channel pays with.

    `countries` are those of the billing addresses that are taken (ISO 3166, two letters); none named means every one.
    """

    method_configuration: str = ""
    excluded_methods: tuple[str, ...] = ()
    limits: Limits = Limits()
    countries: tuple[str, ...] = ()


NO_CHOICE = ChannelOptions()


@dataclass(frozen=True, slots=True)
class ChannelChoices:
    """What staff choose for a channel; None keeps what is there."""

    method_configuration: str | None = None
    excluded_methods: tuple[str, ...] | None = None
    limits: Limits | None = None
    countries: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class PaymentOptions(Options):
    """All that was chosen for a payment: the options of its configuration, and those of its channel."""

    channel: ChannelOptions = field(default_factory=ChannelOptions)


def of_payment(options: Options, channel: ChannelOptions) -> PaymentOptions:
    """The one set of options that a payment of the channel has."""
    return PaymentOptions(**{one.name: getattr(options, one.name) for one in fields(options)}, channel=channel)


def chosen_for_channel(before: ChannelOptions, choices: ChannelChoices, currency: str) -> ChannelOptions:
    """The options with what was chosen, in the form in which they are kept, if Stripe will take them.

    Whether Stripe knows the method configuration only Stripe can say.
    Raises Refusal: InvalidMethod, InvalidMethodConfiguration, InvalidLimits or InvalidCountry.
    """
    given = {one.name: getattr(choices, one.name) for one in fields(choices)}
    options = replace(before, **{name: value for name, value in given.items() if value is not None})
    for method in options.excluded_methods:
        if method not in EXCLUDABLE:
            raise Refusal(f"Stripe cannot exclude a payment method {method[:64]!r}.", code="InvalidMethod")
    return ChannelOptions(
        method_configuration=_checked_method_configuration(options.method_configuration.strip()),
        excluded_methods=tuple(dict.fromkeys(options.excluded_methods)),
        limits=_checked_limits(options.limits, currency),
        countries=tuple(dict.fromkeys(_checked_country(country) for country in options.countries)),
    )


def _checked_country(given: str) -> str:
    country = given.strip().upper()
    if not re.fullmatch(r"[A-Z]{2}", country, re.ASCII):
        raise Refusal(f"A country is named by two letters, as DE, not {given[:20]!r}.", code="InvalidCountry")
    return country


def _checked_method_configuration(given: str) -> str:
    if given and not re.fullmatch(r"pmc_\w{1,96}", given, re.ASCII):
        raise Refusal("A payment method configuration begins with pmc_.", code="InvalidMethodConfiguration")
    return given


def _checked_limits(limits: Limits, currency: str) -> Limits:
    minimum, maximum = (
        None if amount is None else in_currency(amount, currency, "InvalidLimits")
        for amount in (limits.minimum, limits.maximum)
    )
    if maximum is not None and maximum == 0:
        raise Refusal(f"A maximum of 0 {currency.upper()} would refuse every payment.", code="InvalidLimits")
    if minimum is not None and maximum is not None and minimum > maximum:
        raise Refusal(f"The minimum of {minimum} {currency.upper()} is above the maximum.", code="InvalidLimits")
    return Limits(minimum, maximum)


def within_limits(limits: Limits, amount: Decimal, currency: str) -> None:
    """Raises Refusal, before Stripe is asked, for an amount that this channel does not take."""
    if limits.minimum is not None and amount < limits.minimum:
        raise Refusal(f"The smallest payment is {limits.minimum} {currency.upper()}.", code="AmountTooSmall")
    if limits.maximum is not None and amount > limits.maximum:
        raise Refusal(f"The largest payment is {limits.maximum} {currency.upper()}.", code="AmountTooLarge")


def from_accepted_country(countries: tuple[str, ...], purchase: Purchase | None) -> None:
    """Raises Refusal, before Stripe is asked, for a purchase that is billed to a country that this channel excludes.

    Without a billing address the shipping address counts, and without both nothing is known and nothing refused.
    """
    if not countries or purchase is None:
        return
    address = purchase.billing_address or purchase.shipping_address
    if address is not None and address.country and address.country not in countries:
        raise Refusal("This shop takes no payments from the country of the billing address.", code="CountryNotAccepted")


def of_elements(options: PaymentOptions) -> dict[str, Json]:
    """What Stripe's Elements must be told, so that they offer what the intent will take: options of stripe.elements().

    https://docs.stripe.com/js/elements_object/create_without_intent
    """
    told: dict[str, Json] = {}
    if options.channel.method_configuration:
        told["paymentMethodConfiguration"] = options.channel.method_configuration
    if options.channel.excluded_methods:
        told["excludedPaymentMethodTypes"] = list(options.channel.excluded_methods)
    return told
