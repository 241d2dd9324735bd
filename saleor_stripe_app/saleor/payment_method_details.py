"""What was paid with, in the two shapes that Saleor 3.22 and newer take: in an answer and in a report.

The limits are Saleor's: name 256, brand 40, last digits 4 characters, month 1 to 12, year 2000 to 9999. A value beyond
them would lose the whole answer, so it is left out or cut.
"""

from saleor_stripe_app.domain.payment_method import PaymentMethod
from saleor_stripe_app.saleor.text import cut

SINCE = (3, 22)
CARD = "card"


def for_answer(method: PaymentMethod) -> dict[str, str | int]:
    """`paymentMethodDetails` of a session answer: CARD, or OTHER with Stripe's name of the type."""
    if method.stripe_type == CARD:
        return {"type": "CARD", **_card(method)}
    return {"type": "OTHER", **_other(method)}


def for_report(method: PaymentMethod) -> dict[str, dict[str, str | int]]:
    """PaymentMethodDetailsInput of transactionEventReport."""
    return {"card": _card(method)} if method.stripe_type == CARD else {"other": _other(method)}


def _card(method: PaymentMethod) -> dict[str, str | int]:
    details: dict[str, str | int] = {"name": cut(_name(method), 256)}
    if method.brand:
        details["brand"] = cut(method.brand, 40)
    if method.last_digits:
        details["lastDigits"] = cut(method.last_digits[-4:], 4)
    if method.exp_month is not None and 1 <= method.exp_month <= 12:
        details["expMonth"] = method.exp_month
    if method.exp_year is not None and 2000 <= method.exp_year <= 9999:
        details["expYear"] = method.exp_year
    return details


def _name(method: PaymentMethod) -> str:
    """The official app's name of a card, and the wallet that it was in: `card (Apple Pay)`."""
    name = method.display_brand or CARD
    return f"{name} ({method.wallet.replace('_', ' ').title()})" if method.wallet else name


def _other(method: PaymentMethod) -> dict[str, str | int]:
    return {"name": cut(method.stripe_type, 256) or "unknown"}
