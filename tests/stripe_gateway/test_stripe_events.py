"""Events: signed by Stripe, now, over exactly these bytes."""

import json
from datetime import UTC, datetime, timedelta

import pytest
import stripe
from hypothesis import given, settings
from hypothesis import strategies as st

from saleor_stripe_app.domain.errors import Malformed, Untrusted
from saleor_stripe_app.stripe_gateway.events import Event, verified

NOW = datetime(2026, 10, 9, 12, tzinfo=UTC)
SECRET = "whsec_new"
OLD_SECRET = "whsec_old"


def a_body(shown: object, **fields: object) -> bytes:
    event = {
        "id": "evt_1",
        "object": "event",
        "type": "payment_intent.succeeded",
        "created": int(NOW.timestamp()),
        "livemode": False,
        "api_version": "2026-10-28.endive",
        "pending_webhooks": 1,
        "data": {"object": shown},
    }
    return json.dumps(event | fields).encode()


INTENT = a_body({"id": "pi_1", "object": "payment_intent", "metadata": {"saleor_api_url": "https://shop/"}})


def signed(body: bytes, secret: str = SECRET, at: datetime = NOW) -> str:
    return stripe.WebhookSignature.generate_signature_header(body.decode(), secret, int(at.timestamp()))


def test_a_signed_event_tells_what_to_look_at():
    assert verified(INTENT, signed(INTENT), [SECRET], NOW) == Event(
        id="evt_1",
        type="payment_intent.succeeded",
        created=NOW,
        livemode=False,
        account=None,
        api_version="2026-10-28.endive",
        object_type="payment_intent",
        object_id="pi_1",
        payment_intent="pi_1",
        metadata={"saleor_api_url": "https://shop/"},
    )


@pytest.mark.parametrize("kind", ["charge", "refund", "dispute", "review", "radar.early_fraud_warning"])
@pytest.mark.parametrize("named", ["pi_1", {"id": "pi_1", "object": "payment_intent"}])
def test_an_object_of_a_payment_names_its_intent(kind, named):
    body = a_body({"id": "xx_1", "object": kind, "payment_intent": named, "metadata": {}}, account="acct_1")

    event = verified(body, signed(body), [SECRET], NOW)

    assert (event.object_type, event.object_id, event.payment_intent, event.account) == (kind, "xx_1", "pi_1", "acct_1")


@pytest.mark.parametrize(
    "shown",
    [
        {"object": "balance", "available": []},
        {"id": "cs_1", "object": "checkout.session", "payment_intent": "pi_1", "metadata": None},
        {"id": 5, "object": "of_a_later_version", "metadata": ["a"]},
        {"id": "ch_1", "object": "charge", "payment_intent": None},
        {},
    ],
)
def test_an_object_without_a_known_intent_is_an_event_all_the_same(shown):
    body = a_body(shown)

    event = verified(body, signed(body), [SECRET], NOW)

    assert (event.payment_intent, event.metadata) == (None, {})


@pytest.mark.parametrize("secrets", [[SECRET, OLD_SECRET], [OLD_SECRET, SECRET], ["", SECRET]])
def test_any_of_several_secrets_will_do(secrets):
    assert verified(INTENT, signed(INTENT), secrets, NOW).id == "evt_1"


def test_a_header_with_the_signatures_of_two_secrets_will_do():
    new, old = signed(INTENT), signed(INTENT, OLD_SECRET)

    assert verified(INTENT, f"{old},{new.split(',')[1]}", [SECRET], NOW).id == "evt_1"


@pytest.mark.parametrize("secrets", [[], [""], ["  "], [OLD_SECRET]])
def test_without_the_right_secret_nothing_is_trusted(secrets):
    with pytest.raises(Untrusted):
        verified(INTENT, signed(INTENT), secrets, NOW)


def test_a_signature_by_an_empty_secret_is_not_trusted():
    with pytest.raises(Untrusted):
        verified(INTENT, signed(INTENT, ""), [""], NOW)


@pytest.mark.parametrize("seconds", [-300, -1, 0, 1, 300])
def test_a_stamp_within_the_tolerance_is_taken(seconds):
    header = signed(INTENT, at=NOW + timedelta(seconds=seconds))

    assert verified(INTENT, header, [SECRET], NOW).id == "evt_1"


@pytest.mark.parametrize("seconds", [-301, 301, 86_400, -10_000_000])
def test_a_stamp_from_long_ago_or_from_the_future_is_refused(seconds):
    header = signed(INTENT, at=NOW + timedelta(seconds=seconds))

    with pytest.raises(Untrusted, match="another time"):
        verified(INTENT, header, [SECRET], NOW)


@pytest.mark.parametrize(
    "header",
    [
        "",
        "t=",
        "v1=abc",
        "t=now,v1=abc",
        "t=-5,v1=abc",
        "t=1_0,v1=abc",
        f"t={'9' * 400},v1=abc",
        f"t={int(NOW.timestamp())}",
        f"t={int(NOW.timestamp())},v1",
        f"t={int(NOW.timestamp())},v1=",
        f"t={int(NOW.timestamp())},v1=é",
        f"t={int(NOW.timestamp())},v0={'a' * 64}",
        f"t={int(NOW.timestamp())},v1={'a' * 5000}",
        "t=٣,v1=abc",
    ],
)
def test_a_header_that_is_no_signature_is_refused(header):
    with pytest.raises(Untrusted):
        verified(INTENT, header, [SECRET], NOW)


def test_two_stamps_in_one_header_are_refused():
    with pytest.raises(Untrusted):
        verified(INTENT, f"{signed(INTENT)},t={int(NOW.timestamp())}", [SECRET], NOW)


@settings(deadline=None)
@given(st.integers(0, len(INTENT) - 1), st.integers(1, 127))
def test_any_changed_byte_is_refused(position, change):
    body = bytearray(INTENT)
    body[position] ^= change

    with pytest.raises(Untrusted):
        verified(bytes(body), signed(INTENT), [SECRET], NOW)


@settings(deadline=None)
@given(st.text(max_size=200))
def test_no_header_makes_verification_fail_otherwise(header):
    with pytest.raises(Untrusted):
        verified(INTENT, header, [SECRET], NOW)


def test_a_body_that_is_not_utf8_is_malformed():
    with pytest.raises(Malformed):
        verified(b"\xff\xfe", f"t={int(NOW.timestamp())},v1={'a' * 64}", [SECRET], NOW)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"event"',
        b"{}",
        b'{"id":"evt_1","object":"v2.core.event","type":"v1.payment_intent.succeeded","created":"2026-10-09T12:00:00Z"}',
        a_body("pi_1"),
        a_body(None),
        a_body({"object": 5}),
        a_body({}, created="now"),
        a_body({}, created=10**18),
        b"[" * 100_000,
    ],
)
def test_a_signed_body_that_is_no_event_is_malformed(body):
    with pytest.raises(Malformed):
        verified(body, signed(body), [SECRET], NOW)
