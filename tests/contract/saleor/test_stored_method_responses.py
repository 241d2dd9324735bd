"""Every answer about stored payment methods, against the schemas that Saleor publishes for them."""

import json
from datetime import UTC, datetime
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, ValidationError

from saleor_stripe_app.domain.stored_methods import Redisplay, StoredMethod
from saleor_stripe_app.domain.tokenization import SetupIntent, SetupStatus, Tokenization, Tokenized, outcome
from saleor_stripe_app.saleor import stored_method_responses as responses
from saleor_stripe_app.saleor.events import WebhookEvent
from tests.contract.saleor.test_responses import SCHEMAS, json_values

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
LIST, DELETE = "ListStoredPaymentMethods", "StoredPaymentMethodDeleteRequested"
# Its name is another webhook's; what it says is what these two may answer (see the README beside it).
TOKENIZATION = "PaymentGatewayInitializeTokenizationSession"
SCHEMA_OF = {
    WebhookEvent.STORED_PAYMENT_METHOD_DELETE_REQUESTED: DELETE,
    WebhookEvent.PAYMENT_METHOD_INITIALIZE_TOKENIZATION_SESSION: TOKENIZATION,
    WebhookEvent.PAYMENT_METHOD_PROCESS_TOKENIZATION_SESSION: TOKENIZATION,
}

text = st.none() | st.text(max_size=30)
methods = st.builds(
    StoredMethod,
    id=st.text(min_size=1, max_size=30),
    type=st.sampled_from(["card", "sepa_debit", "paypal", "klarna"]) | st.text(max_size=20),
    created=st.just(NOW),
    redisplay=st.sampled_from(Redisplay),
    fingerprint=text,
    brand=text,
    last_digits=text,
    exp_month=st.none() | st.integers(-5, 20),
    exp_year=st.none() | st.integers(-5, 12000),
    wallet=text,
    bank_name=text,
    holder=text | st.emails(),
)
setups = st.builds(
    SetupIntent,
    id=st.text(min_size=1, max_size=30),
    status=st.sampled_from([status for status in SetupStatus if status is not SetupStatus.SUCCEEDED]),
    client_secret=st.text(max_size=30),
    error=text,
    action=st.none() | st.sampled_from(["redirect_to_url", "verify_with_microdeposits"]),
    verification_url=text,
)


@cache
def validator(name: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads((SCHEMAS / f"{name}.json").read_text()))


@settings(deadline=None)
@given(st.lists(methods, max_size=4))
def test_every_list_is_accepted_and_skips_nothing(stored):
    answer = json.loads(responses.listed(stored, NOW))
    validator(LIST).validate(answer)
    assert [one["id"] for one in answer["paymentMethods"]] == [one.id for one in stored]


@settings(deadline=None)
@given(setups)
def test_every_state_of_a_setup_is_accepted(setup):
    tokenization = outcome(setup)
    answer = json.loads(responses.tokenized(tokenization))
    validator(TOKENIZATION).validate(answer)
    # Saleor takes these results with an id alone.
    assert answer.get("id") == (None if tokenization.result is Tokenized.FAILED else setup.id)


def test_success_is_accepted():
    validator(TOKENIZATION).validate(json.loads(responses.tokenized(Tokenization(Tokenized.SUCCESS, "pm_1"))))
    validator(DELETE).validate(json.loads(responses.deleted()))


@pytest.mark.parametrize(("event", "schema"), SCHEMA_OF.items())
@settings(deadline=None)
@given(reason=st.text(max_size=600))
def test_every_failure_is_accepted_and_short_enough_to_show(event, schema, reason):
    for body in (responses.failed(event, reason), responses.unknown(reason)):
        answer = json.loads(body)
        validator(schema).validate(answer)
        assert len(answer["error"]) <= 512


@given(json_values)
def test_the_gateways_greeting_has_saleors_results(data):
    assert json.loads(responses.initialized(data)) == {"result": "SUCCESSFULLY_INITIALIZED", "data": data}
    event = WebhookEvent.PAYMENT_GATEWAY_INITIALIZE_TOKENIZATION_SESSION
    assert json.loads(responses.failed(event, "no"))["result"] == "FAILED_TO_INITIALIZE"


@pytest.mark.parametrize(
    ("method", "name"),
    [
        ({"type": "card", "brand": "visa", "last_digits": "4242"}, "Visa •••• 4242"),
        ({"type": "card", "brand": "amex", "last_digits": "0005", "wallet": "apple_pay"}, "Amex •••• 0005 (Apple Pay)"),
        (
            {
                "type": "card",
                "brand": "visa",
                "last_digits": "4242",
                "wallet": "link",
                "exp_month": 1,
                "exp_year": 2020,
            },
            "Visa •••• 4242 (Link, expired)",
        ),
        ({"type": "card"}, "Card"),
        ({"type": "sepa_debit", "last_digits": "3000"}, "SEPA Debit •••• 3000"),
        ({"type": "us_bank_account", "bank_name": "TEST BANK", "last_digits": "6789"}, "TEST BANK •••• 6789"),
        ({"type": "paypal", "holder": "ada.lovelace@shop.example"}, "PayPal a•••@shop.example"),
        ({"type": "link", "holder": "ada@shop.example"}, "Link a•••@shop.example"),
        ({"type": "cashapp", "holder": "$ada"}, "Cash App $ada"),
        ({"type": "revolut_pay"}, "Revolut Pay"),
    ],
)
def test_a_method_is_named_as_a_shopper_knows_it(method, name):
    body = responses.listed([StoredMethod(id="pm_1", created=NOW, **method)], NOW)
    [shown] = json.loads(body)["paymentMethods"]
    assert shown["name"] == name
    assert "ada.lovelace" not in body.decode()


def test_the_schemas_refuse_what_they_should():
    for name, wrong in (
        (LIST, {"paymentMethods": [{"id": "pm_1"}]}),
        (LIST, {"paymentMethods": [{"id": "pm_1", "type": "card", "supportedPaymentFlows": ["OFFLINE"]}]}),
        (DELETE, {"result": "DELETED"}),
        (TOKENIZATION, {"result": "SUCCESSFULLY_TOKENIZED"}),
    ):
        with pytest.raises(ValidationError):
            validator(name).validate(wrong)
