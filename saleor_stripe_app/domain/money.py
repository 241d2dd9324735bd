"""Money between Saleor's decimals and Stripe's minor units: the only place where one becomes the other.

The number of decimals is Stripe's (https://docs.stripe.com/currencies), which differs from ISO 4217:
ISK and UGX are sent in hundredths but may have no fraction, MGA has none at all, and the last of three decimals is 0.
"""

from decimal import Context, Decimal, Inexact, InvalidOperation

from saleor_stripe_app.domain.errors import Unrepresentable

ZERO_DECIMAL = frozenset("bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf".split())
THREE_DECIMAL = frozenset("bhd jod kwd omr tnd".split())
WHOLE_UNITS = frozenset("isk ugx".split())
TWO_DECIMAL = frozenset(
    "aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bmd bnd bob brl bsd bwp byn bzd cad cdf chf cny cop crc "
    "cve czk dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gtq gyd hkd hnl htg huf idr ils inr jmd kes kgs khr kyd "
    "kzt lak lbp lkr lrd lsl mad mdl mkd mmk mnt mop mur mvr mwk mxn myr mzn nad ngn nio nok npr nzd pab pen pgk php "
    "pkr pln qar ron rsd rub sar sbd scr sek sgd shp sle sos srd std szl thb tjs top try ttd twd tzs uah usd uyu uzs "
    "wst xcd xcg yer zar zmw".split()
)
CURRENCIES = ZERO_DECIMAL | THREE_DECIMAL | WHOLE_UNITS | TWO_DECIMAL
# Whatever the caller's decimal context: digits that do not fit are an error, never rounded.
EXACT = Context(prec=1000, traps=[Inexact, InvalidOperation])
MAXIMUM_DIGITS = 12  # https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts, cards


def decimals(currency: str) -> int:
    """How many decimals Stripe's minor unit of this currency has. Raises Unrepresentable for an unknown currency."""
    code = currency.lower()
    if code not in CURRENCIES:
        raise Unrepresentable(f"Stripe does not take the currency {currency[:10]!r}.")
    if code in ZERO_DECIMAL:
        return 0
    return 3 if code in THREE_DECIMAL else 2


def to_minor(amount: Decimal, currency: str) -> int:
    """Saleor's decimal amount as Stripe's minor units, exactly.

    Raises Unrepresentable when the amount is negative, not finite, too large, or finer than Stripe can take:
    nothing is ever rounded.
    """
    exponent = decimals(currency)
    if not amount.is_finite() or amount < 0 or amount.adjusted() >= MAXIMUM_DIGITS:
        raise Unrepresentable(f"The amount {str(amount)[:32]} cannot be sent to Stripe.")
    step = to_decimal(minor_step(currency), currency)
    try:
        steps = amount.quantize(step.normalize(EXACT), context=EXACT)
    except (Inexact, InvalidOperation) as error:
        asked = f"{str(amount)[:32]} {currency.upper()}"
        raise Unrepresentable(f"{asked} is finer than Stripe takes: the step is {step}.") from error
    minor = int(steps.scaleb(exponent, EXACT))
    if len(str(minor)) > MAXIMUM_DIGITS:
        raise Unrepresentable(f"The amount {amount} {currency.upper()} is larger than Stripe takes.")
    return minor


def to_decimal(minor: int | Decimal, currency: str) -> Decimal:
    """Stripe's minor units as Saleor's decimal amount, with the currency's decimals; more for a fraction of a unit."""
    return Decimal(minor).scaleb(-decimals(currency), EXACT)


def in_minor_units(amount: Decimal, currency: str) -> Decimal:
    """Saleor's decimal amount counted in Stripe's minor units as it is, perhaps with a fraction: to reckon with only.

    What is sent to Stripe goes through to_minor. Raises Unrepresentable for an unknown currency.
    """
    return amount.scaleb(decimals(currency), EXACT)


def minor_step(currency: str) -> int:
    """The smallest number of minor units that Stripe takes a difference in: 100 for ISK and UGX, 10 for dinars."""
    code = currency.lower()
    if code in WHOLE_UNITS:
        return 100
    return 10 if code in THREE_DECIMAL else 1


def display(minor: int | Decimal, currency: str) -> str:
    """An amount for people, such as `12.50 EUR`."""
    return f"{to_decimal(minor, currency)} {currency.upper()}"
