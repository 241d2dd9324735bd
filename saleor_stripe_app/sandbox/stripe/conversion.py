"""Payments that settle in another currency than they are charged in (https://docs.stripe.com/currencies/conversions)."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from saleor_stripe_app.domain.money import decimals


@dataclass(frozen=True, slots=True)
class Conversion:
    """Into which currency, and at which rate; as on Stripe a rate is between whole units."""

    currency: str
    rate: Decimal

    def of(self, amount: int, currency: str) -> int:
        """An amount in minor units of a currency, in minor units of the one that it is turned into."""
        shift = decimals(self.currency) - decimals(currency)
        return int((amount * self.rate).scaleb(shift).quantize(Decimal(1), ROUND_HALF_UP))
