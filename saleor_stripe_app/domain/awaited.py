"""Whether Saleor has still to take an answer of ours: what it calculates with that answer may have missed our reports.

Saleor waits 18 seconds for an answer, and recalculates outside of its own lock when it takes it.
"""

from collections import Counter
from datetime import datetime, timedelta

from saleor_stripe_app.domain.transaction import Transaction

# Saleor's patience, the time a request may have waited for its worker, and clocks that differ.
TAKEN_WITHIN = timedelta(minutes=1)


def answer_awaited(transaction: Transaction, now: datetime) -> bool:
    """Whether a request of the last minute has no outcome yet.

    A request has no reference until its answer is taken. One that was not answered in time keeps none, and Saleor
    writes a failure without a reference beside it.
    """
    open_by_kind: Counter[str] = Counter()
    recent = set()
    for event in transaction.events:
        kind, _, outcome = event.type.rpartition("_")
        if event.reference or outcome not in ("REQUEST", "FAILURE"):
            continue
        open_by_kind[kind] += 1 if outcome == "REQUEST" else -1
        if outcome == "REQUEST" and abs(now - event.time) < TAKEN_WITHIN:
            recent.add(kind)
    return any(open_by_kind[kind] > 0 for kind in recent)
