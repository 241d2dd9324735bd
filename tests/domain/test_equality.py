"""When Saleor's eight amounts equal Stripe's payment."""

from decimal import Decimal

import pytest

from saleor_stripe_app.domain.equality import available_actions, differences, expected, pending_kind
from saleor_stripe_app.domain.history import Kind
from saleor_stripe_app.domain.payment import IntentStatus, RefundStatus
from saleor_stripe_app.domain.transaction import Action
from tests.domain.payments import authorized, canceled, declined, paid, payment, processing, refund, transaction


def amounts(found):
    return {name: str(getattr(found, name)) for name in found.__slots__ if getattr(found, name)}


def test_an_authorized_payment_is_what_can_be_captured():
    assert amounts(expected(authorized())) == {"authorized": "100.00"}


def test_a_partly_captured_payment_is_authorized_and_charged():
    seen = authorized(4000, received=6000)
    assert amounts(expected(seen)) == {"authorized": "40.00", "charged": "60.00"}


def test_a_final_partial_capture_releases_the_rest():
    assert amounts(expected(paid(6000))) == {"charged": "60.00", "canceled": "40.00"}


def test_a_canceled_payment_is_canceled_as_a_whole_and_after_a_capture_in_part():
    assert amounts(expected(canceled())) == {"canceled": "100.00"}
    assert amounts(expected(canceled(received=6000))) == {"charged": "60.00", "canceled": "40.00"}


@pytest.mark.parametrize("status", [RefundStatus.PENDING, RefundStatus.REQUIRES_ACTION])
def test_a_refund_under_way_is_no_longer_charged_and_not_yet_refunded(status):
    seen = paid(refunds=(refund(3000, status),))
    assert amounts(expected(seen)) == {"charged": "70.00", "refund_pending": "30.00"}


def test_a_refund_that_succeeded_is_refunded_and_one_that_failed_is_nothing():
    seen = paid(refunds=(refund(3000), refund(2000, RefundStatus.FAILED, number="re_2")))
    assert amounts(expected(seen)) == {"charged": "70.00", "refunded": "30.00"}


def test_a_sepa_payment_on_its_way_is_a_pending_charge_even_in_an_authorization_flow():
    seen = processing(manual_methods=frozenset({"card"}))
    assert pending_kind(seen) is Kind.CHARGE
    assert amounts(expected(seen)) == {"charge_pending": "100.00"}


def test_a_method_that_authorizes_first_is_a_pending_authorization():
    seen = payment(IntentStatus.PROCESSING, manual_capture=True)
    assert amounts(expected(seen)) == {"authorize_pending": "100.00"}


def test_a_declined_payment_is_nothing():
    assert amounts(expected(declined())) == {}


def test_differences_name_what_stripe_and_what_saleor_shows():
    assert differences(paid(), transaction(charged="100.000")) == {}
    assert differences(paid(), transaction(charged="60")) == {"charged": (Decimal("100.00"), Decimal(60))}


def test_money_that_saleor_shows_too_much_is_a_difference_too():
    assert differences(declined(), transaction(authorized="10"))["authorized"] == (Decimal("0.00"), Decimal(10))


@pytest.mark.parametrize(
    ("seen", "actions"),
    [
        (authorized(), {Action.CHARGE, Action.CANCEL}),
        (authorized(4000, received=6000), {Action.CHARGE, Action.CANCEL, Action.REFUND}),
        (paid(), {Action.REFUND}),
        (paid(refunds=(refund(10000),)), set()),
        (canceled(), set()),
        (canceled(received=6000), {Action.REFUND}),
        (declined(), set()),
        (processing(), set()),
    ],
)
def test_staff_are_offered_only_what_would_work(seen, actions):
    assert available_actions(seen) == actions
