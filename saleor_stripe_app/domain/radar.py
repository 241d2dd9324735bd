"""What Stripe's Radar says of a payment: that a person shall review it (https://docs.stripe.com/radar/reviews)."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Review:
    """A payment held up for a person to look at. `closed_reason` is Stripe's word, None while it is open."""

    id: str
    is_open: bool
    opened_reason: str
    created: datetime
    closed_reason: str | None = None
