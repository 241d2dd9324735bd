from dataclasses import replace

import pytest

from saleor_stripe_app.domain import tokenization
from saleor_stripe_app.domain.channel_options import ChannelOptions, PaymentOptions
from saleor_stripe_app.domain.options import ThreeDSecure
from saleor_stripe_app.domain.tokenization import SetupIntent, SetupStatus, Tokenized, outcome

OPEN = SetupIntent("seti_1", SetupStatus.REQUIRES_PAYMENT_METHOD, "seti_1_secret_2")
NOTHING = PaymentOptions()


def parameters(options=NOTHING, **more):
    return tokenization.create_parameters("cus_1", options, {"saleor_user_id": "VXNlcjox"}, **more)


@pytest.mark.parametrize(
    ("setup", "result"),
    [
        (OPEN, Tokenized.ACTION_REQUIRED),
        (replace(OPEN, status=SetupStatus.REQUIRES_CONFIRMATION), Tokenized.ACTION_REQUIRED),
        (replace(OPEN, status=SetupStatus.REQUIRES_ACTION, action="use_stripe_sdk"), Tokenized.ACTION_REQUIRED),
        (replace(OPEN, status=SetupStatus.REQUIRES_ACTION, action="verify_with_microdeposits"), Tokenized.PENDING),
        (replace(OPEN, status=SetupStatus.PROCESSING), Tokenized.PENDING),
        (replace(OPEN, error="Your card was declined."), Tokenized.FAILED),
        (replace(OPEN, status=SetupStatus.CANCELED), Tokenized.FAILED),
    ],
)
def test_what_a_setup_intent_means(setup, result):
    assert outcome(setup).result is result


def test_what_is_not_done_can_be_gone_on_with():
    answer = outcome(replace(OPEN, status=SetupStatus.REQUIRES_ACTION, action="use_stripe_sdk"))
    assert (answer.id, answer.data) == ("seti_1", {"setupIntent": {"stripeClientSecret": "seti_1_secret_2"}})


def test_microdeposits_say_where_to_confirm_them():
    waiting = replace(
        OPEN,
        status=SetupStatus.REQUIRES_ACTION,
        action="verify_with_microdeposits",
        verification_url="https://payments.stripe.com/microdeposit/1",
    )
    shown = outcome(waiting).data["setupIntent"]
    assert shown["verificationUrl"] == "https://payments.stripe.com/microdeposit/1"


def test_a_failure_says_why():
    assert outcome(replace(OPEN, error="Your card was declined.")).error == "Your card was declined."


def test_a_setup_is_for_what_the_channel_offers():
    channel = ChannelOptions(method_configuration="pmc_1", excluded_methods=("klarna",))
    made = parameters(PaymentOptions(channel=channel, three_d_secure=ThreeDSecure.ANY))
    assert made["payment_method_configuration"] == "pmc_1"
    assert made["excluded_payment_method_types"] == ["klarna"]
    assert made["payment_method_options"] == {"card": {"request_three_d_secure": "any"}}


def test_nothing_is_said_of_cards_where_they_are_excluded():
    options = PaymentOptions(channel=ChannelOptions(excluded_methods=("card",)), three_d_secure=ThreeDSecure.ANY)
    assert "payment_method_options" not in parameters(options)


def test_without_a_token_the_shopper_confirms():
    made = parameters()
    assert "confirm" not in made
    assert (made["customer"], made["usage"]) == ("cus_1", "off_session")
    assert made["automatic_payment_methods"] == {"enabled": True}


def test_a_token_is_confirmed_without_redirects_unless_there_is_a_way_back():
    here = parameters(confirmation_token="ctoken_1")
    assert here["automatic_payment_methods"] == {"enabled": True, "allow_redirects": "never"}
    assert (here["confirm"], here["use_stripe_sdk"]) == (True, True)
    back = parameters(confirmation_token="ctoken_1", return_url="https://shop.example/")
    assert back["automatic_payment_methods"] == {"enabled": True}
    assert (back["return_url"], back["use_stripe_sdk"]) == ("https://shop.example/", False)


def test_a_key_is_for_one_saleor_user_request_and_customer():
    asked = ("https://a.example/graphql/", "VXNlcjox", "ctoken_1", "cus_1")
    keys = {tokenization.idempotency_key(*asked)}
    for place in range(4):
        other = list(asked)
        other[place] = "other"
        keys.add(tokenization.idempotency_key(*other))
    assert len(keys) == 5
    assert tokenization.idempotency_key(*asked) in keys
