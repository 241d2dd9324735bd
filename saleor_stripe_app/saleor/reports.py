"""Telling Saleor what happened to a payment: transactionEventReport.

https://docs.saleor.io/api-reference/payments/mutations/transaction-event-report
"""

from dataclasses import dataclass
from typing import Any

import msgspec

from saleor_stripe_app.domain.errors import Refusal
from saleor_stripe_app.domain.report import Report
from saleor_stripe_app.domain.shop import Installation
from saleor_stripe_app.saleor import payment_method_details, text, transaction_metadata
from saleor_stripe_app.saleor.client import SaleorClient
from saleor_stripe_app.saleor.responses import iso, plain
from saleor_stripe_app.saleor.wire import MutationPayload


@dataclass(frozen=True, slots=True)
class Reported:
    """Saleor took the report and wrote an event."""


@dataclass(frozen=True, slots=True)
class AlreadyReported:
    """Saleor has an event of this type, reference and amount: nothing was written but the actions and the method."""


class ReportRefused(Refusal):
    """Saleor wrote nothing, or a failed event of its own. `code` is its TransactionEventReportErrorCode.

    INCORRECT_DETAILS: this type and reference exist with another amount, and Saleor has now spoiled the reference.
    ALREADY_EXISTS: a second authorization. NOT_FOUND: no such transaction. Also INVALID, REQUIRED, GRAPHQL_ERROR.
    """


class _Payload(MutationPayload, frozen=True, rename="camel"):
    already_processed: bool | None = None


class _Done(msgspec.Struct, frozen=True, rename="camel"):
    transaction_event_report: _Payload


async def send(
    client: SaleorClient, installation: Installation, transaction_id: str, report: Report
) -> Reported | AlreadyReported:
    """Report one event of this transaction (global id). Raises ReportRefused and what `SaleorClient.execute` raises."""
    variables = _variables(transaction_id, report, installation.version)
    done = await client.execute(installation, "transaction-event-report", variables, _Done)
    payload = done.transaction_event_report
    for error in payload.errors:
        raise ReportRefused(f"Saleor refuses the report ({error.code}): {error}", code=error.code)
    return AlreadyReported() if payload.already_processed else Reported()


def _variables(transaction_id: str, report: Report, version: tuple[int, int]) -> dict[str, Any]:
    variables: dict[str, Any] = {
        "id": transaction_id,
        "type": report.type.value,
        "pspReference": report.reference,
        "amount": plain(report.amount),
        "time": iso(report.time),
        "message": text.message(report.message),
        "availableActions": sorted(action.value for action in report.actions),
    }
    if url := text.external_url(report.external_url):
        variables["externalUrl"] = url
    if report.method is not None and version >= payment_method_details.SINCE:
        variables["paymentMethodDetails"] = payment_method_details.for_report(report.method)
    if report.metadata.public:
        variables["metadata"] = transaction_metadata.items(report.metadata.public)
    if report.metadata.private:
        variables["privateMetadata"] = transaction_metadata.items(report.metadata.private)
    return variables
