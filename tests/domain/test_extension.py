"""What a shop's own code may add to a payment intent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saleor_stripe_app.domain import metadata
from saleor_stripe_app.domain.errors import Refusal
from saleor_stripe_app.domain.extension import extended

PLANNED = {"amount": 1000, "currency": "usd", "metadata": {"saleor_transaction_id": "1"}}


def test_words_and_marks_are_added_and_what_was_planned_stays():
    added = {"description": "Gift for Bob", "receipt_email": "bob@example.com", "metadata": {"campaign": "spring"}}
    assert extended(PLANNED, added) == {
        **PLANNED,
        "description": "Gift for Bob",
        "receipt_email": "bob@example.com",
        "metadata": {"saleor_transaction_id": "1", "campaign": "spring"},
    }


def test_the_order_that_comes_later_finds_room_in_stripes_fifty_keys():
    full = extended(PLANNED, {"metadata": {str(number): "1" for number in range(47)}})
    assert len({**full["metadata"], **metadata.of_order("T3JkZXI6MQ==", "35")}) == 50


@given(
    st.dictionaries(
        st.sampled_from(["amount", "currency", "customer", "confirm", "transfer_data"]), st.integers(), min_size=1
    )
)
def test_what_is_paid_by_whom_and_how_cannot_be_set(added):
    with pytest.raises(Refusal, match="may not set"):
        extended(PLANNED, added)


@pytest.mark.parametrize(
    "added",
    [
        {"description": ""},
        {"description": "x" * 1001},
        {"description": 5},
        {"receipt_email": "bob"},
        {"statement_descriptor_suffix": "<b>"},
        {"statement_descriptor_suffix": "1234"},
        {"metadata": "campaign"},
        {"metadata": {"saleor_transaction_id": "2"}},
        {"metadata": {"saleorAppConfigurationId": "2"}},
        {"metadata": {"a[b]": "1"}},
        {"metadata": {"x" * 41: "1"}},
        {"metadata": {"x": "1" * 501}},
        {"metadata": {"x": 1}},
        {"metadata": {str(number): "1" for number in range(48)}},
    ],
)
def test_what_stripe_or_this_app_could_not_bear_is_refused(added):
    with pytest.raises(Refusal):
        extended(PLANNED, added)
