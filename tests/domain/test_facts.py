"""What Stripe shows and Saleor does not know, each under the reference that Saleor expects it by."""

from datetime import timedelta

import pytest

from saleor_stripe_app.domain import facts
from saleor_stripe_app.domain.facts import Look
from saleor_stripe_app.domain.history import history
from saleor_stripe_app.domain.payment import IntentStatus, RefundStatus
from tests.domain.payments import (
    DECLINE,
    NOON,
    authorized,
    canceled,
    charge,
    declined,
    event,
    operation,
    paid,
    payment,
    processing,
    refund,
    transaction,
)

ASKED = "pi_1-capture-1"


def missing(kind, seen, *events, operations=()):
    shown = transaction(*events)
    found = getattr(facts, kind)(Look(seen, shown, history(shown), operations))
    return [(str(fact.type), fact.reference, str(fact.amount)) for fact in found]


def test_an_authorization_goes_under_the_intents_id():
    assert missing("authorization", authorized()) == [("AUTHORIZATION_SUCCESS", "pi_1", "100.00")]
    assert missing("authorization", authorized(), event("AUTHORIZATION_SUCCESS")) == []


def test_an_authorization_is_told_with_its_deadline():
    held = authorized(charge=charge(captured=False, capture_before=NOON + timedelta(days=30)))
    shown = transaction()
    (fact,) = facts.authorization(Look(held, shown, history(shown), ()))
    assert fact.message == "Authorized 100.00 EUR until 2026-03-31"


def test_an_authorization_told_late_is_what_was_held_in_all():
    assert missing("authorization", authorized(4000, received=6000))[0][2] == "100.00"


def test_a_second_authorization_is_never_told_since_saleor_refuses_it():
    raised = authorized(15000, amount=15000)
    assert missing("authorization", raised, event("AUTHORIZATION_SUCCESS", "100")) == []
    assert missing("authorization", raised, event("AUTHORIZATION_ADJUSTMENT", "100", "pi_1-adjust-1")) == []


def test_a_pending_authorization_is_settled_under_its_own_reference():
    pending = event("AUTHORIZATION_REQUEST", reference="ch_1")
    assert missing("authorization", authorized(), pending) == [("AUTHORIZATION_SUCCESS", "ch_1", "100.00")]
    assert missing("authorization", declined(), pending) == [("AUTHORIZATION_FAILURE", "ch_1", "100.00")]
    waits = payment(IntentStatus.PROCESSING, manual_capture=True)
    assert missing("authorization", waits, pending) == []


@pytest.mark.parametrize("seen", [authorized(), authorized(4000, received=6000), paid(1, amount=10000)])
def test_of_two_waits_for_one_authorization_the_second_is_ended(seen):
    """An answer and a report that did not know of each other: Saleor takes one success, and would wait on."""
    waiting = event("AUTHORIZATION_REQUEST"), event("AUTHORIZATION_REQUEST", reference="ch_1")
    assert missing("authorization", seen, *waiting) == [
        ("AUTHORIZATION_SUCCESS", "pi_1", "100.00"),
        ("AUTHORIZATION_FAILURE", "ch_1", "100.00"),
    ]


def test_two_equal_partial_captures_are_two_references():
    captures = [operation("capture", 3000, reference=f"pi_1-capture-{n}") for n in (1, 2)]
    seen = authorized(4000, received=6000)
    both = [("CHARGE_SUCCESS", "pi_1", "30.00"), ("CHARGE_SUCCESS", "pi_1-2", "30.00")]
    assert missing("charges", seen, operations=captures) == both
    one_told = event("CHARGE_SUCCESS", "30", "pi_1")
    assert missing("charges", seen, one_told, operations=captures) == both[1:]


def test_captures_made_elsewhere_are_told_as_what_is_not_told_yet():
    seen = authorized(1000, received=9000)
    assert missing("charges", seen, event("CHARGE_SUCCESS", "60", "pi_1")) == [("CHARGE_SUCCESS", "pi_1-2", "30.00")]


def test_a_capture_answered_asynchronously_is_settled_under_the_operations_reference():
    waiting = event("CHARGE_REQUEST", "60", ASKED)
    for state in ("succeeded", "open"):
        asked = [operation("capture", 6000, reference=ASKED, state=state)]
        found = missing("charges", authorized(4000, received=6000), waiting, operations=asked)
        assert found == [("CHARGE_SUCCESS", ASKED, "60.00")]


