"""Look at vendors' accounts as they stand at Stripe: when Stripe says that one changed, and from time to time.

State, not events: nothing of an event is kept, so that a late, doubled or lost one changes nothing.
"""

import logging
from dataclasses import replace
from datetime import timedelta

from saleor_stripe_app.domain.errors import AppError, Declined
from saleor_stripe_app.domain.marketplace.vendor import AccountState, Vendor, VendorStatus, why_not_payable
from saleor_stripe_app.domain.marketplace.vendor_record import VendorRecord, next_look
from saleor_stripe_app.domain.shop import Installation
from saleor_stripe_app.storage import configurations, installations, splits, vendors
from saleor_stripe_app.stripe_gateway import connected_accounts
from saleor_stripe_app.usecases import tell_staff
from saleor_stripe_app.usecases.backends import Backends
from saleor_stripe_app.usecases.tell_of_vendor import is_lost, tell_of_vendor

log = logging.getLogger(__name__)

AT_ONCE = 50
TRIED_AGAIN_AFTER = timedelta(minutes=5)
CAN_BE_PAID = "can be paid"


async def look_at_vendors(backends: Backends) -> int:
    """Look at the accounts that are due; how many. What cannot be read now is due again later. Raises Unavailable."""
    looked = 0
    for record in await vendors.due(backends.storage, backends.clock(), AT_ONCE):
        looked += await look_if_nobody_does(backends, record)
    return looked


async def look_if_nobody_does(backends: Backends, record: VendorRecord) -> bool:
    """Look at a vendor that is due, unless somebody else is at it. Only the database makes this raise."""
    until = backends.clock() + TRIED_AGAIN_AFTER
    if not await vendors.claim(backends.storage, record, until):
        return False
    installation = await installations.by_url(backends.storage, record.saleor_api_url)
    configuration = await configurations.by_id(backends.storage, record.configuration_id)
    if installation is None or installation.removed_at is not None or configuration is None:
        return False
    if not configuration.secret_key:
        return False
    try:
        await look_at_vendor(backends, installation, replace(record, look_at=until))
    except Declined as declined:
        await tell_staff.of_refused_key(backends, installation, configuration, declined)
        log.warning("account not read", extra={"vendor": record.vendor.key, "reason": str(declined)})
    except AppError as error:
        log.warning("account not read", extra={"vendor": record.vendor.key, "reason": str(error)})
    return True


async def look_at_vendor(backends: Backends, installation: Installation, record: VendorRecord) -> VendorRecord:
    """The vendor with its account as it is now, which is kept; staff are told of what was lost, or has come back.

    `look_at` of the record is the claim of this look. Raises Declined and Unavailable when Stripe does not say.
    """
    vendor = record.vendor
    configuration = await configurations.by_id(backends.storage, record.configuration_id)
    if vendor.stripe_account is None or configuration is None:
        return record
    now = backends.clock()
    client = backends.stripe.client(configuration.secret_key)
    seen = await connected_accounts.read(client, vendor.stripe_account)
    state = as_it_stands(vendor.account, seen.state if seen else None)
    after = replace(record, vendor=replace(vendor, account=state), read_at=now, look_at=next_look(state, now))
    before_word, after_word = standing(vendor), standing(after.vendor)
    what = {"account": (before_word, after_word)} if before_word != after_word else {}
    kept = await vendors.looked(backends.storage, record, state, now, record.look_at, next_look(state, now), what)
    if kept and what:
        await splits.look_for_vendor(backends.storage, record.saleor_api_url, vendor.key, now)
    if kept and (is_lost(record) or is_lost(after)):
        await tell_of_vendor(backends, installation, after)
    return after


def as_it_stands(before: AccountState | None, seen: AccountState | None) -> AccountState:
    """What was seen, and that it was live before, which only we remember; None for one that is not connected."""
    if seen is None:
        known = before or AccountState()
        return replace(
            known, transfers="inactive", charges_enabled=False, payouts_enabled=False, deadline=None, connected=False
        )
    return replace(seen, went_live=seen.receives or (before is not None and before.went_live))


def standing(vendor: Vendor) -> str:
    """Whether an account can be paid, or why not, in a word that is written down with a change."""
    held = why_not_payable(replace(vendor, currency=None, status=VendorStatus.ACTIVE), "")
    return CAN_BE_PAID if held is None else held.value
