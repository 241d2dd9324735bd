"""What a refund takes back from a connected account, and what the platform gives back of its fee.

https://docs.stripe.com/connect/destination-charges#issuing-refunds
"""

from saleor_stripe_app.sandbox.stripe import application_fees, transfer_reversals
from saleor_stripe_app.sandbox.stripe.context import Context
from saleor_stripe_app.sandbox.stripe.errors import invalid
from saleor_stripe_app.sandbox.stripe.objects import Charge, Refund
from saleor_stripe_app.sandbox.stripe.related import holder
from saleor_stripe_app.sandbox.stripe.shares import share
from saleor_stripe_app.sandbox.stripe.transfer_records import ApplicationFee, Transfer


class Returns:
    """What goes back with a refund of a part of a charge; refused before anything has moved."""

    def __init__(self, context: Context, charge: Charge, amount: int, *, reverse: bool, fee: bool) -> None:
        self._context = context
        whole = amount == charge.amount_captured - charge.amount_refunded
        self._reversals: list[tuple[Transfer, int]] = []
        self._fees: list[tuple[ApplicationFee, int]] = []
        if reverse:
            for transfer in _transfers(context, charge):
                part = share(transfer.amount, amount, charge.amount_captured, transfer.left, whole=whole)
                if part:
                    transfer_reversals.check(context, transfer, part)
                    self._reversals.append((transfer, part))
        if fee:
            for kept in _fees(context, charge):
                part = share(kept.amount, amount, charge.amount_captured, kept.left, whole=whole)
                if part:
                    self._fees.append((kept, part))

    def carry_out(self, refund: Refund) -> None:
        """Take back and give back; the refund names the reversal that it brought about."""
        for transfer, part in self._reversals:
            made = transfer_reversals.reverse(self._context, transfer, part, refund=refund.id)
            refund.transfer_reversal = refund.transfer_reversal or made.id
        for kept, part in self._fees:
            place = holder(self._context, "application_fees", kept.id)
            application_fees.give_back(place, kept, part)


def _transfers(context: Context, charge: Charge) -> list[Transfer]:
    if charge.transfer is None:
        raise invalid(
            f"Cannot reverse transfer on charge {charge.id} because it does not have an associated transfer.",
            "reverse_transfer",
        )
    made = [context.books.transfers[identifier] for identifier in context.books.transfers_of[charge.id]]
    return [transfer for transfer in made if transfer.automatic]


def _fees(context: Context, charge: Charge) -> list[ApplicationFee]:
    """Fees kept of the charge: in these books for a destination charge, in the platform's for a direct one."""
    if charge.application_fee is None:
        raise invalid(
            f"Attempting to refund_application_fee on {charge.id}, but it has no application fee",
            "refund_application_fee",
        )
    kept = holder(context, "application_fees", charge.application_fee).books.application_fees.values()
    return [fee for fee in kept if charge.id in (fee.charge, fee.originating_transaction)]
