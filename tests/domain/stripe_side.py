"""A payment as Stripe moves it, one documented transition at a time; `seen()` is what a read shows of it now.

https://docs.stripe.com/payments/paymentintents/lifecycle, https://docs.stripe.com/payments/multicapture,
https://docs.stripe.com/refunds, https://docs.stripe.com/disputes/how-disputes-work.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime

from saleor_stripe_app.domain.dispute import Dispute, Funds
from saleor_stripe_app.domain.payment import Charge, IntentStatus, Payment, Refund, RefundStatus
from saleor_stripe_app.domain.payment_method import PaymentMethod
from tests.domain.payments import CARD, DECLINE, INTENT, SEPA

PAYPAL = PaymentMethod("paypal")
UNPAID = (IntentStatus.REQUIRES_PAYMENT_METHOD, IntentStatus.REQUIRES_ACTION)


@dataclass(slots=True)
class StripeSide:
    """One intent for 100.00, with manual capture for cards and PayPal where the shop asked for an authorization."""

    created: datetime
    manual: bool
    multicapture: bool
    amount: int = 10000
    status: IntentStatus = IntentStatus.REQUIRES_PAYMENT_METHOD
    capturable: int = 0
    received: int = 0
    charges: int = 0
    charge: Charge | None = None
    refunds: list[Refund] = field(default_factory=list)
    disputes: list[Dispute] = field(default_factory=list)
    movements: int = 0
    canceled_at: datetime | None = None
    reason: str | None = None

    def seen(self) -> Payment:
        failed = self.charge is not None and self.charge.status == "failed"
        return Payment(
            INTENT,
            self.status,
            "eur",
            self.amount,
            self.capturable,
            self.received,
            self.created,
            livemode=False,
            manual_methods=frozenset({"card", "paypal"}) if self.manual else frozenset(),
            canceled_at=self.canceled_at,
            cancellation_reason=self.reason,
            decline=DECLINE if failed else None,
            charge=self.charge,
            refunds=tuple(self.refunds),
            disputes=tuple(self.disputes),
        )

    @property
    def left(self) -> int:
        """What may still be refunded."""
        return self.seen().refundable

    def needs_action(self) -> None:
        self.status = IntentStatus.REQUIRES_ACTION

    def decline(self, now: datetime) -> None:
        self._try(now, "failed", CARD)
        self.status = IntentStatus.REQUIRES_PAYMENT_METHOD

    def pay_by_card(self, now: datetime) -> None:
        self._try(now, "succeeded", CARD)
        self._goes_through()

    def start_processing(self, now: datetime, method: PaymentMethod) -> None:
        self._try(now, "pending", method)
        self.status = IntentStatus.PROCESSING

    def finish_processing(self, *, well: bool) -> None:
        assert self.charge is not None
        self.charge = replace(self.charge, status="succeeded" if well else "failed", decline=None if well else DECLINE)
        if well:
            self._goes_through()
        else:
            self.status = IntentStatus.REQUIRES_PAYMENT_METHOD

    def capture(self, amount: int, *, final: bool) -> None:
        self.received += amount
        self.capturable = 0 if final else self.capturable - amount
        if self.capturable == 0:
            assert self.charge is not None
            self.status = IntentStatus.SUCCEEDED
            self.charge = replace(self.charge, captured=True, amount_captured=self.received)

    def raise_authorization(self, more: int) -> None:
        self.amount += more
        self.capturable += more

    def cancel(self, now: datetime, reason: str | None = None) -> None:
        self.status, self.capturable, self.canceled_at, self.reason = IntentStatus.CANCELED, 0, now, reason

    def refund(self, amount: int, status: RefundStatus, now: datetime, operation: str | None = None) -> Refund:
        made = Refund(f"re_{len(self.refunds) + 1}", amount, status, now, operation)
        self.refunds.append(made)
        return made

    def move_refund(self, number: int, status: RefundStatus) -> None:
        self.refunds[number] = replace(self.refunds[number], status=status)

    @property
    def disputable(self) -> int:
        """What a bank may still take back: one dispute at a time."""
        over = all(dispute.status in ("won", "lost", "warning_closed") for dispute in self.disputes)
        seen = self.seen()
        return seen.amount_received - seen.refunded - seen.refund_pending - seen.disputed if over else 0

    def open_dispute(self, amount: int, now: datetime, *, inquiry: bool) -> None:
        status = "warning_needs_response" if inquiry else "needs_response"
        self.disputes.append(Dispute(f"du_{len(self.disputes) + 1}", status, amount, now, "fraudulent"))
        if not inquiry:
            self._withdraw(now)

    def move_dispute(self, status: str, now: datetime, part: int) -> None:
        """To another status; won with at most a part of it returned."""
        dispute = self.disputes[-1] = replace(self.disputes[-1], status=status)
        if status == "needs_response":
            self._withdraw(now)
        elif status == "won":
            funds = Funds(self._movement(), min(part, dispute.missing), now)
            self.disputes[-1] = replace(dispute, reinstated=(funds,))

    def _withdraw(self, now: datetime) -> None:
        dispute = self.disputes[-1]
        self.disputes[-1] = replace(dispute, withdrawn=(Funds(self._movement(), dispute.amount, now),))

    def _movement(self) -> str:
        self.movements += 1
        return f"txn_{self.movements}"

    def _try(self, now: datetime, status: str, method: PaymentMethod) -> None:
        self.charges += 1
        taken = method is SEPA or not self.manual
        self.charge = Charge(
            f"ch_{self.charges}",
            status,
            self.amount,
            self.amount if taken and status == "succeeded" else 0,
            0,
            now,
            taken,
            method,
            DECLINE if status == "failed" else None,
            multicapture=self.multicapture and method is CARD,
        )

    def _goes_through(self) -> None:
        assert self.charge is not None
        if self.charge.captured:
            self.status, self.received = IntentStatus.SUCCEEDED, self.amount
        else:
            self.status, self.capturable = IntentStatus.REQUIRES_CAPTURE, self.amount
