"""Transfers as Stripe shows them, and the marks by which ours are known. Amounts are minor units.

https://docs.stripe.com/api/transfers, https://docs.stripe.com/api/transfer_reversals
"""

from dataclasses import dataclass

VENDOR = "saleor_vendor"


@dataclass(frozen=True, slots=True)
class ShownReversal:
    """A part of a transfer that came back. `operation` is what our request left on it, None when made elsewhere."""

    id: str
    amount: int
    operation: str | None = None


@dataclass(frozen=True, slots=True)
class ShownTransfer:
    """Money that went to a connected account. `vendor` is what our request left on it, None for any other transfer.

    `reversed` is what came back of `amount`, by whomever it was taken back.
    """

    id: str
    amount: int
    reversed: int
    currency: str
    destination: str
    vendor: str | None = None
    operation: str | None = None
    source: str | None = None
    reversals: tuple[ShownReversal, ...] = ()


def group(transaction_id: str) -> str:
    """The transfer group of a payment, by Saleor's id of its transaction: its charge and all its transfers have it."""
    return f"saleor-{transaction_id}"
