"""What an operator decides for a channel: who gets and who bears what, and when vendors are paid."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from saleor_stripe_app.domain.errors import Refusal
from saleor_stripe_app.domain.marketplace.vendor_of_line import OUT_OF_THE_BOX, Source, checked_sources

LONGEST_WAIT = 90  # days; Stripe keeps a platform's balance no longer in most countries


class Shipping(StrEnum):
    """Who gets what the shopper pays for shipping. BY_VENDOR: amounts for each vendor come with the order."""

    PLATFORM = "platform"
    PROPORTIONAL = "proportional"
    BY_VENDOR = "by_vendor"


class Party(StrEnum):
    """One of the two between whom a thing is decided."""

    PLATFORM = "platform"
    VENDOR = "vendor"


class BorneBy(StrEnum):
    """Who bears a discount: the vendor is paid less, or the platform pays the vendor as if there were none."""

    VENDOR = "vendor"
    PLATFORM = "platform"
    SHARED = "shared"


class Otherwise(StrEnum):
    """What happens to the money of a vendor who is unknown or cannot be paid."""

    KEEP = "keep"
    HOLD = "hold"
    REFUSE = "refuse"


class Commission(StrEnum):
    """What happens to the commission on what is refunded; KEPT makes the vendor bear it."""

    RETURNED = "returned"
    KEPT = "kept"


class Release(StrEnum):
    """When a vendor is paid."""

    AT_CAPTURE = "at_capture"
    FULFILLED = "fulfilled"
    AFTER_DAYS = "after_days"
    BY_HAND = "by_hand"


class ChargeType(StrEnum):
    """How the money travels; DESTINATION for payments with exactly one vendor, others are SEPARATE all the same.

    https://docs.stripe.com/connect/charges
    """

    SEPARATE = "separate"
    DESTINATION = "destination"


@dataclass(frozen=True, slots=True)
class Policy:
    """The choices for one channel. `discounts_by_platform` is the platform's percentage of a shared discount.

    `on_behalf_of` makes the vendor of a destination charge the settlement merchant. `release_after` is in days after
    the capture. `sources` say in which order it is looked up whose a line is.
    """

    shipping: Shipping = Shipping.PLATFORM
    tax: Party = Party.PLATFORM
    discounts: BorneBy = BorneBy.VENDOR
    discounts_by_platform: Decimal = Decimal(50)
    stripe_fee: Party = Party.PLATFORM
    unknown_vendor: Otherwise = Otherwise.KEEP
    unpayable_vendor: Otherwise = Otherwise.KEEP
    refunded_commission: Commission = Commission.RETURNED
    release: Release = Release.AT_CAPTURE
    release_after: int = 0
    charge_type: ChargeType = ChargeType.SEPARATE
    on_behalf_of: bool = False
    sources: tuple[Source, ...] = OUT_OF_THE_BOX

    @property
    def platforms_discount(self) -> Decimal:
        """The platform's percentage of every discount."""
        fixed = {BorneBy.VENDOR: Decimal(0), BorneBy.PLATFORM: Decimal(100)}
        return fixed.get(self.discounts, self.discounts_by_platform)


def checked_policy(policy: Policy) -> Policy:
    """The policy, if it can be followed. Raises Refusal: InvalidPolicy."""
    share = policy.discounts_by_platform
    if not share.is_finite() or not 0 <= share <= 100:
        raise Refusal("The platform bears between 0 and 100 percent of a discount.", code="InvalidPolicy")
    if not 0 <= policy.release_after <= LONGEST_WAIT:
        raise Refusal(f"Vendors are paid at most {LONGEST_WAIT} days after the capture.", code="InvalidPolicy")
    if policy.on_behalf_of and policy.charge_type is not ChargeType.DESTINATION:
        raise Refusal("Only a destination charge is made on behalf of its vendor.", code="InvalidPolicy")
    checked_sources(policy.sources)
    return policy
