"""Why staff refund or cancel, in Saleor's words and in Stripe's."""

import pytest

from saleor_stripe_app.domain import plan, reasons
from saleor_stripe_app.domain.reasons import Reason


@pytest.mark.parametrize(
    ("text", "title", "word"),
    [
        ("duplicate", "", "duplicate"),
        ("  Duplicate Payment. ", "", "duplicate"),
        ("requested_by_customer", "", "requested_by_customer"),
        ("", "Customer request", "requested_by_customer"),
        ("FRAUDULENT", "", "fraudulent"),
        ("the parcel was lost", "Duplicate order", "duplicate"),
        ("duplicate", "Duplicate", "duplicate"),
    ],
)
def test_a_refund_has_stripes_word_where_staff_say_nothing_else(text, title, word):
    assert reasons.of_refund(Reason(text, title)) == word


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("", ""),
        ("arrived broken", "Damaged"),
        ("not fraudulent", ""),
        ("fraud?", ""),
        ("fraudulent", "Duplicate"),
        ("abandoned", ""),
        ("duplicated by a bug", ""),
    ],
)
def test_a_refund_has_none_of_stripes_words_where_it_would_be_a_guess(text, title):
    assert reasons.of_refund(Reason(text, title)) is None
    parameters = plan.refund_parameters(
        payment_intent_id="pi_1", amount=100, metadata={}, operation="r", reason=Reason(text, title)
    )
    assert "reason" not in parameters


def test_a_cancel_is_at_somebodys_request_unless_they_say_why():
    assert reasons.of_cancel(Reason()) == "requested_by_customer"
    assert reasons.of_cancel(Reason("no longer in stock")) == "requested_by_customer"
    assert reasons.of_cancel(Reason("Abandoned")) == "abandoned"
    assert reasons.of_cancel(Reason("", "Fraud")) == "fraudulent"


def test_what_staff_say_is_cut_to_what_metadata_holds():
    said = reasons.marks(Reason("ä" * 512, "  "))
    assert said == {"saleor_refund_reason": "ä" * 500}


def test_a_reason_never_takes_the_place_of_the_marks_of_a_refund():
    parameters = plan.refund_parameters(
        payment_intent_id="pi_1",
        amount=100,
        metadata={"saleor_transaction_id": "T1"},
        operation="r",
        reason=Reason("duplicate", "Twice"),
    )
    assert parameters["metadata"] == {
        "saleor_transaction_id": "T1",
        "saleor_refund_reason": "duplicate",
        "saleor_refund_reason_reference": "Twice",
        "saleor_operation": "r",
    }
    assert parameters["reason"] == "duplicate"
