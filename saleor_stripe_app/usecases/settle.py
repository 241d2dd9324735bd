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
from saleor_stripe_app.domain.report import Report
from saleor_stripe_app.domain.shop import Configuration, Installation, TransactionRecord
from saleor_stripe_app.domain.transaction import Metadata, Transaction
from saleor_stripe_app.saleor import reports, transaction_metadata
from saleor_stripe_app.saleor import transactions as saleor_transactions
from saleor_stripe_app.saleor.reports import AlreadyReported, ReportRefused
from saleor_stripe_app.storage import configurations, installations, leases, operations, refused, timely, transactions
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


async def settle(backends: Backends, transaction: str) -> Settled | None:
    """Look at one payment under its lease; None when another writer has it.

    Raises Unavailable when Stripe, Saleor or the database do not answer: it stays due.
    """
    lease = await leases.take(backends.storage, transaction, backends.owner, backends.clock(), LEASE)
    if lease is None:
        return None
    try:
        return await _look(backends, lease)
    finally:
        await leases.release(backends.storage, lease)


async def _look(backends: Backends, lease: Lease) -> Settled:
    record = await transactions.by_id(backends.storage, lease.transaction)
    installation = await installations.by_url(backends.storage, record.saleor_api_url) if record else None
    if record is None or installation is None or installation.removed_at is not None:
        return Settled(equal=True, note="no Saleor to tell")
    configuration = await configurations.by_id(backends.storage, record.configuration_id)
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
    pending = await operations.open_of(backends.storage, record.id)
    if pending:
        payment = await resolve.resolve(backends, parties.configuration, payment, pending)
    if may_be_tested(payment):
        await tell_burst(backends, installation, parties.configuration)
        payment = await limit_declines(backends, parties.configuration, record, payment)
    if (again := deadline.next_look(payment, backends.clock())) != record.look_at:
        await timely.look_at(backends.storage, record.id, again)
    sent = 0
    for _ in range(LOOKS):
        transaction = await saleor_transactions.read(backends.saleor, installation, record.transaction_id)
        if transaction is None:
            return Settled(equal=True, reported=sent, note="Saleor no longer has this transaction")
        known = await operations.of_transaction(backends.storage, record.id)
        declined_before = await refused.of_transaction(backends.storage, record.id)
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
                    continue
            is_open = any(operation.state is OperationState.OPEN for operation in known)
            note = missing.discrepancy or ("an outcome is not known yet" if is_open else "")
            return Settled(not note, sent, note or ("an answer is on its way" if awaited else ""), is_open or awaited)
        for report in missing.reports:
            if await leases.extend(backends.storage, lease, backends.clock(), LEASE) is None:
                raise Unavailable("another writer took this payment over")
            sent += await _tell(backends, installation, record, report)
    return Settled(equal=False, reported=sent, note="still different after several reports", open=True)


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
    if await leases.extend(backends.storage, lease, backends.clock(), LEASE) is None:
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


async def _tell(backends: Backends, installation: Installation, record: TransactionRecord, report: Report) -> int:
    """Send one report; 1 if Saleor did not know it yet.

    A refusal is remembered, so that the report is never repeated as it is. So is "already processed": if the report is
    still missing at the next look, Saleor has it and does not count it, and it needs another reference.
    """
    try:
        sent = await reports.send(backends.saleor, installation, record.transaction_id, report)
    except ReportRefused as refusal:
        await _remember(backends, record, report, refusal.code, str(refusal))
        return 0
    if isinstance(sent, AlreadyReported):
        await _remember(backends, record, report, "ALREADY_PROCESSED", "Saleor has this event already")
        return 0
    return 1


async def _remember(backends: Backends, record: TransactionRecord, report: Report, code: str, message: str) -> None:
    await refused.record(
        backends.storage,
        record.id,
        report.type,
        report.reference,
        str(report.amount),
        code=code,
        message=message,
        now=backends.clock(),
    )
