"""What was asked of Stripe: its identity, and how long the same request may be sent again."""

from dataclasses import replace
from datetime import timedelta

import pytest

from saleor_stripe_app.domain.operation import RESEND_FOR, OperationState, idempotency_key, request_of_body
from tests.domain.payments import NOON, operation

OPEN = operation("capture", state="open")


def test_an_open_operation_may_be_sent_again_while_stripe_surely_keeps_its_key():
    assert OPEN.may_be_sent(NOON)
    assert OPEN.may_be_sent(NOON + RESEND_FOR - timedelta(seconds=1))
    assert not OPEN.may_be_sent(NOON + RESEND_FOR)
    assert timedelta(hours=24) > RESEND_FOR


def test_a_stored_server_error_is_never_sent_again():
    assert not replace(OPEN, resendable=False).may_be_sent(NOON)


@pytest.mark.parametrize("state", [OperationState.SUCCEEDED, OperationState.FAILED])
def test_what_is_decided_is_never_sent_again(state):
    assert not replace(OPEN, state=state).may_be_sent(NOON)


def test_a_key_belongs_to_one_installation_one_request_and_one_attempt():
    keys = {
        idempotency_key(url, request, attempt)
        for url in ("https://a.example/graphql/", "https://b.example/graphql/")
        for request in ("one", "two")
        for attempt in (1, 2, 12)
    }
    assert len(keys) == 12
    assert all(len(key) <= 255 for key in keys)
    assert idempotency_key("https://a.example/graphql/", "one", 1) in keys


def test_two_equal_refunds_at_different_times_are_two_requests():
    first, second = b'{"amount": 5.0, "issuedAt": "12:00:00"}', b'{"amount": 5.0, "issuedAt": "12:00:01"}'
    assert request_of_body(first) == request_of_body(bytes(first))
    assert request_of_body(first) != request_of_body(second)


def test_the_first_answer_stays_out_of_what_is_printed():
    assert "secret" not in repr(replace(OPEN, answer="secret"))
