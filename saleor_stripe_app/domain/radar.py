"""What Stripe's Radar says of a payment: that a person shall review it (https://docs.stripe.com/radar/reviews), or that
the bank takes it for fraud (https://docs.stripe.com/disputes/measuring#early-fraud-warnings)."""

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


@dataclass(frozen=True, slots=True)
class EarlyFraudWarning:
    """The word of a card's bank, which a dispute follows more often than not.

    `actionable` while a refund could still avoid the dispute: Stripe says that nothing was disputed or given back
    whole. `fraud_type` is Stripe's word.
    """

    id: str
    actionable: bool
    fraud_type: str
    created: datetime
