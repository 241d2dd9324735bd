"""transactionEventReport: duplicates, contradictions, deduced amounts, and what is applied regardless."""

from datetime import timedelta
from decimal import Decimal

import pytest

from saleor_stripe_app.sandbox.saleor.errors import MutationError
from saleor_stripe_app.sandbox.saleor.events import EventType as T
from saleor_stripe_app.sandbox.saleor.purchases import checkout_of, complete_checkout, grant_refund
from saleor_stripe_app.sandbox.saleor.reports import Report, Reporter, take_report
from saleor_stripe_app.sandbox.saleor.settlement import Taking, take_action_answer
from saleor_stripe_app.sandbox.saleor.transactions import PaymentMethod


@pytest.fixture
async def transaction(saleor, courier, app, scripted):
    scripted.will_answer("transaction_initialize_session", {"result": "CHARGE_ACTION_REQUIRED"})
    return (await courier.initialize(checkout_of(saleor, "120").id, app.identifier)).transaction


@pytest.fixture
def report(saleor, app, transaction):
    def tell(type_, reference="A", amount: "int | str | None" = 120, *, on=None, **more):
        told = Report(type_, reference, None if amount is None else Decimal(amount), **more)
        target = on or transaction
        return take_report(
            target,
            told,
            Reporter(app.key, app.identifier),
            saleor.now(),
            everywhere=saleor.transactions.values(),
            save=lambda recalculate: saleor.races.save(target, recalculate),
        )

    return tell


def test_a_success_is_booked_and_names_the_transaction(transaction, report):
    assert not report(T.CHARGE_SUCCESS).already_processed
    assert transaction.amounts.charged == 120
    assert transaction.psp_reference == "A"


def test_a_transaction_that_has_a_reference_keeps_it(transaction, report):
    report(T.CHARGE_SUCCESS)
    report(T.CHARGE_SUCCESS, "B")
    assert transaction.psp_reference == "A"


def test_the_same_report_again_returns_the_old_event_and_changes_nothing_of_it(saleor, transaction, report):
    first = report(T.CHARGE_SUCCESS, message="one")
    again = report(T.CHARGE_SUCCESS, message="two", time=saleor.now(), metadata={"k": "v"})
    assert (again.already_processed, again.event) == (True, first.event)
    assert first.event.message == "one"
    assert transaction.metadata == {}
    assert transaction.amounts.charged == 120


def test_actions_and_payment_method_of_a_repeated_report_are_still_applied(transaction, report):
    report(T.CHARGE_SUCCESS)
    method = PaymentMethod("CARD", "Visa")
    report(T.CHARGE_SUCCESS, available_actions=["refund"], payment_method=method)
    assert transaction.available_actions == ["refund"]
    assert transaction.payment_method == method


def test_the_same_reference_with_another_amount_is_refused_and_poisoned(transaction, report):
    report(T.CHARGE_SUCCESS)
    with pytest.raises(MutationError, match="different amount") as refused:
        report(T.CHARGE_SUCCESS, amount=100)
    assert refused.value.code == "INCORRECT_DETAILS"
    poison = transaction.events[-1]
    assert (poison.type, poison.amount, poison.counted, poison.app_id) == (T.CHARGE_FAILURE, 100, False, None)
    with pytest.raises(MutationError, match="different amount"):
        report(T.CHARGE_FAILURE, amount=120)


def test_a_second_authorization_is_refused_and_an_adjustment_sets_the_amount(transaction, report):
    report(T.AUTHORIZATION_SUCCESS)
    with pytest.raises(MutationError) as refused:
        report(T.AUTHORIZATION_SUCCESS, "B")
    assert refused.value.code == "ALREADY_EXISTS"
    report(T.AUTHORIZATION_ADJUSTMENT, "C", 80)
    assert transaction.amounts.authorized == 80


@pytest.mark.parametrize("type_", [T.INFO, T.CHARGE_ACTION_REQUIRED, T.AUTHORIZATION_ACTION_REQUIRED])
def test_notes_are_never_duplicates(report, type_):
    assert [report(type_).already_processed for _ in range(2)] == [False, False]


@pytest.mark.parametrize(
    "type_", [T.CHARGE_SUCCESS, T.REFUND_REQUEST, T.AUTHORIZATION_ADJUSTMENT, T.CHARGE_ACTION_REQUIRED]
)
def test_an_amount_is_required_where_it_cannot_be_deduced(report, type_):
    with pytest.raises(MutationError) as refused:
        report(type_, amount=None)
    assert (refused.value.field, refused.value.code) == ("amount", "REQUIRED")


def test_info_needs_no_amount(report):
    assert report(T.INFO, amount=None).event.amount == 0


