"""The allocation of a captured payment: each vendor's share, and the rest, which is the platform's.

    sum of shares + platform == captured,  always, and none of them is negative

An order is divided as a whole first (division.py), and a capture or a partial payment is drawn from what is left of
that in proportion. So a share is never a fraction of a fraction, and the captures of an order add up to its whole.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from saleor_stripe_app.domain.marketplace.commission import Rule
from saleor_stripe_app.domain.marketplace.division import divided
from saleor_stripe_app.domain.marketplace.entry import Entry, by_vendor, due_of, left_of, shared_out, taken
from saleor_stripe_app.domain.marketplace.largest_remainder import apportioned
from saleor_stripe_app.domain.marketplace.policy import ChargeType, Party, Policy
from saleor_stripe_app.domain.marketplace.priced import PricedPurchase
from saleor_stripe_app.domain.marketplace.vendor import Vendor
from saleor_stripe_app.domain.money import minor_step


@dataclass(frozen=True, slots=True)
class Share:
    """A vendor's part: `amount` is what is to be transferred, in minor units.

    It is what is due by the entries, plus `rounding` (only where Stripe takes no single minor units), less `fee`.
    """

    vendor: str
    amount: int
    entries: tuple[Entry, ...]
    rounding: int = 0
    fee: int = 0

    @property
    def before_fee(self) -> int:
        """The share before Stripe's fee is taken from it."""
        return self.amount + self.fee


@dataclass(frozen=True, slots=True)
class Allocation:
    """A snapshot, never recomputed from the catalogue. `worth` is the whole order's, `drawn` what this pays of it.

    `own` are the entries of the platform's own goods and shipping. What was captured beyond the order's worth, and not
    drawn, is the platform's.
    """

    currency: str
    captured: int
    shares: tuple[Share, ...]
    platform: int
    own: tuple[Entry, ...]
    worth: int
    drawn: int

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All entries, vendors' and the platform's."""
        return (*(entry for share in self.shares for entry in share.entries), *self.own)

    def share_of(self, vendor: str) -> Share | None:
        """The vendor's share; None for one who has none."""
        return next((share for share in self.shares if share.vendor == vendor), None)


def allocate(
    purchase: PricedPurchase,
    policy: Policy,
    rules: Sequence[Rule],
    vendors: Mapping[str, Vendor],
    captured: int,
    currency: str,
    earlier: Sequence[Allocation] = (),
) -> Allocation:
    """Who gets what of `captured` minor units of this purchase.

    `earlier` are the allocations of the same purchase that stand: of other payments of it, and of captures before this.
    """
    whole = divided(purchase, policy, rules, vendors, currency)
    worth = sum(entry.paid for entry in whole)
    left = left_of(whole, tuple(entry for allocation in earlier for entry in allocation.entries))
    open_worth = max(0, worth - sum(allocation.drawn for allocation in earlier))
    drawn = min(captured, open_worth)
    amounts = _amounts(whole, worth, earlier, drawn, open_worth, minor_step(currency))
    fraction = Fraction(drawn, open_worth) if open_worth else Fraction(0)
    shares = []
    for vendor, entries in by_vendor(left).items():
        amount, due = amounts[vendor], due_of(entries)
        explained = due if fraction == 1 else min(amount, due)
        shares.append(Share(vendor, amount, shared_out(entries, explained, fraction), amount - explained))
    own = tuple(taken(entry, 0, fraction) for entry in left if not entry.vendor)
    return Allocation(currency, captured, tuple(shares), captured - sum(amounts.values()), own, worth, drawn)


def _amounts(
    whole: Sequence[Entry], worth: int, earlier: Sequence[Allocation], drawn: int, open_worth: int, step: int
) -> dict[str, int]:
    """Each vendor's part of what is drawn, by key, in steps that Stripe takes."""
    of_vendors = by_vendor(whole)
    vendors, due = list(of_vendors), [due_of(entries) for entries in of_vendors.values()]
    steps = apportioned(worth // step, [*due, worth - sum(due)], [*vendors, ""]) if worth else [0] * len(vendors)
    before = dict.fromkeys(vendors, 0)
    for allocation in earlier:
        for share in allocation.shares:
            before[share.vendor] = before.get(share.vendor, 0) + share.before_fee
    left = [max(0, one - before[vendor] // step) for vendor, one in zip(vendors, steps, strict=False)]
    parts = apportioned(_steps(sum(left), drawn, open_worth, step), left, vendors) if any(left) else left
    return {vendor: part * step for vendor, part in zip(vendors, parts, strict=True)}


def _steps(left: int, drawn: int, open_worth: int, step: int) -> int:
    """How many steps of what is `left` for vendors this payment carries.

    In proportion, but at least as many as what is drawn later could not carry.
    """
    if not open_worth:
        return 0
    in_proportion = round(Fraction(drawn * left, open_worth))
    later = (open_worth - drawn) // step
    return min(max(in_proportion, left - later), drawn // step)


def with_stripe_fee(allocation: Allocation, fee: int, policy: Policy) -> Allocation:
    """The allocation once Stripe's fee for the payment is known, which is after the charge.

    Where vendors bear it, everybody bears it in proportion to what the shopper paid them, the platform for its own part
    too; at most a whole share. `fee` is in the payment's currency. It may be told again: the last one holds.
    """
    if policy.stripe_fee is Party.PLATFORM or not allocation.captured:
        return allocation
    step = minor_step(allocation.currency)
    paid = [sum(entry.paid for entry in share.entries) for share in allocation.shares]
    rest = max(0, allocation.captured - sum(paid))
    parts = apportioned(fee, [*paid, rest], [*(share.vendor for share in allocation.shares), ""])
    shares = []
    for share, part in zip(allocation.shares, parts, strict=False):
        borne = min(part - part % step, share.before_fee)
        shares.append(replace(share, amount=share.before_fee - borne, fee=borne))
    platform = allocation.captured - sum(share.amount for share in shares)
    return replace(allocation, shares=tuple(shares), platform=platform)


def application_fee(allocation: Allocation, policy: Policy) -> int | None:
    """The platform's part as the fee of a destination charge; None where the money travels otherwise.

    That is so where the operator did not choose it, and where there is not exactly one vendor.
    """
    if policy.charge_type is not ChargeType.DESTINATION or len(allocation.shares) != 1:
        return None
    return allocation.platform
