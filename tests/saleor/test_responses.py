import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from saleor_stripe_app.domain.payment_method import PaymentMethod
from saleor_stripe_app.domain.report import Answer, Result
from saleor_stripe_app.domain.transaction import Action, Flow
from saleor_stripe_app.saleor import responses
from saleor_stripe_app.saleor.events import ACTIONS, WebhookEvent
from saleor_stripe_app.saleor.responses import ImpossibleAnswer

INITIALIZE = WebhookEvent.TRANSACTION_INITIALIZE_SESSION
CHARGE = WebhookEvent.TRANSACTION_CHARGE_REQUESTED
NEWEST = (3, 24)
FULL = Answer(
    result=Result.CHARGE_SUCCESS,
    reference="pi_1",
    amount=Decimal("12.50"),
    time=datetime(2026, 11, 24, 13, 0, 0, 1000, tzinfo=timezone(timedelta(hours=1))),
    message="Paid",
    external_url="https://dashboard.stripe.com/test/payments/pi_1",
    actions=frozenset({Action.REFUND, Action.CANCEL}),
    data={"paymentIntent": {"stripeClientSecret": "pi_1_secret_2"}},
    method=PaymentMethod("card", brand="visa", display_brand="Visa", last_digits="4242", exp_month=12, exp_year=2034),
)


def decoded(event, answer, version=NEWEST):
    return json.loads(responses.encode(event, answer, version))


def test_a_session_answer_has_everything():
    assert decoded(INITIALIZE, FULL) == {
        "result": "CHARGE_SUCCESS",
        "pspReference": "pi_1",
        "amount": 12.5,
        "time": "2026-11-24T12:00:00.001000+00:00",
        "message": "Paid",
        "externalUrl": "https://dashboard.stripe.com/test/payments/pi_1",
        "actions": ["CANCEL", "REFUND"],
        "data": {"paymentIntent": {"stripeClientSecret": "pi_1_secret_2"}},
        "paymentMethodDetails": {
            "type": "CARD",
            "name": "Visa",
            "brand": "visa",
            "lastDigits": "4242",
            "expMonth": 12,
            "expYear": 2034,
        },
    }


def test_an_amount_is_written_with_its_own_decimals():
    assert b'"amount":12.50' in responses.encode(INITIALIZE, FULL, NEWEST)
    assert b'"amount":6497' in responses.encode(INITIALIZE, replace(FULL, amount=Decimal(6497)), NEWEST)
    assert b'"amount":100,' in responses.encode(INITIALIZE, replace(FULL, amount=Decimal("1E+2")), NEWEST)
    assert b'"amount":0.00' in responses.encode(INITIALIZE, replace(FULL, amount=Decimal("-0.00")), NEWEST)


def test_an_asynchronous_answer_is_the_reference_alone():
    answer = replace(FULL, result=None, data=None)
    for event in ACTIONS:
        assert decoded(event, answer) == {"pspReference": "pi_1"}


def test_an_action_answer_has_neither_data_nor_method():
    answer = decoded(CHARGE, FULL)
    assert "data" not in answer
    assert "paymentMethodDetails" not in answer


def test_the_method_is_left_out_for_a_saleor_that_does_not_know_it():
    assert "paymentMethodDetails" not in decoded(INITIALIZE, FULL, (3, 21))
    assert "paymentMethodDetails" in decoded(INITIALIZE, FULL, (3, 22))


def test_another_method_than_a_card_goes_under_stripes_name():
    answer = decoded(INITIALIZE, replace(FULL, method=PaymentMethod("sepa_debit", last_digits="3000")))
    assert answer["paymentMethodDetails"] == {"type": "OTHER", "name": "sepa_debit"}


def test_a_card_without_details_is_still_named():
    assert decoded(INITIALIZE, replace(FULL, method=PaymentMethod("card")))["paymentMethodDetails"] == {
        "type": "CARD",
        "name": "card",
    }


def test_what_is_beyond_saleors_limits_is_cut_or_left_out():
    method = PaymentMethod("card", "b" * 50, "n" * 300, "123456789", 13, 1999)
    answer = decoded(INITIALIZE, replace(FULL, method=method, message="m" * 600))
    details = answer["paymentMethodDetails"]
    assert len(details["brand"]) == 40
    assert len(details["name"]) == 256
    assert details["lastDigits"] == "6789"
    assert "expMonth" not in details
    assert "expYear" not in details
    assert len(answer["message"]) == 512


