"""Countries of addresses: two letters that ISO 3166-1 has assigned (https://docs.stripe.com/api/payment_intents/create)."""

from saleor_stripe_app.sandbox.stripe.errors import invalid
from saleor_stripe_app.sandbox.stripe.parameters import Parameters

# Reserved, or free for anybody's use, and so no country; XK (Kosovo) is used as if it were assigned.
_NO_COUNTRY = frozenset("AA AC AP CP CS DG EA EU EW EZ FX IC OO SU UK UN XA XI XN XX XZ YU ZR ZZ".split())


def check_shipping(parameters: Parameters) -> None:
    """Refuse goods that go to no country; where none is named, Stripe asks for none."""
    country = parameters.hash("shipping").hash("address").text("country")
    if country and (country.upper() in _NO_COUNTRY or len(country) != 2):
        message = f"Country '{country}' is unknown. Try using a 2-character alphanumeric country code instead."
        raise invalid(message, "shipping[address][country]")
