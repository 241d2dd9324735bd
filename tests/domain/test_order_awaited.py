"""When a checkout that was paid is completed, reported, or its money returned."""

from dataclasses import replace
from datetime import timedelta

import pytest

from saleor_stripe_app.domain.options import DEFAULTS, Unwanted
from saleor_stripe_app.domain.order_awaited import (
    AWAITED_FOR,
    LONG_PATIENCE,
    PATIENCE,
    Awaited,
    Checkout,
    Seen,
    Step,
    first_look,
    next_look,
    step,
    step_without_order,
)
from tests.domain.payments import NOON, at

PAID = Awaited("https://shop.example/graphql/", "Q2hlY2tvdXQ6MQ==", NOON)
CHECKOUT = Checkout(PAID.checkout_id, is_covered=True)
COVERED = Seen(holds_money=True, has_order=False, checkout=CHECKOUT)
PARTLY = replace(COVERED, checkout=replace(CHECKOUT, is_covered=False))
GONE = replace(COVERED, checkout=None)
COMPLETES = replace(DEFAULTS, complete_after=60)
RETURNS = replace(DEFAULTS, without_order=Unwanted.RETURN)
SECOND = timedelta(seconds=1)
LATER = NOON + timedelta(days=9)


@pytest.mark.parametrize("seen", [replace(COVERED, has_order=True), replace(GONE, holds_money=False)])
def test_with_an_order_or_without_money_there_is_nothing_to_do(seen):
    assert step(PAID, seen, replace(COMPLETES, without_order=Unwanted.RETURN), LATER) is Step.FORGET


def test_the_app_completes_no_checkout_unless_it_is_told_to():
    assert step(PAID, COVERED, DEFAULTS, at(60)) is Step.WAIT
    assert step(PAID, COVERED, COMPLETES, at(59)) is Step.WAIT
    assert step(PAID, COVERED, COMPLETES, at(60)) is Step.COMPLETE


def test_a_checkout_that_is_partly_paid_is_not_completed():
    assert step(PAID, PARTLY, COMPLETES, at(60)) is Step.WAIT


def test_staff_are_told_after_an_hour():
    assert step(PAID, COVERED, DEFAULTS, NOON + PATIENCE - SECOND) is Step.WAIT
    assert step(PAID, COVERED, DEFAULTS, NOON + PATIENCE) is Step.REPORT


def test_a_channel_that_completes_by_itself_has_its_own_delay():
    slow = replace(COVERED, checkout=replace(CHECKOUT, completes_itself=True, delay=timedelta(hours=2)))
    assert step(PAID, slow, DEFAULTS, NOON + PATIENCE) is Step.WAIT
    assert step(PAID, slow, DEFAULTS, NOON + 3 * PATIENCE) is Step.REPORT


def test_the_rest_of_a_partly_paid_checkout_has_a_day():
    assert step(PAID, PARTLY, DEFAULTS, NOON + LONG_PATIENCE - SECOND) is Step.WAIT
    assert step(PAID, PARTLY, DEFAULTS, NOON + LONG_PATIENCE) is Step.REPORT


def test_a_checkout_that_is_gone_is_told_or_returned_at_once():
    assert step(PAID, GONE, DEFAULTS, NOON) is Step.REPORT
    assert step(PAID, GONE, RETURNS, NOON) is Step.RETURN


def test_what_saleor_refuses_is_told_at_once_and_returned_after_an_hour():
    refused = replace(PAID, refusal="Out of stock", refused_since=at(60))
    assert step_without_order(refused, COVERED, COMPLETES, at(60)) is Step.REPORT
    returns = replace(COMPLETES, without_order=Unwanted.RETURN)
    assert step_without_order(refused, COVERED, returns, at(60)) is Step.REPORT
    assert step_without_order(refused, COVERED, returns, at(60) + PATIENCE) is Step.RETURN
    assert step_without_order(refused, COVERED, COMPLETES, LATER) is Step.REPORT


def test_a_checkout_that_nobody_completes_is_returned_after_a_day_if_that_is_chosen():
    assert step(PAID, COVERED, RETURNS, NOON + LONG_PATIENCE - SECOND) is Step.REPORT
    assert step(PAID, COVERED, RETURNS, NOON + LONG_PATIENCE) is Step.RETURN
    assert step(PAID, COVERED, DEFAULTS, LATER) is Step.REPORT


def test_the_order_is_tried_before_its_money_goes_back():
    refused = replace(PAID, refusal="Out of stock", refused_since=at(60))
    returns = replace(COMPLETES, without_order=Unwanted.RETURN)
    assert step(refused, COVERED, returns, LATER) is Step.COMPLETE


def test_the_first_look_is_when_something_may_have_to_be_done():
    assert first_look(DEFAULTS, NOON) == NOON + PATIENCE
    assert first_look(COMPLETES, NOON) == at(60)
    assert first_look(replace(DEFAULTS, complete_after=86400), NOON) == NOON + PATIENCE


def test_looks_follow_after_growing_pauses_and_at_each_appointed_time():
    assert next_look(PAID, COVERED, COMPLETES, at(10)) == at(60)
    assert next_look(PAID, COVERED, DEFAULTS, at(10)) == at(70)
    tired = replace(PAID, attempts=20)
    assert next_look(tired, COVERED, DEFAULTS, at(10)) == NOON + PATIENCE
    assert next_look(tired, COVERED, DEFAULTS, NOON + PATIENCE) == NOON + 7 * PATIENCE
    assert next_look(tired, COVERED, DEFAULTS, NOON + AWAITED_FOR) is None
