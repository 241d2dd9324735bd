"""Disputes and Radar: what is told of them, and what each costs in the charge's currency."""

from datetime import timedelta
from decimal import Decimal

import pytest

from saleor_stripe_app.domain.dispute import Booked, Dispute, Funds, moved
from saleor_stripe_app.domain.equality import available_actions, expected
from saleor_stripe_app.domain.outstanding import outstanding
from saleor_stripe_app.domain.radar import Review
from saleor_stripe_app.domain.transaction import Action, EventType
from tests.domain.payments import at, authorized, event, paid, refund, told, transaction

CHARGED = event("CHARGE_SUCCESS")
WITHDRAWN = Funds("txn_1", 10000, at(60))
RETURNED = Funds("txn_2", 10000, at(90))


def dispute(status="needs_response", amount=10000, *, withdrawn=(), reinstated=(), **more):
    return Dispute("du_1", status, amount, at(50), "fraudulent", None, withdrawn, reinstated, **more)


def disputed(status="needs_response", *, refunds=(), **more):
    return paid(disputes=(dispute(status, **more),), refunds=refunds)


def notice(status):
    return event("INFO", reference=f"du_1-{status}")


def test_withdrawn_funds_are_a_charge_back_under_the_balance_transactions_id():
    found = outstanding(disputed(withdrawn=(WITHDRAWN,)), transaction(CHARGED))
    assert told(found) == [("CHARGE_BACK", "txn_1", "100.00"), ("INFO", "du_1-needs_response", "100.00")]
    assert found.reports[0].time == at(60)


def test_returned_funds_are_a_charge_of_their_own_and_never_a_reversed_refund():
    seen = disputed("won", withdrawn=(WITHDRAWN,), reinstated=(RETURNED,))
    booked = event("CHARGE_BACK", reference="txn_1", second=60), notice("needs_response")
    found = outstanding(seen, transaction(CHARGED, *booked))
    assert told(found) == [("CHARGE_SUCCESS", "txn_2", "100.00"), ("INFO", "du_1-won", "100.00")]


def test_what_is_told_already_is_not_told_again_even_under_the_next_number():
    seen = disputed("lost", withdrawn=(WITHDRAWN,))
    for reference in ("txn_1", "txn_1-2"):
        back = event("CHARGE_BACK", reference=reference, second=60)
        shown = transaction(CHARGED, back, notice("lost"), canceled="0", charged="0")
        assert told(outstanding(seen, shown)) == []


def test_a_reference_that_only_begins_alike_is_another_movement():
    other = event("CHARGE_BACK", reference="txn_11", second=60)
    found = outstanding(disputed(withdrawn=(WITHDRAWN,)), transaction(CHARGED, other, notice("needs_response")))
    assert told(found) == [("CHARGE_BACK", "txn_1", "100.00")]


def test_a_charge_back_that_saleor_refuses_goes_once_more_under_the_next_number():
    refused = {(EventType.CHARGE_BACK, "txn_1")}
    found = outstanding(disputed(withdrawn=(WITHDRAWN,)), transaction(CHARGED, notice("needs_response")), (), refused)
    assert told(found) == [("CHARGE_BACK", "txn_1-2", "100.00")]


def test_money_that_a_dispute_returned_is_no_charge_that_stripe_took():
    """Else a capture would be taken for told."""
    returned = event("CHARGE_SUCCESS", reference="txn_2", second=90), notice("won")
    seen = disputed("won", withdrawn=(WITHDRAWN,), reinstated=(RETURNED,))
    back = event("CHARGE_BACK", reference="txn_1", second=60)
    assert told(outstanding(seen, transaction(back, *returned))) == [("CHARGE_SUCCESS", "pi_1", "100.00")]


def test_returned_money_takes_nothing_from_what_is_still_authorized():
    """Saleor takes every charge from it: the adjustment must count what a dispute returned, too."""
    part = Funds("txn_1", 6000, at(60)), Funds("txn_2", 6000, at(90))
    seen = authorized(4000, received=6000, disputes=(dispute("won", 6000, withdrawn=part[:1], reinstated=part[1:]),))
    shown = transaction(
        event("AUTHORIZATION_SUCCESS"),
        event("CHARGE_SUCCESS", "60", "pi_1-a"),
        event("CHARGE_BACK", "60", "txn_1", second=60),
        event("CHARGE_SUCCESS", "60", "txn_2", second=90),
        notice("won"),
        event("INFO", "0", "pi_1-recalculate-4"),
        charged="60",
        actions=("CHARGE", "CANCEL", "REFUND"),
    )
    assert told(outstanding(seen, shown)) == [("AUTHORIZATION_ADJUSTMENT", "pi_1-adjust-1", "160.00")]


