"""A commission: as staff see it, and as they enter it. Amounts are Saleor's decimals here, minor units inside."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Self

import strawberry

from saleor_stripe_app.domain import money
from saleor_stripe_app.domain.errors import Refusal
from saleor_stripe_app.domain.marketplace import rate
from saleor_stripe_app.domain.marketplace.rate import Rate

PERCENT = "From 0 to 100."
FIXED = "An amount for each line of an order besides the percentage, by currency."
MINIMUM = "The least that is kept of each line of an order, by currency."
SHIPPING = "Whether the percentage is also kept of the vendor's shipping."

CommissionBase = strawberry.enum(
    rate.Basis, name="CommissionBase", description="What the percentage is of: the price without tax, or with it."
)


@strawberry.type(description="An amount of a commission.")
class CommissionAmount:
    currency: str = strawberry.field(description="Such as EUR.")
    amount: Decimal


@strawberry.type(description="What the platform keeps of a sale.")
class Commission:
    percent: Decimal = strawberry.field(description=PERCENT)
    fixed: list[CommissionAmount] = strawberry.field(description=FIXED)
    minimum: list[CommissionAmount] = strawberry.field(description=MINIMUM)
    base: rate.Basis
    shipping: bool = strawberry.field(description=SHIPPING)

    @classmethod
    def of(cls, kept: Rate) -> Self:
        """Amounts in the order of their currencies."""
        return cls(
            percent=kept.percent,
            fixed=_shown(kept.fixed),
            minimum=_shown(kept.minimum),
            base=kept.base,
            shipping=kept.shipping,
        )


@strawberry.input(description="An amount of a commission.")
class CommissionAmountInput:
    currency: str
    amount: Decimal


@strawberry.input(description="What the platform keeps of a sale.")
class CommissionInput:
    percent: Decimal = strawberry.field(description=PERCENT)
    fixed: list[CommissionAmountInput] | None = strawberry.field(default=None, description=FIXED)
    minimum: list[CommissionAmountInput] | None = strawberry.field(default=None, description=MINIMUM)
    base: rate.Basis = rate.Basis.NET
    shipping: bool = strawberry.field(default=False, description=SHIPPING)


def entered(given: CommissionInput | None) -> Rate | None:
    """The rate as the use cases take it. Raises Refusal: InvalidCommission, UnrepresentableAmount."""
    if given is None:
        return None
    return Rate(
        percent=given.percent,
        fixed=_amounts(given.fixed or ()),
        minimum=_amounts(given.minimum or ()),
        base=given.base,
        shipping=given.shipping,
    )


def _amounts(given: Iterable[CommissionAmountInput]) -> dict[str, int]:
    amounts: dict[str, int] = {}
    for one in given:
        currency = one.currency.strip().lower()
        if currency in amounts:
            raise Refusal(f"There are two amounts in {currency.upper()}.", code="InvalidCommission")
        amounts[currency] = money.to_minor(one.amount, currency)
    return amounts


def _shown(kept: Mapping[str, int]) -> list[CommissionAmount]:
    return [
        CommissionAmount(currency=currency.upper(), amount=money.to_decimal(amount, currency))
        for currency, amount in sorted(kept.items())
    ]
