"""`transactionEventReport`: what an app tells Saleor unasked, and what Saleor refuses.

Source: saleor/graphql/payment/mutations/transaction/transaction_event_report.py.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from saleor_stripe_app.sandbox.saleor.answers import is_url, shortened
from saleor_stripe_app.sandbox.saleor.currencies import quantize
from saleor_stripe_app.sandbox.saleor.errors import MutationError
from saleor_stripe_app.sandbox.saleor.events import EventType, Kind, TransactionEvent, kind
from saleor_stripe_app.sandbox.saleor.settlement import unique
from saleor_stripe_app.sandbox.saleor.transactions import (
    ALREADY_WITH_OTHER_AMOUNT,
    AMOUNT_OPTIONAL,
    SECOND_AUTHORIZATION,
    PaymentMethod,
    Transaction,
    deduced_amount,
)


@dataclass(frozen=True, slots=True)
class Report:
    """The arguments of one report; `available_actions` in lower case, as Saleor stores them."""

    type: EventType
    psp_reference: str
    amount: Decimal | None = None
    time: datetime | None = None
    external_url: str | None = None
    message: str | None = None
    available_actions: Sequence[str] | None = None
    payment_method: PaymentMethod | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    private_metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reporter:
    """Who reports: an app, or staff."""

    app_id: int | None = None
    app_identifier: str | None = None
    user_id: int | None = None


@dataclass(frozen=True, slots=True)
class Reported:
    already_processed: bool
    event: TransactionEvent


_NAMES_THE_TRANSACTION = frozenset(
    k_event for k in (Kind.AUTHORIZATION, Kind.CHARGE) for k_event in (k.request, k.success)
)


def take_report(
    transaction: Transaction,
    report: Report,
    by: Reporter,
    now: datetime,
    *,
    everywhere: Iterable[Transaction],
    save: Callable[[Callable[[], None]], None],
) -> Reported:
    """Take one report; raises MutationError.

    Only the insertion is locked in Saleor. `save` is handed the recalculation and decides when it is done.
    """
    amount = _amount(transaction, report, everywhere)
    if report.external_url and not is_url(report.external_url):
        raise MutationError("externalUrl", "Enter a valid URL.", "INVALID")
    existing = transaction.existing(report.type, report.psp_reference)
    if existing is not None and existing.amount == amount:
        _apply_details(transaction, report)
        return Reported(already_processed=True, event=existing)
    granted_refund = _granted_refund(transaction, report)
    refusal = _refusal(transaction, report, existing)
    if refusal is not None:
        _poison(transaction, report, amount, granted_refund, now, refusal.message)
        raise refusal
    transaction.metadata.update(report.metadata)
    transaction.private_metadata.update(report.private_metadata)
    event = transaction.record(report.type, amount, report.time or now)
    event.psp_reference = report.psp_reference
    event.external_url = report.external_url or ""
    event.message = shortened(report.message or "")
    event.app_id, event.app_identifier, event.user_id = by.app_id, by.app_identifier, by.user_id
    event.granted_refund = granted_refund
    if report.type in _NAMES_THE_TRANSACTION and not transaction.psp_reference:
        transaction.psp_reference = report.psp_reference
    _apply_details(transaction, report)
    save(lambda: transaction.recalculate(now))
    return Reported(already_processed=False, event=event)


def _amount(transaction: Transaction, report: Report, everywhere: Iterable[Transaction]) -> Decimal:
    amount = report.amount
    if amount is None:
        if report.type not in AMOUNT_OPTIONAL:
            raise MutationError(
                "amount", f"The `amount` field is required for {report.type.lower()} event.", "REQUIRED"
            )
        amount = deduced_amount(report.type, report.psp_reference, everywhere)
    if amount is None:
        raise MutationError("amount", f"Unable to deduce the amount for {report.type.lower()} event.", "REQUIRED")
    return quantize(amount, transaction.currency)


def _refusal(transaction: Transaction, report: Report, existing: TransactionEvent | None) -> MutationError | None:
    if existing is not None:
        return MutationError("pspReference", ALREADY_WITH_OTHER_AMOUNT, "INCORRECT_DETAILS")
    if report.type is EventType.AUTHORIZATION_SUCCESS and transaction.has_authorization():
        return MutationError("type", SECOND_AUTHORIZATION, "ALREADY_EXISTS")
    return None


def _poison(
    transaction: Transaction, report: Report, amount: Decimal, granted_refund: int | None, now: datetime, cause: str
) -> None:
    """A refused report leaves an uncounted failure with the wrong amount, which later true ones contradict."""
    refused = TransactionEvent(0, report.type, amount, transaction.currency, now, report.psp_reference)
    refused.granted_refund = granted_refund
    transaction.record_failure(refused, cause, now)


def _granted_refund(transaction: Transaction, report: Report) -> int | None:
    """The granted refund of the newest request with this reference: unknown until Saleor took the answer to it."""
    if kind(report.type) is not Kind.REFUND:
        return None
    requests = [
        event
        for event in transaction.events
        if event.type is EventType.REFUND_REQUEST and event.psp_reference == report.psp_reference
    ]
    return requests[-1].granted_refund if requests else None


def _apply_details(transaction: Transaction, report: Report) -> None:
    """Actions and payment method are taken even when the event itself is an old one."""
    if report.available_actions is not None:
        transaction.available_actions = unique(report.available_actions)
    if report.payment_method is not None:
        transaction.payment_method = report.payment_method
