"""What a statement says of a payment beside its allocation and what was asked of Stripe for it.

A statement is about a period, and what is so now does not say since when. So it is written down at the look that first
sees it, with the time: what went back to the shopper, and what was moved elsewhere, such as in Stripe's Dashboard.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from saleor_stripe_app.domain.marketplace.outstanding_transfers import Move, Sent
from saleor_stripe_app.domain.marketplace.returning import Return
from saleor_stripe_app.domain.marketplace.transfer_operation import TransferOperation
from saleor_stripe_app.domain.operation import OperationState


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What a vendor has more of a transfer (less, below zero) than by what was asked for here; minor units."""

    vendor: str
    transfer: str
    amount: int


@dataclass(frozen=True, slots=True)
class Books:
    """`returns` stand now, `elsewhere` are sums by transfer, `fees` what each vendor bears of Stripe's fee."""

    returns: tuple[Return, ...] = ()
    elsewhere: Mapping[str, int] = field(default_factory=dict)
    fees: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entries:
    """What has to be written down; `fees` is None where they are as they were."""

    begun: tuple[Return, ...] = ()
    ended: tuple[Return, ...] = ()
    elsewhere: tuple[Elsewhere, ...] = ()
    fees: Mapping[str, int] | None = None

    def __bool__(self) -> bool:
        return bool(self.begun or self.ended or self.elsewhere) or self.fees is not None


def entries(
    books: Books,
    returns: Sequence[Return],
    transfers: Sequence[Sent],
    operations: Sequence[TransferOperation],
    fees: Mapping[str, int],
) -> Entries:
    """What the books lack. `returns` stand now, `transfers` are all that Stripe shows of the payment."""
    return Entries(
        begun=tuple(one for one in returns if one not in books.returns),
        ended=tuple(one for one in books.returns if one not in returns),
        elsewhere=tuple(
            Elsewhere(one.vendor, one.id, difference)
            for one in transfers
            if (difference := one.left - _asked(one.id, operations) - books.elsewhere.get(one.id, 0))
        ),
        fees=None if fees == books.fees else fees,
    )


def _asked(transfer: str, operations: Sequence[TransferOperation]) -> int:
    """What a vendor has of a transfer by what Stripe did on our request."""
    done = [one for one in operations if one.state is OperationState.SUCCEEDED]
    sent = sum(one.amount for one in done if one.move is Move.TRANSFER and one.stripe_id == transfer)
    return sent - sum(one.amount for one in done if one.move is Move.REVERSE and one.transfer == transfer)
