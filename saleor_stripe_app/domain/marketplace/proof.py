"""The proof that a divided payment adds up, and that vendors' statements say of it what Stripe's books say.

    charge = vendors + platform + what went back,  to the minor unit

It follows from what is compared here: the allocation is of what was captured, and adds up to it; the returns are what
Stripe shows as gone back; each vendor's share less what is borne of that is what Stripe shows as transferred, plus
debts and what waits for a reason that staff see. What is left is the platform's.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from saleor_stripe_app.domain import money
from saleor_stripe_app.domain.marketplace.split import ShareStanding, ShareState
from saleor_stripe_app.domain.marketplace.statement import Account, statement

BEGINNING, END = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
WAITING = frozenset({ShareState.PENDING, ShareState.HELD, ShareState.FAILED})


@dataclass(frozen=True, slots=True)
class ShownAtStripe:
    """The payment by Stripe's books, in minor units.

    `gone_back` is by the id of the refund or dispute, `with_vendors` what was transferred to each less what came back,
    `strangers` are transfers of its group without our mark, to accounts of no vendor or of several.
    """

    captured: int
    gone_back: Mapping[str, int] = field(default_factory=dict)
    with_vendors: Mapping[str, int] = field(default_factory=dict)
    strangers: tuple[str, ...] = ()


def disagreements(account: Account, stands: Sequence[ShareStanding], shown: ShownAtStripe) -> tuple[str, ...]:
    """Where our books, by which statements are drawn up, are not Stripe's or do not add up: in words, none if they do.

    `stands` is what staff see of each vendor's part.
    """
    allocation = account.allocation
    vendors = {share.vendor for share in allocation.shares} | {move.vendor for move in account.moves}
    vendors |= set(shown.with_vendors) | {one.vendor for one in stands}
    found = [f"{transfer} went to an account of no vendor, or of several" for transfer in shown.strangers]
    found += _of_snapshot(account, shown)
    if vendors:
        found += _of_returns(account, shown)
    by_vendor = {one.vendor: one for one in stands}
    for vendor in sorted(vendors):
        found += _of_vendor(account, vendor, by_vendor.get(vendor), shown.with_vendors.get(vendor, 0))
    return tuple(found)


def _of_snapshot(account: Account, shown: ShownAtStripe) -> Iterator[str]:
    allocation = account.allocation
    if allocation.captured != shown.captured:
        yield f"{_said(account, allocation.captured)} is divided, and {_said(account, shown.captured)} was captured"
    divided = sum(share.amount for share in allocation.shares) + allocation.platform
    if divided != allocation.captured:
        yield f"shares and platform come to {_said(account, divided)} of {_said(account, allocation.captured)}"
    if any(share.amount < 0 for share in allocation.shares):
        yield "a share is below zero"


def _of_returns(account: Account, shown: ShownAtStripe) -> Iterator[str]:
    stand = {one.returned.source: one.returned.amount for one in account.returns if one.ended is None}
    for source in sorted({*stand, *shown.gone_back}):
        ours, theirs = stand.get(source, 0), shown.gone_back.get(source, 0)
        if ours != theirs:
            yield f"of {source} {_said(account, ours)} is divided, and {_said(account, theirs)} has gone back"


def _of_vendor(account: Account, vendor: str, stands: ShareStanding | None, at_stripe: int) -> Iterator[str]:
    drawn = statement(vendor, [account], account.allocation.currency, BEGINNING, END)
    transferred = drawn.totals.sent - drawn.totals.reversed
    if transferred != at_stripe:
        ours, theirs = _said(account, transferred), _said(account, at_stripe)
        yield f"{vendor} was transferred {ours} by the statement, and {theirs} by Stripe"
    waits = stands.amount - stands.sent if stands else 0
    if drawn.closing != waits:
        ours, theirs = _said(account, drawn.closing), _said(account, waits)
        yield f"{ours} is left to move to {vendor} by the statement, and {theirs} waits"
    elif waits and (stands is None or stands.state not in WAITING):
        yield f"{_said(account, waits)} is left to move to {vendor}, and nothing says why"


def _said(account: Account, amount: int) -> str:
    return money.display(amount, account.allocation.currency)
