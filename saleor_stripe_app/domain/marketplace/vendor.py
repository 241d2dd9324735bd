"""Vendors of a marketplace, what Stripe says of their accounts, and whether they can be paid.

What Stripe wants of an account: https://docs.stripe.com/connect/handling-api-verification.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from saleor_stripe_app.domain.errors import Refusal
from saleor_stripe_app.domain.marketplace.held import Held
from saleor_stripe_app.domain.marketplace.rate import Rate

LONGEST_KEY = 64
CAN_BE_PAID = "active"
IN_WAITING = "pending"
REJECTED = "rejected."  # as every disabled_reason begins from which there is no way back
REJECTED = "rejected"  # followed by a dot and why


class VendorStatus(StrEnum):
    """The operator's decision; what Stripe thinks is in the account's state."""

    ACTIVE = "active"
    PAUSED = "paused"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class AccountState:
    """A connected account as Stripe last showed it.

    `transfers` is the capability that lets it be paid, in Stripe's word: active, pending, inactive, or a newer one (v2:
    restricted, unsupported). `deadline` is when Stripe stops it unless `currently_due` is given. `went_live` says that
    it could be paid at some time, so that losing that is a regression; `connected` is False once it left the platform.
    """

    transfers: str = "inactive"
    charges_enabled: bool = False
    payouts_enabled: bool = False
    details_submitted: bool = False
    currently_due: tuple[str, ...] = ()
    past_due: tuple[str, ...] = ()
    disabled_reason: str = ""
    deadline: datetime | None = None
    went_live: bool = False
    connected: bool = True

    @property
    def receives(self) -> bool:
        """Whether Stripe takes transfers to it now."""
        return self.transfers == CAN_BE_PAID

    @property
    def regressed(self) -> bool:
        """Whether it could be paid before and no longer can."""
        return self.went_live and not self.receives


@dataclass(frozen=True, slots=True)
class Vendor:
    """One who sells. `key` is how products name them; `stripe_account` (`acct_...`) is only ever set by the operator.

    `commission` is what they pay where no rule is more specific. `currency` (lower case) is the only one they are paid
    in, None for any. `country` is an ISO 3166 code of two letters, "" where it is not known.
    """

    key: str
    name: str
    stripe_account: str | None = None
    status: VendorStatus = VendorStatus.ACTIVE
    commission: Rate | None = None
    country: str = ""
    currency: str | None = None
    account: AccountState | None = None


def checked_key(key: str) -> str:
    """The key, if products can name a vendor by it. Raises Refusal: InvalidVendorKey."""
    given = key.strip()
    if not given or len(given) > LONGEST_KEY or not re.fullmatch(r"[^\s,\x00-\x1f]+", given):
        raise Refusal(
            f"A vendor's key has 1 to {LONGEST_KEY} characters, no space and no comma.", code="InvalidVendorKey"
        )
    return given


def why_not_payable(vendor: Vendor, currency: str) -> Held | None:
    """Why this vendor cannot be sent money of this currency now; None for one who can."""
    if vendor.status is not VendorStatus.ACTIVE:
        return Held.CLOSED if vendor.status is VendorStatus.CLOSED else Held.PAUSED
    if vendor.stripe_account is None:
        return Held.NO_ACCOUNT
    if (held := _held_by(vendor.account)) is not None:
        return held
    return Held.CURRENCY if vendor.currency not in (None, currency) else None


def _held_by(account: AccountState | None) -> Held | None:
    if account is None:
        return Held.ONBOARDING
    first_that_holds = (
        (not account.connected, Held.NOT_CONNECTED),
        (account.disabled_reason.startswith(REJECTED), Held.REJECTED),
        (account.receives, None),
        (account.regressed, Held.REGRESSED),
        (not account.details_submitted, Held.ONBOARDING),
        (account.transfers == IN_WAITING, Held.TRANSFERS_PENDING),
    )
    return next((reason for holds, reason in first_that_holds if holds), Held.TRANSFERS_INACTIVE)
