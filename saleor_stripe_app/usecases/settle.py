"""Make Saleor's ledger of one payment equal to Stripe's: look at both, report what is missing."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from saleor_stripe_app.domain import deadline
from saleor_stripe_app.domain.attempts import may_be_tested
from saleor_stripe_app.domain.awaited import answer_awaited
from saleor_stripe_app.domain.errors import Declined, Refusal, Unavailable, Untrusted
from saleor_stripe_app.domain.operation import Operation, OperationState
from saleor_stripe_app.domain.outstanding import outstanding
from saleor_stripe_app.domain.payment import Payment
from saleor_stripe_app.domain.shop import Configuration, Installation, TransactionRecord
from saleor_stripe_app.domain.transaction import Metadata, Transaction
from saleor_stripe_app.saleor import transaction_metadata
from saleor_stripe_app.saleor import transactions as saleor_transactions
from saleor_stripe_app.storage import handover, leases, operations, payments, refused, timely
from saleor_stripe_app.storage.due import Due
from saleor_stripe_app.storage.leases import Lease
from saleor_stripe_app.usecases import resolve, tell_staff
from saleor_stripe_app.usecases.backends import LEASE, Backends
from saleor_stripe_app.usecases.burst import tell_burst
from saleor_stripe_app.usecases.install import was_removed
from saleor_stripe_app.usecases.limit_declines import limit_declines
from saleor_stripe_app.usecases.reauthorize import reauthorize
from saleor_stripe_app.usecases.see_to_source import see_to_source
from saleor_stripe_app.usecases.see_to_vendors import see_to_vendors
from saleor_stripe_app.usecases.tell_order import tell_order
from saleor_stripe_app.usecases.tell_saleor import tell_saleor

log = logging.getLogger(__name__)

LOOKS = 5  # a report may reveal the next difference, which has happened at most three times in a row


@dataclass(frozen=True, slots=True)
class Settled:
    """What a look came to.

    `equal` is false while something is open or cannot be mended; `open` asks for another look; `reported` counts what
    Saleor did not know yet.
    """

    equal: bool
    reported: int = 0
    note: str = ""
    open: bool = False


@dataclass(frozen=True, slots=True)
class Parties:
    """Whose payment it is: the Saleor to tell, the keys to ask with, and what we keep of it."""

    installation: Installation
    configuration: Configuration
    record: TransactionRecord


async def settle(backends: Backends, transaction: str, row: Due | None = None) -> Settled | None:
    """Look at one payment under its lease; None when another writer has it.

    `row` is what it was due for: it is due no longer where nothing is left open. Raises Unavailable when Stripe, Saleor
    or the database do not answer: it stays due.
    """
    lease = await leases.take(backends.storage, transaction, backends.owner, backends.clock(), LEASE)
    if lease is None:
        return None
    try:
        settled = await _look(backends, lease)
    except BaseException:
        await leases.release(backends.storage, lease)
        raise
    if row is None or settled.open:
        await leases.release(backends.storage, lease)
    else:
        await handover.looked_at(backends.storage, lease, row, backends.clock())
    return settled


async def _look(backends: Backends, lease: Lease) -> Settled:
    kept = await payments.of_record(backends.storage, lease.transaction)
    if kept is None or kept.installation is None or kept.installation.removed_at is not None:
        return Settled(equal=True, note="no Saleor to tell")
    record, installation, configuration = kept.record, kept.installation, kept.configuration
    if configuration is None:
        return Settled(equal=False, note="the configuration of this payment is gone")
    try:
        payment = await resolve.current(backends, record, configuration)
    except Declined as declined:
        refused_key = await tell_staff.of_refused_key(backends, installation, configuration, declined)
        # With another key it may be seen again: until then nothing is known, and nothing is given up.
        return Settled(equal=record.payment_intent_id is None, note=str(declined), open=refused_key)
    try:
        return await _compare(backends, lease, Parties(installation, configuration, record), payment)
    except Untrusted as error:
        if await was_removed(backends, installation):
            return Settled(equal=False, note="Saleor no longer knows this app")
        return Settled(equal=False, note=str(error), open=True)


async def _compare(backends: Backends, lease: Lease, parties: Parties, payment: Payment) -> Settled:
    installation, record = parties.installation, parties.record
    # Nobody else writes these while the lease is ours: they are read again where something here did.
    known, declined_before = await payments.history(backends.storage, record.id)
    pending = [operation for operation in known if operation.state is OperationState.OPEN]
    if pending or may_be_tested(payment):
        payment = await _brought_on(backends, parties, payment, pending)
        known = await operations.of_transaction(backends.storage, record.id)
    if (again := deadline.next_look(payment, backends.clock())) != record.look_at:
        await timely.look_at(backends.storage, record.id, again)
    sent = 0
    for _ in range(LOOKS):
        transaction = await saleor_transactions.read(backends.saleor, installation, record.transaction_id)
        if transaction is None:
            return Settled(equal=True, reported=sent, note="Saleor no longer has this transaction")
        missing = outstanding(payment, transaction, known, declined_before, backends.clock())
        if not missing.reports:
            await tell_order(backends, parties.configuration, payment, transaction)
            await _describe(backends, lease, parties, missing.metadata)
            awaited = answer_awaited(transaction, backends.clock())
            if missing.discrepancy and not awaited:
                log.error("ledgers differ", extra={"transaction": record.transaction_id})
                await tell_staff.of_ledger(backends, installation, record, missing.discrepancy)
            if not missing.discrepancy:
                await tell_staff.of_equal_ledger(backends, installation, record)
                if await _see_to_source(backends, lease, parties, payment, transaction, known):
                    payment = await resolve.current(backends, record, parties.configuration)
                    known = await operations.of_transaction(backends.storage, record.id)
                    continue
            is_open = any(operation.state is OperationState.OPEN for operation in known)
            note = missing.discrepancy or ("an outcome is not known yet" if is_open else "")
            return Settled(not note, sent, note or ("an answer is on its way" if awaited else ""), is_open or awaited)
        taken = 0
        for report in missing.reports:
            if await leases.extend(backends.storage, lease, backends.clock(), LEASE) is None:
                raise Unavailable("another writer took this payment over")
            taken += await tell_saleor(backends, installation, record, report)
        sent += taken
        if taken < len(missing.reports):
            declined_before = await refused.of_transaction(backends.storage, record.id)
    return Settled(equal=False, reported=sent, note="still different after several reports", open=True)


async def _brought_on(backends: Backends, parties: Parties, payment: Payment, pending: Sequence[Operation]) -> Payment:
    """The payment once the outcome of what was asked for is known, and nobody may test cards with it any more."""
    if pending:
        payment = await resolve.resolve(backends, parties.configuration, payment, pending)
    if may_be_tested(payment):
        await tell_burst(backends, parties.installation, parties.configuration)
        payment = await limit_declines(backends, parties.configuration, parties.record, payment)
    return payment


async def _see_to_source(
    backends: Backends,
    lease: Lease,
    parties: Parties,
    payment: Payment,
    transaction: Transaction,
    known: Sequence[Operation],
) -> bool:
    if answer_awaited(transaction, backends.clock()):
        return False
    # Without an order nothing is said or moved, and what is noted then is true whoever notes it.
    has_order = transaction.order is not None
    if has_order and await leases.extend(backends.storage, lease, backends.clock(), LEASE) is None:
        raise Unavailable("another writer took this payment over")
    whose = (parties.installation, parties.configuration, parties.record)
    if await see_to_source(backends, *whose, lease, payment, transaction, known):
        return True
    if await reauthorize(backends, *whose, lease, payment, transaction, known):
        return True
    await see_to_vendors(backends, *whose, lease, payment, transaction, known)
    return False


async def _describe(backends: Backends, lease: Lease, parties: Parties, metadata: Metadata) -> None:
    """Write on the transaction what no report took along. What Saleor refuses is no matter of the ledgers."""
    if not metadata:
        return
    if await leases.extend(backends.storage, lease, backends.clock(), LEASE) is None:
        raise Unavailable("another writer took this payment over")
    transaction = parties.record.transaction_id
    try:
        await transaction_metadata.write(backends.saleor, parties.installation, transaction, metadata)
    except Refusal as refusal:
        log.warning("metadata refused", extra={"transaction": transaction, "reason": str(refusal)})
