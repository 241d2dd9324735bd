"""What Saleor's requests are answered, from the payment as it stands."""

from datetime import timedelta
from decimal import Decimal

import pytest

from saleor_stripe_app.domain import answers
from saleor_stripe_app.domain.equality import available_actions
from saleor_stripe_app.domain.errors import Declined, Refusal
from saleor_stripe_app.domain.history import Kind, history
from saleor_stripe_app.domain.payment import IntentStatus, RefundStatus
from saleor_stripe_app.domain.transaction import Action, Flow
from tests.domain.payments import (
    NOON,
    at,
    authorized,
    canceled,
    charge,
    declined,
    event,
    paid,
    payment,
    processing,
    refund,
    transaction,
)

NEW, OLD = (3, 23), (3, 22)


def session(seen, flow=Flow.CHARGE, *, version=NEW, events=(), **more):
    known = history(transaction(*events)) if events else None
    return answers.of_session(seen, flow, version=version, known=known, **more)


def brief(answer):
    return str(answer.result), answer.reference, str(answer.amount)


@pytest.mark.parametrize(
    ("seen", "flow", "result"),
    [
        (paid(), Flow.CHARGE, "CHARGE_SUCCESS"),
        (paid(), Flow.AUTHORIZATION, "CHARGE_SUCCESS"),
        (authorized(), Flow.AUTHORIZATION, "AUTHORIZATION_SUCCESS"),
        (authorized(), Flow.CHARGE, "AUTHORIZATION_SUCCESS"),
        (processing(), Flow.AUTHORIZATION, "CHARGE_REQUEST"),
        (payment(IntentStatus.PROCESSING, manual_capture=True), Flow.AUTHORIZATION, "AUTHORIZATION_REQUEST"),
        (payment(IntentStatus.REQUIRES_ACTION), Flow.CHARGE, "CHARGE_ACTION_REQUIRED"),
        (payment(IntentStatus.REQUIRES_CONFIRMATION), Flow.AUTHORIZATION, "AUTHORIZATION_ACTION_REQUIRED"),
        (canceled(), Flow.CHARGE, "CANCEL_SUCCESS"),
    ],
)
def test_a_session_is_answered_what_really_happened(seen, flow, result):
    assert brief(session(seen, flow)) == (result, "pi_1", "100.00")


def test_an_authorization_is_answered_with_its_deadline():
    held = authorized(charge=charge(captured=False, capture_before=NOON + timedelta(days=7)))
    assert session(held).message == "Authorized 100.00 EUR until 2026-03-08"
    assert session(authorized(4000, received=6000)).message == "Authorized 100.00 EUR"


def test_a_decline_stays_an_action_for_the_shopper_with_its_reason():
    answer = session(declined(client_secret="cs"))
    assert answer.result == "CHARGE_ACTION_REQUIRED"
    assert answer.message == "Your card was declined. (card_declined, insufficient_funds)"
    assert answer.data == {
        "paymentIntent": {
            "stripeClientSecret": "cs",
            "errors": [{"code": "insufficient_funds", "message": "Your card was declined."}],
        }
    }
    assert "cs" not in repr(answer)


def test_a_client_secret_is_for_payments_that_can_still_be_paid():
    assert session(paid(client_secret="cs")).data is None


def test_a_canceled_payment_is_a_failure_to_a_saleor_that_refuses_cancel_success():
    assert brief(session(canceled(), version=OLD)) == ("CHARGE_FAILURE", "pi_1-canceled", "100.00")


def test_an_authorization_answered_late_is_what_was_held_in_all():
    assert session(authorized(4000, received=6000)).amount == 100


@pytest.mark.parametrize(
    ("seen", "told", "answer"),
    [
        (paid(), event("CHARGE_SUCCESS", "100.00", "ch_1"), ("CHARGE_SUCCESS", "ch_1", "100.00")),
        (paid(), event("CHARGE_SUCCESS", "60.00", "pi_1"), ("CHARGE_SUCCESS", "pi_1", "60.00")),
        (paid(), event("CHARGE_REQUEST", "100.00", "ch_1"), ("CHARGE_SUCCESS", "ch_1", "100.00")),
        (processing(), event("CHARGE_REQUEST", "100.00", "ch_1"), ("CHARGE_REQUEST", "ch_1", "100.00")),
        (canceled(), event("CANCEL_SUCCESS", "100.00", "pi_1-c"), ("CANCEL_SUCCESS", "pi_1-c", "100.00")),
        (canceled(), event("CANCEL_REQUEST", "100.00", "pi_1-c"), ("CANCEL_SUCCESS", "pi_1-c", "100.00")),
    ],
)
def test_what_was_told_already_is_answered_as_it_was_told(seen, told, answer):
    assert brief(session(seen, events=[told])) == answer


