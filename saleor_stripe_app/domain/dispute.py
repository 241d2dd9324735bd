"""Disputes: what the shopper's bank takes back, and what it returns. Amounts are Stripe's minor units.

https://docs.stripe.com/disputes/how-disputes-work, https://docs.stripe.com/api/disputes/object.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal

# Stripe shows a rate with six digits at least, and rounds what it books to a whole minor unit.
PRECISION_OF_RATES = Decimal("0.00001")
ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Booked:
    """A balance transaction of a dispute: `amount` is negative where funds were withdrawn, and without Stripe's fee.

    It is in the currency of the account's balance; the charge's amount times `exchange_rate` is the balance's.
    """

    id: str
    amount: int
    currency: str
    created: datetime
    exchange_rate: Decimal | None = None

    @property
    def before_exchange(self) -> Decimal:
        """What was exchanged into the amount, without its sign."""
        return abs(self.amount) / (self.exchange_rate or ONE)


@dataclass(frozen=True, slots=True)
class Funds:
    """One movement of disputed funds, in the charge's currency. `id` is the balance transaction's."""

    id: str
    amount: int
    created: datetime


@dataclass(frozen=True, slots=True)
class Dispute:
    """A dispute, or an inquiry that comes before one. `status` is Stripe's word, also one that is newer than this.

    `due_by` is when the evidence must have been sent, None where nothing is awaited.
    """

    id: str
    status: str
    amount: int
    created: datetime
    reason: str
    due_by: datetime | None = None
    withdrawn: tuple[Funds, ...] = ()
    reinstated: tuple[Funds, ...] = ()

    @property
    def is_inquiry(self) -> bool:
        """Whether the bank only asks: no money moves, and refunding is one of the answers."""
        return self.status.startswith("warning_")

    @property
    def forbids_refunds(self) -> bool:
        """Whether it is open or lost: Stripe refuses refunds then, and the shopper would be paid twice."""
        return not self.is_inquiry and self.status not in ("won", "prevented")

    @property
    def missing(self) -> int:
        """What is withdrawn and was not reinstated; negative where more came back."""
        return sum(funds.amount for funds in self.withdrawn) - sum(funds.amount for funds in self.reinstated)


def moved(disputed: int, currency: str, booked: Sequence[Booked]) -> tuple[tuple[Funds, ...], tuple[Funds, ...]]:
    """The withdrawals and the reinstatements of a dispute over `disputed` of a charge's `currency`.

    An account with another currency books both at the rates of their days. The first withdrawal is what is disputed;
    of the others the share in it is known, once each is put back before its own exchange.
    """
    first = next((entry for entry in booked if entry.amount < 0), None)

    def funds(entry: Booked) -> Funds:
        if entry.currency == currency:
            return Funds(entry.id, abs(entry.amount), entry.created)
        return Funds(entry.id, _share(entry, first, disputed), entry.created)

    withdrawn = tuple(funds(entry) for entry in booked if entry.amount < 0)
    return withdrawn, tuple(funds(entry) for entry in booked if entry.amount > 0)


def _share(entry: Booked, whole: Booked | None, disputed: int) -> int:
    if whole is None or not whole.amount:
        return disputed
    rounding = sum(ONE / (one.exchange_rate or ONE) for one in (entry, whole))
    differs = abs(entry.before_exchange - whole.before_exchange)
    if differs <= rounding + whole.before_exchange * PRECISION_OF_RATES:
        return disputed
    share = disputed * entry.before_exchange / whole.before_exchange
    return int(share.to_integral_value(ROUND_HALF_EVEN))
