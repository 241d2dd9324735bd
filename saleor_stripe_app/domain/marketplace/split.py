"""The split of one payment: what was decided of it, kept as it was, and how each vendor's part stands."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from saleor_stripe_app.domain.marketplace.allocation import Allocation
from saleor_stripe_app.domain.marketplace.policy import Policy
from saleor_stripe_app.domain.marketplace.returning import Return


@dataclass(frozen=True, slots=True)
class Split:
    """A payment's split. `transaction` is its record's id; `allocation` is None while it is only planned.

    `order_id` and `number` (which of the order's payments it is) are None without an order. `reason` says why this
    `version` was worked out. `seen` are vendors by variant, as Saleor showed them; `lines` the ids of each vendor's
    lines. `returns` were worked out so far, also those that no longer stand. `look_at` is when to look again.
    """

    transaction: str
    saleor_api_url: str
    version: int
    reason: str
    policy: Policy
    updated_at: datetime
    seen: Mapping[str, str | None] = field(default_factory=dict)
    order_id: str | None = None
    number: int | None = None
    allocation: Allocation | None = None
    lines: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    returns: tuple[Return, ...] = ()
    captured_at: datetime | None = None
    look_at: datetime | None = None


class ShareState(StrEnum):
    """How a vendor's part stands.

    SENT has all of it, PENDING is on its way, OWED gave back less than it should; HELD and FAILED have a reason.
    """

    PENDING = "pending"
    HELD = "held"
    SENT = "sent"
    REVERSED = "reversed"
    OWED = "owed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ShareStanding:
    """A vendor's part of a payment as staff see it. Amounts are minor units.

    `amount` is what the vendor should have now, below zero what is owed; `sent` what the vendor has. `failed` is how
    often Stripe refused in a row, `next_try` not before when to ask again.
    """

    transaction: str
    vendor: str
    saleor_api_url: str
    currency: str
    amount: int
    sent: int
    state: ShareState
    updated_at: datetime
    reason: str = ""
    failed: int = 0
    next_try: datetime | None = None
    released_at: datetime | None = None
    released_by: str | None = None
