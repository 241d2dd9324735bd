"""Confirming a payment: what Stripe is asked, and when it is not asked (again)."""

from dataclasses import replace

import pytest

from saleor_stripe_app.domain import confirmation
from saleor_stripe_app.domain.confirmation import is_another_try
from saleor_stripe_app.domain.evidence import carried_out
from saleor_stripe_app.domain.instruction import NO_INSTRUCTION, Instruction
from saleor_stripe_app.domain.operation import OperationState
from saleor_stripe_app.domain.payment import IntentStatus
from tests.domain.payments import at, operation, payment

TOKEN = Instruction(confirmation_token="ctoken_1")
METHOD = Instruction(payment_method_id="pm_1")
BACK = "https://shop.example/back"
OPEN = payment(IntentStatus.REQUIRES_PAYMENT_METHOD)
CHALLENGED = payment(IntentStatus.REQUIRES_ACTION)


def asked(instruction, state=OperationState.FAILED, answer="{}"):
    """A try of this instruction; without an answer Stripe never said what became of it."""
    return replace(
        operation("confirm", state=state),
        request=instruction.identity(),
        parameters=confirmation.parameters(instruction),
        answer=answer,
    )


@pytest.mark.parametrize(
    ("instruction", "parameters"),
    [
        (TOKEN, {"confirmation_token": "ctoken_1", "use_stripe_sdk": True}),
        (METHOD, {"payment_method": "pm_1", "use_stripe_sdk": True}),
        (
            replace(METHOD, return_url=BACK),
            {"payment_method": "pm_1", "return_url": BACK, "use_stripe_sdk": False},
        ),
        (replace(METHOD, off_session=True), {"payment_method": "pm_1", "off_session": True}),
        (replace(METHOD, off_session=True, return_url=BACK), {"payment_method": "pm_1", "off_session": True}),
    ],
)
def test_stripe_js_does_what_is_left_unless_there_is_an_address_to_return_to(instruction, parameters):
    assert confirmation.parameters(instruction) == {"expand": ["latest_charge"], **parameters}


def test_nothing_is_confirmed_unasked():
    assert not is_another_try(NO_INSTRUCTION, OPEN, [])


@pytest.mark.parametrize("instruction", [TOKEN, METHOD])
def test_a_repeated_request_is_one(instruction):
    assert is_another_try(instruction, OPEN, [])
    assert not is_another_try(instruction, OPEN, [asked(instruction)])


def test_another_token_and_the_same_method_after_another_event_are_another_try():
    assert is_another_try(Instruction(confirmation_token="ctoken_2"), OPEN, [asked(TOKEN)])
    assert is_another_try(replace(METHOD, after=at(60)), OPEN, [asked(METHOD)])
    assert is_another_try(METHOD, OPEN, [asked(replace(METHOD, off_session=True))])
    assert not is_another_try(replace(TOKEN, after=at(60)), OPEN, [asked(TOKEN)])


def test_what_never_reached_stripe_is_tried_anew_under_another_key():
    lost = asked(TOKEN, answer=None)
    assert is_another_try(TOKEN, OPEN, [lost])
    assert confirmation.attempt(TOKEN, [lost]) == 2


def test_a_challenge_is_not_begun_anew_by_the_method_that_it_is_about():
    again = replace(METHOD, after=at(60))
    assert not is_another_try(again, CHALLENGED, [asked(METHOD, OperationState.SUCCEEDED)])
    assert is_another_try(TOKEN, CHALLENGED, [asked(METHOD, OperationState.SUCCEEDED)])
    assert is_another_try(TOKEN, CHALLENGED, [])


@pytest.mark.parametrize(
    "status",
    [IntentStatus.PROCESSING, IntentStatus.REQUIRES_CAPTURE, IntentStatus.SUCCEEDED, IntentStatus.CANCELED],
)
def test_what_is_made_or_ended_is_never_confirmed(status):
    assert not is_another_try(TOKEN, payment(status), [])


@pytest.mark.parametrize("status", IntentStatus)
def test_an_intent_past_confirmation_shows_that_it_was_confirmed(status):
    unconfirmed = ("requires_payment_method", "requires_confirmation", "canceled")
    assert (carried_out(asked(TOKEN), payment(status)) is None) == (status in unconfirmed)
