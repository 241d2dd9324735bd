"""Until when an authorization can be captured, and when something is done about it."""

from datetime import timedelta

import pytest

from saleor_stripe_app.domain import deadline
from saleor_stripe_app.domain.outstanding import outstanding
from tests.domain.payments import at, authorized, canceled, charge, event, told, transaction

HOUR = 3600
WEEK = 7 * 24 * HOUR
KNOWN = event("AUTHORIZATION_SUCCESS")


def held(hours, *, capturable=10000):
    """A card that is held for so many hours from its charge (at 5 seconds) on."""
    return authorized(capturable, charge=charge(captured=False, capture_before=at(5) + timedelta(hours=hours)))


@pytest.mark.parametrize(
    ("hours", "warned", "renewed"), [(168, 144, 162), (48, 24, 42), (24, 12, 21), (8, 4, 7)], ids=str
)
def test_a_day_before_the_end_or_half_of_a_shorter_hold_is_left(hours, warned, renewed):
    payment = held(hours)
    first, second = at(5) + timedelta(hours=warned), at(5) + timedelta(hours=renewed)
    moment = timedelta(seconds=1)
    assert deadline.next_look(payment, at(5)) == first
    assert not deadline.runs_out(payment, first - moment)
    assert deadline.runs_out(payment, first)
    assert deadline.next_look(payment, first) == second
    assert not deadline.is_renewed(payment, second - moment)
    assert deadline.is_renewed(payment, second)
    assert deadline.next_look(payment, second) is None


def test_nothing_can_be_done_once_it_is_over():
    over = at(5 + WEEK)
    assert not deadline.runs_out(held(168), over)
    assert not deadline.is_renewed(held(168), over)


def test_there_is_nothing_to_look_for_where_stripe_shows_no_deadline_or_nothing_is_held():
    assert deadline.next_look(authorized(), at(5)) is None
    gone = canceled(charge=charge(captured=False, capture_before=at(WEEK)))
    assert deadline.next_look(gone, at(5)) is None
    assert not deadline.runs_out(gone, at(WEEK - HOUR))


def test_the_warning_is_missing_until_saleor_has_it():
    shown = transaction(KNOWN, authorized="100.00", actions=("CHARGE", "CANCEL"))
    soon = at(WEEK - 12 * HOUR)
    found = outstanding(held(168, capturable=10000), shown, now=soon)
    assert told(found) == [("INFO", "pi_1-expires", "100.00")]
    assert found.reports[0].message == "100.00 EUR can be captured until 2026-03-08 12:00 UTC, and is released then"
    warned = transaction(
        KNOWN, event("INFO", reference="pi_1-expires"), authorized="100.00", actions=("CHARGE", "CANCEL")
    )
    assert told(outstanding(held(168), warned, now=soon)) == []
    assert told(outstanding(held(168), shown)) == []
