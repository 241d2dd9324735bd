"""The choices for a channel: as staff see them, and as they make them."""

from decimal import Decimal
from typing import Self

import strawberry

from saleor_stripe_app.domain import channel_options
from saleor_stripe_app.domain.channel_options import ChannelChoices

METHOD_CONFIGURATION = (
    "The payment method configuration (pmc_...) of Stripe that says which methods are offered. Empty for the account's "
    "default."
)
EXCLUDED_METHODS = "Stripe's names of payment methods that are not offered, such as klarna or sepa_debit."
LIMITS = "The smallest and the largest payment that is taken."
COUNTRIES = (
    "The countries whose billing addresses are taken, by two letters (ISO 3166), such as DE. Empty for every country."
)
AMOUNT = "In units of the channel's currency, such as 12.50; null for none but Stripe's own limit."


@strawberry.type(name="Limits", description="The payments that a channel takes.")
class ShownLimits:
    minimum: Decimal | None = strawberry.field(description=AMOUNT)
    maximum: Decimal | None = strawberry.field(description=AMOUNT)


@strawberry.type(name="ChannelOptions", description="What a merchant chooses for the payments of a channel.")
class ShownChannelOptions:
    method_configuration: str = strawberry.field(description=METHOD_CONFIGURATION)
    excluded_methods: list[str] = strawberry.field(description=EXCLUDED_METHODS)
    limits: ShownLimits = strawberry.field(description=LIMITS)
    countries: list[str] = strawberry.field(description=COUNTRIES)

    @classmethod
    def of(cls, kept: channel_options.ChannelOptions) -> Self:
        """As they are kept."""
        return cls(
            method_configuration=kept.method_configuration,
            excluded_methods=list(kept.excluded_methods),
            limits=ShownLimits(minimum=kept.limits.minimum, maximum=kept.limits.maximum),
            countries=list(kept.countries),
        )


@strawberry.input(description="The payments that a channel takes. What is left out is no limit.")
class LimitsInput:
    minimum: Decimal | None = strawberry.field(default=None, description=AMOUNT)
    maximum: Decimal | None = strawberry.field(default=None, description=AMOUNT)


@strawberry.input(description="What is left out stays as it is; a list replaces the list that is there, limits both.")
class ChannelOptionsInput:
    method_configuration: str | None = strawberry.field(default=None, description=METHOD_CONFIGURATION)
    excluded_methods: list[str] | None = strawberry.field(default=None, description=EXCLUDED_METHODS)
    limits: LimitsInput | None = strawberry.field(default=None, description=LIMITS)
    countries: list[str] | None = strawberry.field(default=None, description=COUNTRIES)


def channel_choices(given: ChannelOptionsInput | None) -> ChannelChoices:
    """The choices as the use cases take them."""
    if given is None:
        return ChannelChoices()
    return ChannelChoices(
        method_configuration=given.method_configuration,
        excluded_methods=None if given.excluded_methods is None else tuple(given.excluded_methods),
        limits=None if given.limits is None else channel_options.Limits(given.limits.minimum, given.limits.maximum),
        countries=None if given.countries is None else tuple(given.countries),
    )
