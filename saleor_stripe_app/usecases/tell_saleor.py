"""One report to Saleor, and the memory of what it did not take."""

from saleor_stripe_app.domain.report import Report
from saleor_stripe_app.domain.shop import Installation, TransactionRecord
from saleor_stripe_app.saleor import reports
from saleor_stripe_app.saleor.reports import AlreadyReported, ReportRefused
from saleor_stripe_app.storage import refused
from saleor_stripe_app.usecases.backends import Backends


async def tell_saleor(
    backends: Backends, installation: Installation, record: TransactionRecord, report: Report
) -> bool:
    """Send one report, under the payment's lease; whether Saleor did not know it yet.

    A refusal is remembered, so that the report is never repeated as it is. So is "already processed": if the report is
    still missing at the next look, Saleor has it and does not count it, and it needs another reference. Raises what
    `SaleorClient.execute` raises.
    """
    try:
        sent = await reports.send(backends.saleor, installation, record.transaction_id, report)
    except ReportRefused as refusal:
        await _remember(backends, record, report, refusal.code, str(refusal))
        return False
    if isinstance(sent, AlreadyReported):
        await _remember(backends, record, report, "ALREADY_PROCESSED", "Saleor has this event already")
        return False
    return True


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
