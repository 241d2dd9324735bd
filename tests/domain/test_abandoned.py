"""When a payment was left for good, and when it must be let be."""

from dataclasses import replace
from datetime import timedelta

import pytest

from saleor_stripe_app.domain.abandoned import REQUEST, Fate, fate, next_check, still_meant
from saleor_stripe_app.domain.operation import OperationKind
from saleor_stripe_app.domain.payment import IntentStatus
from tests.domain.payments import DECLINE, NOON, at, authorized, canceled, charge, operation, paid, payment, processing

DAY = timedelta(hours=24)
UNPAID = [
    payment(IntentStatus.REQUIRES_PAYMENT_METHOD),
    payment(IntentStatus.REQUIRES_CONFIRMATION),
    payment(IntentStatus.REQUIRES_ACTION, next_action="redirect_to_url"),
    payment(IntentStatus.REQUIRES_ACTION, next_action="use_stripe_sdk"),
]


@pytest.mark.parametrize("unpaid", UNPAID, ids=lambda one: f"{one.status}-{one.next_action}")
def test_a_payment_is_left_after_a_day_and_not_before(unpaid):
    assert fate(unpaid, NOON + DAY - timedelta(seconds=1)) is Fate.WAITING
    assert fate(unpaid, NOON + DAY) is Fate.ABANDONED


@pytest.mark.parametrize("ended", [paid(), authorized(), canceled()], ids=lambda one: one.status)
def test_money_that_moved_and_a_canceled_intent_are_no_matter(ended):
    assert fate(ended, NOON + 9 * DAY) is Fate.ENDED


@pytest.mark.parametrize(
    "action",
    [
        "multibanco_display_details",
        "boleto_display_details",
        "display_bank_transfer_instructions",
        "verify_with_microdeposits",
        "card_await_notification",
        "what_stripe_adds_next_year",
        None,
    ],
)
def test_a_payment_that_may_come_by_itself_is_let_be(action):
    waits = payment(IntentStatus.REQUIRES_ACTION, next_action=action)
    assert fate(waits, NOON + 9 * DAY) is Fate.WAITING


def test_a_payment_in_processing_or_partly_funded_is_let_be():
    assert fate(processing(), NOON + 9 * DAY) is Fate.WAITING
    assert fate(payment(IntentStatus.REQUIRES_PAYMENT_METHOD, received=100), NOON + 9 * DAY) is Fate.WAITING


def test_a_shopper_who_was_just_declined_has_an_hour():
    tried = charge(status="failed", decline=DECLINE)
    late = payment(IntentStatus.REQUIRES_PAYMENT_METHOD, charge=tried)
    assert fate(late, NOON + DAY) is Fate.ABANDONED
    now = tried.created + timedelta(minutes=59)
    young = payment(IntentStatus.REQUIRES_PAYMENT_METHOD, charge=tried)
    assert fate(young, now) is Fate.WAITING


def test_what_waits_is_seen_again_for_half_a_year():
    waits = processing()
    assert next_check(waits, at(60)) == NOON + DAY
    assert next_check(waits, NOON + 3 * DAY) == NOON + 3 * DAY + timedelta(hours=1)
    assert next_check(waits, NOON + 180 * DAY) is None


def test_a_cancel_for_want_of_payment_is_never_sent_again_once_it_is_paid():
    left = replace(operation(OperationKind.CANCEL), request=REQUEST)
    asked = operation(OperationKind.CANCEL)
    assert still_meant(left, UNPAID[0])
    assert not still_meant(left, authorized())
    assert still_meant(asked, authorized())


@pytest.mark.parametrize("unpaid", UNPAID, ids=lambda one: f"{one.status}-{one.next_action}")
def test_a_payment_that_nobody_wants_any_more_is_left_at_once(unpaid):
    assert fate(unpaid, NOON, wanted=False) is Fate.ABANDONED


def test_money_that_may_still_come_by_itself_is_let_be_even_where_it_is_not_wanted():
    waits = payment(IntentStatus.REQUIRES_ACTION, next_action="boleto_display_details")
    assert fate(waits, NOON, wanted=False) is fate(processing(), NOON, wanted=False) is Fate.WAITING
    assert fate(paid(), NOON, wanted=False) is Fate.ENDED
