"""What staff can change of vendors. Stripe's accounts are named here, and nowhere in Saleor."""

from datetime import datetime
from typing import Annotated

import strawberry

from saleor_stripe_app.domain.marketplace import vendor
from saleor_stripe_app.domain.marketplace.vendor_record import VendorRecord
from saleor_stripe_app.stripe_gateway.connected_accounts import AccountDashboard
from saleor_stripe_app.usecases import vendor_account, vendor_onboarding
from saleor_stripe_app.usecases.look_at_vendors import look_at_vendor
from saleor_stripe_app.usecases.vendors import NewVendor, VendorEdit, create_vendor, find_vendor, update_vendor
from saleor_stripe_app.web.settings_api.caller import Caller
from saleor_stripe_app.web.settings_api.commission import CommissionInput, entered
from saleor_stripe_app.web.settings_api.doing import done, writer
from saleor_stripe_app.web.settings_api.errors import SettingsError, SettingsErrorCode
from saleor_stripe_app.web.settings_api.types import Info
from saleor_stripe_app.web.settings_api.vendors import Vendor

COUNTRY = "By two letters (ISO 3166), such as DE."
CURRENCY = "The only currency that the vendor is paid in, such as EUR; empty for any."
CONFIGURATION = {SettingsErrorCode.UNKNOWN_CONFIGURATION: "configurationId"}

VendorDashboard = strawberry.enum(
    AccountDashboard,
    name="VendorDashboard",
    description="What of Stripe's Dashboard a vendor gets: EXPRESS, or NONE, with which the platform answers for what "
    "Stripe asks of the vendor.",
)


@strawberry.input
class VendorCreateInput:
    """What a new vendor needs."""

    key: str = strawberry.field(description="How Saleor's products name the vendor; it cannot be changed.")
    name: str
    configuration_id: strawberry.ID = strawberry.field(description="Whose Stripe account the vendor's is connected to.")
    country: str = strawberry.field(default="", description=COUNTRY)
    currency: str = strawberry.field(default="", description=CURRENCY)
    commission: CommissionInput | None = strawberry.field(
        default=None, description="What the platform keeps where no rule is more specific."
    )


@strawberry.input
class VendorUpdateInput:
    """What changes; what is left out stays."""

    name: str | None = None
    status: vendor.VendorStatus | None = None
    configuration_id: strawberry.ID | None = strawberry.field(
        default=None, description="Another configuration of the same Stripe account."
    )
    country: str | None = strawberry.field(default=None, description=COUNTRY)
    currency: str | None = strawberry.field(default=None, description=CURRENCY)
    commission: CommissionInput | None = strawberry.field(
        default=strawberry.UNSET, description="Null takes it away; left out it stays."
    )


@strawberry.type
class VendorCreate:
    """The vendor as it was saved."""

    errors: list[SettingsError]
    vendor: Vendor | None = None


@strawberry.type
class VendorUpdate:
    """The vendor as it was saved."""

    errors: list[SettingsError]
    vendor: Vendor | None = None


@strawberry.type
class VendorAccountCreate:
    """The vendor with the account that was made."""

    errors: list[SettingsError]
    vendor: Vendor | None = None


@strawberry.type
class VendorAccountLink:
    """The vendor with the account that was linked."""

    errors: list[SettingsError]
    vendor: Vendor | None = None


@strawberry.type
class VendorAccountRefresh:
    """The vendor with its account as Stripe shows it now."""

    errors: list[SettingsError]
    vendor: Vendor | None = None


@strawberry.type
class VendorOnboardingLink:
    """A page of Stripe's for the vendor. Whoever has the address can open it: give it to nobody else."""

    errors: list[SettingsError]
    vendor: Vendor | None = None
    url: str | None = strawberry.field(default=None, description="Opens once.")
    expires_at: datetime | None = None


@strawberry.type
class VendorOnboardingSession:
    """What Stripe's embedded onboarding is begun with, in a page of the platform's own."""

    errors: list[SettingsError]
    vendor: Vendor | None = None
    publishable_key: str | None = None
    client_secret: str | None = strawberry.field(default=None, description="For this vendor's browser alone.")
    expires_at: datetime | None = None


async def _created(caller: Caller, given: VendorCreateInput) -> VendorRecord:
    new = NewVendor(
        key=given.key,
        name=given.name,
        configuration_id=given.configuration_id,
        country=given.country,
        currency=given.currency,
        commission=entered(given.commission),
    )
    return await create_vendor(caller.backends, caller.installation, caller.user.id, new)


async def _vendor_create(
    info: Info, given: Annotated[VendorCreateInput, strawberry.argument(name="input")]
) -> VendorCreate:
    caller = writer(info.context, "vendorCreate")
    record, errors = await done(_created(caller, given), CONFIGURATION)
    return VendorCreate(errors=errors, vendor=Vendor.of(record) if record else None)