@pytest.mark.parametrize(
    "url", ["", "pi_1", "dashboard.stripe.com/pi_1", "javascript:alert(1)", "https://", "https://a b/", "https://é.fr/",
            "https://a.example/" + "x" * 2048, "https://a.example/%zz", "https://a.example/\n", None]
)  # fmt: skip
def test_what_is_no_address_is_left_out(url):
    assert "externalUrl" not in decoded(INITIALIZE, replace(FULL, external_url=url))


def test_no_actions_takes_those_on_offer_away_and_none_leaves_them():
    assert decoded(INITIALIZE, replace(FULL, actions=frozenset()))["actions"] == []
    assert "actions" not in decoded(INITIALIZE, replace(FULL, actions=None))


def test_characters_that_saleors_database_refuses_are_left_out():
    assert decoded(INITIALIZE, replace(FULL, message="a\x00b\ud800c"))["message"] == "ab?c"


@pytest.mark.parametrize(
    ("event", "answer"),
    [
        (INITIALIZE, Answer(result=None, reference="pi_1")),
        (INITIALIZE, Answer(Result.REFUND_SUCCESS, "pi_1")),
        (INITIALIZE, Answer(Result.CHARGE_SUCCESS)),
        (INITIALIZE, Answer(Result.AUTHORIZATION_REQUEST)),
        (CHARGE, Answer(result=None)),
        (CHARGE, Answer(Result.CHARGE_REQUEST, "pi_1")),
        (CHARGE, Answer(Result.REFUND_FAILURE, "pi_1")),
        (CHARGE, Answer(Result.CHARGE_SUCCESS)),
        (WebhookEvent.TRANSACTION_CANCELATION_REQUESTED, Answer(Result.CANCEL_SUCCESS)),
        (WebhookEvent.APP_DELETED, FULL),
        (WebhookEvent.PAYMENT_GATEWAY_INITIALIZE_SESSION, FULL),
        (INITIALIZE, replace(FULL, amount=Decimal("NaN"))),
        (INITIALIZE, replace(FULL, amount=Decimal(-1))),
        (INITIALIZE, replace(FULL, time=datetime(2026, 11, 24))),  # noqa: DTZ001
    ],
)
def test_an_answer_that_saleor_would_refuse_is_never_made(event, answer):
    with pytest.raises(ImpossibleAnswer):
        responses.encode(event, answer, NEWEST)


def test_a_canceled_session_is_an_answer_from_3_23_on():
    canceled = Answer(Result.CANCEL_SUCCESS, "pi_1", Decimal(0), datetime(2026, 11, 24, tzinfo=UTC))
    assert decoded(INITIALIZE, canceled, (3, 23))["result"] == "CANCEL_SUCCESS"
    with pytest.raises(ImpossibleAnswer):
        responses.encode(INITIALIZE, canceled, (3, 22))


def test_the_gateway_gets_its_data():
    assert json.loads(responses.gateway({"stripePublishableKey": "pk_test_1"})) == {
        "data": {"stripePublishableKey": "pk_test_1"}
    }
    assert json.loads(responses.gateway(None)) == {"data": None}


@pytest.mark.parametrize(
    ("event", "flow", "result"),
    [
        (CHARGE, None, "CHARGE_FAILURE"),
        (WebhookEvent.TRANSACTION_CANCELATION_REQUESTED, None, "CANCEL_FAILURE"),
        (WebhookEvent.TRANSACTION_REFUND_REQUESTED, None, "REFUND_FAILURE"),
        (INITIALIZE, None, "CHARGE_FAILURE"),
        (INITIALIZE, Flow.AUTHORIZATION, "AUTHORIZATION_FAILURE"),
        (WebhookEvent.TRANSACTION_PROCESS_SESSION, Flow.CHARGE, "CHARGE_FAILURE"),
    ],
)
def test_a_request_that_cannot_be_read_is_refused_in_its_events_own_words(event, flow, result):
    assert json.loads(responses.refused(event, "Look first", flow)) == {"result": result, "message": "Look first"}


def test_an_event_that_takes_no_failure_cannot_be_refused_so():
    with pytest.raises(ImpossibleAnswer):
        responses.refused(WebhookEvent.APP_DELETED, "no")


def test_an_http_error_has_a_code_and_a_message():
    assert json.loads(responses.error("NOT_REGISTERED", "Install the app")) == {
        "error": {"code": "NOT_REGISTERED", "message": "Install the app"}
    }


def test_a_webhook_is_found_by_its_address():
    for event in WebhookEvent:
        assert WebhookEvent.at(event.path) is event
    assert WebhookEvent.at("transaction_initialize_session") is None
    assert WebhookEvent.at("../app-deleted") is None
