"""A vendor's statement for a period: what was earned, what went back, what moved, and what is left to move.

    closing = opening + earned - refunds - disputes - sent - settled + reversed + owed

Nothing is estimated: earned is by the allocations, the rest by what was done. So over all time, the vendors' closing
balances are exactly what outstanding_transfers would still move.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from saleor_stripe_app.domain.marketplace.allocation import Allocation, Share
from saleor_stripe_app.domain.marketplace.entry import EntryKind
from saleor_stripe_app.domain.marketplace.outstanding_transfers import Move
from saleor_stripe_app.domain.marketplace.returning import Cause, Return
from saleor_stripe_app.domain.marketplace.standing import standing


@dataclass(frozen=True, slots=True)
class DatedReturn:
    """A return, since when it stands and, for a won dispute or a failed refund, until when it did."""

    at: datetime
    returned: Return
    ended: datetime | None = None


@dataclass(frozen=True, slots=True)
class DatedMove:
    """Something that was done for a vendor; `reference` is Stripe's id where it has one."""

    at: datetime
    move: Move
    vendor: str
    amount: int
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """Everything about one allocation. `reference` is what people know the payment by, such as the order's number."""

    reference: str
    at: datetime
    allocation: Allocation
    returns: tuple[DatedReturn, ...] = ()
    moves: tuple[DatedMove, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that happened, in minor units; every column is positive unless it was undone.

    `gross` and `shipping` are what shoppers paid, with tax; `tax` of that is remitted by the platform. `discount` is
    what the platform added for discounts that it bears. A refund or dispute counts what the vendor bears of it.
    """

    at: datetime
    reference: str
    gross: int = 0
    shipping: int = 0
    tax: int = 0
    discount: int = 0
    commission: int = 0
    fee: int = 0
    rounding: int = 0
    refunds: int = 0
    disputes: int = 0
    sent: int = 0
    reversed: int = 0
    settled: int = 0
    owed: int = 0

    @property
    def earned(self) -> int:
        """The share."""
        return self.gross + self.shipping - self.tax + self.discount - self.commission - self.fee + self.rounding

    @property
    def effect(self) -> int:
        """What it adds to what is left to move to the vendor."""
        moved = self.sent + self.settled - self.reversed - self.owed
        return self.earned - self.refunds - self.disputes - moved


AMOUNTS = tuple(one.name for one in fields(Row) if one.name not in ("at", "reference"))
_COLUMN = {Move.TRANSFER: "sent", Move.REVERSE: "reversed", Move.SETTLE: "settled", Move.OWE: "owed"}


@dataclass(frozen=True, slots=True)
class Statement:
    """The rows of one vendor and currency, from `start` and before `end`, and their sums in `totals`.

    `opening` and `closing` are what was left to move to the vendor; `opening_debt` and `closing_debt` what was owed.
    """

    vendor: str
    currency: str
    start: datetime
    end: datetime
    rows: tuple[Row, ...]
    totals: Row
    opening: int
    closing: int
    opening_debt: int
    closing_debt: int


def statement(vendor: str, accounts: Sequence[Account], currency: str, start: datetime, end: datetime) -> Statement:
    """The vendor's statement; `accounts` are all that the vendor ever had a part in, of any currency and time."""
    every = [row for account in accounts if account.allocation.currency == currency for row in _rows(vendor, account)]
    every.sort(key=lambda row: (row.at, row.reference))
    before = _summed((row for row in every if row.at < start), start)
    rows = tuple(row for row in every if start <= row.at < end)
    totals = _summed(iter(rows), end)
    debt = before.owed - before.settled
    return Statement(
        vendor,
        currency,
        start,
        end,
        rows,
        totals,
        opening=before.effect,
        closing=before.effect + totals.effect,
        opening_debt=debt,
        closing_debt=debt + totals.owed - totals.settled,
    )


def _rows(vendor: str, account: Account) -> Iterator[Row]:
    share = account.allocation.share_of(vendor)
    if share is not None:
        yield _sale(account, share)
        yield from _given_back(account, share)
    for one in account.moves:
        if one.vendor == vendor:
            yield Row(one.at, one.reference or account.reference, **{_COLUMN[one.move]: one.amount})


def _sale(account: Account, share: Share) -> Row:
    def paid(kind: EntryKind) -> int:
        return sum(entry.paid for entry in share.entries if entry.kind is kind)

    return Row(
        account.at,
        account.reference,
        gross=paid(EntryKind.GOODS),
        shipping=paid(EntryKind.SHIPPING),
        tax=sum(entry.platform_tax for entry in share.entries),
        discount=sum(entry.subsidy for entry in share.entries),
        commission=sum(entry.commission for entry in share.entries),
        fee=share.fee,
        rounding=share.rounding,
    )


def _given_back(account: Account, share: Share) -> Iterator[Row]:
    """Each return and each end of one, by the difference that it made at its time."""
    changes = [(one.at, True, one.returned) for one in account.returns]
    changes += [(one.ended, False, one.returned) for one in account.returns if one.ended is not None]
    changes.sort(key=lambda change: (change[0], not change[1]))
    standing_returns: list[Return] = []
    before = share.amount
    for at, begins, one in changes:
        if begins:
            standing_returns.append(one)
        else:
            standing_returns.remove(one)
        after = standing(account.allocation, share, standing_returns)
        if after != before:
            column = "refunds" if one.cause is Cause.REFUND else "disputes"
            yield Row(at, one.source, **{column: before - after})
        before = after


def _summed(rows: Iterator[Row], at: datetime) -> Row:
    sums = dict.fromkeys(AMOUNTS, 0)
    for row in rows:
        for name in AMOUNTS:
            sums[name] += getattr(row, name)
    return Row(at, "", **sums)
