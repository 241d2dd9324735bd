"""How a vendor's part of a payment stands after a look, and when to look again for its sake."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from saleor_stripe_app.domain.marketplace.circumstances import release_at
from saleor_stripe_app.domain.marketplace.held import Held
from saleor_stripe_app.domain.marketplace.outstanding_transfers import Made, Movement
from saleor_stripe_app.domain.marketplace.split import ShareStanding, ShareState, Split
from saleor_stripe_app.domain.marketplace.transfer_operation import ARRIVED_AFTER, TransferOperation, pause

# Stripe's refusals that say the same as a reason of ours (https://docs.stripe.com/error-codes): it waits for somebody.
HELD_BY_STRIPE = {
    "insufficient_capabilities_for_transfer": Held.TRANSFERS_INACTIVE,
    "transfers_not_allowed": Held.REGION,
    "account_invalid": Held.NOT_CONNECTED,
}
FIRST_LOOK, LAST_LOOK = timedelta(minutes=5), timedelta(hours=6)
# Nothing but a person ends these, and who does has the payment looked at.
UNTIL_TOLD = frozenset({Held.BY_HAND, Held.SEVERAL_CAPTURES, Held.BALANCE_CURRENCY, Held.PLAN_CHANGED})


def stands(
    split: Split,
    vendor: str,
    amount: int,
    currency: str,
    made: Made,
    movements: Sequence[Movement],
    refused: TransferOperation | None,
    *,
    is_open: bool,
    before: ShareStanding | None,
    now: datetime,
) -> ShareStanding:
    """What to show of a vendor who should have `amount`; `movements` are this vendor's that were not done."""
    state, reason = _state(vendor, amount, made, movements, refused, is_open=is_open)
    failed, next_try = (0, None) if not movements else (before.failed, before.next_try) if before else (0, None)
    if refused is not None:
        failed += 1
        next_try = now + pause(failed)
    elif state is ShareState.HELD:
        failed, next_try = 0, None
    elif movements and not is_open and before is not None and before.reason:
        state, reason = before.state, before.reason
    return ShareStanding(
        transaction=split.transaction,
        vendor=vendor,
        saleor_api_url=split.saleor_api_url,
        currency=currency,
        amount=amount,
        sent=made.with_vendor(vendor),
        state=state,
        reason=reason,
        failed=failed,
        next_try=next_try,
        released_at=before.released_at if before else None,
        released_by=before.released_by if before else None,
        updated_at=before.updated_at if before and (before.state, before.reason) == (state, reason) else now,
    )


def _state(
    vendor: str,
    amount: int,
    made: Made,
    movements: Sequence[Movement],
    refused: TransferOperation | None,
    *,
    is_open: bool,
) -> tuple[ShareState, str]:
    if refused is not None:
        known = HELD_BY_STRIPE.get(refused.code or "")
        return (ShareState.HELD, known.value) if known else (ShareState.FAILED, refused.message)
    held = next((one.held for one in movements if one.held is not None), None)
    if held is not None:
        return ShareState.HELD, held.value
    if is_open or movements:
        return ShareState.PENDING, ""
    if sum(debt.owed - debt.settled for debt in made.debts if debt.vendor == vendor) > 0:
        return ShareState.OWED, ""
    came_back = any(one.reversed for one in made.transfers if one.vendor == vendor)
    return (ShareState.REVERSED if came_back and amount <= 0 else ShareState.SENT), ""


def look_again(split: Split, standings: Sequence[ShareStanding], now: datetime) -> datetime | None:
    """When time alone is a reason to look at the payment for its vendors; None: never."""
    return min((at for one in standings if (at := _look_for(split, one, now)) is not None), default=None)


def _look_for(split: Split, one: ShareStanding, now: datetime) -> datetime | None:
    if one.next_try is not None:
        return one.next_try
    if one.state is ShareState.PENDING:
        return now + ARRIVED_AFTER
    if one.state is not ShareState.HELD or one.reason in UNTIL_TOLD:
        return None
    if one.reason == Held.TOO_EARLY and split.captured_at is not None:
        return max(now, release_at(split.captured_at, split.policy))
    return now + min(max(FIRST_LOOK, (now - one.updated_at) / 4), LAST_LOOK)
