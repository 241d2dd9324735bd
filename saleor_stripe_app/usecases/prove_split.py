"""Prove of one payment that what vendors, platform and shopper have of it is what was captured, by Stripe's books."""

from collections.abc import Mapping

from saleor_stripe_app.domain.marketplace.proof import ShownAtStripe, disagreements
from saleor_stripe_app.domain.marketplace.transfer import ShownTransfer, group
from saleor_stripe_app.domain.marketplace.transfer_operation import made_so_far
from saleor_stripe_app.domain.payment import Payment, RefundStatus
from saleor_stripe_app.domain.shop import TransactionRecord
from saleor_stripe_app.storage import configurations, shares, vendor_accounts, vendors
from saleor_stripe_app.stripe_gateway import transfers
from saleor_stripe_app.usecases import resolve
from saleor_stripe_app.usecases.backends import Backends
from saleor_stripe_app.usecases.move_to_vendors import by_account


async def prove_split(backends: Backends, record: TransactionRecord) -> str | None:
    """Why it does not add up, in words; empty if it does, None for a payment that is not divided.

    Raises Declined and Unavailable where Stripe does not show the payment or its transfers.
    """
    account = await vendor_accounts.of_transaction(backends.storage, record.id)
    configuration = await configurations.by_id(backends.storage, record.configuration_id)
    if account is None or configuration is None:
        return None
    payment = await resolve.current(backends, record, configuration)
    shown = await transfers.of_group(backends.stripe.client(configuration.secret_key), group(record.transaction_id))
    known = await vendors.of_installation(backends.storage, record.saleor_api_url)
    accounts = by_account({one.vendor.key: one.vendor for one in known})
    stands = await shares.of_transaction(backends.storage, record.id)
    return "; ".join(disagreements(account, stands, _shown(payment, shown, accounts)))


def _shown(payment: Payment, transfers_shown: tuple[ShownTransfer, ...], accounts: Mapping[str, str]) -> ShownAtStripe:
    made = made_so_far(transfers_shown, (), (), accounts)
    gone_back = {one.id: one.amount for one in payment.refunds if one.status is RefundStatus.SUCCEEDED}
    gone_back |= {one.id: one.missing for one in payment.disputes if one.missing > 0}
    theirs = {one.id for one in made.transfers}
    return ShownAtStripe(
        captured=payment.amount_received,
        gone_back=gone_back,
        with_vendors={
            vendor: sum(one.left for one in made.transfers if one.vendor == vendor)
            for vendor in {one.vendor for one in made.transfers}
        },
        strangers=tuple(one.id for one in transfers_shown if one.id not in theirs),
    )
