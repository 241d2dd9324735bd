"""What a look adds to the books for vendors' statements: only what is not there yet."""

from datetime import UTC, datetime

from saleor_stripe_app.domain.marketplace.outstanding_transfers import Move, Sent
from saleor_stripe_app.domain.marketplace.returning import Cause, Return
from saleor_stripe_app.domain.marketplace.transfer_operation import TransferOperation
from saleor_stripe_app.domain.marketplace.vendor_books import Books, Elsewhere, Entries, entries
from saleor_stripe_app.domain.operation import OperationState

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
REFUND = Return("re_1", Cause.REFUND, 100, (), {})
DISPUTE = Return("du_1", Cause.DISPUTE, 900, (), {})


def asked(move: Move, amount: int, state: OperationState, stripe_id: str = "tr_1", transfer: str = ""):
    """Something that Stripe was asked for."""
    name = f"{move} {amount} {state}"
    return TransferOperation(
        name, "t", "anna", move, name, 1, amount, name, NOON, transfer=transfer, state=state, stripe_id=stripe_id
    )


DONE = [
    asked(Move.TRANSFER, 1800, OperationState.SUCCEEDED),
    asked(Move.REVERSE, 500, OperationState.SUCCEEDED, "trr_1", "tr_1"),
    asked(Move.REVERSE, 300, OperationState.FAILED, "trr_2", "tr_1"),
]


def test_what_was_done_on_request_is_in_the_books_already():
    found = entries(Books(), [], [Sent("tr_1", "anna", 1800, 500)], DONE, {})
    assert found == Entries()
    assert not found


def test_what_was_moved_elsewhere_is_the_difference_to_what_stripe_shows():
    shown = [Sent("tr_1", "anna", 1800, 700), Sent("tr_2", "bert", 400)]
    found = entries(Books(), [], shown, DONE, {})
    assert found.elsewhere == (Elsewhere("anna", "tr_1", -200), Elsewhere("bert", "tr_2", 400))
    assert not entries(Books(elsewhere={"tr_1": -200, "tr_2": 400}), [], shown, DONE, {})


def test_an_application_fee_is_nothing_that_the_vendor_has():
    assert entries(Books(), [], [Sent("tr_2", "bert", 400, fee=40)], [], {}).elsewhere == (
        Elsewhere("bert", "tr_2", 360),
    )


def test_a_return_is_begun_once_and_ended_when_it_stands_no_more():
    assert entries(Books(), [REFUND], [], [], {}).begun == (REFUND,)
    found = entries(Books((REFUND, DISPUTE)), [REFUND], [], [], {})
    assert (found.begun, found.ended) == ((), (DISPUTE,))
    assert not entries(Books((REFUND,)), [REFUND], [], [], {})


def test_fees_are_told_again_only_where_they_changed():
    assert entries(Books(fees={"anna": 3}), [], [], [], {"anna": 3}).fees is None
    assert entries(Books(fees={"anna": 3}), [], [], [], {}).fees == {}
