"""What the app keeps of a vendor beside what the splitting of payments needs, and when to look at its account again."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from saleor_stripe_app.domain.marketplace.vendor import AccountState, Vendor

# Stripe tells of changes; these are for what is lost on the way, and for merchants who made no endpoint for it.
SETTLED_FOR = timedelta(hours=6)
UNSETTLED_FOR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class AskedAccount:
    """An account that Stripe is asked for: written down first, so that a lost answer does not make a second one.

    `interface` is "v2" or "v1", `parameters` what is sent under the idempotency key, `at` when that was first.
    """

    interface: str
    parameters: Mapping[str, object]
    idempotency_key: str
    at: datetime


@dataclass(frozen=True, slots=True)
class VendorRecord:
    """A vendor of one Saleor. `configuration_id` is whose key asks about its account.

    `interface` is how the account was made, None for a linked one; `onboarding` names the newest onboarding link.
    """

    vendor: Vendor
    saleor_api_url: str
    configuration_id: str
    created_at: datetime
    updated_at: datetime
    interface: str | None = None
    read_at: datetime | None = None
    look_at: datetime | None = None
    asked: AskedAccount | None = field(default=None, repr=False)
    onboarding: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class VendorChange:
    """One change of a vendor. `who` is Saleor's id of the member of staff, empty where Stripe said so.

    `what` gives for each field the value before and after, as text.
    """

    at: datetime
    who: str
    what: Mapping[str, tuple[str | None, str | None]]


def next_look(account: AccountState, now: datetime) -> datetime:
    """When to ask Stripe about this account again if it tells nothing meanwhile: no later than its deadline."""
    settled = account.receives and account.payouts_enabled and not account.currently_due
    usual = now + (SETTLED_FOR if settled else UNSETTLED_FOR)
    if account.deadline is not None and now < account.deadline < usual:
        return account.deadline
    return usual
