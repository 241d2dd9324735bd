"""What a vendor has at Stripe and was paid out, as staff see it: read from Stripe when it is asked for."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Self

import strawberry

from saleor_stripe_app.domain.money import to_decimal
from saleor_stripe_app.stripe_gateway.payouts import CurrencyBalance, Payout
from saleor_stripe_app.usecases.vendor_balance import MOST_PAYOUTS, vendor_balance, vendor_payouts
from saleor_stripe_app.web.settings_api.types import Info


@strawberry.type(description="What a vendor's account has at Stripe in one currency; below zero, what it owes Stripe.")
class VendorBalance:
    currency: str
    available: Decimal = strawberry.field(description="What can be paid out now.")
    pending: Decimal = strawberry.field(description="What can be once payments have settled.")

    @classmethod
    def of(cls, balance: CurrencyBalance) -> Self:
        """As Stripe shows it."""
        return cls(
            currency=balance.currency.upper(),
            available=to_decimal(balance.available, balance.currency),
            pending=to_decimal(balance.pending, balance.currency),
        )


@strawberry.type(description="Money that Stripe sends to a vendor's bank.")
class VendorPayout:
    id: strawberry.ID = strawberry.field(description="Stripe's id (po_...).")
    amount: Decimal
    currency: str
    status: str = strawberry.field(description="Stripe's word: pending, in_transit, paid, failed or canceled.")
    automatic: bool = strawberry.field(description="Whether it was made by schedule and not by hand.")
    created_at: datetime
    arrival_at: datetime = strawberry.field(description="When it is expected at the bank, or was there.")
    failure: str = strawberry.field(description="Why it came back; empty if it did not.")

    @classmethod
    def of(cls, payout: Payout) -> Self:
        """As Stripe shows it."""
        return cls(
            id=strawberry.ID(payout.id),
            amount=to_decimal(payout.amount, payout.currency),
            currency=payout.currency.upper(),
            status=payout.status,
            automatic=payout.automatic,
            created_at=payout.created,
            arrival_at=payout.arrival,
            failure=payout.failure,
        )


@strawberry.type(description="Some of a vendor's payouts.")
class VendorPayouts:
    nodes: list[VendorPayout] = strawberry.field(description="Newest first.")
    has_more: bool = strawberry.field(description="Whether there are older ones: ask for those after the last id.")


async def _balance(info: Info, key: str) -> list[VendorBalance]:
    caller = info.context
    return [VendorBalance.of(one) for one in await vendor_balance(caller.backends, caller.installation, key)]


async def _payouts(
    info: Info,
    key: str,
    first: Annotated[int, strawberry.argument(description=f"So many; {MOST_PAYOUTS} at most.")] = 20,
    after: Annotated[strawberry.ID | None, strawberry.argument(description="The id of the last one known.")] = None,
) -> VendorPayouts:
    caller = info.context
    found, more = await vendor_payouts(caller.backends, caller.installation, key, first, after)
    return VendorPayouts(nodes=[VendorPayout.of(one) for one in found], has_more=more)


@strawberry.type
class VendorBalanceQuery:
    """What staff can ask of vendors' money at Stripe."""

    vendor_balance: list[VendorBalance] = strawberry.field(
        resolver=_balance, description="What a vendor has at Stripe now, by currency."
    )
    vendor_payouts: VendorPayouts = strawberry.field(
        resolver=_payouts, description="What Stripe paid out to a vendor's bank."
    )
