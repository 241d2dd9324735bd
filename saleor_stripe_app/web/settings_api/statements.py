"""A vendor's statement, as staff see it. Amounts are decimals of the statement's currency."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Self

import strawberry

from saleor_stripe_app.domain.marketplace import statement
from saleor_stripe_app.domain.marketplace.statement_csv import as_csv
from saleor_stripe_app.domain.money import to_decimal
from saleor_stripe_app.usecases.vendor_statement import vendor_statement
from saleor_stripe_app.web.settings_api.types import Info

MOST_ROWS = 500
UNDONE = "below zero where it was undone"


@strawberry.type(description="One thing that happened, or the sums of all of them.")
class VendorStatementRow:
    at: datetime
    reference: str = strawberry.field(description="Stripe's id of the payment, refund, dispute, transfer or reversal.")
    gross: Decimal = strawberry.field(description="What shoppers paid for the vendor's goods, with tax.")
    shipping: Decimal = strawberry.field(description="What they paid for the vendor's shipping, with tax.")
    tax: Decimal = strawberry.field(description="What of both the platform keeps to remit it.")
    discount: Decimal = strawberry.field(description="What the platform added for discounts that it bears.")
    commission: Decimal
    fee: Decimal = strawberry.field(description="What the vendor bears of Stripe's fee.")
    rounding: Decimal
    refunds: Decimal = strawberry.field(description=f"What the vendor bears of refunds; {UNDONE}.")
    disputes: Decimal = strawberry.field(description=f"What the vendor bears of disputes; {UNDONE}.")
    sent: Decimal = strawberry.field(description="What was transferred to the vendor.")
    reversed: Decimal = strawberry.field(description="What was taken back of that.")
    settled: Decimal = strawberry.field(description="What was not transferred since it paid a debt.")
    owed: Decimal = strawberry.field(description="What could not be taken back, and is the vendor's debt.")

    @classmethod
    def of(cls, row: statement.Row, shown: Callable[[int], Decimal]) -> Self:
        """The row, `shown` in decimals."""
        amounts = {name: shown(getattr(row, name)) for name in statement.AMOUNTS}
        return cls(at=row.at, reference=row.reference, **amounts)


def _csv(root: strawberry.Parent["VendorStatement"]) -> str:
    return as_csv(root.drawn)


def _rows(
    root: strawberry.Parent["VendorStatement"],
    first: Annotated[int, strawberry.argument(description=f"So many; {MOST_ROWS} at most.")] = 100,
    skip: Annotated[int, strawberry.argument(description="After so many.")] = 0,
) -> list[VendorStatementRow]:
    begin, count = max(0, skip), max(0, min(first, MOST_ROWS))
    rows = root.drawn.rows[begin : begin + count]
    return [VendorStatementRow.of(row, root.shown) for row in rows]


@strawberry.type(
    description="What a vendor earned, gave back and was sent in a period. "
    "closing = opening + gross + shipping - tax + discount - commission - fee + rounding - refunds - disputes "
    "- sent - settled + reversed + owed."
)
class VendorStatement:
    drawn: strawberry.Private[statement.Statement]
    vendor: str
    currency: str
    start: datetime = strawberry.field(name="from")
    end: datetime = strawberry.field(name="until", description="The period ends before it.")
    opening: Decimal = strawberry.field(description="What was left to transfer to the vendor when the period began.")
    closing: Decimal = strawberry.field(description="What was left when it ended.")
    opening_debt: Decimal = strawberry.field(description="What the vendor owed when the period began.")
    closing_debt: Decimal = strawberry.field(description="What the vendor owed when it ended.")
    totals: VendorStatementRow = strawberry.field(description="The sums of the period's rows.")
    row_count: int
    rows: list[VendorStatementRow] = strawberry.field(resolver=_rows, description="What happened, oldest first.")
    csv: str = strawberry.field(resolver=_csv, description="All of it as CSV (RFC 4180).")

    @classmethod
    def of(cls, drawn: statement.Statement) -> Self:
        """As it was drawn up."""

        def shown(minor: int) -> Decimal:
            return to_decimal(minor, drawn.currency)

        return cls(
            drawn=drawn,
            vendor=drawn.vendor,
            currency=drawn.currency.upper(),
            start=drawn.start,
            end=drawn.end,
            opening=shown(drawn.opening),
            closing=shown(drawn.closing),
            opening_debt=shown(drawn.opening_debt),
            closing_debt=shown(drawn.closing_debt),
            totals=VendorStatementRow.of(drawn.totals, shown),
            row_count=len(drawn.rows),
        )

    def shown(self, minor: int) -> Decimal:
        """Minor units as decimals of the statement's currency."""
        return to_decimal(minor, self.drawn.currency)


async def _statement(
    info: Info,
    key: str,
    currency: str,
    start: Annotated[datetime, strawberry.argument(name="from", description="Without a zone it is UTC.")],
    end: Annotated[datetime, strawberry.argument(name="until", description="The period ends before it.")],
) -> VendorStatement:
    caller = info.context
    drawn = await vendor_statement(caller.backends, caller.installation, key, currency, start, end)
    return VendorStatement.of(drawn)


@strawberry.type
class VendorStatementQuery:
    """What staff can ask of vendors' accounts with the platform."""

    vendor_statement: VendorStatement = strawberry.field(
        resolver=_statement, description="A vendor's statement for a period, in one currency."
    )
