"""Money as Saleor's API shows it."""

from dataclasses import dataclass
from decimal import Decimal

from saleor_stripe_app.sandbox.saleor.currencies import fraction_digits, minor_units, quantize


@dataclass(frozen=True, slots=True)
class Money:
    amount: Decimal
    currency: str

    @property
    def fractional_amount(self) -> int:
        return minor_units(self.amount, self.currency)

    @property
    def fraction_digits(self) -> int:
        return fraction_digits(self.currency)


@dataclass(frozen=True, slots=True)
class TaxedMoney:
    """A price with and without tax; made from the gross price, as shops with prices entered with tax do."""

    gross: Money
    net: Money

    @property
    def currency(self) -> str:
        return self.gross.currency

    @property
    def tax(self) -> Money:
        return Money(self.gross.amount - self.net.amount, self.currency)

    @classmethod
    def of_gross(cls, amount: Decimal, currency: str, tax_rate: Decimal) -> "TaxedMoney":
        net = quantize(amount / (1 + tax_rate), currency)
        return cls(Money(amount, currency), Money(net, currency))
