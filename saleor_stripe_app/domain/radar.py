"""What Stripe's Radar says of a payment: reviews by people, and warnings of issuers before a dispute.

https://docs.stripe.com/radar/reviews, https://docs.stripe.com/disputes/measuring#early-fraud-warnings.
"""

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
class FraudWarning:
    """An issuer's early warning. `actionable` as long as a full refund may still keep it from becoming a dispute."""

    id: str
    actionable: bool
    fraud_type: str
    created: datetime
