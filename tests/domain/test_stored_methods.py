from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saleor_stripe_app.domain import customer_session
from saleor_stripe_app.domain.options import SaveMethods
from saleor_stripe_app.domain.stored_methods import Redisplay, StoredMethod, copies, redisplayed, shown

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
CARD = StoredMethod(
    id="pm_1",
    type="card",
    created=NOW,
    customer="cus_1",
    redisplay=Redisplay.ALWAYS,
    fingerprint="one",
    exp_month=11,
    exp_year=2026,
)
RENEWED = replace(CARD, id="pm_2", exp_year=2031)

methods = st.builds(
    StoredMethod,
    id=st.uuids().map(str),
    type=st.sampled_from(["card", "sepa_debit", "link"]),
    created=st.integers(0, 5).map(lambda days: NOW - timedelta(days=days)),
    redisplay=st.sampled_from(Redisplay),
    fingerprint=st.none() | st.sampled_from("ab"),
    exp_month=st.none() | st.integers(1, 12),
    exp_year=st.integers(2024, 2029),
    holder=st.none() | st.sampled_from(["a@shop.example", "b@shop.example"]),
)


@pytest.mark.parametrize(
    ("month", "year", "expired"),
    [(11, 2026, False), (12, 2026, False), (1, 2027, False), (10, 2026, True), (12, 2025, True)],
)
def test_a_card_is_good_until_its_month_is_over(month, year, expired):
    assert replace(CARD, exp_month=month, exp_year=year).is_expired(NOW) is expired


def test_what_has_no_expiry_never_expires():
    assert not replace(CARD, exp_month=None, exp_year=None).is_expired(NOW)


def test_of_two_copies_the_newer_one_is_shown():
    newer = replace(RENEWED, created=NOW + timedelta(days=1))
    assert shown([RENEWED, newer], SaveMethods.ASK, NOW) == shown([newer, RENEWED], SaveMethods.ASK, NOW) == (newer,)


def test_an_expired_copy_gives_way_to_a_valid_one_though_it_was_saved_later():
    expired = replace(CARD, id="pm_3", exp_month=10, created=NOW + timedelta(days=1))
    assert shown([expired, RENEWED], SaveMethods.ASK, NOW) == (RENEWED,)
    assert shown([expired], SaveMethods.ASK, NOW) == (expired,)


def test_a_card_and_a_bank_account_are_two_even_with_one_fingerprint():
    debit = replace(CARD, id="pm_3", type="sepa_debit")
    assert set(shown([CARD, debit], SaveMethods.ASK, NOW)) == {CARD, debit}


def test_accounts_elsewhere_are_told_apart_by_their_holder_and_others_are_each_their_own():
    link = StoredMethod("pm_3", "link", NOW, redisplay=Redisplay.ALWAYS, holder="a@shop.example")
    klarna = StoredMethod("pm_6", "klarna", NOW, redisplay=Redisplay.ALWAYS)
    others = [replace(link, id="pm_4"), replace(link, id="pm_5", holder="b@shop.example"), replace(klarna, id="pm_7")]
    assert [one.id for one in shown([link, klarna, *others], SaveMethods.ASK, NOW)] == ["pm_7", "pm_6", "pm_5", "pm_4"]


@given(st.lists(methods, max_size=12), st.sampled_from(SaveMethods))
def test_each_card_that_may_be_shown_is_shown_exactly_once_newest_first(stored, saving):
    seen = shown(stored, saving, NOW)
    assert {one.identity for one in seen} == {one.identity for one in stored if one.redisplay in redisplayed(saving)}
    assert len({one.identity for one in seen}) == len(seen)
    assert [one.created for one in seen] == sorted((one.created for one in seen), reverse=True)
    assert all(one.redisplay is Redisplay.ALWAYS for one in seen) or saving is SaveMethods.ALWAYS


@given(st.lists(methods, min_size=1, max_size=12))
def test_whatever_is_deleted_leaves_no_copy_to_be_shown(stored):
    gone = {one.id for one in copies(stored[0], stored)}
    assert stored[0].id in gone
    assert all(one.identity != stored[0].identity for one in stored if one.id not in gone)


@pytest.mark.parametrize("saving", SaveMethods)
def test_a_box_to_save_is_offered_only_where_the_shopper_is_asked(saving):
    features = customer_session.of_payment("cus_1", saving)["components"]["payment_element"]["features"]
    asked = saving is SaveMethods.ASK
    assert features["payment_method_save"] == ("enabled" if asked else "disabled")
    # Without the box an intent may say what it sets up for, and Stripe.js takes that from one of the two alone.
    assert ("payment_method_save_usage" in features) is asked


@pytest.mark.parametrize("saving", SaveMethods)
def test_the_element_shows_what_the_list_shows(saving):
    for session in (customer_session.of_payment, customer_session.of_setup):
        features = session("cus_1", saving)["components"]["payment_element"]["features"]
        assert tuple(features["payment_method_allow_redisplay_filters"]) == redisplayed(saving)
        assert features["payment_method_redisplay"] == features["payment_method_remove"] == "enabled"
