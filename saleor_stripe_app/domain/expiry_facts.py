"""What Saleor does not know of an authorization that runs out. No money moves yet: it is INFO."""

from collections.abc import Iterator

from saleor_stripe_app.domain import deadline, money
from saleor_stripe_app.domain.facts import Fact, Look
from saleor_stripe_app.domain.transaction import EventType


def warnings(look: Look) -> Iterator[Fact]:
    """Once, while there is time to do something about it."""
    payment, now = look.payment, look.now
    reference = f"{payment.id}-expires"
    if now is None or not deadline.runs_out(payment, now) or reference in look.history.informed:
        return
    held = money.display(payment.amount_capturable, payment.currency)
    words = f"{held} can be captured until {deadline.expires(payment):%Y-%m-%d %H:%M} UTC, and is released then"
    yield Fact(EventType.INFO, reference, look.amount(payment.amount_capturable), words, now)
