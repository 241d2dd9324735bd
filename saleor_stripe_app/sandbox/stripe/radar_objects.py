"""What Radar and issuers say of payments, as plain records."""

from dataclasses import dataclass


@dataclass(slots=True)
class Review:
    """A payment held up by Radar; open as long as nothing closed it."""

    id: str
    charge: str
    intent: str
    created: int
    livemode: bool
    opened_reason: str
    closed_reason: str | None = None


@dataclass(slots=True)
class EarlyFraudWarning:
    """What an issuer says of a payment before anybody disputes it; `actionable` until it is disputed or given back."""

    id: str
    charge: str
    intent: str
    created: int
    livemode: bool
    fraud_type: str
    actionable: bool = True
