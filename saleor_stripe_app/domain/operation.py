"""Operations: what we asked of Stripe, written down before the call so that no crash or time limit loses it.

An operation's idempotency key is made from installation, request and attempt. Stripe keeps a key for at least 24 hours
(https://docs.stripe.com/api/idempotent_requests): within RESEND_FOR the very same request may be sent again, later
Stripe is only searched for what it did.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from saleor_stripe_app.domain.report import Json

RESEND_FOR = timedelta(hours=20)


class OperationKind(StrEnum):
    """What is asked of Stripe."""

    CREATE = "create"
    CONFIRM = "confirm"
    CAPTURE = "capture"
    CANCEL = "cancel"
    REFUND = "refund"


class OperationState(StrEnum):
    """Open until the outcome is known; a timeout leaves it open."""

    OPEN = "open"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Operation:
    """One request to Stripe.

    `request` is Saleor's identity of what was asked (idempotency key of a session, digest of an action request's
    body), `reference` the name under which Saleor hears of the outcome, `amount` minor units, `parameters` the exact
    ones for Stripe; a shopper's address is among them until the outcome is known. `resendable` is false once Stripe is
    known to have stored a 5xx under the key. `answer` is the text that Saleor was answered first: a repeated request
    gets it again.
    """

    id: str
    transaction: str
    kind: OperationKind
    request: str
    attempt: int
    idempotency_key: str
    reference: str
    amount: int
    created: datetime
    parameters: Mapping[str, Json] = field(default_factory=dict, repr=False)
    state: OperationState = OperationState.OPEN
    resendable: bool = True
    stripe_id: str | None = None
    message: str = ""
    code: str | None = None
    answer: str | None = field(default=None, repr=False)

    def may_be_sent(self, now: datetime) -> bool:
        """Whether the very same request may go to Stripe (again)."""
        return self.state is OperationState.OPEN and self.resendable and now - self.created < RESEND_FOR


def next_attempt(request: str, known: Sequence[Operation]) -> int:
    """The number of one more try of a request, given the operations of its payment."""
    return 1 + sum(operation.request == request for operation in known)


def idempotency_key(saleor_api_url: str, request: str, attempt: int) -> str:
    """A key that only this installation, request and attempt have; opaque to Stripe, far below 255 characters."""
    digest = hashlib.sha256("\n".join((saleor_api_url, request, str(attempt))).encode()).hexdigest()
    return f"saleor-{digest[:48]}"


def request_of_body(body: bytes) -> str:
    """The identity of an action request: its verified bytes, which select `issuedAt` and are frozen per delivery."""
    return hashlib.sha256(body).hexdigest()
