"""An event as a plain record."""

from dataclasses import dataclass

from saleor_stripe_app.sandbox.stripe.form import Json


@dataclass(slots=True)
class Event:
    """A fact with the object as it stood then."""

    id: str
    type: str
    created: int
    livemode: bool
    snapshot: dict[str, Json]
    previous: dict[str, Json] | None
    request_id: str | None
    idempotency_key: str | None
    account: str
    pending: int = 0
