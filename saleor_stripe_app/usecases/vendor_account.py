"""A vendor gets a Stripe account: one is made, or staff link one that is connected to the platform already."""

import logging
import re
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

from saleor_stripe_app.domain.errors import Declined, Refusal, Unavailable
from saleor_stripe_app.domain.marketplace.vendor import AccountState, VendorStatus
from saleor_stripe_app.domain.marketplace.vendor_record import AskedAccount, VendorRecord, next_look
from saleor_stripe_app.domain.shop import Configuration, Installation
from saleor_stripe_app.storage import vendors
from saleor_stripe_app.stripe_gateway import connected_accounts
from saleor_stripe_app.stripe_gateway.connected_accounts import V1, V2, AccountDashboard, ConnectedAccount
from saleor_stripe_app.usecases.backends import Backends
from saleor_stripe_app.usecases.connect_endpoint import with_connect
from saleor_stripe_app.usecases.find_configuration import find_configuration
from saleor_stripe_app.usecases.look_at_vendors import as_it_stands
from saleor_stripe_app.usecases.tell_of_vendor import tell_of_vendor
from saleor_stripe_app.usecases.vendors import changed_meanwhile, differences, find_vendor, later, shown

log = logging.getLogger(__name__)

# Stripe keeps an idempotency key for a day at least: https://docs.stripe.com/api/idempotent_requests
RESENT_WITHIN = timedelta(hours=20)
MOST_SAVES = 5
LONGEST_EMAIL = 512
_ACCOUNT = re.compile(r"acct_[A-Za-z0-9]+", re.ASCII)
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+", re.ASCII)


async def create_account(
    backends: Backends,
    installation: Installation,
    who: str,
    key: str,
    *,
    email: str,
    dashboard: AccountDashboard = AccountDashboard.EXPRESS,
) -> VendorRecord:
    """Make an account at Stripe for a vendor that has none.

    A request whose answer was lost is sent again as it was, so that it makes one account however often staff try.
    Raises Refusal (UnknownVendor, VendorClosed, AccountPresent, CountryNeeded, InvalidEmail), Declined, Unavailable.
    """
    record = await _open(backends, installation, key)
    if record.vendor.stripe_account is not None:
        raise Refusal("The vendor has an account already.", code="AccountPresent")
    if not record.vendor.country:
        raise Refusal("Stripe must know the country of the vendor before it makes an account.", code="CountryNeeded")
    email = email.strip()
    if not _EMAIL.fullmatch(email) or len(email) > LONGEST_EMAIL:
        raise Refusal("This is no e-mail address.", code="InvalidEmail")
    configuration = await _configuration(backends, installation, record)
    asked = record.asked
    if asked is None or asked.at < backends.clock() - RESENT_WITHIN:
        wanted = _asking(backends, record, V2, dashboard, email)
        if not await vendors.ask(backends.storage, record, wanted, asked):
            raise changed_meanwhile(record)
        asked = wanted
    made, asked = await _made(backends, configuration, record, asked, dashboard, email)
    client = backends.stripe.client(configuration.secret_key)
    seen = await connected_accounts.read(client, made)
    state = seen.state if seen else AccountState()
    return await _linked(backends, installation, who, record, made, asked.interface, state)


async def link_account(
    backends: Backends, installation: Installation, who: str, key: str, account: str, *, replaces: bool = False
) -> VendorRecord:
    """Pay a vendor by an account that is connected to the platform already; `replaces` gives up the one it has.

    Stripe is asked with the key of the vendor's configuration. Raises Refusal (UnknownVendor, VendorClosed,
    AccountPresent, InvalidAccount, AccountTaken, AccountNotConnected), Declined and Unavailable.
    """
    record = await _open(backends, installation, key)
    account = account.strip()
    if record.vendor.stripe_account not in (None, account) and not replaces:
        raise Refusal("The vendor has another account: replace it if that is meant.", code="AccountPresent")
    if not _ACCOUNT.fullmatch(account):
        raise Refusal("The id of a Stripe account begins with acct_.", code="InvalidAccount")
    configuration = await _configuration(backends, installation, record)
    if account == configuration.stripe_account:
        raise Refusal("This is the platform's own account.", code="InvalidAccount")
    for other in await vendors.of_installation(backends.storage, installation.saleor_api_url):
        mine = other.vendor.key == record.vendor.key or other.vendor.status is VendorStatus.CLOSED
        if other.vendor.stripe_account == account and not mine:
            raise Refusal(f"{other.vendor.name} is paid by this account.", code="AccountTaken")
    seen = await connected_accounts.read(backends.stripe.client(configuration.secret_key), account)
    if seen is None:
        raise Refusal(
            f"Stripe knows no such account that is connected to the one of {configuration.name}.",
            code="AccountNotConnected",
        )
    return await _linked(backends, installation, who, _of_country(record, seen), account, None, seen.state)


