"""The reports that are missing, their times and names; and what is done where only the amounts differ."""

from saleor_stripe_app.domain.answers import TICK
from saleor_stripe_app.domain.outstanding import Outstanding, outstanding
from saleor_stripe_app.domain.transaction import Action, EventType
from tests.domain.payments import at, authorized, canceled, declined, event, operation, paid, refund, told, transaction

REFUNDABLE = frozenset({Action.REFUND})
CHARGED = {"charged": "100.00", "actions": REFUNDABLE}


def test_nothing_is_sent_when_the_ledgers_are_equal():
    assert outstanding(paid(), transaction(event("CHARGE_SUCCESS"), **CHARGED)) == Outstanding()


def test_times_strictly_increase_and_are_later_than_everything_saleor_has():
    seen = paid(6000, refunds=(refund(1000), refund(2000, number="re_2")))
    newest = at(3600)
    reports = outstanding(seen, transaction(event("INFO", "0", "x", second=3600))).reports
    assert [str(report.type) for report in reports] == [
        "CHARGE_SUCCESS",
        "REFUND_SUCCESS",
        "REFUND_SUCCESS",
        "CANCEL_SUCCESS",
    ]
    times = [report.time for report in reports]
    assert times == [newest + TICK * number for number in (1, 2, 3, 4)]


def test_stripes_own_time_is_kept_where_saleor_has_nothing_newer():
    assert outstanding(paid(), transaction()).reports[0].time == at(5)


def test_a_report_offers_what_staff_can_do_now_and_where_to_see_it():
    (report,) = outstanding(authorized(), transaction()).reports
    assert report.actions == {Action.CHARGE, Action.CANCEL}
    assert report.external_url == "https://dashboard.stripe.com/test/payments/pi_1"
    assert report.method is not None
    assert report.method.last_digits == "4242"


def test_a_refused_report_goes_under_another_reference_once_and_is_then_a_discrepancy():
    first = (EventType.CHARGE_SUCCESS, "pi_1")
    found = outstanding(paid(), transaction(), refused=iter([first]))
    assert told(found) == [("CHARGE_SUCCESS", "pi_1-2", "100.00")]
    assert found.discrepancy is None
    given_up = outstanding(paid(), transaction(), refused=iter([first, (EventType.CHARGE_SUCCESS, "pi_1-2")]))
    assert given_up.reports == ()
    assert given_up.discrepancy == "CHARGE_SUCCESS of 100.00 under pi_1 is refused by Saleor"


def test_every_refused_report_is_looked_up_even_when_they_come_as_an_iterator():
    seen = paid(refunds=(refund(1000),))
    refused = iter([(EventType.CHARGE_SUCCESS, "pi_1"), (EventType.REFUND_SUCCESS, "re_1")])
    assert [reference for _, reference, _ in told(outstanding(seen, transaction(), refused=refused))] == [
        "pi_1-2",
        "re_1-2",
    ]


def test_another_reference_is_one_that_no_other_report_has():
    captures = [operation("capture", 3000, reference=f"pi_1-capture-{n}") for n in (1, 2)]
    seen = authorized(4000, received=6000)
    known = transaction(event("AUTHORIZATION_SUCCESS"))
    found = outstanding(seen, known, captures, refused=[(EventType.CHARGE_SUCCESS, "pi_1")])
    assert told(found) == [("CHARGE_SUCCESS", "pi_1-3", "30.00"), ("CHARGE_SUCCESS", "pi_1-2", "30.00")]


def test_a_refused_failure_is_not_renamed_since_it_undoes_only_its_own_reference():
    waiting = transaction(event("CHARGE_REQUEST", reference="x"), event("AUTHORIZATION_SUCCESS"))
    found = outstanding(authorized(), waiting, refused=[(EventType.CHARGE_FAILURE, "x")])
    assert found.reports == ()
    assert found.discrepancy == "CHARGE_FAILURE of 100.00 under x is refused by Saleor"


def test_a_failure_that_saleor_wrote_under_a_reference_makes_a_true_one_useless():
    waiting = transaction(
        event("AUTHORIZATION_SUCCESS"),
        event("CHARGE_REQUEST", "60", "x", second=11),
        event("CHARGE_FAILURE", "60", "x", second=12, by_someone=False),
    )
    found = outstanding(authorized(), waiting)
    assert found.reports == ()
    assert found.discrepancy


def test_saleor_is_made_to_recalculate_once_per_history_and_then_the_difference_is_named():
    stale = transaction(event("CHARGE_SUCCESS"), charged="0", actions=REFUNDABLE)
    found = outstanding(paid(), stale)
    assert told(found) == [("INFO", "pi_1-recalculate-1", "0")]
    informed = event("INFO", "0", "pi_1-recalculate-1", second=11)
    again = outstanding(paid(), transaction(event("CHARGE_SUCCESS"), informed, charged="0", actions=REFUNDABLE))
    assert again == Outstanding(discrepancy="charged: Stripe 100.00, Saleor 0")


def test_actions_that_differ_are_corrected_once():
    known = event("CHARGE_SUCCESS")
    assert [name for name, _, _ in told(outstanding(paid(), transaction(known, charged="100")))] == ["INFO"]
    informed = event("INFO", "0", "pi_1-recalculate-1", second=11)
    assert outstanding(paid(), transaction(known, informed, charged="100")) == Outstanding()


def test_an_adjustment_is_what_remains_plus_all_charges_and_cancels_that_count():
    seen = authorized(7000, amount=13000, received=6000)
    actions = frozenset(Action)
    known = (
        event("AUTHORIZATION_SUCCESS", "100.00"),
        event("CHARGE_SUCCESS", "60.00", second=11),
        event("INFO", "0", "pi_1-recalculate-2", second=12),
    )
    found = outstanding(seen, transaction(*known, authorized="40", charged="60", actions=actions))
    assert told(found) == [("AUTHORIZATION_ADJUSTMENT", "pi_1-adjust-1", "130.00")]
    again = event("AUTHORIZATION_ADJUSTMENT", "130.00", "pi_1-adjust-1", second=13)
    informed = event("INFO", "0", "pi_1-recalculate-3", second=14)
    useless = outstanding(seen, transaction(*known, again, informed, authorized="40", charged="60", actions=actions))
    assert useless == Outstanding(discrepancy="authorized: Stripe 70.00, Saleor 40")


def test_nothing_is_mended_while_an_operation_is_open():
    opened = [operation("capture", 6000, state="open")]
    known = event("AUTHORIZATION_SUCCESS"), event("CHARGE_REQUEST", "60", "pi_1-asked", second=11)
    seen = transaction(*known, authorized="40", charge_pending="60")
    assert outstanding(authorized(), seen, opened) == Outstanding()


def test_a_decline_tells_no_failure():
    stamped = event("CHARGE_REQUEST", by_someone=False)
    assert told(outstanding(declined(), transaction(stamped, event("CHARGE_ACTION_REQUIRED", second=11)))) == [
        ("INFO", "ch_1", "100.00")
    ]


def test_a_cancel_told_by_a_session_is_recalculated_and_not_told_twice():
    answered = transaction(event("CANCEL_SUCCESS"), canceled="0")
    assert told(outstanding(canceled(), answered)) == [("INFO", "pi_1-recalculate-1", "0")]