def test_a_failure_that_may_be_saleors_own_does_not_make_a_told_charge_a_new_one():
    told = event("CHARGE_SUCCESS", "100.00"), event("CHARGE_FAILURE", "100.00", second=11)
    assert brief(session(paid(), events=told)) == ("CHARGE_SUCCESS", "pi_1", "100.00")


def test_a_pending_answer_avoids_the_reference_under_which_saleor_wrote_a_failure():
    spoiled = event("CHARGE_FAILURE", reference="pi_1", by_someone=False)
    assert session(processing(), events=[spoiled]).reference == "pi_1-2"


def test_a_payment_after_a_failed_one_keeps_the_intents_reference():
    failed = event("CHARGE_REQUEST"), event("CHARGE_FAILURE", second=11)
    assert session(paid(), events=failed).reference == "pi_1"


def test_an_answer_is_dated_by_stripe_or_just_after_what_saleor_has():
    assert session(paid()).time == at(5)
    assert session(paid(), newest=at(99)).time == at(99) + timedelta(milliseconds=1)
    assert answers.later(at(5), None) == at(5)


def test_a_refused_session_is_final_and_tells_the_storefront_why():
    declined_ = Declined("No such key", code="StripeApiError", stripe_code="api_key_expired")
    answer = answers.refused_session(declined_, Flow.AUTHORIZATION)
    assert (answer.result, answer.reference, answer.message) == (
        "AUTHORIZATION_FAILURE",
        None,
        "No such key (api_key_expired)",
    )
    error = {"code": "StripeApiError", "message": "No such key", "declineCode": "api_key_expired"}
    assert answer.data == {"paymentIntent": {"errors": [error]}}


def test_a_final_partial_capture_says_what_it_released():
    answer = answers.of_capture(paid(6000), 6000, reference="pi_1", now=at(70), newest=at(80))
    assert brief(answer) == ("CHARGE_SUCCESS", "pi_1", "60.00")
    assert answer.message == (
        "Captured 60.00 EUR; the remaining 40.00 EUR was released, since this payment can be captured once"
    )
    assert answer.time == at(80) + answers.TICK
    assert answer.actions == {Action.REFUND}


def test_a_capture_that_leaves_something_open_releases_nothing():
    answer = answers.of_capture(authorized(4000, received=6000), 6000, reference="x", now=at(70), newest=None)
    assert answer.message == "Captured 60.00 EUR"
    assert answer.amount == Decimal(60)


def test_a_cancel_is_what_was_released_at_stripes_time():
    answer = answers.of_cancel(canceled(received=6000), reference="x", now=at(99), newest=None)
    assert (*brief(answer), answer.time) == ("CANCEL_SUCCESS", "x", "40.00", at(60))


def refunded(status, **more):
    seen = paid(refunds=(refund(3000, status, **more),))
    return answers.of_refund(
        seen.refunds[0],
        "eur",
        failure_reference="pi_1-refund-1",
        external="https://dashboard.stripe.com/payments/pi_1",
        now=at(99),
        newest=at(10),
        actions=available_actions(seen),
    )


def test_a_refund_that_is_done_is_booked_under_stripes_id():
    assert (*brief(refunded(RefundStatus.SUCCEEDED)), refunded(RefundStatus.SUCCEEDED).time) == (
        "REFUND_SUCCESS",
        "re_1",
        "30.00",
        at(30),
    )


@pytest.mark.parametrize("status", [RefundStatus.PENDING, RefundStatus.REQUIRES_ACTION])
def test_a_refund_under_way_is_answered_with_its_reference_and_nothing_else(status):
    assert refunded(status) == answers.asynchronous("re_1")
    assert answers.asynchronous("re_1").actions is None


@pytest.mark.parametrize("status", [RefundStatus.FAILED, RefundStatus.CANCELED])
def test_a_failed_refund_is_a_failure_of_its_own_reference(status):
    answer = refunded(status, failure_reason="lost_or_stolen_card")
    assert brief(answer) == ("REFUND_FAILURE", "pi_1-refund-1", "30.00")
    assert answer.message == "Refund failed: lost or stolen card"


@pytest.mark.parametrize("kind", [Kind.CHARGE, Kind.REFUND, Kind.CANCEL])
def test_a_refused_action_has_a_reference_of_its_own(kind):
    answer = answers.refused_action(
        kind, Refusal("Too late"), reference="own", amount=Decimal(5), time=at(1), actions=frozenset()
    )
    assert brief(answer) == (f"{kind}_FAILURE", "own", "5")
    assert answer.message == "Too late"
