"""Card testing: how many payments may be begun, and how many cards tried, before it is no shopper any more.

Whoever tests stolen cards needs many tries, and each one that a bank declines costs the shop, in fees and in the trust
of banks (https://docs.stripe.com/disputes/prevention/card-testing). A shopper who is declined goes on with the same
payment; a new one is begun by a page that was loaded again, a cart that changed, or after a payment that failed.
"""

import ipaddress
from dataclasses import dataclass
from datetime import timedelta

from saleor_stripe_app.domain.errors import Refusal
from saleor_stripe_app.domain.operation import Operation
from saleor_stripe_app.domain.payment import UNPAID, Payment

WITHIN = timedelta(hours=1)
# Far above what one cart needs in an hour, and a tenth of what Saleor itself allows for it altogether.
MOST_OF_SOURCE = 10
# A customer may have several carts, and order several times.
MOST_OF_CUSTOMER = 20
# Several shoppers may share an address: an office, a provider of mobile connections.
MOST_OF_ADDRESS = 20
# Wrong numbers and codes, an empty account, two or three cards: a shopper has given up long before.
MOST_DECLINES = 10
REQUEST = "declined-too-often"


@dataclass(frozen=True, slots=True)
class Attempts:
    """How many other payments were begun within the hour, by what they have in common with a new one."""

    of_source: int = 0
    of_customer: int = 0
    of_address: int = 0


def require_few(attempts: Attempts) -> None:
    """Raises Refusal, in words for a shopper, where it is too many to begin one more."""
    if (
        attempts.of_source >= MOST_OF_SOURCE
        or attempts.of_customer >= MOST_OF_CUSTOMER
        or attempts.of_address >= MOST_OF_ADDRESS
    ):
        raise Refusal("Too many payments were tried. Please wait an hour and try again.", code="TooManyAttempts")


def network(address: str) -> str | None:
    """What is common to the addresses of one connection; None for what is no address.

    A connection has a single address of version 4 and 2^64 of version 6 (https://www.rfc-editor.org/rfc/rfc6177).
    """
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return None
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is None:
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else found)


def may_be_tested(payment: Payment) -> bool:
    """Whether the last try was declined and another one would be possible: a reason to count them."""
    return payment.status in UNPAID and payment.charge is not None and payment.charge.status == "failed"


def ended_by(operation: Operation) -> bool:
    """Whether this is the end of a payment that was declined too often."""
    return operation.request == REQUEST


# Smaller shops see fewer declines than this in an hour, and a burst is told by its share, too: usually one card in ten
# is declined (https://docs.stripe.com/payments/analytics/acceptance).
FEWEST_OF_BURST = 30


def is_burst(declined: int, paid: int) -> bool:
    """Whether so many tries of an hour were declined that cards are being tested: many, and more than were paid."""
    return declined >= FEWEST_OF_BURST and declined > paid
