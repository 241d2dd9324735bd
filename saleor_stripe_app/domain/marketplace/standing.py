"""What a vendor should have of a payment as things stand: the share, less what went back.

Below zero, it is what the vendor owes: Stripe's fee, and commission that is kept, on goods that were returned.
"""

from collections.abc import Iterable, Sequence

from saleor_stripe_app.domain.marketplace.allocation import Allocation, Share
from saleor_stripe_app.domain.marketplace.entry import Entry
from saleor_stripe_app.domain.marketplace.returning import Return
from saleor_stripe_app.domain.money import minor_step


def standing(allocation: Allocation, share: Share, returns: Sequence[Return]) -> int:
    """The minor units that should be with the vendor now, owed by the vendor if negative; in steps that Stripe takes.

    `returns` are those that stand. While nothing is left of the goods nothing is left of the share, whatever rounding
    it had.
    """
    step = minor_step(allocation.currency)
    back = [entry for one in returns for entry in one.entries if entry.vendor == share.vendor]
    left = share.before_fee - sum(entry.due for entry in back)
    if back and _sums(back) == _sums(share.entries):
        left = 0
    kept = sum(one.kept.get(share.vendor, 0) for one in returns)
    whole = max(0, left) - share.fee - kept
    return whole - whole % step


def _sums(entries: Iterable[Entry]) -> tuple[int, int]:
    some = tuple(entries)
    return sum(entry.paid for entry in some), sum(entry.due for entry in some)
