"""What staff can do about a vendor's part of a payment."""

import strawberry

from saleor_stripe_app.usecases import vendor_transfers
from saleor_stripe_app.web.settings_api.doing import done, writer
from saleor_stripe_app.web.settings_api.errors import SettingsError
from saleor_stripe_app.web.settings_api.splits import VendorTransfer
from saleor_stripe_app.web.settings_api.types import Info


@strawberry.type
class VendorTransferRelease:
    """The part as it stood before Stripe was asked."""

    errors: list[SettingsError]
    transfer: VendorTransfer | None = None


@strawberry.type
class VendorTransferRetry:
    """The part as it stood before Stripe was asked."""

    errors: list[SettingsError]
    transfer: VendorTransfer | None = None


async def _release(info: Info, transaction_id: strawberry.ID, vendor: str) -> VendorTransferRelease:
    caller = writer(info.context, "vendorTransferRelease")
    work = vendor_transfers.release(caller.backends, caller.installation, caller.user.id, transaction_id, vendor)
    found, errors = await done(work)
    shown = VendorTransfer.of(found, transaction_id) if found else None
    return VendorTransferRelease(errors=errors, transfer=shown)


async def _retry(info: Info, transaction_id: strawberry.ID, vendor: str) -> VendorTransferRetry:
    caller = writer(info.context, "vendorTransferRetry")
    found, errors = await done(vendor_transfers.retry(caller.backends, caller.installation, transaction_id, vendor))
    shown = VendorTransfer.of(found, transaction_id) if found else None
    return VendorTransferRetry(errors=errors, transfer=shown)


@strawberry.type
class SplitMutation:
    """What staff can do about vendors' parts of payments."""

    vendor_transfer_release: VendorTransferRelease = strawberry.mutation(
        resolver=_release,
        description="Send a vendor's part of a payment without waiting for its release. Every other reason to wait "
        "stays one.",
    )
    vendor_transfer_retry: VendorTransferRetry = strawberry.mutation(
        resolver=_retry, description="Ask Stripe again now for what it refused."
    )
