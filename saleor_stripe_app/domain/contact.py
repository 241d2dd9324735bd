"""How a person is reached, in the forms that Stripe takes; what it might refuse becomes empty.

https://docs.stripe.com/api/payment_intents/create and https://docs.stripe.com/api/customers/create.
"""

import re

from saleor_stripe_app.domain.purchase import Address
from saleor_stripe_app.domain.report import Json

LONGEST_PHONE = 20
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_EMAIL = re.compile(rf"(?=[^@]{{1,64}}@.{{4,255}}$){_ATOM}(\.{_ATOM})*@([A-Za-z0-9][A-Za-z0-9-]*\.)+[A-Za-z]{{2,63}}")
_COUNTRY = re.compile(r"[A-Z]{2}")


def email(text: str) -> str:
    """The e-mail address, or "" for what Stripe may not take for one."""
    return text if _EMAIL.fullmatch(text) else ""


def phone(text: str) -> str:
    """The telephone number, or "" for one that is too long."""
    return text if len(text) <= LONGEST_PHONE else ""


def place(address: Address) -> dict[str, Json]:
    """Stripe's address of the place, without what is empty."""
    parts: dict[str, Json] = {
        "line1": address.line1,
        "line2": address.line2,
        "city": address.city,
        "postal_code": address.postal_code,
        "state": address.state,
        "country": address.country if _COUNTRY.fullmatch(address.country) else "",
    }
    return {name: part for name, part in parts.items() if part}
