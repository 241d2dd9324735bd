"""Vendors, as staff see them."""

from datetime import datetime
from typing import Annotated, Self

import strawberry

from saleor_stripe_app.domain.errors import Refusal
from saleor_stripe_app.domain.marketplace import held, vendor
from saleor_stripe_app.domain.marketplace.vendor_record import VendorChange, VendorRecord
from saleor_stripe_app.storage import vendor_changes
from saleor_stripe_app.storage import vendors as stored
from saleor_stripe_app.usecases.find_configuration import find_configuration
from saleor_stripe_app.usecases.vendors import find_vendor
from saleor_stripe_app.web.settings_api.commission import Commission
from saleor_stripe_app.web.settings_api.types import Configuration, Info

MOST_CHANGES = 100

VendorStatus = strawberry.enum(
    vendor.VendorStatus,
    name="VendorStatus",
    description="Whether a vendor is paid: PAUSED holds what is theirs, CLOSED is the end.",
)
HeldReason = strawberry.enum(held.Held, name="HeldReason", description="Why money waits instead of going to a vendor.")


@strawberry.type(description="A vendor's connected account as Stripe showed it at the last look.")
class VendorAccount:
    stripe_account: str = strawberry.field(description="Stripe's id (acct_...).")
    connected: bool = strawberry.field(description="False once it is no longer connected to the platform.")
    transfers: str = strawberry.field(description="Stripe's word for the capability to be paid: active, pending, ...")
    charges_enabled: bool
    payouts_enabled: bool
    details_submitted: bool = strawberry.field(description="Whether the vendor has gone through the onboarding.")
    currently_due: list[str] = strawberry.field(description="What Stripe wants by the deadline, by Stripe's names.")
    past_due: list[str] = strawberry.field(description="What Stripe wanted and did not get.")
    disabled_reason: str = strawberry.field(description="Why Stripe has stopped it; empty if it has not.")
    deadline: datetime | None
    regressed: bool = strawberry.field(description="Whether it could be paid before and no longer can.")
    read_at: datetime | None = strawberry.field(description="When Stripe showed it.")


@strawberry.type(description="Why a vendor is not paid at the moment.")
class VendorHeld:
    reason: held.Held
    message: str


@strawberry.type(description="One change of one field of a vendor.")
class VendorFieldChange:
    field: str
    before: str | None
    after: str | None


@strawberry.type(name="VendorChange", description="A change of a vendor.")
class ShownVendorChange:
    at: datetime
    user_id: strawberry.ID | None = strawberry.field(description="Who made it; null where Stripe said so.")
    fields: list[VendorFieldChange]

    @classmethod
    def of(cls, change: VendorChange) -> Self:
        """As it was written down."""
        fields = [
            VendorFieldChange(field=name, before=before, after=after) for name, (before, after) in change.what.items()
        ]
        return cls(at=change.at, user_id=strawberry.ID(change.who) if change.who else None, fields=fields)


async def _configuration(root: strawberry.Parent["Vendor"], info: Info) -> Configuration:
    caller = info.context
    found = await find_configuration(caller.backends, caller.installation, root.kept.configuration_id)
    return Configuration.of(found)


async def _changes(
    root: strawberry.Parent["Vendor"],
    info: Info,
    first: Annotated[int, strawberry.argument(description=f"So many of the latest; {MOST_CHANGES} at most.")] = 20,
) -> list[ShownVendorChange]:
    caller = info.context
    limit = max(0, min(first, MOST_CHANGES))
    found = await vendor_changes.latest(
        caller.backends.storage, caller.installation.saleor_api_url, root.kept.vendor.key, limit
    )
    return [ShownVendorChange.of(change) for change in found]


@strawberry.type(description="Who is paid for goods of the marketplace.")
class Vendor:
    kept: strawberry.Private[VendorRecord]
    key: str = strawberry.field(description="How Saleor's products name the vendor.")
    name: str
    status: vendor.VendorStatus
    country: str = strawberry.field(description="By two letters (ISO 3166); empty where it is not known.")
    currency: str | None = strawberry.field(description="The only one that the vendor is paid in; null for any.")
    commission: Commission | None = strawberry.field(
        description="What the platform keeps where no rule is more specific."
    )
    account: VendorAccount | None = strawberry.field(description="Null until one is made or linked.")
    held: VendorHeld | None = strawberry.field(
        description="Why the vendor cannot be paid now in its currency; null for one who can."
    )
    created_at: datetime
    updated_at: datetime
    configuration: Configuration = strawberry.field(
        resolver=_configuration, description="To whose Stripe account the vendor's is connected."
    )
    changes: list[ShownVendorChange] = strawberry.field(
        resolver=_changes, description="Who changed what, newest first."
    )

    @classmethod
    def of(cls, record: VendorRecord) -> Self:
        """As it is kept."""
        kept = record.vendor
        why = vendor.why_not_payable(kept, kept.currency or "")
        return cls(
            kept=record,
            key=kept.key,
            name=kept.name,
            status=kept.status,
            country=kept.country,
            currency=kept.currency.upper() if kept.currency else None,
            commission=Commission.of(kept.commission) if kept.commission else None,
            account=_account(record),
            held=VendorHeld(reason=why, message=why.words) if why else None,
            created_at=record.created_at,
            updated_at=record.updated_at,
        )


def _account(record: VendorRecord) -> VendorAccount | None:
    number, state = record.vendor.stripe_account, record.vendor.account or vendor.AccountState()
    if number is None:
        return None
    return VendorAccount(
        stripe_account=number,
        connected=state.connected,
        transfers=state.transfers,
        charges_enabled=state.charges_enabled,
        payouts_enabled=state.payouts_enabled,
        details_submitted=state.details_submitted,
        currently_due=list(state.currently_due),
        past_due=list(state.past_due),
        disabled_reason=state.disabled_reason,
        deadline=state.deadline,
        regressed=state.regressed,
        read_at=record.read_at,
    )


async def _vendors(info: Info) -> list[Vendor]:
    caller = info.context
    found = await stored.of_installation(caller.backends.storage, caller.installation.saleor_api_url)
    return [Vendor.of(record) for record in found]


async def _vendor(info: Info, key: str) -> Vendor | None:
    try:
        return Vendor.of(await find_vendor(info.context.backends, info.context.installation, key))
    except Refusal:
        return None


@strawberry.type
class VendorQuery:
    """What staff can ask of vendors."""

    vendors: list[Vendor] = strawberry.field(resolver=_vendors, description="The vendors of this Saleor, by key.")
    vendor: Vendor | None = strawberry.field(resolver=_vendor, description="One vendor, closed or not.")
