"""Prices without their currency, which is the same in all of a checkout or order."""

from decimal import Decimal

import msgspec

from saleor_stripe_app.saleor.wire import need_number

ZERO = Decimal(0)


class Amount(msgspec.Struct, frozen=True):
    """Saleor's Money, of which only the amount is asked for."""

    amount: Decimal = ZERO

    def __post_init__(self) -> None:
        need_number(self.amount)


class Price(msgspec.Struct, frozen=True):
    """Saleor's TaxedMoney."""

    gross: Amount
    net: Amount

    @property
    def tax(self) -> Decimal:
        """What of it is tax."""
        return self.gross.amount - self.net.amount
