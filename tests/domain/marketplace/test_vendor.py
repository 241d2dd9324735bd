"""When a vendor can be paid, and why not."""

from dataclasses import replace

import pytest

from saleor_stripe_app.domain.errors import Refusal
from saleor_stripe_app.domain.marketplace.held import Held
from saleor_stripe_app.domain.marketplace.vendor import (
    AccountState,
    Vendor,
    VendorStatus,
    checked_key,
    why_not_payable,
)

LIVE = AccountState("active", True, True, True, went_live=True)
NEW = AccountState(currently_due=("external_account",))
ALMA = Vendor("alma", "Alma", "acct_1", currency="eur", account=LIVE)


def test_a_vendor_whose_account_takes_transfers_is_paid() -> None:
    assert why_not_payable(ALMA, "eur") is None
    assert why_not_payable(replace(ALMA, currency=None), "jpy") is None


@pytest.mark.parametrize(
    ("vendor", "held"),
    [
        (replace(ALMA, status=VendorStatus.PAUSED), Held.PAUSED),
        (replace(ALMA, status=VendorStatus.CLOSED, stripe_account=None), Held.CLOSED),
        (replace(ALMA, stripe_account=None, account=None), Held.NO_ACCOUNT),
        (replace(ALMA, account=None), Held.ONBOARDING),
        (replace(ALMA, account=NEW), Held.ONBOARDING),
        (replace(ALMA, account=replace(NEW, details_submitted=True)), Held.TRANSFERS_INACTIVE),
        (replace(ALMA, account=replace(NEW, details_submitted=True, transfers="pending")), Held.TRANSFERS_PENDING),
        (replace(ALMA, account=replace(LIVE, transfers="inactive")), Held.REGRESSED),
        (replace(ALMA, account=replace(LIVE, transfers="inactive", disabled_reason="rejected.fraud")), Held.REJECTED),
    ],
)
def test_what_is_in_the_way_is_named(vendor: Vendor, held: Held) -> None:
    assert why_not_payable(vendor, "eur") is held
    assert held.words


def test_a_vendor_of_one_currency_is_not_paid_in_another() -> None:
    assert why_not_payable(ALMA, "usd") is Held.CURRENCY


def test_an_onboarding_that_has_not_ended_is_no_regression() -> None:
    assert not NEW.regressed
    assert replace(NEW, went_live=True).regressed


@pytest.mark.parametrize("key", ["alma", " VU5JVDo1 ", "page=12", "a" * 64])
def test_a_key_is_what_products_can_name(key: str) -> None:
    assert checked_key(key) == key.strip()


@pytest.mark.parametrize("key", ["", " ", "a,b", "a b", "a\x00", "a" * 65])
def test_other_keys_are_refused(key: str) -> None:
    with pytest.raises(Refusal, match="no space"):
        checked_key(key)
