"""Why a vendor's money waits. Each reason has words that staff can act on; none of them is a failure."""

from enum import StrEnum


class Held(StrEnum):
    """A reason, with the words for it. The first group is about the vendor, the second about the payment."""

    UNKNOWN_VENDOR = "unknown_vendor"
    NO_ACCOUNT = "no_account"
    PAUSED = "paused"
    CLOSED = "closed"
    ONBOARDING = "onboarding"
    TRANSFERS_PENDING = "transfers_pending"
    TRANSFERS_INACTIVE = "transfers_inactive"
    REGRESSED = "regressed"
    REJECTED = "rejected"
    NOT_CONNECTED = "not_connected"
    CURRENCY = "currency"

    NO_ORDER = "no_order"
    PLAN_CHANGED = "plan_changed"
    UNCAPTURED = "uncaptured"
    REFUND_OPEN = "refund_open"
    DISPUTED = "disputed"
    SEVERAL_CAPTURES = "several_captures"
    BALANCE_CURRENCY = "balance_currency"
    NOT_FULFILLED = "not_fulfilled"
    TOO_EARLY = "too_early"
    BY_HAND = "by_hand"
    REGION = "region"
    BELOW_MINIMUM = "below_minimum"

    @property
    def words(self) -> str:
        """What to tell staff, as a sentence."""
        return _WORDS[self]


_WORDS = {
    Held.UNKNOWN_VENDOR: "No vendor with this key is known here.",
    Held.NO_ACCOUNT: "The vendor has no Stripe account yet.",
    Held.PAUSED: "The vendor is paused.",
    Held.CLOSED: "The vendor is closed.",
    Held.ONBOARDING: "The vendor has not finished onboarding at Stripe.",
    Held.TRANSFERS_PENDING: "Stripe is still checking the vendor's account.",
    Held.TRANSFERS_INACTIVE: "Stripe does not allow transfers to the vendor's account.",
    Held.REGRESSED: "The vendor's account could be paid before and no longer can: Stripe wants something of it.",
    Held.REJECTED: "Stripe has rejected the vendor's account.",
    Held.NOT_CONNECTED: "The vendor's account is no longer connected to this platform.",
    Held.CURRENCY: "The vendor is paid in another currency than this payment's.",
    Held.NO_ORDER: "There is no order yet, or it was canceled.",
    Held.PLAN_CHANGED: "The order's vendor is not the one whom this payment was made for.",
    Held.UNCAPTURED: "The payment is not captured.",
    Held.REFUND_OPEN: "A refund is not yet divided among the vendors.",
    Held.DISPUTED: "The payment is disputed.",
    Held.SEVERAL_CAPTURES: "Stripe cannot transfer from a payment that was captured in several parts.",
    Held.BALANCE_CURRENCY: "Stripe settles the payment in another currency than it was made in.",
    Held.NOT_FULFILLED: "The vendor's lines are not fulfilled yet.",
    Held.TOO_EARLY: "The time until release is not over.",
    Held.BY_HAND: "Staff release this by hand.",
    Held.REGION: "Stripe does not transfer between the regions of the platform and the vendor.",
    Held.BELOW_MINIMUM: "The amount is below what Stripe transfers.",
}
