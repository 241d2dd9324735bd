"""Vendors of one Saleor, what is kept of their accounts, and who changed what."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from saleor_stripe_app.domain.marketplace.rate import Rate
from saleor_stripe_app.domain.marketplace.vendor import AccountState, Vendor, VendorStatus
from saleor_stripe_app.domain.marketplace.vendor_record import AskedAccount, VendorRecord
from saleor_stripe_app.storage import configurations, installations, vendor_changes, vendors
from saleor_stripe_app.storage.engine import Storage
from tests.storage.shop import NOW, OTHER_URL, SECOND, URL, configuration, installation

STATE = AccountState("active", True, True, True, ("a",), ("b",), "under_review", NOW, True, True)
RATE = Rate(Decimal("12.5"), {"eur": 30}, {"jpy": 10})
ASKED = AskedAccount("v2", {"dashboard": "express", "identity": {"country": "de"}}, "key", NOW)
NEW = {"name": (None, "Alma")}


async def market(storage: Storage, url: str = URL) -> VendorRecord:
    """A vendor with an account of a Saleor of its own."""
    shop = configuration(url)
    await installations.save(storage, installation(url))
    await configurations.insert(storage, shop)
    vendor = Vendor("alma", "Alma", "acct_2", VendorStatus.ACTIVE, RATE, "DE", "eur", STATE)
    record = VendorRecord(vendor, url, shop.id, NOW, NOW, "v2", NOW, NOW, ASKED, "link")
    assert await vendors.insert(storage, record, "staff", NEW)
    return record


async def test_everything_that_is_kept_comes_back(storage: Storage):
    record = await market(storage)
    assert await vendors.by_key(storage, URL, "alma") == record
    assert await vendors.of_installation(storage, URL) == (record,)
    assert await vendors.has_any(storage, record.configuration_id)


async def test_a_key_is_one_vendor_of_one_saleor(storage: Storage):
    record, other = await market(storage), await market(storage, OTHER_URL)
    assert not await vendors.insert(storage, replace(record, created_at=NOW + SECOND), "staff", NEW)
    assert await vendors.of_installation(storage, OTHER_URL) == (other,)
    assert await vendors.mark(storage, OTHER_URL, "acct_2", NOW + SECOND) == (replace(other, look_at=NOW + SECOND),)
    assert await vendors.by_key(storage, URL, "alma") == record


async def test_of_two_who_save_at_once_the_second_is_told(storage: Storage):
    record = await market(storage)
    changed = replace(record, vendor=replace(record.vendor, name="Alma & Co"), updated_at=NOW + SECOND)
    what = {"name": ("Alma", "Alma & Co")}
    assert await vendors.save(storage, changed, NOW, "first", what)
    assert not await vendors.save(storage, replace(changed, updated_at=NOW + 2 * SECOND), NOW, "second", what)
    assert [(change.who, change.what) for change in await vendor_changes.latest(storage, URL, "alma", 10)] == [
        ("first", what),
        ("staff", NEW),
    ]


async def test_a_save_of_what_staff_edit_leaves_the_account_alone(storage: Storage):
    record = await market(storage)
    stale = replace(record, vendor=replace(record.vendor, account=None), read_at=None, updated_at=NOW + SECOND)
    assert await vendors.save(storage, stale, NOW, "staff", {})
    kept = await vendors.by_key(storage, URL, "alma")
    assert kept == replace(record, updated_at=NOW + SECOND)
    assert len(await vendor_changes.latest(storage, URL, "alma", 10)) == 1


async def test_two_requests_for_an_account_are_one(storage: Storage):
    record = await market(storage)
    without = replace(record, vendor=replace(record.vendor, stripe_account=None), asked=None, updated_at=NOW + SECOND)
    assert await vendors.link(storage, without, NOW, "staff", {})
    assert await vendors.ask(storage, record, ASKED, None)
    later = replace(ASKED, idempotency_key="other")
    assert not await vendors.ask(storage, record, later, None)
    assert await vendors.ask(storage, record, later, ASKED)
    await vendors.give_up(storage, record, ASKED)
    kept = await vendors.by_key(storage, URL, "alma")
    assert kept is not None
    assert kept.asked == later
    await vendors.give_up(storage, record, later)
    assert await vendors.ask(storage, record, ASKED, None)


async def test_news_that_come_during_a_look_have_it_looked_at_again(storage: Storage):
    record = await market(storage)
    until, then = NOW + timedelta(minutes=1), NOW + timedelta(hours=6)
    assert await vendors.due(storage, NOW, 10) == (record,)
    assert await vendors.claim(storage, record, until)
    assert not await vendors.claim(storage, record, until)
    assert await vendors.due(storage, NOW, 10) == ()
    await vendors.mark(storage, URL, "acct_2", NOW + SECOND)
    assert await vendors.looked(storage, record, replace(STATE, went_live=False), NOW, until, then, {})
    (again,) = await vendors.due(storage, NOW + SECOND, 10)
    assert again.vendor.account == replace(STATE, went_live=False)


async def test_an_older_look_or_one_at_another_account_is_not_kept(storage: Storage):
    record = await market(storage)
    then = NOW + timedelta(hours=6)
    assert not await vendors.looked(storage, record, AccountState(), NOW - SECOND, None, then, {})
    other = replace(record, vendor=replace(record.vendor, stripe_account="acct_3"))
    assert not await vendors.looked(storage, other, AccountState(), NOW + SECOND, None, then, {})
    assert await vendors.by_key(storage, URL, "alma") == record


async def test_a_configuration_with_vendors_is_not_deleted_for_good(storage: Storage):
    record = await market(storage)
    assert not await configurations.delete(storage, record.configuration_id)
