"""How session answers enter a transaction: what is booked, what is dropped, what rejects the whole answer."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from saleor_stripe_app.sandbox.saleor.answers import Rejected, TopLevelNotAnObject, action_answer, decoded
from saleor_stripe_app.sandbox.saleor.events import EventType as T
from saleor_stripe_app.sandbox.saleor.events import Kind
from saleor_stripe_app.sandbox.saleor.settlement import Taking, take_session_answer
from saleor_stripe_app.sandbox.saleor.transactions import Transaction

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def taking(version="3.24") -> Taking:
    return Taking(version, NOW, 1, "test.payments")


@pytest.fixture
def transaction():
    numbers = iter(range(1, 1000))
    return Transaction("token", "USD", NOW, NOW, lambda: next(numbers), 1, "test.payments")


@pytest.fixture
def request_event(transaction):
    event = transaction.record(T.CHARGE_REQUEST, Decimal(10), NOW)
    event.counted = False
    return event


@pytest.fixture
def answered(transaction, request_event):
    def take(version="3.24", **body):
        return take_session_answer(transaction, request_event, body, taking(version))

    return take


def test_a_success_is_booked_with_the_requested_amount_and_names_the_transaction(transaction, answered):
    event = answered(result="CHARGE_SUCCESS", pspReference="pi_1", actions=["REFUND"])
    assert (event.type, event.amount, event.app_id) == (T.CHARGE_SUCCESS, Decimal(10), 1)
    assert transaction.amounts.charged == 10
    assert transaction.psp_reference == "pi_1"
    assert transaction.available_actions == ["refund"]


def test_amount_zero_means_the_requested_amount(transaction, answered):
    answered(result="CHARGE_SUCCESS", pspReference="pi_1", amount=0)
    assert transaction.amounts.charged == 10


@pytest.mark.parametrize(("amount", "booked"), [(-5, "-5"), ("99.5", "99.5"), (10.1239, "10.124")])
def test_any_other_amount_is_booked_as_it_is_with_three_decimals(transaction, answered, amount, booked):
    answered(result="CHARGE_SUCCESS", pspReference="pi_1", amount=amount)
    assert transaction.amounts.charged == Decimal(booked)


def test_an_answer_for_the_other_strategy_is_booked_as_what_it_says(transaction, answered):
    answered(result="AUTHORIZATION_SUCCESS", pspReference="pi_1")
    assert transaction.amounts.authorized == 10


def test_a_pending_answer_turns_the_request_itself_into_a_counted_event(transaction, request_event, answered):
    assert answered(result="CHARGE_REQUEST", pspReference="pi_1", amount=8) is request_event
    assert (request_event.counted, request_event.app_id, request_event.psp_reference) == (True, 1, "pi_1")
    assert transaction.amounts.charge_pending == 8


def test_an_action_required_answer_books_nothing_ignores_actions_and_stamps_the_request(
    transaction, request_event, answered
):
    event = answered(result="CHARGE_ACTION_REQUIRED", pspReference="pi_1", actions=["CANCEL"])
    assert event.type is T.CHARGE_ACTION_REQUIRED
    assert transaction.available_actions == []
    assert transaction.psp_reference == "pi_1"
    assert (request_event.psp_reference, request_event.counted) == ("pi_1", False)
    assert transaction.amounts.charge_pending == 0


def test_a_failure_answer_needs_no_reference_and_changes_no_amount(transaction, answered):
    event = answered(result="CHARGE_FAILURE", message="no", actions=["CHARGE"])
    assert (event.type, event.message, event.counted, event.app_id) == (T.CHARGE_FAILURE, "no", True, 1)
    assert transaction.available_actions == []


def test_a_failure_without_reference_is_merged_with_the_failure_of_a_lost_delivery(
    transaction, request_event, answered
):
    lost = take_session_answer(transaction, request_event, None, taking())
    assert answered(result="CHARGE_FAILURE", message="declined") is lost
    assert lost.message == "Failed to delivery request."


def test_a_failure_without_reference_and_with_another_amount_contradicts_the_earlier_one(
    transaction, request_event, answered
):
    take_session_answer(transaction, request_event, None, taking())
    event = answered(result="CHARGE_FAILURE", amount=3)
    assert "already exists" in event.message
    assert not event.counted


def test_a_failure_answer_under_a_reported_success_lets_the_charge_vanish_at_the_next_recalculation(
    transaction, answered
):
    reported = transaction.record(T.CHARGE_SUCCESS, Decimal(10), NOW)
    reported.psp_reference = "pi_1"
    transaction.recalculate(NOW)
    answered(result="CHARGE_FAILURE", pspReference="pi_1")
    assert transaction.amounts.charged == 10
    transaction.recalculate(NOW)
    assert transaction.amounts.charged == 0


def test_cancel_success_shows_nothing_at_once_and_the_requested_amount_after_a_recalculation(transaction, answered):
    event = answered(result="CANCEL_SUCCESS", pspReference="pi_1")
    assert (event.type, transaction.amounts.canceled) == (T.CANCEL_SUCCESS, 0)
    transaction.recalculate(NOW)
    assert transaction.amounts.canceled == 10


@pytest.mark.parametrize("version", ["3.21", "3.22"])
def test_before_3_23_cancel_success_is_no_answer_to_a_session(answered, version):
    event = answered(version, result="CANCEL_SUCCESS", pspReference="pi_1")
    assert event.type is T.CHARGE_FAILURE
    assert not event.counted


@pytest.mark.parametrize("result", ["charge_success", "REFUND_SUCCESS", "", 7])
def test_an_unknown_result_fails_with_a_message_that_names_the_allowed_ones(answered, result):
    event = answered(result=result, pspReference="pi_1")
    assert event.type is T.CHARGE_FAILURE
    assert "CHARGE_ACTION_REQUIRED" in event.message
    assert (event.counted, event.app_id) == (False, None)


@pytest.mark.parametrize("result", ["CHARGE_SUCCESS", "CHARGE_REQUEST", "AUTHORIZATION_SUCCESS"])
def test_a_booked_result_needs_a_reference_which_may_be_empty(answered, result):
    assert answered(result=result).message == "Missing value for field: pspReference."
    assert answered(result=result, pspReference="").type is T(result)


@pytest.mark.parametrize(
    "field",
    [
        {"externalUrl": ""},
        {"externalUrl": "not a url"},
        {"pspReference": 5},
        {"amount": "ten"},
        {"amount": "NaN"},
        {"amount": True},
        {"time": "yesterday"},
        {"actions": "CHARGE"},
        {"paymentMethodDetails": {"type": "CARD", "name": "Visa", "lastDigits": "42424"}},
        {"paymentMethodDetails": {"type": "CARD", "name": "Visa", "firstDigits": "42424"}},
        {"paymentMethodDetails": {"type": "card", "name": "Visa"}},
        {"paymentMethodDetails": {"type": "CARD"}},
        {"paymentMethodDetails": {"type": "CARD", "name": "Visa", "brand": "v" * 41}},
    ],
)
def test_one_bad_optional_field_rejects_the_whole_answer(transaction, answered, field):
    event = answered(**{"result": "CHARGE_SUCCESS", "pspReference": "pi_1"} | field)
    assert event.type is T.CHARGE_FAILURE
    assert (event.counted, event.app_id) == (False, None)
    assert transaction.amounts.charged == 0


@pytest.mark.parametrize("field", ["externalUrl", "amount", "time", "actions", "message", "paymentMethodDetails"])
def test_an_optional_field_may_be_null(answered, field):
    assert answered(**{"result": "CHARGE_SUCCESS", "pspReference": "pi_1", field: None}).type is T.CHARGE_SUCCESS


def test_unknown_and_lower_case_actions_are_dropped_and_null_leaves_the_old_ones(transaction, answered):
    answered(result="CHARGE_SUCCESS", pspReference="pi_1", actions=["charge", "VOID", "REFUND", 3])
    assert transaction.available_actions == ["refund"]
    answered(result="CHARGE_SUCCESS", pspReference="pi_1", actions=None)
    assert transaction.available_actions == ["refund"]
    answered(result="CHARGE_SUCCESS", pspReference="pi_1", actions=[])
    assert transaction.available_actions == []


@pytest.mark.parametrize(
    ("time", "taken"),
    [
        ("2026-11-24T11:00:00", datetime(2026, 11, 24, 11, tzinfo=UTC)),
        ("2026-11-24T11:00:00+01:00", datetime(2026, 11, 24, 10, tzinfo=UTC)),
        (1764000000, datetime(2025, 11, 24, 16, tzinfo=UTC)),
        (None, NOW),
    ],
)
def test_time_is_iso_8601_or_unix_seconds_naive_being_utc(answered, time, taken):
    assert answered(result="CHARGE_SUCCESS", pspReference="pi_1", time=time).created_at == taken


def test_a_message_is_made_text_and_cut_at_512(answered):
    assert answered(result="CHARGE_FAILURE", pspReference="a", message={"a": 1}).message == "{'a': 1}"
    assert len(answered(result="CHARGE_FAILURE", pspReference="b", message="x" * 600).message) == 512


def test_payment_method_details_are_taken_on_failures_too_but_not_before_3_22(transaction, answered):
    details = {"type": "CARD", "name": "Visa", "expYear": "2034", "lastDigits": "4242"}
    answered("3.21", result="CHARGE_FAILURE", pspReference="a", paymentMethodDetails=details)
    assert transaction.payment_method is None
    answered(result="CHARGE_FAILURE", pspReference="b", paymentMethodDetails=details)
    assert (transaction.payment_method.last_digits, transaction.payment_method.exp_year) == ("4242", 2034)


def test_the_same_success_twice_is_one_event(transaction, answered):
    first = answered(result="CHARGE_SUCCESS", pspReference="pi_1")
    assert answered(result="CHARGE_SUCCESS", pspReference="pi_1") is first
    assert transaction.amounts.charged == 10


def test_a_second_authorization_under_another_reference_is_refused(transaction, answered):
    answered(result="AUTHORIZATION_SUCCESS", pspReference="pi_1")
    event = answered(result="AUTHORIZATION_SUCCESS", pspReference="pi_2")
    assert "AUTHORIZATION_ADJUSTMENT" in event.message
    assert transaction.amounts.authorized == 10


def test_action_required_twice_is_two_events(transaction, answered):
    first = answered(result="CHARGE_ACTION_REQUIRED", pspReference="pi_1")
    assert answered(result="CHARGE_ACTION_REQUIRED", pspReference="pi_1") is not first


@pytest.mark.parametrize("body", [b"[]", b'"text"', b"5"])
def test_a_top_level_that_is_no_object_is_told_apart_from_no_answer(body):
    with pytest.raises(TopLevelNotAnObject):
        decoded(body)


@pytest.mark.parametrize("body", [b"", b"<html>", b"null", b"\xff"])
def test_what_is_no_json_is_no_answer(body):
    assert decoded(body) is None


@pytest.mark.parametrize(("version", "stored"), [("3.21", ("cancel",)), ("3.22", ("CANCEL",)), ("3.24", ("CANCEL",))])
def test_an_asynchronous_answers_actions_are_lower_cased_by_3_21_alone(version, stored):
    answer = action_answer({"pspReference": "re_1", "actions": ["CANCEL"]}, Kind.REFUND, version=version, now=NOW)
    assert (answer.result, answer.actions) == (None, stored)


def test_a_request_as_the_result_of_an_action_is_refused():
    with pytest.raises(Rejected, match="CHARGE_FAILURE, CHARGE_SUCCESS"):
        action_answer({"pspReference": "a", "result": "CHARGE_REQUEST"}, Kind.CHARGE, version="3.24", now=NOW)


def test_an_empty_object_lacks_the_reference():
    with pytest.raises(Rejected, match=r"^Missing value for field: pspReference\.$"):
        action_answer({}, Kind.CHARGE, version="3.24", now=NOW)