@pytest.mark.parametrize(
    ("seen", "charged"),
    [
        (disputed(withdrawn=(WITHDRAWN,)), "0.00"),
        (disputed("lost", withdrawn=(WITHDRAWN,), refunds=(refund(3000),)), "-30.00"),
        (disputed("won", withdrawn=(WITHDRAWN,), reinstated=(RETURNED,), refunds=(refund(3000),)), "70.00"),
        (disputed("won", withdrawn=(WITHDRAWN,), reinstated=(Funds("txn_2", 4000, at(90)),)), "40.00"),
        (disputed("warning_needs_response"), "100.00"),
        (disputed("prevented"), "100.00"),
    ],
)
def test_the_truth_of_a_dispute_is_booked_even_where_it_is_negative(seen, charged):
    assert str(expected(seen).charged) == charged


@pytest.mark.parametrize(
    ("status", "offered"),
    [
        ("needs_response", False),
        ("under_review", False),
        ("lost", False),
        ("appeal_needs_response", False),
        ("a_status_of_next_year", False),
        ("won", True),
        ("prevented", True),
        ("warning_needs_response", True),
        ("warning_under_review", True),
        ("warning_closed", True),
    ],
)
def test_a_refund_is_offered_beside_an_inquiry_and_never_beside_a_dispute(status, offered):
    assert (Action.REFUND in available_actions(disputed(status))) is offered


def test_after_a_dispute_won_in_part_the_part_may_be_refunded():
    seen = disputed("won", withdrawn=(WITHDRAWN,), reinstated=(Funds("txn_2", 4000, at(90)),))
    assert seen.refundable == 4000


def test_a_notice_says_what_to_do_until_when_and_where():
    seen = paid(disputes=(Dispute("du_1", "needs_response", 2500, at(50), "not_received", at(0) + timedelta(days=7)),))
    (report,) = outstanding(seen, transaction(CHARGED, charged="100", actions=())).reports
    assert report.message == (
        "Disputed: 25.00 EUR (not received). Answer in Stripe's Dashboard by 2026-03-08 12:00 UTC, or it is lost"
    )
    assert report.external_url == "https://dashboard.stripe.com/test/disputes/du_1"


def test_an_inquiry_moves_no_money_and_is_told_in_each_state_once():
    shown = transaction(CHARGED, notice("warning_needs_response"), charged="100", actions=("REFUND",))
    assert told(outstanding(disputed("warning_needs_response"), shown)) == []
    (report,) = outstanding(disputed("warning_closed"), shown).reports
    assert (report.type, report.message) == ("INFO", "Inquiry about 100.00 EUR (fraudulent) closed; no money moved")


def test_a_status_that_stripe_adds_later_is_told_in_its_own_words():
    (report,) = outstanding(disputed("in_arbitration"), transaction(CHARGED, charged="100", actions=())).reports
    assert report.message == "Dispute of 100.00 EUR (fraudulent): in arbitration"


def test_a_review_is_told_when_it_is_opened_and_when_it_is_closed():
    opened = paid(review=Review("prv_1", is_open=True, opened_reason="rule", created=at(20)))
    shown = transaction(CHARGED, charged="100", actions=("REFUND",))
    (report,) = outstanding(opened, shown).reports
    assert (report.reference, report.time) == ("prv_1-opened", at(20))
    assert report.message.startswith("Held for review by a rule of Radar: approve or refund it")
    known = transaction(CHARGED, event("INFO", reference="prv_1-opened", second=20), charged="100", actions=("REFUND",))
    assert told(outstanding(opened, known)) == []
    closed = paid(review=Review("prv_1", False, "rule", at(20), "refunded_as_fraud"))
    (report,) = outstanding(closed, known).reports
    assert report.message == "Review closed: the payment was refunded as fraud"


def booked(number, amount, currency="eur", rate=None):
    return Booked(number, amount, currency, at(60), Decimal(rate) if rate else None)


def amounts(found):
    return [[funds.amount for funds in side] for side in found]


def test_movements_in_the_charges_currency_are_what_they_are():
    assert amounts(moved(10000, "eur", [booked("txn_1", -9000), booked("txn_2", 4000)])) == [[9000], [4000]]


def test_movements_in_another_currency_are_put_back_before_their_exchange():
    withdrawn = booked("txn_1", -10823, "usd", "1.08234")
    whole = booked("txn_2", 11200, "usd", "1.12")
    part = booked("txn_3", 4480, "usd", "1.12")
    assert amounts(moved(10000, "eur", [withdrawn, whole])) == [[10000], [10000]]
    assert amounts(moved(10000, "eur", [withdrawn, part])) == [[10000], [4000]]


def test_a_rate_that_is_rounded_costs_no_unit_of_what_was_disputed():
    withdrawn, whole = booked("txn_1", -668, "usd", "0.00668312"), booked("txn_2", 671, "usd", "0.00671")
    assert amounts(moved(100000, "jpy", [withdrawn, whole])) == [[100000], [100000]]
