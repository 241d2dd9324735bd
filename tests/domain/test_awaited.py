from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from saleor_stripe_app.domain.awaited import answer_awaited
from saleor_stripe_app.domain.transaction import EventType, Transaction, TransactionEvent

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def event(kind: EventType, reference: str = "", age: int = 5) -> TransactionEvent:
    return TransactionEvent(kind, reference, Decimal(10), NOW - timedelta(seconds=age))


@pytest.mark.parametrize(
    ("events", "awaited"),
    [
        ((), False),
        ((event(EventType.REFUND_REQUEST),), True),
        ((event(EventType.REFUND_REQUEST, "re_1"),), False),
        ((event(EventType.REFUND_REQUEST, age=61),), False),
        ((event(EventType.REFUND_REQUEST, age=-5),), True),
        ((event(EventType.REFUND_REQUEST), event(EventType.REFUND_FAILURE)), False),
        ((event(EventType.REFUND_REQUEST), event(EventType.REFUND_FAILURE, "re_1")), True),
        ((event(EventType.REFUND_REQUEST), event(EventType.CHARGE_FAILURE)), True),
        ((event(EventType.REFUND_REQUEST, age=90), event(EventType.REFUND_FAILURE), event(EventType.INFO)), False),
        ((event(EventType.REFUND_REQUEST, age=90), event(EventType.CHARGE_REQUEST, "pi_1")), False),
    ],
)
def test_an_answer_is_awaited_by_a_young_request_without_reference_or_failure(
    events: tuple[TransactionEvent, ...], awaited: bool
):
    assert answer_awaited(Transaction("t", "pi_1", "USD", events=events), NOW) is awaited