def test_a_capture_that_came_to_nothing_ends_the_wait_with_its_reason():
    waiting = event("CHARGE_REQUEST", "60", ASKED)
    failed = operation("capture", 6000, reference=ASKED, state="failed", message="Too late")
    shown = transaction(waiting)
    (fact,) = facts.charges(Look(authorized(), shown, history(shown), [failed]))
    assert (str(fact.type), fact.reference, fact.message) == ("CHARGE_FAILURE", ASKED, "Too late")


def test_while_an_operation_is_open_nothing_of_it_has_failed():
    opened = [operation("capture", 6000, reference=ASKED, state="open")]
    assert missing("charges", authorized(), event("CHARGE_REQUEST", "60", ASKED), operations=opened) == []


def test_what_an_open_operation_took_is_left_to_its_answer():
    opened = [operation("capture", 6000, reference=ASKED, state="open")]
    assert missing("charges", authorized(4000, received=6000), operations=opened) == []
    elsewhere = missing("charges", authorized(1000, received=9000), operations=opened)
    assert elsewhere == [("CHARGE_SUCCESS", "pi_1", "30.00")]


def test_a_pending_sepa_payment_goes_under_the_charges_id():
    stamped = event("CHARGE_REQUEST", reference="pi_1", by_someone=False)
    assert missing("charges", processing(), stamped) == [("CHARGE_REQUEST", "ch_1", "100.00")]


def test_a_pending_payment_without_a_charge_avoids_the_stamped_reference():
    assert missing("charges", processing(charge=None)) == [("CHARGE_REQUEST", "pi_1-processing", "100.00")]


def test_a_pending_payment_that_saleor_was_answered_is_not_told_again():
    assert missing("charges", processing(), event("CHARGE_REQUEST", reference="pi_1")) == []


def test_a_payment_that_is_pending_twice_is_pending_once_after_the_next_look():
    twice = event("CHARGE_REQUEST", reference="pi_1"), event("CHARGE_REQUEST", reference="ch_1", second=11)
    assert missing("charges", processing(), *twice) == [("CHARGE_FAILURE", "ch_1", "100.00")]


def test_a_failed_sepa_payment_ends_the_wait_under_the_reference_it_was_told():
    failed = payment(
        IntentStatus.REQUIRES_PAYMENT_METHOD,
        charge=charge(status="failed", captured=False, decline=DECLINE),
        decline=DECLINE,
    )
    pending = event("CHARGE_REQUEST", reference="ch_1")
    assert missing("charges", failed, pending) == [("CHARGE_FAILURE", "ch_1", "100.00")]


def test_a_payment_after_a_failed_one_keeps_the_intents_reference():
    before = event("CHARGE_REQUEST"), event("CHARGE_FAILURE", second=11)
    assert missing("charges", paid(), *before) == [("CHARGE_SUCCESS", "pi_1", "100.00")]


def test_a_pending_authorization_gives_way_to_a_charge_that_is_processed():
    pending = event("AUTHORIZATION_REQUEST", reference="ch_0")
    assert missing("authorization", processing(), pending) == [("AUTHORIZATION_FAILURE", "ch_0", "100.00")]


@pytest.mark.parametrize(
    ("status", "type_"), [("pending", "REFUND_REQUEST"), ("succeeded", "REFUND_SUCCESS"), ("failed", "REFUND_FAILURE")]
)
def test_a_refund_made_in_the_dashboard_goes_under_stripes_id(status, type_):
    seen = paid(refunds=(refund(3000, RefundStatus(status)),))
    assert missing("refunds", seen) == [(type_, "re_1", "30.00")]
    assert missing("refunds", seen, event(type_, "30", "re_1")) == []


def test_two_equal_refunds_are_two():
    seen = paid(refunds=(refund(3000), refund(3000, number="re_2")))
    assert [fact[1] for fact in missing("refunds", seen)] == ["re_1", "re_2"]


def test_a_refund_that_fails_after_success_is_undone_under_the_same_reference():
    seen = paid(refunds=(refund(3000, RefundStatus.FAILED),))
    told = event("REFUND_SUCCESS", "30", "re_1")
    assert missing("refunds", seen, told) == [("REFUND_FAILURE", "re_1", "30.00")]
    assert missing("refunds", seen, told, event("REFUND_FAILURE", "30", "re_1", second=11)) == []


