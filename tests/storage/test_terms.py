"""Policies by channel and commission rules by age."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from saleor_stripe_app.domain.marketplace.commission import Conditions, Rule
from saleor_stripe_app.domain.marketplace.policy import BorneBy, Policy, Release
from saleor_stripe_app.domain.marketplace.rate import Rate
from saleor_stripe_app.domain.marketplace.vendor_of_line import Source, SourceKind
from saleor_stripe_app.storage import terms
from saleor_stripe_app.storage.engine import Storage
from tests.storage.shop import NOW, OTHER_URL, URL, open_shop

OWN = Policy(
    discounts=BorneBy.SHARED,
    discounts_by_platform=Decimal("33.3"),
    release=Release.AFTER_DAYS,
    release_after=7,
    sources=(Source(SourceKind.PRODUCT_ATTRIBUTE, "seller"), Source(SourceKind.PLATFORM)),
)


async def test_a_channel_has_its_own_policy_or_that_for_all_or_the_usual_one(storage: Storage):
    await open_shop(storage)
    assert await terms.policy(storage, URL, "uk") == Policy()
    general = Policy(release=Release.FULFILLED)
    await terms.save_policy(storage, URL, terms.FOR_ALL, general, "staff", NOW)
    await terms.save_policy(storage, URL, "uk", OWN, "staff", NOW)
    assert await terms.policy(storage, URL, "uk") == OWN
    assert await terms.policy(storage, URL, "de") == general
    assert await terms.policy(storage, OTHER_URL, "uk") == Policy()
    assert await terms.policies(storage, URL) == {"": general, "uk": OWN}
    await terms.save_policy(storage, URL, "uk", None, "staff", NOW)
    assert await terms.policy(storage, URL, "uk") == general


async def test_a_rule_that_is_changed_stays_as_old_as_it_was(storage: Storage):
    await open_shop(storage)
    later = NOW + timedelta(days=1)
    old = Rule("old", Rate(Decimal("12.5"), {"eur": 30}), Conditions(vendors=("anna",)))
    await terms.save_rule(storage, URL, old, "staff", NOW)
    await terms.save_rule(storage, URL, Rule("new", Rate(Decimal(10))), "staff", later)
    await terms.save_rule(storage, URL, replace(old, rate=Rate(Decimal(9))), "staff", later)
    first, second = await terms.rules(storage, URL)
    assert first == replace(old, rate=Rate(Decimal(9)), created=NOW)
    assert (second.key, second.created) == ("new", later)
    assert await terms.rules(storage, OTHER_URL) == ()
    assert await terms.delete_rule(storage, URL, "old")
    assert not await terms.delete_rule(storage, URL, "old")
