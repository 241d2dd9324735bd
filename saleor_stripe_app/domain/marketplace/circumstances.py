"""Whether the money of a payment may go to its vendors yet: what is so about the payment, and when it is released."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from saleor_stripe_app.domain.errors import Refusal
from saleor_stripe_app.domain.marketplace.allocation import Allocation
from saleor_stripe_app.domain.marketplace.held import Held
from saleor_stripe_app.domain.marketplace.policy import Policy, Release


@dataclass(frozen=True, slots=True)
class Circumstances:
    """A payment as Stripe and Saleor show it now. Amounts are minor units.

    `refunded` are its refunds that succeeded or are under way. `disputed` says that a bank has not decided.
    `balance_currency` is its balance transaction's, None while Stripe shows none. `captures` is how often it was
    captured. `fulfilled` are the vendors all of whose lines are fulfilled, `released` those whose share staff released.
    `other_vendor` says that it was made for one vendor (a destination charge) and the order is another's.
    """

    captured: datetime | None = None
    captures: int = 1
    refunded: int = 0
    disputed: bool = False
    balance_currency: str | None = None
    has_order: bool = True
    other_vendor: bool = False
    fulfilled: frozenset[str] = frozenset()
    released: frozenset[str] = frozenset()


def why_payment_waits(payment: Circumstances, currency: str, returned: int) -> Held | None:
    """Why nothing of this payment may be transferred; None if something may.

    `returned` is how much of its refunds is divided among the vendors: before it all is, what they have is not known.
    """
    first_that_holds = (
        (payment.captured is None, Held.UNCAPTURED),
        (not payment.has_order, Held.NO_ORDER),
        (payment.other_vendor, Held.PLAN_CHANGED),
        (payment.disputed, Held.DISPUTED),
        (payment.refunded != returned, Held.REFUND_OPEN),
        (payment.captures > 1, Held.SEVERAL_CAPTURES),
        (payment.balance_currency not in (None, currency), Held.BALANCE_CURRENCY),
    )
    return next((reason for holds, reason in first_that_holds if holds), None)


def why_not_released(payment: Circumstances, vendor: str, policy: Policy, now: datetime) -> Held | None:
    """Why the vendor's share is not released yet. What staff release by hand waits for nothing else."""
    if vendor in payment.released or policy.release is Release.AT_CAPTURE:
        return None
    if policy.release is Release.FULFILLED:
        return None if vendor in payment.fulfilled else Held.NOT_FULFILLED
    if policy.release is Release.BY_HAND:
        return Held.BY_HAND
    return None if payment.captured is not None and now >= release_at(payment.captured, policy) else Held.TOO_EARLY


def release_at(captured: datetime, policy: Policy) -> datetime:
    """When a share is released after days."""
    return captured + timedelta(days=policy.release_after)


def refuse_partial_capture(allocation: Allocation, *, final: bool) -> None:
    """Raises Refusal for a capture that would leave more to be captured of a payment with vendors in it.

    Transfers name the charge that they are paid from, and Stripe takes no such transfer from a charge that is captured
    in several parts (https://docs.stripe.com/payments/multicapture). One capture of a part, which releases the rest, is
    divided like any other.
    """
    if not final and allocation.shares:
        raise Refusal(
            "A payment with goods of vendors is captured once: Stripe cannot pay vendors from several captures of one "
            "charge. Capture what is delivered, which releases the rest, or take a payment for each delivery.",
            code="SeveralCapturesWithVendors",
        )
