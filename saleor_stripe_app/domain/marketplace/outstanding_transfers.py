"""What has to move between platform and vendors: what each should have, less what each has. State, not events.

    should have  standing.py: the share less what went back; negative is owed
    has          transferred - reversed - application fee + settled - owed,  of this allocation

`settled` is what was not sent because it paid a debt, `owed` what should have come back and could not. Once a movement
is made, it is part of what the vendor has: the difference is gone, and the next look finds nothing to do.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from saleor_stripe_app.domain.marketplace.allocation import Allocation, Share
from saleor_stripe_app.domain.marketplace.circumstances import Circumstances, why_not_released, why_payment_waits
from saleor_stripe_app.domain.marketplace.held import Held
from saleor_stripe_app.domain.marketplace.policy import Policy
from saleor_stripe_app.domain.marketplace.returning import Cause, Return
from saleor_stripe_app.domain.marketplace.standing import standing
from saleor_stripe_app.domain.marketplace.vendor import Vendor, why_not_payable


@dataclass(frozen=True, slots=True)
class Sent:
    """A transfer that Stripe made for this allocation, also by itself for a destination charge.

    `fee` is the application fee that stands, less what of it was refunded: only destination charges have one. One whose
    reversal failed for want of funds is `irreversible`.
    """

    id: str
    vendor: str
    amount: int
    reversed: int = 0
    fee: int = 0
    irreversible: bool = False

    @property
    def reversible(self) -> int:
        """What of it Stripe would take back."""
        return self.amount - self.reversed

    @property
    def left(self) -> int:
        """What the vendor has of it."""
        return self.reversible - self.fee


@dataclass(frozen=True, slots=True)
class Debt:
    """What this allocation did to a vendor's debt: `owed` was added to it, `settled` was paid of it."""

    vendor: str
    owed: int = 0
    settled: int = 0


class Move(StrEnum):
    """What has to be done. Only TRANSFER and REVERSE are asked of Stripe; the others are written down."""

    TRANSFER = "transfer"
    REVERSE = "reverse"
    SETTLE = "settle"
    OWE = "owe"


@dataclass(frozen=True, slots=True)
class Movement:
    """One thing to do. `transfer` is the one to reverse; `held` is why it waits, None if it is to be done now.

    `amount` is what the vendor has less or more by it. The application fee `fee` is refunded to the vendor with a
    reversal, and so the transfer is reversed by `amount + fee`. `ordinal` is how many transfers the vendor had before,
    or how many minor units were reversed or owed: with the allocation, the vendor and the kind it identifies the
    movement, however often it is worked out.
    """

    move: Move
    vendor: str
    amount: int
    transfer: str = ""
    fee: int = 0
    held: Held | None = None
    ordinal: int = 0


@dataclass(frozen=True, slots=True)
class Made:
    """What was done for an allocation so far."""

    transfers: tuple[Sent, ...] = ()
    debts: tuple[Debt, ...] = ()

    def with_vendor(self, vendor: str) -> int:
        """What a vendor has of it, counting what was written down in place of money."""
        sent = sum(transfer.left for transfer in self.transfers if transfer.vendor == vendor)
        return sent + sum(debt.settled - debt.owed for debt in self.debts if debt.vendor == vendor)


def outstanding_transfers(
    allocation: Allocation,
    returns: Sequence[Return],
    made: Made,
    payment: Circumstances,
    policy: Policy,
    vendors: Mapping[str, Vendor],
    debts: Mapping[str, int],
    now: datetime,
) -> tuple[Movement, ...]:
    """What is still to be done for this allocation, by vendor. `returns` are those that stand.

    `debts` is what each vendor owes altogether, in this currency, from every allocation. What a vendor has too much is
    taken back at once; what is to be sent may be held. A vendor who is no longer in the allocation, since it was
    worked out anew, gives back everything; staff see to a destination charge first that went to the wrong vendor.
    """
    refunded = sum(one.amount for one in returns if one.cause is Cause.REFUND)
    waits = why_payment_waits(payment, allocation.currency, refunded)
    strangers = {transfer.vendor for transfer in made.transfers} - {share.vendor for share in allocation.shares}
    shares = (*allocation.shares, *(Share(vendor, 0, ()) for vendor in sorted(strangers)))
    movements: list[Movement] = []
    for share in shares:
        should_have = standing(allocation, share, returns)
        missing = should_have - made.with_vendor(share.vendor)
        if missing > 0:
            held = waits or why_not_released(payment, share.vendor, policy, now)
            held = held or _why_vendor_waits(vendors.get(share.vendor), allocation.currency)
            movements += _to_send(share.vendor, missing, made, debts.get(share.vendor, 0), held)
        elif missing < 0:
            fee = max(0, allocation.captured - sum(one.amount for one in returns) - max(0, should_have))
            back = _to_take_back(share.vendor, -missing, made, fee)
            wrong = payment.other_vendor and share.vendor in strangers
            movements += [replace(one, held=Held.PLAN_CHANGED) for one in back] if wrong else back
    return tuple(movements)


def _why_vendor_waits(vendor: Vendor | None, currency: str) -> Held | None:
    return Held.UNKNOWN_VENDOR if vendor is None else why_not_payable(vendor, currency)


def _to_send(vendor: str, missing: int, made: Made, debt: int, held: Held | None) -> list[Movement]:
    """A debt is paid first; money that is held pays none, since it may yet be somebody else's."""
    number = sum(transfer.vendor == vendor for transfer in made.transfers)
    settled = min(missing, debt) if held is None else 0
    movements = []
    if settled:
        movements.append(Movement(Move.SETTLE, vendor, settled, ordinal=number))
    if missing > settled:
        movements.append(Movement(Move.TRANSFER, vendor, missing - settled, held=held, ordinal=number))
    return movements


def _to_take_back(vendor: str, excess: int, made: Made, fee_left: int) -> list[Movement]:
    """From the newest transfer on; what no transfer can give back is owed. `fee_left` is the fee that should stand."""
    movements = []
    for transfer in reversed(made.transfers):
        if transfer.vendor != vendor or transfer.irreversible:
            continue
        part = min(excess, transfer.reversible)
        if part:
            excess -= part
            fee = min(max(0, transfer.fee - fee_left), transfer.reversible - part)
            movements.append(Movement(Move.REVERSE, vendor, part, transfer.id, fee, ordinal=transfer.reversed))
    if excess:
        owed_before = sum(debt.owed for debt in made.debts if debt.vendor == vendor)
        movements.append(Movement(Move.OWE, vendor, excess, ordinal=owed_before))
    return movements
