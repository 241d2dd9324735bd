"""What amounts an intent may have (https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts)."""

from saleor_stripe_app.sandbox.stripe.errors import invalid
from saleor_stripe_app.sandbox.stripe.rules import WHOLE_UNITS

MINIMUM = {
    **dict.fromkeys("usd ars aud brl cad chf cop eur idr ils inr jpy krw mxn nzd php rub sgd zar".split(), 50),
    **dict.fromkeys("aed myr pln ron".split(), 200),
    **dict.fromkeys("nok sek".split(), 300),
    "czk": 1500,
    "dkk": 250,
    "gbp": 30,
    "hkd": 400,
    "huf": 17500,
    "mxn": 1000,
    "thb": 1000,
}
"""Least amounts in minor units, for an account that settles in the currency it charges in."""

_MOST = 999_999_999_999


def check_amount(amount: int, currency: str) -> None:
    """400 for an amount that Stripe does not charge."""
    least = MINIMUM.get(currency, 1)
    if amount < least:
        raise invalid(f"Amount must be at least {least} {currency}", "amount", "amount_too_small")
    if amount > _MOST:
        raise invalid(f"Amount must be no more than {_MOST} {currency}", "amount", "amount_too_large")
    if currency in WHOLE_UNITS and amount % 100:
        raise invalid(
            f"Amounts in {currency} must be whole units.", "amount", "invalid_charge_amount_no_decimal_compatible"
        )