async def _updated(caller: Caller, key: str, given: VendorUpdateInput) -> VendorRecord:
    left_alone = given.commission is strawberry.UNSET
    edit = VendorEdit(
        name=given.name,
        status=given.status,
        configuration_id=given.configuration_id,
        country=given.country,
        currency=given.currency,
        commission=None if left_alone else entered(given.commission),
        no_commission=given.commission is None,
    )
    return await update_vendor(caller.backends, caller.installation, caller.user.id, key, edit)


async def _vendor_update(
    info: Info, key: str, given: Annotated[VendorUpdateInput, strawberry.argument(name="input")]
) -> VendorUpdate:
    caller = writer(info.context, "vendorUpdate")
    record, errors = await done(_updated(caller, key, given), CONFIGURATION)
    return VendorUpdate(errors=errors, vendor=Vendor.of(record) if record else None)


async def _vendor_account_create(
    info: Info, key: str, email: str, dashboard: AccountDashboard = AccountDashboard.EXPRESS
) -> VendorAccountCreate:
    caller = writer(info.context, "vendorAccountCreate")
    making = vendor_account.create_account(
        caller.backends, caller.installation, caller.user.id, key, email=email, dashboard=dashboard
    )
    record, errors = await done(making)
    return VendorAccountCreate(errors=errors, vendor=Vendor.of(record) if record else None)


async def _vendor_account_link(info: Info, key: str, stripe_account: str, replace: bool = False) -> VendorAccountLink:
    caller = writer(info.context, "vendorAccountLink")
    linking = vendor_account.link_account(
        caller.backends, caller.installation, caller.user.id, key, stripe_account, replaces=replace
    )
    record, errors = await done(linking)
    return VendorAccountLink(errors=errors, vendor=Vendor.of(record) if record else None)


async def _refreshed(caller: Caller, key: str) -> VendorRecord:
    record = await find_vendor(caller.backends, caller.installation, key)
    return await look_at_vendor(caller.backends, caller.installation, record)


async def _vendor_account_refresh(info: Info, key: str) -> VendorAccountRefresh:
    caller = writer(info.context, "vendorAccountRefresh")
    record, errors = await done(_refreshed(caller, key))
    return VendorAccountRefresh(errors=errors, vendor=Vendor.of(record) if record else None)


async def _vendor_onboarding_link(info: Info, key: str) -> VendorOnboardingLink:
    caller = writer(info.context, "vendorOnboardingLink")
    made, errors = await done(
        vendor_onboarding.onboarding_link(caller.backends, caller.installation, caller.user.id, key)
    )
    if made is None:
        return VendorOnboardingLink(errors=errors)
    record, link = made
    return VendorOnboardingLink(errors=[], vendor=Vendor.of(record), url=link.url, expires_at=link.expires_at)


async def _vendor_onboarding_session(info: Info, key: str) -> VendorOnboardingSession:
    caller = writer(info.context, "vendorOnboardingSession")
    made, errors = await done(vendor_onboarding.onboarding_session(caller.backends, caller.installation, key))
    if made is None:
        return VendorOnboardingSession(errors=errors)
    record, embedded = made
    return VendorOnboardingSession(
        errors=[],
        vendor=Vendor.of(record),
        publishable_key=embedded.publishable_key,
        client_secret=embedded.session.client_secret,
        expires_at=embedded.session.expires_at,
    )


@strawberry.type
class VendorMutation:
    """What staff can change of vendors."""

    vendor_create: VendorCreate = strawberry.mutation(
        resolver=_vendor_create, description="Record a vendor; it has no account at Stripe yet."
    )
    vendor_update: VendorUpdate = strawberry.mutation(
        resolver=_vendor_update, description="Change a vendor, pause or close it."
    )
    vendor_account_create: VendorAccountCreate = strawberry.mutation(
        resolver=_vendor_account_create,
        description="Make an account at Stripe for a vendor that has none. A request whose answer was lost is repeated "
        "as it was, so that there is one account however often this is called.",
    )
    vendor_account_link: VendorAccountLink = strawberry.mutation(
        resolver=_vendor_account_link,
        description="Pay a vendor by an account that is connected to the platform already; replace gives up the one "
        "that the vendor has.",
    )
    vendor_account_refresh: VendorAccountRefresh = strawberry.mutation(
        resolver=_vendor_account_refresh, description="Look at a vendor's account as it is at Stripe now."
    )
    vendor_onboarding_link: VendorOnboardingLink = strawberry.mutation(
        resolver=_vendor_onboarding_link,
        description="A page on which the vendor gives Stripe what it wants. Links that were made before cannot be "
        "continued any more; this one can for a day.",
    )
    vendor_onboarding_session: VendorOnboardingSession = strawberry.mutation(
        resolver=_vendor_onboarding_session, description="The same in a page of the platform's own."
    )
