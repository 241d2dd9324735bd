"""How much of a refund is of which entry: the lines that were granted first, at the price at which they were sold.

Staff may refund another amount than the lines cost (https://docs.saleor.io/developer/order/order-refund). Less is
spread over them; more is taken from them as far as they go, then from everything else that is left.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from saleor_stripe_app.domain.marketplace.entry import Entry, EntryKind
from saleor_stripe_app.domain.marketplace.largest_remainder import apportioned


def refunded_by_entry(
    entries: Sequence[Entry], quantities: Mapping[str, int], shipping: bool, amount: int
) -> tuple[int, ...]:
    """The refunded amount of each entry, at most what is paid for it; `entries` are what is left, with quantities left.

    They add up to `amount` as long as there is so much.
    """
    keys = ["/".join(entry.key) for entry in entries]
    worth = [_worth(entry, quantities, shipping) for entry in entries]
    rest_of_them = [entry.paid - one if one else 0 for entry, one in zip(entries, worth, strict=True)]
    others = [0 if one else entry.paid for entry, one in zip(entries, worth, strict=True)]
    refunded = [0] * len(entries)
    for weights in (worth, rest_of_them, others):
        part = min(amount, sum(weights))
        amount -= part
        if part:
            refunded = [sum(two) for two in zip(refunded, apportioned(part, weights, keys), strict=True)]
    return tuple(refunded)


def _worth(entry: Entry, quantities: Mapping[str, int], shipping: bool) -> int:
    if entry.kind is EntryKind.SHIPPING:
        return entry.paid if shipping else 0
    pieces = min(quantities.get(entry.line, 0), entry.quantity)
    return round(Fraction(entry.paid * pieces, entry.quantity)) if pieces > 0 else 0
