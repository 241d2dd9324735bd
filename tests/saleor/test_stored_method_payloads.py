import hashlib
import json

import pytest

from saleor_stripe_app.domain.errors import Malformed, Refusal
from saleor_stripe_app.domain.shopper import User
from saleor_stripe_app.saleor import stored_method_payloads as payloads
from tests.saleor import recordings

DECODERS = {
    "list-stored-payment-methods": payloads.list_methods,
    "stored-payment-method-delete-requested": payloads.delete,
    "payment-gateway-initialize-tokenization-session": payloads.greeting,
    "payment-method-initialize-tokenization-session": payloads.tokenize,
    "payment-method-process-tokenization-session": payloads.process,
}
GREETING = recordings.read("payment-gateway-initialize-tokenization-session")
TOKENIZE = recordings.read("payment-method-initialize-tokenization-session")


def changed(recording, **fields):
    return json.dumps({**json.loads(recording.body), **fields}).encode()


@pytest.mark.parametrize(("name", "decode"), DECODERS.items())
def test_every_recorded_request_names_the_customer_and_the_channel(name, decode):
    request = decode(recordings.read(name).body)
    assert request.app_id == "QXBwOjE="
    assert request.version == (3, 24)
    assert request.user == User("VXNlcjo0Ng==", "shopper@example.com", "Ada", "L")
    assert (request.channel_id, request.channel_slug) == ("Q2hhbm5lbDox", "default-channel")


def test_what_a_request_is_about_is_read():
    assert payloads.delete(recordings.read("stored-payment-method-delete-requested").body).method_id == "pm_1"
    assert payloads.process(recordings.read("payment-method-process-tokenization-session").body).setup_id == "seti_1"


def test_a_setup_without_data_leaves_everything_to_stripe_js():
    request = payloads.tokenize(TOKENIZE.body)
    assert (request.confirmation_token, request.return_url) == (None, None)
    assert request.digest == hashlib.sha256(TOKENIZE.body).hexdigest()


@pytest.mark.parametrize("data", [None, {}, {"setupIntent": None}, {"setupIntent": {}}, {"other": [1, 2.5]}])
def test_data_for_somebody_else_is_ignored(data):
    assert payloads.tokenize(changed(TOKENIZE, data=data)).confirmation_token is None
    assert payloads.greeting(changed(GREETING, data=data)).wants_customer_session is False


def test_what_a_storefront_asks_for_is_read():
    said = {"setupIntent": {"confirmationToken": "ctoken_1", "returnUrl": "https://shop.example/account?x=1"}}
    request = payloads.tokenize(changed(TOKENIZE, data=said))
    assert (request.confirmation_token, request.return_url) == ("ctoken_1", "https://shop.example/account?x=1")
    assert payloads.greeting(changed(GREETING, data={"customerSession": True})).wants_customer_session


@pytest.mark.parametrize(
    ("decode", "recording", "data"),
    [
        (payloads.tokenize, TOKENIZE, "text"),
        (payloads.tokenize, TOKENIZE, {"setupIntent": "seti_1"}),
        (payloads.tokenize, TOKENIZE, {"setupIntent": {"confirmationToken": "pm_1"}}),
        (payloads.tokenize, TOKENIZE, {"setupIntent": {"confirmationToken": "ctoken_1&customer=cus_2"}}),
        (payloads.tokenize, TOKENIZE, {"setupIntent": {"returnUrl": "http://shop.example/"}}),
        (payloads.tokenize, TOKENIZE, {"setupIntent": {"returnUrl": "javascript:alert(1)"}}),
        (payloads.greeting, GREETING, {"customerSession": "yes"}),
    ],
)
def test_data_of_the_wrong_form_is_refused_in_words(decode, recording, data):
    with pytest.raises(Refusal, match="cannot be used: ") as refused:
        decode(changed(recording, data=data))
    assert refused.value.code == "ParseError"


@pytest.mark.parametrize("decode", DECODERS.values())
@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"recipient": {"id": "QXBwOjE="}}'])
def test_what_is_no_request_of_saleors_is_malformed(decode, body):
    with pytest.raises(Malformed):
        decode(body)