async def test_a_missing_amount_is_taken_from_that_reference_in_any_transaction(
    saleor, courier, app, transaction, report
):
    other = (await courier.initialize(checkout_of(saleor, "50").id, app.identifier)).transaction
    report(T.CHARGE_SUCCESS, "A", 33, on=other)
    assert report(T.CHARGE_BACK, "A", None).event.amount == 33
    with pytest.raises(MutationError, match="Unable to deduce"):
        report(T.CHARGE_BACK, "unknown", None)


async def test_the_same_reference_in_another_transaction_is_new(saleor, courier, app, report):
    other = (await courier.initialize(checkout_of(saleor, "50").id, app.identifier)).transaction
    report(T.CHARGE_SUCCESS)
    assert not report(T.CHARGE_SUCCESS, on=other).already_processed


def test_nothing_limits_an_amount_and_it_is_rounded_to_the_currency(transaction, report):
    report(T.CHARGE_SUCCESS, amount="99999.999")
    assert transaction.amounts.charged == Decimal("100000.00")


def test_success_failure_success_under_one_reference_ends_at_zero(saleor, transaction, report):
    report(T.CHARGE_SUCCESS)
    report(T.CHARGE_FAILURE)
    assert report(T.CHARGE_SUCCESS, time=saleor.now()).already_processed
    assert transaction.amounts.charged == 0


def test_an_older_failure_leaves_a_success_alone(saleor, transaction, report):
    success = report(T.CHARGE_SUCCESS).event
    report(T.CHARGE_FAILURE, time=success.created_at - timedelta(seconds=1))
    assert transaction.amounts.charged == 120


def test_an_answer_of_three_decimals_contradicts_a_report_in_cents(saleor, app, transaction, report):
    answered = transaction.record(T.CHARGE_SUCCESS, Decimal("10.123"), saleor.now())
    answered.psp_reference = "A"
    with pytest.raises(MutationError) as refused:
        report(T.CHARGE_SUCCESS, amount="10.12")
    assert refused.value.code == "INCORRECT_DETAILS"


async def test_a_request_reported_under_the_reference_of_an_action_required_answer_is_never_pending(
    saleor, courier, app, scripted, report
):
    scripted.will_answer("transaction_initialize_session", {"result": "CHARGE_ACTION_REQUIRED", "pspReference": "pi_1"})
    asked = (await courier.initialize(checkout_of(saleor, "70").id, app.identifier)).transaction
    assert report(T.CHARGE_REQUEST, "pi_1", 70, on=asked).already_processed
    assert asked.amounts.charge_pending == 0
    report(T.CHARGE_REQUEST, "ch_1", 70, on=asked)
    assert asked.amounts.charge_pending == 70


def test_an_empty_reference_is_accepted_and_shared(report):
    assert not report(T.CHARGE_SUCCESS, "").already_processed
    assert report(T.CHARGE_SUCCESS, "").already_processed


def test_a_bad_url_is_refused_and_a_long_message_cut(report):
    with pytest.raises(MutationError) as refused:
        report(T.INFO, external_url="nonsense")
    assert refused.value.code == "INVALID"
    assert len(report(T.INFO, message="x" * 600).event.message) == 512


def test_metadata_is_kept(transaction, report):
    report(T.CHARGE_SUCCESS, metadata={"risk": "low"}, private_metadata={"secret": "1"})
    assert (transaction.metadata, transaction.private_metadata) == ({"risk": "low"}, {"secret": "1"})


async def test_a_refund_reported_before_the_answer_was_taken_leaves_the_granted_refund_pending_for_ever(
    saleor, app, transaction, report
):
    report(T.CHARGE_SUCCESS)
    complete_checkout(saleor, transaction.checkout)
    refund = grant_refund(saleor, transaction, Decimal(20))
    request = transaction.record(T.REFUND_REQUEST, Decimal(20), saleor.now())
    request.counted, request.granted_refund = False, refund.key
    report(T.REFUND_SUCCESS, "re_1", 20)
    answer = {"pspReference": "re_1", "result": "REFUND_SUCCESS"}
    take_action_answer(transaction, request, answer, Taking("3.24", saleor.now(), app.key, app.identifier))
    assert transaction.amounts.refunded == 20
    assert refund.status == "PENDING"


async def test_a_refund_reported_after_the_answer_finishes_the_granted_refund(saleor, app, transaction, report):
    report(T.CHARGE_SUCCESS)
    complete_checkout(saleor, transaction.checkout)
    refund = grant_refund(saleor, transaction, Decimal(20))
    request = transaction.record(T.REFUND_REQUEST, Decimal(20), saleor.now())
    request.counted, request.granted_refund = False, refund.key
    circumstances = Taking("3.24", saleor.now(), app.key, app.identifier)
    take_action_answer(transaction, request, {"pspReference": "re_1"}, circumstances)
    report(T.REFUND_SUCCESS, "re_1", 20)
    assert refund.status == "SUCCESS"
