"""Make what each vendor has of a payment what each should have: the difference is transferred, taken back or owed."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from saleor_stripe_app.domain.errors import Unavailable
from saleor_stripe_app.domain.marketplace.allocation import Allocation
from saleor_stripe_app.domain.marketplace.circumstances import Circumstances
from saleor_stripe_app.domain.marketplace.outstanding_transfers import Made, Move, Movement, outstanding_transfers
from saleor_stripe_app.domain.marketplace.split import ShareStanding, Split
from saleor_stripe_app.domain.marketplace.transfer import ShownTransfer, group
from saleor_stripe_app.domain.marketplace.transfer_operation import (
    ARRIVED_AFTER,
    TransferOperation,
    identity,
    made_so_far,
)
from saleor_stripe_app.domain.marketplace.vendor import Vendor
from saleor_stripe_app.domain.operation import OperationState
from saleor_stripe_app.domain.payment import Payment
from saleor_stripe_app.domain.shop import Installation, TransactionRecord
from saleor_stripe_app.storage import debts, leases, transfer_operations
from saleor_stripe_app.storage.leases import Lease
from saleor_stripe_app.stripe_gateway import transfers
from saleor_stripe_app.stripe_gateway.client import Client
from saleor_stripe_app.usecases.ask_for_transfer import ask, planned
from saleor_stripe_app.usecases.backends import LEASE, Backends

# What was made is seen at the next pass; a reversal that fails for want of funds becomes a debt at the one after.
PASSES = 4
NO_ANSWER = "Stripe shows nothing of it."


@dataclass(frozen=True, slots=True)
class Job:
    """Whose payment is moved, and on which terms. `allocation` is the one with Stripe's fee in it."""

    installation: Installation
    record: TransactionRecord
    lease: Lease
    client: Client
    payment: Payment
    split: Split
    allocation: Allocation
    circumstances: Circumstances
    vendors: Mapping[str, Vendor]
    before: Mapping[str, ShareStanding]


@dataclass(frozen=True, slots=True)
class Moved:
    """What came of it: what was done so far, what is left to do, and what Stripe refused or left open, by vendor."""

    made: Made
    movements: tuple[Movement, ...]
    refused: Mapping[str, TransferOperation] = field(default_factory=dict)
    unanswered: frozenset[str] = frozenset()


async def move(backends: Backends, job: Job) -> Moved:
    """Do what is to be done now. Raises Declined and Unavailable where Stripe does not show its transfers."""
    refused: dict[str, TransferOperation] = {}
    for _ in range(PASSES):
        moved = await _pass(backends, job, refused)
        if moved is not None:
            return moved
    raise Unavailable("What vendors have changes while it is looked at.")


async def _pass(backends: Backends, job: Job, refused: dict[str, TransferOperation]) -> Moved | None:
    """One look at everything and one step for each movement; None if something was done."""
    shown = await transfers.of_group(job.client, group(job.record.transaction_id))
    known = await _found(backends, await transfer_operations.of_transaction(backends.storage, job.record.id), shown)
    made = made_so_far(
        shown, known, await debts.of_transaction(backends.storage, job.record.id), by_account(job.vendors)
    )
    now = backends.clock()
    owed = await debts.of_vendors(backends.storage, job.record.saleor_api_url, job.allocation.currency)
    movements = outstanding_transfers(
        job.allocation, job.split.returns, made, job.circumstances, job.split.policy, job.vendors, owed, now
    )
    known = await _given_up(backends, known, {identity(one, made): one for one in movements if one.held is None})
    unanswered = {one.vendor for one in known if one.state is OperationState.OPEN}
    done = False
    for movement in movements:
        if movement.held is not None or movement.vendor in refused:
            continue
        if await leases.extend(backends.storage, job.lease, backends.clock(), LEASE) is None:
            raise Unavailable("another writer took this payment over")
        name = identity(movement, made)
        if movement.move in (Move.SETTLE, Move.OWE):
            done |= movement.vendor not in unanswered and await _write_down(backends, job, movement, name)
            continue
        tried = [one for one in known if one.identity == name]
        operation = _to_ask(backends, job, movement, name, tried, shown, unanswered, now)
        if operation is None:
            continue
        asked = await ask(backends, job.client, operation)
        if asked.state is OperationState.SUCCEEDED or (asked.lacked_funds and asked.move is Move.REVERSE):
            done = True
            unanswered.discard(movement.vendor)
        elif asked.state is OperationState.FAILED:
            refused[movement.vendor] = asked
        else:
            unanswered.add(movement.vendor)
    return None if done else Moved(made, movements, dict(refused), frozenset(unanswered))


def _to_ask(
    backends: Backends,
    job: Job,
    movement: Movement,
    name: str,
    tried: Sequence[TransferOperation],
    shown: tuple[ShownTransfer, ...],
    unanswered: set[str],
    now: datetime,
) -> TransferOperation | None:
    """What to send for a movement: the very same request as before, or a new attempt; None where it has to wait."""
    latest = tried[-1] if tried else None
    if latest is not None and latest.state is OperationState.OPEN:
        return latest if latest.amount == movement.amount and latest.may_be_sent(now) else None
    before = job.before.get(movement.vendor)
    if movement.vendor in unanswered or (before and before.next_try is not None and now < before.next_try):
        return None
    vendor = job.vendors.get(movement.vendor)
    return planned(backends, job.installation, job.record, job.payment, movement, vendor, shown, name, len(tried) + 1)


async def _write_down(backends: Backends, job: Job, movement: Movement, name: str) -> bool:
    amount = movement.amount if movement.move is Move.OWE else -movement.amount
    return await debts.record(
        backends.storage,
        job.record.saleor_api_url,
        job.record.id,
        name,
        movement.vendor,
        job.allocation.currency,
        amount,
        backends.clock(),
    )


async def _found(
    backends: Backends, known: Sequence[TransferOperation], shown: Sequence[ShownTransfer]
) -> tuple[TransferOperation, ...]:
    """The operations with the outcomes that Stripe shows."""
    found = []
    for one in known:
        made = one.shown_in(shown) if one.state is OperationState.OPEN else None
        if made is not None:
            await transfer_operations.close(backends.storage, one.id, OperationState.SUCCEEDED, stripe_id=made)
            one = replace(one, state=OperationState.SUCCEEDED, stripe_id=made)  # noqa: PLW2901
        found.append(one)
    return tuple(found)


async def _given_up(
    backends: Backends, known: Sequence[TransferOperation], wanted: Mapping[str, Movement]
) -> tuple[TransferOperation, ...]:
    """The operations, of which those have failed that Stripe has not shown for long and that are not sent again.

    What is still wanted is: under its key it moves nothing twice, whatever Stripe's lists show.
    """
    now, left = backends.clock(), []
    for one in known:
        movement = wanted.get(one.identity)
        again = movement is not None and movement.amount == one.amount and one.may_be_sent(now)
        if one.state is OperationState.OPEN and not again and now - one.created > ARRIVED_AFTER:
            await transfer_operations.close(backends.storage, one.id, OperationState.FAILED, message=NO_ANSWER)
            one = replace(one, state=OperationState.FAILED, message=NO_ANSWER)  # noqa: PLW2901
        left.append(one)
    return tuple(left)


def by_account(vendors: Mapping[str, Vendor]) -> Mapping[str, str]:
    """Vendors by account; an account that several share says nothing."""
    shared = Counter(vendor.stripe_account for vendor in vendors.values())
    return {
        vendor.stripe_account: key
        for key, vendor in vendors.items()
        if vendor.stripe_account and shared[vendor.stripe_account] == 1
    }
