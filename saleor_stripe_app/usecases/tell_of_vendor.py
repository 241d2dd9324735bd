"""Staff are told of a vendor whose account could be paid and no longer can, until it can again."""

from saleor_stripe_app.domain.marketplace.vendor import VendorStatus
from saleor_stripe_app.domain.marketplace.vendor_record import VendorRecord
from saleor_stripe_app.domain.shop import Installation
from saleor_stripe_app.storage import vendors
from saleor_stripe_app.usecases.app_problems import Cause, take_back, tell
from saleor_stripe_app.usecases.backends import Backends

MOST_NAMED = 5


def is_lost(record: VendorRecord) -> bool:
    """Whether the vendor is still to be paid, and its account was able to receive that before."""
    account = record.vendor.account
    return record.vendor.status is not VendorStatus.CLOSED and account is not None and account.regressed


async def is_vendor_lost(backends: Backends, installation: Installation, key: str) -> bool:
    """The same of the vendor with this key, as it is known now."""
    record = await vendors.by_key(backends.storage, installation.saleor_api_url, key)
    return record is not None and is_lost(record)


async def tell_of_vendor(backends: Backends, installation: Installation, record: VendorRecord) -> None:
    """Show the problem of this vendor, or take it back. Never raises."""
    vendor = record.vendor
    if not is_lost(record):
        await take_back(backends, installation, [Cause.VENDOR_ACCOUNT], vendor.key)
        return
    account = vendor.account
    assert account is not None
    if not account.connected:
        why = "it is no longer connected to your Stripe account"
    else:
        wanted = (*account.past_due, *account.currently_due)
        named = ", ".join(wanted[:MOST_NAMED]) + (" and more" if len(wanted) > MOST_NAMED else "")
        why = f"Stripe wants of it: {named}" if wanted else f"Stripe says {account.disabled_reason or 'nothing more'}"
    message = (
        f"The account {vendor.stripe_account} of the vendor {vendor.name} can no longer be paid: {why}. Nothing is "
        "transferred to it until that is mended. Give the vendor a new onboarding link, or see to it in Stripe's "
        "Dashboard."
    )
    await tell(backends, installation, Cause.VENDOR_ACCOUNT, vendor.key, message)
