"""Saleor's events as Saleor counts them (saleor/payment/transaction_item_calculations.py)."""

from decimal import Decimal

import pytest

from saleor_stripe_app.domain.history import Kind, history
from tests.domain.payments import event, transaction


def read(*events):
    return history(transaction(*events))


def test_two_references_are_two_charges():
    known = read(event("CHARGE_SUCCESS", "60", "pi_1"), event("CHARGE_SUCCESS", "40", "pi_1-2", second=11))
    assert known.booked(Kind.CHARGE) == 100


def test_a_newer_failure_undoes_a_success_of_the_same_reference():
    known = read(event("REFUND_SUCCESS", "30", "re_1"), event("REFUND_FAILURE", "30", "re_1", second=11))
    assert known.booked(Kind.REFUND) == 0


def test_a_newer_success_outweighs_a_failure_of_the_same_reference():
    known = read(event("CHARGE_FAILURE", "30", "a"), event("CHARGE_SUCCESS", "30", "a", second=11))
    assert known.booked(Kind.CHARGE) == 30


def test_success_and_failure_in_the_same_instant_count_as_nothing():
    assert read(event("CHARGE_SUCCESS"), event("CHARGE_FAILURE")).booked(Kind.CHARGE) == 0


def test_a_failure_of_another_reference_undoes_nothing():
    known = read(event("CHARGE_SUCCESS", "60", "a"), event("CHARGE_FAILURE", "60", "b", second=11))
    assert known.booked(Kind.CHARGE) == 60


@pytest.mark.parametrize("outcome", ["SUCCESS", "FAILURE"])
def test_a_request_is_pending_until_its_reference_has_an_outcome(outcome):
    asked = event("CHARGE_REQUEST", "60", "pi_1-capture-1")
    known = read(asked)
    assert known.pending(Kind.CHARGE) == 60
    assert known.awaits(Kind.CHARGE, "pi_1-capture-1")
    decided = read(asked, event(f"CHARGE_{outcome}", "60", "pi_1-capture-1", second=11))
    assert decided.pending(Kind.CHARGE) == 0
    assert not decided.awaits(Kind.CHARGE, "pi_1-capture-1")


@pytest.mark.parametrize("reference", ["pi_1", "ch_1", "pi_1-2"])
@pytest.mark.parametrize("kind", ["AUTHORIZATION", "CHARGE"])
def test_a_sessions_request_that_an_answer_only_stamped_is_not_pending(kind, reference):
    assert read(event(f"{kind}_REQUEST", reference=reference, by_someone=False)).pending(Kind(kind)) == 0


def test_a_sessions_request_that_the_app_answered_as_such_is_pending():
    assert read(event("CHARGE_REQUEST", reference="pi_1")).pending(Kind.CHARGE) == 100


def test_an_action_request_without_a_reference_is_not_pending():
    assert read(event("CHARGE_REQUEST", reference="")).pending(Kind.CHARGE) == 0


@pytest.mark.parametrize("kind", ["REFUND", "CANCEL"])
def test_saleors_own_request_for_an_abandoned_checkout_is_pending_under_its_reference(kind):
    assert read(event(f"{kind}_REQUEST", reference="re_1", by_someone=False)).pending(Kind(kind)) == 100


def test_a_failure_that_saleor_wrote_itself_undoes_nothing():
    known = read(event("CHARGE_SUCCESS"), event("CHARGE_FAILURE", second=11, by_someone=False))
    assert known.booked(Kind.CHARGE) == 100


def test_a_reference_that_saleor_spoiled_is_not_used_again():
    known = read(event("CHARGE_FAILURE", reference="pi_1", by_someone=False))
    assert known.free(Kind.CHARGE, "pi_1") == "pi_1-2"
    assert known.free(Kind.CANCEL, "pi_1") == "pi_1"


def test_a_success_may_stand_where_a_failure_does_but_not_where_a_success_does():
    failed = read(event("CHARGE_FAILURE", reference="pi_1"))
    assert failed.bookable(Kind.CHARGE, "pi_1") == "pi_1"
    booked = read(event("CHARGE_SUCCESS", reference="pi_1"), event("CHARGE_FAILURE", reference="pi_1", second=11))
    assert booked.bookable(Kind.CHARGE, "pi_1") == "pi_1-2"
    assert booked.bookable(Kind.CHARGE, "pi_1", {"pi_1-2"}) == "pi_1-3"


def test_the_next_free_number_skips_what_stands_and_what_is_about_to_be_used():
    known = read(event("CHARGE_SUCCESS", reference="pi_1"), event("CHARGE_REQUEST", reference="pi_1-2", second=11))
    assert known.free(Kind.CHARGE, "pi_1") == "pi_1-3"
    assert known.free(Kind.CHARGE, "pi_1", {"pi_1-3"}) == "pi_1-4"
    assert known.free(Kind.REFUND, "re_1") == "re_1"
    assert known.last(Kind.CHARGE, "pi_1") == "pi_1-2"
    assert known.last(Kind.CHARGE, "other") == "other"


def test_the_order_in_which_events_come_does_not_matter():
    events = [
        event("CHARGE_SUCCESS", "60", "a", second=1),
        event("CHARGE_FAILURE", "60", "a", second=2),
        event("CHARGE_SUCCESS", "40", "b", second=3),
    ]
    assert read(*events).entries == read(*reversed(events)).entries


def test_info_and_the_rest_that_moves_no_money_is_not_filed():
    known = read(
        event("INFO", "0", "ch_1"), event("CHARGE_ACTION_REQUIRED"), event("AUTHORIZATION_ADJUSTMENT", "80", "j")
    )
    assert known.informed == {"ch_1"}
    assert [adjusted.amount for adjusted in known.adjustments] == [Decimal(80)]
    assert not any(known.booked(kind) or known.pending(kind) for kind in Kind)
    assert known.count == 2
