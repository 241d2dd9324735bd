import base64
import hashlib
import hmac
import json

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from hypothesis import given, settings
from hypothesis import strategies as st

from saleor_stripe_app.domain.errors import Malformed, Untrusted
from saleor_stripe_app.saleor import signature
from saleor_stripe_app.saleor.signature import KeySet, UnknownKey
from tests.saleor import keys, recordings

SALEORS = KeySet.parse(recordings.KEY_SET)
BODY = b'{"a": 1}'


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def signed(header: dict[str, object], body: bytes = BODY) -> str:
    """A detached signature under any header at all."""
    head = b64(json.dumps(header).encode())
    made = keys.private_key().sign(head.encode() + b"." + body, padding.PKCS1v15(), hashes.SHA256())
    return f"{head}..{b64(made)}"


GOOD = {"alg": "RS256", "b64": False, "crit": ["b64"], "kid": keys.KID, "typ": "JWT"}


def test_recordings_of_every_kind_are_there():
    assert {recording.event for recording in recordings.SIGNED} == {
        "app_deleted",
        "list_stored_payment_methods",
        "order_fully_paid",
        "payment_gateway_initialize_session",
        "payment_gateway_initialize_tokenization_session",
        "payment_method_initialize_tokenization_session",
        "payment_method_process_tokenization_session",
        "stored_payment_method_delete_requested",
        "transaction_cancelation_requested",
        "transaction_charge_requested",
        "transaction_initialize_session",
        "transaction_process_session",
        "transaction_refund_requested",
    }


@pytest.mark.parametrize("recording", recordings.SIGNED, ids=lambda recording: recording.name)
def test_a_recorded_request_of_saleors_verifies(recording):
    signature.verify(recording.signature, recording.body, SALEORS)


@settings(deadline=None)
@given(st.data())
def test_any_flipped_bit_of_a_body_is_refused(data):
    recording = data.draw(st.sampled_from([recording for recording in recordings.SIGNED if recording.body]))
    place = data.draw(st.integers(0, len(recording.body) - 1))
    changed = bytearray(recording.body)
    changed[place] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(Untrusted):
        signature.verify(recording.signature, bytes(changed), SALEORS)


@settings(deadline=None)
@given(st.data())
def test_any_changed_character_of_a_signature_is_refused(data):
    token = recordings.SIGNED[0].signature
    place = data.draw(st.integers(0, len(token) - 1))
    character = data.draw(st.characters(min_codepoint=1, max_codepoint=300).filter(lambda c: c != token[place]))
    with pytest.raises(Untrusted):
        signature.verify(token[:place] + character + token[place + 1 :], recordings.SIGNED[0].body, SALEORS)


@pytest.mark.parametrize("token", [None, "", ".", "..", "...", "a..b", "no", "ü..ü", "a" * 9000])
def test_what_is_no_signature_is_refused(token):
    with pytest.raises(Untrusted):
        signature.verify(token, BODY, SALEORS)


def test_a_signature_that_carries_its_own_payload_is_refused():
    recording = recordings.read("app-deleted")
    attached = recording.signature.replace("..", f".{b64(recording.body)}.")
    with pytest.raises(Untrusted, match="detached"):
        signature.verify(attached, recording.body, SALEORS)


def test_a_valid_attached_token_of_the_same_key_is_refused_for_any_body():
    token = keys.token({"a": 1})
    for body in (BODY, b'{"a":1}', b""):
        with pytest.raises(Untrusted, match="detached"):
            signature.verify(token, body, KeySet.parse(keys.key_set()))


def test_a_token_with_its_payload_cut_out_is_refused():
    head, payload, made = keys.token({"a": 1}).split(".")
    with pytest.raises(Untrusted):
        signature.verify(f"{head}..{made}", base64.urlsafe_b64decode(payload + "=="), KeySet.parse(keys.key_set()))


def test_the_header_that_saleor_sends_is_taken():
    signature.verify(signed(GOOD), BODY, KeySet.parse(keys.key_set()))
    signature.verify(signed(GOOD, b""), b"", KeySet.parse(keys.key_set()))


@pytest.mark.parametrize(
    "header",
    [
        {key: value for key, value in GOOD.items() if key != "crit"},
        {key: value for key, value in GOOD.items() if key != "b64"},
        {key: value for key, value in GOOD.items() if key != "kid"},
        {key: value for key, value in GOOD.items() if key != "alg"},
        {**GOOD, "crit": []},
        {**GOOD, "crit": ["b64", "exp"]},
        {**GOOD, "crit": "b64"},
        {**GOOD, "b64": True},
        {**GOOD, "b64": 0},
        {**GOOD, "kid": 7},
        {**GOOD, "alg": "none"},
        {**GOOD, "alg": "RS512"},
        {**GOOD, "alg": "HS256"},
    ],
)
def test_any_other_header_is_refused_though_rightly_signed(header):
    with pytest.raises(Untrusted):
        signature.verify(signed(header), BODY, KeySet.parse(keys.key_set()))


def test_the_public_key_used_as_a_shared_secret_is_refused():
    public = keys.private_key().public_key()
    secret = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    head = b64(json.dumps({**GOOD, "alg": "HS256"}).encode())
    made = hmac.new(secret, head.encode() + b"." + BODY, hashlib.sha256).digest()
    with pytest.raises(Untrusted):
        signature.verify(f"{head}..{b64(made)}", BODY, KeySet.parse(keys.key_set()))


def test_an_unknown_key_has_an_error_of_its_own_so_that_the_key_set_is_fetched_anew():
    with pytest.raises(UnknownKey):
        signature.verify(keys.detached(BODY, kid="newer"), BODY, KeySet.parse(keys.key_set()))


def test_a_key_of_the_same_name_that_is_not_the_same_key_is_refused():
    forged = keys.detached(BODY, key=keys.other_private_key())
    with pytest.raises(Untrusted) as refused:
        signature.verify(forged, BODY, KeySet.parse(keys.key_set()))
    assert not isinstance(refused.value, UnknownKey)


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"keys": []}', '{"keys": [{"kty": "EC", "kid": "a"}]}', '{"keys": [{"kty": "RSA"}]}', "[" * 5000],
)
def test_a_key_set_without_a_usable_key_is_malformed(text):
    with pytest.raises(Malformed):
        KeySet.parse(text)


def test_a_key_that_is_too_short_or_for_encryption_is_left_out():
    short = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    entries = [keys.web_key(short, "short"), {**keys.web_key(keys.private_key(), "enc"), "use": "enc"}]
    entries.append(keys.web_key(keys.private_key(), "good"))
    assert set(KeySet.parse(json.dumps({"keys": entries})).keys) == {"good"}


def test_a_key_set_shows_no_keys_when_it_is_printed():
    assert "test-key" not in repr(KeySet.parse(keys.key_set()))
