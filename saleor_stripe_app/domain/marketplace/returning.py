"""What vendors give back when the shopper gets money back: for a refund, or while a bank holds disputed funds.

The shopper comes first: a return is worked out for money that went back, and the vendors' part follows. It is a
snapshot. While it stands, it lowers what the vendors have (standing.py); a refund that failed or a dispute that was won
stands no longer, and what it took is simply theirs again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction

from saleor_stripe_app.domain.errors import Refusal
from saleor_stripe_app.domain.marketplace.allocation import Allocation
from saleor_stripe_app.domain.marketplace.entry import COLUMNS, Entry, by_vendor, due_of, left_of, shared_out, taken
from saleor_stripe_app.domain.marketplace.largest_remainder import apportioned
from saleor_stripe_app.domain.marketplace.policy import Commission
from saleor_stripe_app.domain.marketplace.refunded_lines import refunded_by_entry


class Cause(StrEnum):
    """Why the money went back."""

    REFUND = "refund"
    DISPUTE = "dispute"


@dataclass(frozen=True, slots=True)
class Lines:
    """A granted refund of Saleor's: pieces of each line, by its id, and whether shipping is refunded with them."""

    quantities: Mapping[str, int]
    shipping: bool = False


@dataclass(frozen=True, slots=True)
class Chosen:
    """What staff decided that each vendor gives back, in minor units by key; the platform bears the rest."""

    amounts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class GivenBack:
    """Money that went back: `source` is Stripe's id of the refund or dispute, `amount` minor units of the payment.

    `how` says whose it is; None is everybody's, in proportion to what is left.
    """

    source: str
    amount: int
    cause: Cause = Cause.REFUND
    how: Lines | Chosen | None = None


@dataclass(frozen=True, slots=True)
class Return:
    """The part that everybody has in it. The entries' columns are what each line's columns lose.

    `kept` is, by vendor, the commission on it that the platform keeps: the vendor bears it.
    """

    source: str
    cause: Cause
    amount: int
    entries: tuple[Entry, ...]
    kept: Mapping[str, int]

    def due_of(self, vendor: str) -> int:
        """What the vendor is no longer due."""
        return due_of(entry for entry in self.entries if entry.vendor == vendor)

    @property
    def platform(self) -> int:
        """The platform's part: below zero where it gets back what it had added for a discount."""
        return self.amount - due_of(self.entries) - sum(self.kept.values())


def returned(
    allocation: Allocation, earlier: Sequence[Return], given_back: GivenBack, commission: Commission
) -> Return:
    """Who bears money that went back to the shopper. `earlier` are the returns of this allocation that stand.

    A bank may dispute more than is left: that is the platform's. Raises Refusal (InvalidReturn) for a choice of more
    than a vendor has left, or than the shopper gets.
    """
    left = left_of(allocation.entries, tuple(entry for one in earlier for entry in one.entries))
    open_amount = max(0, allocation.captured - sum(one.amount for one in earlier))
    used = min(given_back.amount, open_amount)
    if isinstance(given_back.how, Chosen):
        entries = _as_chosen(left, given_back.how, used)
    elif isinstance(given_back.how, Lines) and used < open_amount:
        entries = _by_lines(left, earlier, given_back.how, used)
    else:
        entries = _in_proportion(left, used, open_amount)
    kept: dict[str, int] = {}
    if commission is Commission.KEPT:
        for entry in entries:
            if entry.commission:
                kept[entry.vendor] = kept.get(entry.vendor, 0) + entry.commission
    some = tuple(entry for entry in entries if any(getattr(entry, column) for column in COLUMNS))
    return Return(given_back.source, given_back.cause, given_back.amount, some, kept)


def _in_proportion(left: tuple[Entry, ...], used: int, open_amount: int) -> tuple[Entry, ...]:
    if not used:
        return ()
    fraction = Fraction(used, open_amount)
    of_vendors = by_vendor(left)
    due = [due_of(entries) for entries in of_vendors.values()]
    parts = apportioned(round(sum(due) * fraction), due, list(of_vendors))
    returned_entries = [replace(taken(entry, 0, fraction), quantity=0) for entry in left if not entry.vendor]
    for of_vendor, part in zip(of_vendors.values(), parts, strict=True):
        returned_entries += [replace(entry, quantity=0) for entry in shared_out(of_vendor, part, fraction)]
    return tuple(returned_entries)


def _by_lines(left: tuple[Entry, ...], earlier: Sequence[Return], how: Lines, used: int) -> tuple[Entry, ...]:
    """A line's columns go back in the proportion in which its price does."""
    before: dict[str, int] = {}
    for entry in (entry for one in earlier for entry in one.entries):
        before[entry.line] = before.get(entry.line, 0) + entry.quantity
    unreturned = [replace(entry, quantity=max(0, entry.quantity - before.get(entry.line, 0))) for entry in left]
    refunded = refunded_by_entry(unreturned, how.quantities, how.shipping, used)
    entries = []
    for entry, amount in zip(unreturned, refunded, strict=True):
        if amount:
            fraction = Fraction(amount, entry.paid)
            pieces = min(how.quantities.get(entry.line, 0), entry.quantity)
            entries.append(replace(taken(entry, round(entry.due * fraction), fraction), quantity=pieces))
    return tuple(entries)


def _as_chosen(left: tuple[Entry, ...], how: Chosen, used: int) -> tuple[Entry, ...]:
    """A gesture rather than a return of goods: the commission on the sale stays what it is."""
    if sum(how.amounts.values()) > used or min(how.amounts.values(), default=0) < 0:
        raise Refusal("The vendors cannot give back more than the shopper gets.", code="InvalidReturn")
    entries: list[Entry] = []
    of_vendors = by_vendor(left)
    for vendor, amount in sorted(how.amounts.items()):
        of_vendor = of_vendors.get(vendor, ())
        if amount > due_of(of_vendor):
            raise Refusal(f"{vendor} has less left of this payment.", code="InvalidReturn")
        entries += [replace(entry, quantity=0) for entry in shared_out(of_vendor, amount, Fraction(0))]
    return tuple(entries)
