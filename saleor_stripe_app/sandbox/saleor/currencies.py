"""How Saleor rounds money: to the currency's own precision, from a table of the exceptions to two decimals.

Saleor takes the precision from Babel (CLDR), so a Hungarian forint has two decimals although cash has none.
"""

from decimal import ROUND_HALF_UP, Decimal

_DIGITS = {
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
    **dict.fromkeys(
        (
            "BIF",
            "CLP",
            "DJF",
            "GNF",
            "ISK",
            "JPY",
            "KMF",
            "KRW",
            "PYG",
            "RWF",
            "UGX",
            "UYI",
            "VND",
            "VUV",
            "XAF",
            "XOF",
            "XPF",
        ),
        0,
    ),
}

ANSWER_STEP = Decimal("0.001")
"""Amounts in an app's answers are kept to three decimals whatever the currency (DEFAULT_DECIMAL_PLACES)."""


def fraction_digits(currency: str) -> int:
    return _DIGITS.get(currency.upper(), 2)


def quantize(amount: Decimal, currency: str) -> Decimal:
    """The amount in the currency's precision, halves away from zero, as Saleor stores what it is asked or told."""
    return amount.quantize(Decimal(1).scaleb(-fraction_digits(currency)), rounding=ROUND_HALF_UP)


def minor_units(amount: Decimal, currency: str) -> int:
    """`Money.fractionalAmount`: 12000 for 120 USD, 6497 for 6497 JPY, 10630 for 10.63 KWD."""
    return int(quantize(amount, currency).scaleb(fraction_digits(currency)))