async def _open(backends: Backends, installation: Installation, key: str) -> VendorRecord:
    record = await find_vendor(backends, installation, key)
    if record.vendor.status is VendorStatus.CLOSED:
        raise Refusal("The vendor is closed.", code="VendorClosed")
    return record


async def _configuration(backends: Backends, installation: Installation, record: VendorRecord) -> Configuration:
    """The vendor's configuration, with an endpoint that hears of accounts before there is one."""
    found = await find_configuration(backends, installation, record.configuration_id, archived=False)
    return await with_connect(backends, found)


def _asking(
    backends: Backends, record: VendorRecord, interface: str, dashboard: AccountDashboard, email: str
) -> AskedAccount:
    given = connected_accounts.parameters(record.vendor, record.saleor_api_url, interface, dashboard, email)
    return AskedAccount(interface, given, f"saleor-vendor-{uuid4()}", backends.clock())


async def _made(
    backends: Backends,
    configuration: Configuration,
    record: VendorRecord,
    asked: AskedAccount,
    dashboard: AccountDashboard,
    email: str,
) -> tuple[str, AskedAccount]:
    """The account's id, and the request that made it: by v1 where the platform may not use Accounts v2."""
    client = backends.stripe.client(configuration.secret_key)
    try:
        made = await connected_accounts.create(client, asked.interface, asked.parameters, asked.idempotency_key)
    except Declined as declined:
        if asked.interface == V2 and connected_accounts.lacks_v2(declined):
            older = _asking(backends, record, V1, dashboard, email)
            if not await vendors.ask(backends.storage, record, older, asked):
                raise changed_meanwhile(record) from declined
            return await _made(backends, configuration, record, older, dashboard, email)
        await vendors.give_up(backends.storage, record, asked)
        raise
    except Unavailable as error:
        if error.stored:
            # Stripe would only repeat this answer; at the worst an account without an owner is left there.
            log.warning("account perhaps made in vain", extra={"vendor": record.vendor.key, "reason": str(error)})
            await vendors.give_up(backends.storage, record, asked)
        raise
    return made, asked


def _of_country(record: VendorRecord, seen: ConnectedAccount) -> VendorRecord:
    vendor = record.vendor
    return replace(record, vendor=replace(vendor, country=vendor.country or seen.country))


async def _linked(
    backends: Backends,
    installation: Installation,
    who: str,
    record: VendorRecord,
    account: str,
    interface: str | None,
    seen: AccountState,
) -> VendorRecord:
    """Record the account. What staff changed meanwhile is kept, but for an account: then theirs counts."""
    country, expected = record.vendor.country, record.vendor.stripe_account
    for _ in range(MOST_SAVES):
        before = await find_vendor(backends, installation, record.vendor.key)
        vendor = before.vendor
        if vendor.stripe_account != expected:
            break
        known = vendor.account if vendor.stripe_account == account else None
        state, now = as_it_stands(known, seen), backends.clock()
        changed = replace(vendor, stripe_account=account, account=state, country=vendor.country or country)
        after = replace(
            before,
            vendor=changed,
            interface=interface if vendor.stripe_account != account else before.interface,
            read_at=now,
            look_at=next_look(state, now),
            asked=None,
            onboarding=None,
            updated_at=later(backends, before),
        )
        what = differences(shown(before), shown(after))
        if await vendors.link(backends.storage, after, before.updated_at, who, what):
            await tell_of_vendor(backends, installation, after)
            return after
    now_there = await find_vendor(backends, installation, record.vendor.key)
    if now_there.vendor.stripe_account == account:
        return now_there
    raise changed_meanwhile(record)
