"""A payment as Stripe shows it: intent, latest charge, refunds and disputes. Amounts are Stripe's minor units."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from saleor_stripe_app.domain.charge_record import ChargeRecord
from saleor_stripe_app.domain.dispute import Dispute
from saleor_stripe_app.domain.payment_method import PaymentMethod
from saleor_stripe_app.domain.radar import EarlyFraudWarning, Review


class IntentStatus(StrEnum):
    """https://docs.stripe.com/payments/paymentintents/lifecycle."""

    REQUIRES_PAYMENT_METHOD = "requires_payment_method"
    REQUIRES_CONFIRMATION = "requires_confirmation"
    REQUIRES_ACTION = "requires_action"
    PROCESSING = "processing"
    REQUIRES_CAPTURE = "requires_capture"
    SUCCEEDED = "succeeded"
    CANCELED = "canceled"


class RefundStatus(StrEnum):
    """https://docs.stripe.com/refunds#refund-statuses."""

    PENDING = "pending"
    REQUIRES_ACTION = "requires_action"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELED = "canceled"


@dataclass(frozen=True, slots=True)
class Decline:
    """Why Stripe or the issuer turned a try down. `code` and `decline_code` are Stripe's."""

    message: str
    code: str | None = None
    decline_code: str | None = None

    @property
    def words(self) -> str:
        """The reason for people, with Stripe's codes behind it."""
        codes = ", ".join(code for code in (self.code, self.decline_code) if code)
        return f"{self.message} ({codes})" if codes else self.message


@dataclass(frozen=True, slots=True)
class Refund:
    """A refund. `operation` is the reference that our request left in its metadata, None when made elsewhere."""

    id: str
    amount: int
    status: RefundStatus
    created: datetime
    operation: str | None = None
    failure_reason: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Charge:
    """The latest try to move the money. `status` is succeeded, pending or failed; `captured` is true once taken."""

    id: str
    status: str
    amount: int
    amount_captured: int
    amount_refunded: int
    created: datetime
    captured: bool
    method: PaymentMethod | None = None
    decline: Decline | None = None
    capture_before: datetime | None = None
    multicapture: bool = False
    record: ChargeRecord = field(default_factory=ChargeRecord)


@dataclass(frozen=True, slots=True)
class Payment:
    """A PaymentIntent with everything that its Saleor transaction must agree with.

    `manual_methods` are the payment method types of this intent that are authorised first and captured later;
    `client_secret` never leaves an answer's `data`; `next_action` is the type of what the shopper has to do, and
    `redirect_url` the page where they do it, if it is one; `customer` is Stripe's id of one (`cus_...`),
    `payment_method_id` that of what was paid with (`pm_...`).
    """

    id: str
    status: IntentStatus
    currency: str
    amount: int
    amount_capturable: int
    amount_received: int
    created: datetime
    livemode: bool
    client_secret: str | None = field(default=None, repr=False)
    next_action: str | None = None
    redirect_url: str | None = field(default=None, repr=False)
    manual_capture: bool = False
    manual_methods: frozenset[str] = frozenset()
    canceled_at: datetime | None = None
    cancellation_reason: str | None = None
    decline: Decline | None = None
    charge: Charge | None = None
    refunds: tuple[Refund, ...] = ()
    customer: str | None = None
    payment_method_id: str | None = None
    disputes: tuple[Dispute, ...] = ()
    review: Review | None = None
    warnings: tuple[EarlyFraudWarning, ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)

    @property
    def authorizes_first(self) -> bool:
        """Whether the method in use is authorised now and captured later, whatever was asked for."""
        if self.manual_capture:
            return True
        method = self.charge.method if self.charge else None
        return method is not None and method.stripe_type in self.manual_methods

    @property
    def released(self) -> int:
        """What can no longer be captured of the amount: by cancel, expiry or a final partial capture."""
        if self.status in (IntentStatus.SUCCEEDED, IntentStatus.CANCELED):
            return max(0, self.amount - self.amount_received)
        return 0

    @property
    def came_in(self) -> int:
        """What the shopper has paid or let be held so far; a capture, a refund or a dispute does not change it."""
        return self.amount_received + self.amount_capturable

    @property
    def holds_money(self) -> bool:
        """Whether some of the shopper's money is held, taken, or on its way."""
        if self.status is IntentStatus.PROCESSING or self.amount_capturable > 0:
            return True
        return self.amount_received - self.refunded - self.refund_pending - self.disputed > 0

    @property
    def refunded(self) -> int:
        """What went back to the shopper for good."""
        return sum(refund.amount for refund in self.refunds if refund.status is RefundStatus.SUCCEEDED)

    @property
    def refund_pending(self) -> int:
        """What is on its way back to the shopper."""
        return sum(refund.amount for refund in self.refunds if refund.status in PENDING_REFUND)

    @property
    def refundable(self) -> int:
        """What may still be refunded: nothing while a dispute is open or lost."""
        if any(dispute.forbids_refunds for dispute in self.disputes):
            return 0
        return max(0, self.amount_received - self.refunded - self.refund_pending - self.disputed)

    @property
    def disputed(self) -> int:
        """What disputes withdrew and did not return."""
        return sum(dispute.missing for dispute in self.disputes)


PENDING_REFUND = frozenset({RefundStatus.PENDING, RefundStatus.REQUIRES_ACTION})
FAILED_REFUND = frozenset({RefundStatus.FAILED, RefundStatus.CANCELED})
UNPAID = frozenset(
    {IntentStatus.REQUIRES_PAYMENT_METHOD, IntentStatus.REQUIRES_CONFIRMATION, IntentStatus.REQUIRES_ACTION}
)
