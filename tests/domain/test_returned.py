"""Money goes back as a whole and once, and never where a person has disposed of it."""

from dataclasses import replace

import pytest

from saleor_stripe_app.domain.abandoned import still_meant
from saleor_stripe_app.domain.operation import OperationKind, OperationState
from saleor_stripe_app.domain.payment import IntentStatus, Refund, RefundStatus
from saleor_stripe_app.domain.returned import MOST_TRIES, Back, Return, back, of_payment
from saleor_stripe_app.domain.surplus import Surplus
from tests.domain.payments import at, authorized, canceled, operation, paid, payment, processing

REQUEST = Surplus.COVERED.request


def asked(state, kind=OperationKind.REFUND, request=REQUEST, attempt=1):
    return replace(operation(kind, state=state), request=request, attempt=attempt)


def test_what_is_held_is_canceled_and_what_was_taken_refunded():
    assert of_payment(authorized()) == Return(OperationKind.CANCEL, 10000)
    assert of_payment(paid()) == Return(OperationKind.REFUND, 10000)


@pytest.mark.parametrize("empty", [canceled(), payment(IntentStatus.REQUIRES_PAYMENT_METHOD), processing()])
def test_where_nothing_can_go_back_stripe_is_not_asked(empty):
    assert of_payment(empty) is None
    assert back(empty, REQUEST, ()) is Back.LEAVE


def test_money_goes_back_once():
    assert back(paid(), REQUEST, ()) is Back.ASK
    assert back(paid(), REQUEST, (asked(OperationState.SUCCEEDED),)) is Back.DONE


def test_a_refund_that_failed_at_the_bank_is_not_asked_for_again():
    failed = Refund("re_1", 10000, RefundStatus.FAILED, at(9))
    assert back(paid(refunds=(failed,)), REQUEST, (asked(OperationState.SUCCEEDED),)) is Back.DONE


def test_while_anything_is_open_nothing_else_is_asked():
    staff = asked(OperationState.OPEN, request="a request of staff")
    assert back(paid(), REQUEST, (staff,)) is Back.WAIT
    assert back(paid(), REQUEST, (asked(OperationState.OPEN),)) is Back.WAIT


def test_what_stripe_declines_is_tried_a_few_times():
    tries = tuple(asked(OperationState.FAILED, attempt=number + 1) for number in range(MOST_TRIES))
    assert back(paid(), REQUEST, tries[:-1]) is Back.ASK
    assert back(paid(), REQUEST, tries) is Back.LEAVE


def test_what_a_person_captured_or_partly_refunded_is_left_to_people():
    assert back(authorized(4000, received=6000), REQUEST, ()) is Back.LEAVE
    captured = replace(authorized(0, received=10000), status=IntentStatus.SUCCEEDED)
    assert back(captured, REQUEST, ()) is Back.LEAVE
    assert back(paid(refunds=(Refund("re_1", 100, RefundStatus.SUCCEEDED, at(9)),)), REQUEST, ()) is Back.LEAVE


def test_a_return_whose_request_was_lost_is_decided_anew():
    assert not still_meant(asked(OperationState.OPEN), paid())
    assert still_meant(asked(OperationState.OPEN, request="a request of staff"), paid())
