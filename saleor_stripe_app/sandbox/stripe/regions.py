"""Where money may go between accounts (https://docs.stripe.com/connect/account-capabilities#transfers-cross-border)."""

EEA = frozenset("AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IS IT LV LI LT LU MT NL NO PL PT RO SK SI ES SE".split())
_TOGETHER = EEA | {"US", "CA", "GB", "CH"}
"""Countries among which platforms transfer by themselves; any other is a region of its own."""

_EURO = EEA - frozenset("CZ DK HU IS LI NO PL RO SE".split())
_CURRENCIES = {
    "AU": "aud",
    "BR": "brl",
    "CA": "cad",
    "CH": "chf",
    "CZ": "czk",
    "DK": "dkk",
    "GB": "gbp",
    "HK": "hkd",
    "HU": "huf",
    "IS": "isk",
    "JP": "jpy",
    "LI": "chf",
    "MX": "mxn",
    "MY": "myr",
    "NO": "nok",
    "NZ": "nzd",
    "PL": "pln",
    "RO": "ron",
    "SE": "sek",
    "SG": "sgd",
    "TH": "thb",
}


def reaches(platform: str, account: str, service_agreement: str) -> bool:
    """Whether a platform in one country may transfer to an account in another.

    The recipient agreement is what lets platforms in the US pay accounts elsewhere
    (https://docs.stripe.com/connect/cross-border-payouts).
    """
    if platform == account or {platform, account} <= _TOGETHER:
        return True
    return platform == "US" and service_agreement == "recipient"


def currency_of(country: str) -> str:
    """The default currency of an account in a country."""
    return "eur" if country in _EURO else _CURRENCIES.get(country, "usd")
