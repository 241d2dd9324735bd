"""Saleor's arithmetic: what a running Saleor was seen to do, and what holds whatever the events."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saleor_stripe_app.sandbox.saleor.events import EventType as T
from saleor_stripe_app.sandbox.saleor.events import TransactionEvent
from saleor_stripe_app.sandbox.saleor.ledger import Amounts, amounts

START = datetime(2026, 11, 24, tzinfo=UTC)


def event(type_: T, amount: int | str, reference: str | None = "pi_1", *, at: int = 0, counted: bool = True):
    return TransactionEvent(0, type_, Decimal(amount), "USD", START + timedelta(seconds=at), reference, counted=counted)


def ledger(*events: TransactionEvent) -> Amounts:
    return amounts([replace(each, number=number) for number, each in enumerate(events, 1)])


def nonzero(total: Amounts) -> dict[str, Decimal]:
    return {name: value for name in Amounts.__dataclass_fields__ if (value := getattr(total, name))}


def test_without_events_every_amount_is_zero():
    assert nonzero(ledger()) == {}


def test_a_charge_is_taken_from_what_is_authorized():
    total = ledger(event(T.AUTHORIZATION_SUCCESS, 100), event(T.CHARGE_SUCCESS, 60, at=1))
    assert nonzero(total) == {"authorized": 40, "charged": 60}


def test_a_pending_charge_is_already_taken_from_what_is_authorized():
    total = ledger(event(T.AUTHORIZATION_SUCCESS, 100), event(T.CHARGE_REQUEST, 60, "ch_1", at=1))
    assert nonzero(total) == {"authorized": 40, "charge_pending": 60}


def test_a_request_is_not_pending_once_its_reference_succeeded_or_failed():
    assert nonzero(ledger(event(T.CHARGE_REQUEST, 60), event(T.CHARGE_SUCCESS, 50, at=1))) == {"charged": 50}
    assert nonzero(ledger(event(T.CHARGE_REQUEST, 60), event(T.CHARGE_FAILURE, 60, at=1))) == {}


def test_a_request_without_reference_counts_for_nothing():
    assert nonzero(ledger(event(T.CHARGE_REQUEST, 60, None), event(T.REFUND_REQUEST, 60, ""))) == {}


def test_events_kept_out_of_the_calculation_count_for_nothing():
    assert nonzero(ledger(event(T.CHARGE_SUCCESS, 60, counted=False))) == {}


def test_an_older_failure_does_not_undo_a_success():
    assert nonzero(ledger(event(T.CHARGE_SUCCESS, 60, at=2), event(T.CHARGE_FAILURE, 60, at=1))) == {"charged": 60}


def test_a_newer_failure_undoes_a_refund():
    total = ledger(
        event(T.CHARGE_SUCCESS, 60),
        event(T.REFUND_SUCCESS, 20, "re_1", at=1),
        event(T.REFUND_FAILURE, 20, "re_1", at=2),
    )
    assert nonzero(total) == {"charged": 60}


def test_success_and_failure_in_the_same_instant_count_as_nothing():
    assert nonzero(ledger(event(T.CHARGE_SUCCESS, 60, at=1), event(T.CHARGE_FAILURE, 60, at=1))) == {}


def test_authorized_100_charged_60_an_adjustment_of_40_leaves_nothing_and_one_of_100_leaves_40():
    before = [event(T.AUTHORIZATION_SUCCESS, 100), event(T.CHARGE_SUCCESS, 60, at=1)]
    assert ledger(*before, event(T.AUTHORIZATION_ADJUSTMENT, 40, "adj_1", at=2)).authorized == 0
    assert ledger(*before, event(T.AUTHORIZATION_ADJUSTMENT, 100, "adj_1", at=2)).authorized == 40


def test_an_adjustment_dated_before_the_success_it_replaces_is_added_to_it():
    total = ledger(event(T.AUTHORIZATION_SUCCESS, 100, at=5), event(T.AUTHORIZATION_ADJUSTMENT, 40, "adj_1", at=1))
    assert total.authorized == 140


def test_only_the_newest_adjustment_counts():
    total = ledger(
        event(T.AUTHORIZATION_SUCCESS, 100),
        event(T.AUTHORIZATION_ADJUSTMENT, 70, "adj_1", at=1),
        event(T.AUTHORIZATION_ADJUSTMENT, 80, "adj_2", at=2),
    )
    assert total.authorized == 80


def test_charged_100_refunded_30_charged_back_100_leaves_minus_30_and_winning_under_its_own_reference_70():
    events = [
        event(T.CHARGE_SUCCESS, 100),
        event(T.REFUND_SUCCESS, 30, "re_1", at=1),
        event(T.CHARGE_BACK, 100, "txn_1", at=2),
    ]
    assert ledger(*events).charged == -30
    events.append(event(T.CHARGE_SUCCESS, 100, "txn_2", at=3))
    assert ledger(*events).charged == 70
    events.append(event(T.REFUND_FAILURE, 30, "re_1", at=4))
    assert nonzero(ledger(*events)) == {"charged": 100}


def test_a_refund_reverse_for_a_won_dispute_makes_refunded_negative():
    total = ledger(
        event(T.CHARGE_SUCCESS, 100),
        event(T.CHARGE_BACK, 25, "txn_1", at=1),
        event(T.REFUND_REVERSE, 25, "txn_2", at=2),
    )
    assert nonzero(total) == {"charged": 100, "refunded": -25}


def test_a_charge_back_does_not_restore_what_was_authorized():
    total = ledger(
        event(T.AUTHORIZATION_SUCCESS, 100), event(T.CHARGE_SUCCESS, 60, at=1), event(T.CHARGE_BACK, 60, "txn_1", at=2)
    )
    assert nonzero(total) == {"authorized": 40}


def test_only_one_charge_back_per_reference_is_kept():
    total = ledger(
        event(T.CHARGE_SUCCESS, 100), event(T.CHARGE_BACK, 10, "txn_1", at=1), event(T.CHARGE_BACK, 30, "txn_1", at=2)
    )
    assert total.charged == 70


def test_a_never_authorized_cancel_is_shown_as_canceled():
    assert nonzero(ledger(event(T.CANCEL_SUCCESS, 120))) == {"canceled": 120}


def test_a_cancel_is_taken_from_what_is_authorized_pending_or_done():
    total = ledger(
        event(T.AUTHORIZATION_SUCCESS, 100),
        event(T.CANCEL_REQUEST, 30, "c_1", at=1),
        event(T.CANCEL_SUCCESS, 50, "c_2", at=2),
    )
    assert nonzero(total) == {"authorized": 20, "cancel_pending": 30, "canceled": 50}


def test_authorization_never_shows_below_zero_but_charged_does():
    total = ledger(event(T.CHARGE_SUCCESS, 10), event(T.REFUND_SUCCESS, 30, "re_1", at=1))
    assert nonzero(total) == {"charged": -20, "refunded": 30}


def test_events_without_reference_move_their_own_amount_only():
    total = ledger(
        event(T.AUTHORIZATION_SUCCESS, 100, None),
        event(T.CHARGE_SUCCESS, 60, None, at=1),
        event(T.REFUND_SUCCESS, 20, None, at=2),
        event(T.REFUND_REVERSE, 5, None, at=3),
        event(T.CANCEL_SUCCESS, 7, "", at=4),
        event(T.CHARGE_BACK, 1, "", at=5),
    )
    assert nonzero(total) == {"authorized": 100, "charged": 64, "refunded": 20, "canceled": 7}


REFERENCES = st.sampled_from(["a", "b", "c", None, ""])
EVENTS = st.lists(
    st.builds(
        event,
        st.sampled_from(list(T)),
        st.integers(0, 200),
        REFERENCES,
        at=st.integers(0, 8),
        counted=st.booleans(),
    ),
    max_size=12,
)


@given(EVENTS, st.integers(0, 2**16))
def test_the_order_of_events_in_different_instants_does_not_matter(events, seed):
    spread = [replace(each, created_at=START + timedelta(seconds=at)) for at, each in enumerate(events)]
    shuffled = list(spread)
    Random(seed).shuffle(shuffled)
    assert amounts(spread) == amounts(shuffled)


@given(EVENTS)
def test_events_that_do_not_count_and_notes_change_nothing(events):
    noise = [event(T.INFO, 7, "a", at=99), event(T.CHARGE_SUCCESS, 9, "z", at=99, counted=False)]
    assert ledger(*events, *noise) == ledger(*events)


@given(EVENTS)
def test_authorized_amounts_are_never_negative(events):
    total = ledger(*events)
    assert total.authorized >= 0
    assert total.authorize_pending >= 0


@given(EVENTS)
def test_charges_and_refunds_under_references_conserve_money(events):
    """Charged, refunded and refund pending together are what came in, less what was charged back."""
    named = [each for each in events if each.psp_reference and each.counted]
    total = ledger(*named)
    kept = [
        each for each in named if each.type in {T.CHARGE_SUCCESS, T.CHARGE_FAILURE, T.CHARGE_BACK, T.CHARGE_REQUEST}
    ]
    assert total.charged + total.refunded + total.refund_pending == ledger(*kept).charged


@given(EVENTS)
def test_a_failure_after_everything_else_takes_its_reference_out(events):
    references = {each.psp_reference for each in events if each.psp_reference}
    failures = [event(T.CHARGE_FAILURE, 1, reference, at=1000) for reference in references]
    others = [each for each in events if each.psp_reference]
    backs = ledger(*(each for each in others if each.type is T.CHARGE_BACK)).charged
    total = ledger(*others, *failures)
    assert total.charge_pending == 0
    assert total.charged + total.refunded + total.refund_pending == backs


@pytest.mark.parametrize("type_", list(T))
def test_every_type_of_event_is_understood_alone(type_):
    assert isinstance(ledger(event(type_, 10)), Amounts)