def test_a_refund_answered_asynchronously_is_settled_under_the_operations_reference():
    seen = paid(refunds=(refund(3000, operation="pi_1-refund-1"),))
    waiting = event("REFUND_REQUEST", "30", "pi_1-refund-1")
    assert missing("refunds", seen, waiting) == [("REFUND_SUCCESS", "pi_1-refund-1", "30.00")]


def test_a_refund_that_was_told_under_stripes_id_is_not_told_again_under_the_operations():
    seen = paid(refunds=(refund(3000, operation="pi_1-refund-1"),))
    known = event("REFUND_SUCCESS", "30", "re_1"), event("REFUND_REQUEST", "30.00", "pi_1-refund-1", second=11)
    assert missing("refunds", seen, *known) == [("REFUND_FAILURE", "pi_1-refund-1", "30.00")]


def test_a_refund_is_not_told_before_the_answer_that_links_it_to_a_granted_refund():
    seen = paid(refunds=(refund(3000, operation="pi_1-refund-1"),))
    opened = operation("refund", 3000, reference="pi_1-refund-1", state="open")
    assert missing("refunds", seen, operations=[opened]) == []
    done = operation("refund", 3000, reference="pi_1-refund-1")
    assert missing("refunds", seen, operations=[done]) == [("REFUND_SUCCESS", "re_1", "30.00")]


def test_a_refund_that_stripe_knows_nothing_of_ends_its_wait():
    assert missing("refunds", paid(), event("REFUND_REQUEST", "30", "x")) == [("REFUND_FAILURE", "x", "30")]


def test_a_success_after_a_failure_goes_under_a_new_reference():
    seen = paid(refunds=(refund(3000),))
    failed = event("REFUND_SUCCESS", "30", "re_1"), event("REFUND_FAILURE", "30", "re_1", second=11)
    assert missing("refunds", seen, *failed) == [("REFUND_SUCCESS", "re_1-2", "30.00")]
    assert missing("refunds", seen, *failed, event("REFUND_SUCCESS", "30", "re_1-2", second=12)) == []


def test_a_refund_that_was_given_up_too_early_waits_under_a_new_reference():
    seen = paid(refunds=(refund(3000, RefundStatus.PENDING, operation="x"),))
    failed = event("REFUND_REQUEST", "30", "x"), event("REFUND_FAILURE", "30", "x", second=11)
    assert missing("refunds", seen, *failed) == [("REFUND_REQUEST", "x-2", "30.00")]
    assert missing("refunds", seen, *failed, event("REFUND_REQUEST", "30", "x-2", second=12)) == []


def test_a_final_partial_capture_reports_the_release():
    assert missing("cancels", paid(6000)) == [("CANCEL_SUCCESS", "pi_1", "40.00")]
    assert missing("cancels", paid(6000), event("CANCEL_SUCCESS", "40", "pi_1")) == []


def test_an_expired_authorization_is_a_cancel_that_says_so():
    shown = transaction()
    (fact,) = facts.cancels(Look(canceled(reason="automatic"), shown, history(shown), ()))
    assert (str(fact.type), str(fact.amount)) == ("CANCEL_SUCCESS", "100.00")
    assert "expired" in fact.message


def test_a_cancel_answered_asynchronously_is_settled_under_the_operations_reference():
    waiting = event("CANCEL_REQUEST", reference="pi_1-cancel-1")
    for state in ("succeeded", "open"):
        asked = [operation("cancel", reference="pi_1-cancel-1", state=state)]
        assert missing("cancels", canceled(), waiting, operations=asked) == [
            ("CANCEL_SUCCESS", "pi_1-cancel-1", "100.00")
        ]
    failed = [operation("cancel", reference="pi_1-cancel-1", state="failed")]
    assert missing("cancels", paid(), waiting, operations=failed) == [("CANCEL_FAILURE", "pi_1-cancel-1", "100.00")]


def test_a_cancel_of_ours_is_told_under_the_reference_of_its_answer():
    asked = [operation("cancel", reference="pi_1-cancel-1")]
    assert missing("cancels", canceled(), operations=asked) == [("CANCEL_SUCCESS", "pi_1-cancel-1", "100.00")]


def test_a_decline_is_info_and_never_a_failure():
    assert missing("declines", declined()) == [("INFO", "ch_1", "100.00")]
    assert missing("charges", declined()) == missing("authorization", declined()) == []


def test_each_decline_is_told_once():
    assert missing("declines", declined(), event("INFO", "0", "ch_1")) == []
    assert missing("declines", declined("ch_2"), event("INFO", "0", "ch_1")) == [("INFO", "ch_2", "100.00")]
