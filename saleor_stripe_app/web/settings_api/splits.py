"""How payments are divided among vendors and what was sent, as staff see it. Amounts are Saleor's decimals here."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Self

import strawberry

from saleor_stripe_app.domain import money
from saleor_stripe_app.domain.marketplace import explanation, split
from saleor_stripe_app.domain.marketplace.held import Held
from saleor_stripe_app.domain.marketplace.split import ShareStanding
from saleor_stripe_app.storage import shares, transactions
from saleor_stripe_app.usecases.explain import Explained, explain, why
from saleor_stripe_app.web.settings_api.caller import Caller
from saleor_stripe_app.web.settings_api.types import Info

MOST = 100

VendorTransferState = strawberry.enum(
    split.ShareState,
    name="VendorTransferState",
    description="How a vendor's part of a payment stands: SENT is all there, PENDING on its way, HELD waits, FAILED "
    "was refused by Stripe and is tried again, REVERSED came back, OWED could not come back and is kept of later "
    "transfers.",
)
SplitStepKind = strawberry.enum(explanation.StepKind, name="SplitStepKind", description="What a step is about.")


@strawberry.type(description="A vendor's part of a payment as it stands.")
class VendorTransfer:
    transaction_id: strawberry.ID = strawberry.field(description="Saleor's transaction.")
    vendor: str = strawberry.field(description="The vendor's key.")
    currency: str
    amount: Decimal = strawberry.field(description="What the vendor should have of it now; below 0 it is owed.")
    sent: Decimal = strawberry.field(description="What the vendor has of it.")
    state: split.ShareState
    held: Held | None = strawberry.field(description="Why it waits.")
    message: str = strawberry.field(description="The reason in words, or what Stripe said; empty where there is none.")
    refused: int = strawberry.field(description="How often Stripe refused it in a row.")
    next_try: datetime | None = strawberry.field(description="When Stripe is asked again; null: at the next look.")
    released_at: datetime | None = strawberry.field(description="When staff released it by hand.")
    released_by: strawberry.ID | None
    updated_at: datetime = strawberry.field(description="Since when it stands so.")

    @classmethod
    def of(cls, one: ShareStanding, transaction_id: str) -> Self:
        """As it is kept."""
        is_held = one.state is split.ShareState.HELD and one.reason in set(Held)
        return cls(
            transaction_id=strawberry.ID(transaction_id),
            vendor=one.vendor,
            currency=one.currency.upper(),
            amount=money.to_decimal(one.amount, one.currency),
            sent=money.to_decimal(one.sent, one.currency),
            state=one.state,
            held=Held(one.reason) if is_held else None,
            message=why(one),
            refused=one.failed,
            next_try=one.next_try,
            released_at=one.released_at,
            released_by=strawberry.ID(one.released_by) if one.released_by else None,
            updated_at=one.updated_at,
        )


@strawberry.type(description="One step of an explanation; a note has no amount.")
class SplitStep:
    kind: explanation.StepKind
    amount: Decimal
    words: str

    @classmethod
    def of(cls, step: explanation.Step, currency: str) -> Self:
        """As a decimal."""
        return cls(kind=step.kind, amount=money.to_decimal(step.amount, currency), words=step.words)


@strawberry.type(description="A line's part of a share: its steps add up to the total.")
class SplitLine:
    line: strawberry.ID | None = strawberry.field(description="The order's line; null for shipping.")
    title: str
    total: Decimal
    steps: list[SplitStep]


@strawberry.type(description="A vendor's share, or the platform's: lines and steps add up to the total.")
class SplitPart:
    vendor: str | None = strawberry.field(description="The vendor's key; null for the platform.")
    total: Decimal
    lines: list[SplitLine]
    steps: list[SplitStep]

    @classmethod
    def of(cls, part: explanation.Part, currency: str) -> Self:
        """With everything in decimals."""
        lines = [
            SplitLine(
                line=strawberry.ID(line.line) if line.line else None,
                title=line.title,
                total=money.to_decimal(line.total, currency),
                steps=[SplitStep.of(step, currency) for step in line.steps],
            )
            for line in part.lines
        ]
        steps = [SplitStep.of(step, currency) for step in part.steps]
        return cls(vendor=part.vendor or None, total=money.to_decimal(part.total, currency), lines=lines, steps=steps)


@strawberry.type(description="How a payment was divided: a snapshot, with why it is the way it is.")
class PaymentSplit:
    transaction_id: strawberry.ID
    payment_intent_id: str | None
    order_id: strawberry.ID | None = strawberry.field(description="Null while there is no order: it is only planned.")
    version: int
    reason: str = strawberry.field(description="Why this version was worked out.")
    currency: str | None
    captured: Decimal | None
    notes: list[str]
    parts: list[SplitPart] = strawberry.field(description="They add up to what was captured.")
    transfers: list[VendorTransfer]
    text: str = strawberry.field(description="All of it as text, as the command explain prints it.")

    @classmethod
    def of(cls, one: Explained) -> Self:
        """As it was worked out."""
        found, record = one.explanation, one.record
        return cls(
            transaction_id=strawberry.ID(record.transaction_id),
            payment_intent_id=record.payment_intent_id,
            order_id=strawberry.ID(one.split.order_id) if one.split.order_id else None,
            version=one.split.version,
            reason=one.split.reason,
            currency=found.currency.upper() if found else None,
            captured=money.to_decimal(found.captured, found.currency) if found else None,
            notes=list(found.notes) if found else [],
            parts=[SplitPart.of(part, found.currency) for part in found.parts] if found else [],
            transfers=[VendorTransfer.of(standing, record.transaction_id) for standing in one.standings],
            text=one.text,
        )


async def shown(caller: Caller, standings: tuple[ShareStanding, ...]) -> list[VendorTransfer]:
    """Parts of payments with Saleor's ids of their transactions."""
    found = []
    for one in standings:
        record = await transactions.by_id(caller.backends.storage, one.transaction)
        if record is not None:
            found.append(VendorTransfer.of(one, record.transaction_id))
    return found


async def _payment_splits(
    info: Info,
    named: Annotated[
        strawberry.ID,
        strawberry.argument(name="id", description="Saleor's of the order or transaction, or Stripe's (pi_...)."),
    ],
) -> list[PaymentSplit]:
    caller = info.context
    if not named.isprintable():
        return []
    found = await explain(caller.backends.storage, named, caller.installation.saleor_api_url)
    return [PaymentSplit.of(one) for one in found]


async def _vendor_transfers(
    info: Info,
    states: list[split.ShareState] | None = None,
    vendor: str | None = None,
    first: Annotated[int, strawberry.argument(description=f"{MOST} at most.")] = 20,
) -> list[VendorTransfer]:
    caller = info.context
    if vendor is not None and not vendor.isprintable():
        return []
    url, wanted = caller.installation.saleor_api_url, tuple(split.ShareState) if states is None else tuple(states)
    limit = max(0, min(first, MOST))
    return await shown(caller, await shares.by_state(caller.backends.storage, url, wanted, vendor, limit))


@strawberry.type
class SplitQuery:
    """What staff can ask of how payments are divided."""

    payment_splits: list[PaymentSplit] = strawberry.field(
        resolver=_payment_splits, description="How the payments of an order, or one payment, were divided."
    )
    vendor_transfers: list[VendorTransfer] = strawberry.field(
        resolver=_vendor_transfers,
        description="Vendors' parts of payments in these states, or all; the newest change first.",
    )
