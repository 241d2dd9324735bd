"""An entry: one line, or one vendor's shipping, as it stands between the shopper, its vendor and the platform.

All amounts are minor units and none is negative. The shopper pays net, tax and platform_tax. The vendor is due

    net + tax + subsidy - commission

and the platform has the rest: the commission and the tax that it remits itself, less what it adds for a discount that
it bears (subsidy). Of an entry of the platform's own (vendor "") nothing is due to anybody.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from fractions import Fraction

from saleor_stripe_app.domain.marketplace.commission import Applied
from saleor_stripe_app.domain.marketplace.held import Held
from saleor_stripe_app.domain.marketplace.largest_remainder import apportioned

PLATFORM = ""


class EntryKind(StrEnum):
    """What the shopper pays for."""

    GOODS = "goods"
    SHIPPING = "shipping"


@dataclass(frozen=True, slots=True)
class Entry:
    """`line` is the line's id, "" for shipping. `tax` is the vendor's, `platform_tax` the platform's.

    `discount` was taken off before `net`; the platform bears `subsidy` and `uncovered` of it, the vendor the rest.
    `uncovered` is what it should add and this order has no money for. `named` is whom the line names, also where the
    platform keeps the money, because of `kept_because`. `applied` says how the commission of the whole came about.
    """

    kind: EntryKind
    line: str = ""
    vendor: str = PLATFORM
    net: int = 0
    tax: int = 0
    platform_tax: int = 0
    discount: int = 0
    subsidy: int = 0
    uncovered: int = 0
    commission: int = 0
    quantity: int = 0
    name: str = ""
    named: str = ""
    kept_because: Held | None = None
    applied: tuple[Applied, ...] = ()

    @property
    def key(self) -> tuple[str, str, str]:
        """What tells it from the others of an order."""
        return (self.vendor, self.kind.value, self.line)

    @property
    def paid(self) -> int:
        """What the shopper pays."""
        return self.net + self.tax + self.platform_tax

    @property
    def due(self) -> int:
        """What the vendor gets."""
        return self.net + self.tax + self.subsidy - self.commission if self.vendor else 0


COLUMNS = ("net", "tax", "platform_tax", "discount", "subsidy", "uncovered", "commission")
assert {*COLUMNS} <= {one.name for one in fields(Entry)}


def taken(entry: Entry, due: int, fraction: Fraction) -> Entry:
    """The part of an entry in which `due` goes to its vendor, and about that fraction of everything else.

    No column is more than the entry's, and the due of the part is exact: taken again and again from what is left,
    the parts add up to the entry.
    """
    credit = (entry.net, entry.tax, entry.subsidy)
    credited = round(sum(credit) * fraction)
    if entry.vendor:
        credited = min(max(credited, due), sum(credit), due + entry.commission)
    net, tax, subsidy = apportioned(credited, credit)
    return replace(
        entry,
        net=net,
        tax=tax,
        subsidy=subsidy,
        commission=credited - due if entry.vendor else 0,
        platform_tax=round(entry.platform_tax * fraction),
        discount=round(entry.discount * fraction),
        uncovered=round(entry.uncovered * fraction),
    )


def without(entry: Entry, part: Entry) -> Entry:
    """What is left of an entry when a part of it was taken: never less than nothing, whatever was taken before."""
    return replace(entry, **{name: max(0, getattr(entry, name) - getattr(part, name)) for name in COLUMNS})


def left_of(entries: tuple[Entry, ...], parts: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """What is left of each entry when all those parts were taken."""
    left = {entry.key: entry for entry in entries}
    for part in parts:
        if part.key in left:
            left[part.key] = without(left[part.key], part)
    return tuple(left.values())


def by_vendor(entries: Iterable[Entry]) -> dict[str, tuple[Entry, ...]]:
    """The entries of each vendor, by key in alphabetical order; the platform's own are left out."""
    groups: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.vendor:
            groups.setdefault(entry.vendor, []).append(entry)
    return {vendor: tuple(groups[vendor]) for vendor in sorted(groups)}


def due_of(entries: Iterable[Entry]) -> int:
    """What is due by all of them."""
    return sum(entry.due for entry in entries)


def shared_out(entries: tuple[Entry, ...], due: int, fraction: Fraction) -> tuple[Entry, ...]:
    """The parts of one vendor's entries in which `due` goes to the vendor, line by line in proportion."""
    parts = apportioned(due, [entry.due for entry in entries], [entry.line for entry in entries])
    return tuple(taken(entry, part, fraction) for entry, part in zip(entries, parts, strict=True))
