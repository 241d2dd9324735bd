"""Actions that staff or an app ask for: charge, refund and cancel, sent from Celery and retried as Saleor does.

Source: saleor/graphql/payment/mutations/transaction/transaction_request_action.py and
saleor/webhook/transport/synchronous/transport.py (handle_transaction_request_task).
"""

from decimal import Decimal
from functools import partial
from typing import Literal

from saleor_stripe_app.sandbox.saleor.answers import TopLevelNotAnObject, decoded
from saleor_stripe_app.sandbox.saleor.apps import HANDLE_PAYMENTS, App, Webhook
from saleor_stripe_app.sandbox.saleor.coverage import follow
from saleor_stripe_app.sandbox.saleor.currencies import quantize
from saleor_stripe_app.sandbox.saleor.deliveries import RETRIES, Conversation, Reply, backoff
from saleor_stripe_app.sandbox.saleor.errors import MutationError
from saleor_stripe_app.sandbox.saleor.events import Kind, TransactionEvent
from saleor_stripe_app.sandbox.saleor.orders import GrantedRefund
from saleor_stripe_app.sandbox.saleor.pages import Page
from saleor_stripe_app.sandbox.saleor.requestor import Requestor
from saleor_stripe_app.sandbox.saleor.saleor import Saleor
from saleor_stripe_app.sandbox.saleor.sending import body, call, webhook_request
from saleor_stripe_app.sandbox.saleor.settlement import Taking, take_action_answer
from saleor_stripe_app.sandbox.saleor.transactions import Transaction, request_kind
from saleor_stripe_app.sandbox.saleor.webhook_events import (
    Action,
    TransactionCancelationRequested,
    TransactionChargeRequested,
    TransactionRefundRequested,
    TransactionRequested,
)

ActionType = Literal["CHARGE", "REFUND", "CANCEL"]

_WEBHOOK_EVENTS = {
    Kind.CHARGE: "TRANSACTION_CHARGE_REQUESTED",
    Kind.REFUND: "TRANSACTION_REFUND_REQUESTED",
    Kind.CANCEL: "TRANSACTION_CANCELATION_REQUESTED",
}


def request_action(
    saleor: Saleor,
    transaction_id_or_token: str,
    action: ActionType,
    *,
    by: Requestor,
    amount: Decimal | None = None,
    refund_reason: str | None = None,
    refund_reason_reference: str | None = None,
) -> Transaction:
    """`transactionRequestAction`: record the request and leave its delivery to a job.

    The amount is cut to what is authorized (charge, cancel) or charged (refund); none or 0 means all of that, which may
    be 0. Nobody looks at the transaction's available actions. Raises MutationError and PermissionDenied.
    """
    by.must_have(HANDLE_PAYMENTS)
    if refund_reason and action != "REFUND":
        raise MutationError("refundReason", "Reason can be set only for REFUND action.", "INVALID")
    page = _reason_page(saleor, action, refund_reason_reference) if refund_reason_reference else None
    transaction = saleor.transaction(transaction_id_or_token)
    possible = transaction.amounts.charged if action == "REFUND" else transaction.amounts.authorized
    asked = quantize(amount, transaction.currency) if amount is not None else Decimal(0)
    request = _request(saleor, transaction, Kind(action), min(asked or possible, possible), by)
    request.message, request.reason_reference = refund_reason or "", page
    _deliver(saleor, transaction, request, None)
    return transaction


def _reason_page(saleor: Saleor, action: ActionType, page_id: str) -> Page:
    field = "refundReasonReference"
    if action != "REFUND":
        raise MutationError(field, "Reason reference can be set only for REFUND action.", "INVALID")
    page = next((page for page in saleor.pages if page.id == page_id), None)
    if page is None:
        raise MutationError(field, "Invalid reason reference.", "NOT_FOUND")
    return page


def request_granted_refund(saleor: Saleor, granted_refund: GrantedRefund, *, by: Requestor) -> Transaction:
    """`transactionRequestRefundForGrantedRefund`: the refund's own amount, uncut, and linked to it."""
    by.must_have(HANDLE_PAYMENTS)
    if granted_refund.status in {"PENDING", "SUCCESS"}:
        raise MutationError(
            "grantedRefundId", "Refund for the granted refund is already processed.", "REFUND_ALREADY_PROCESSED"
        )
    transaction = granted_refund.transaction
    if transaction.amounts.charged < granted_refund.amount.amount:
        message = "The granted refund's amount is higher than the transaction's charged amount."
        raise MutationError("id", message, "AMOUNT_GREATER_THAN_AVAILABLE")
    request = _request(saleor, transaction, Kind.REFUND, granted_refund.amount.amount, by)
    request.granted_refund = granted_refund.key
    _deliver(saleor, transaction, request, granted_refund)
    return transaction


def _request(saleor: Saleor, transaction: Transaction, kind: Kind, amount: Decimal, by: Requestor) -> TransactionEvent:
    request = transaction.record(kind.request, amount, saleor.now())
    request.counted = False
    request.idempotency_key = saleor.uuid()
    if by.app is not None:
        request.app_id, request.app_identifier = by.app.key, by.app.identifier
    elif by.user is not None:
        request.user_id = by.user.key
    return request


def _deliver(
    saleor: Saleor, transaction: Transaction, request: TransactionEvent, granted_refund: GrantedRefund | None
) -> None:
    """Make the payload now and queue its delivery; without someone to send it to, the request fails on the spot."""
    kind = request_kind(request)
    name = _WEBHOOK_EVENTS[kind]
    app = saleor.app_by_identifier(transaction.app_identifier)
    webhook = app.webhook_for(name) if app is not None else None
    if app is None or webhook is None:
        cause = "No app or plugin is configured to handle payment action requests."
        transaction.record_failure(request, cause, saleor.now())
        raise MutationError(None, cause, "MISSING_TRANSACTION_ACTION_REQUEST_WEBHOOK")
    content = body(saleor, webhook, _event(saleor, app, transaction, request, kind, granted_refund))
    if content is None:
        transaction.record_failure(request, "Cannot generate a payload for the action.", saleor.now())
        return
    job = partial(_attempt, saleor, transaction, request, webhook, content, 1)
    saleor.jobs.add(saleor.now(), f"{name} {transaction.token}", job)


def _event(
    saleor: Saleor,
    app: App,
    transaction: Transaction,
    request: TransactionEvent,
    kind: Kind,
    granted_refund: GrantedRefund | None,
) -> TransactionRequested:
    now, action = saleor.now(), Action(kind.value, request.amount, transaction.currency)
    if kind is Kind.REFUND:
        return TransactionRefundRequested(
            issued_at=now,
            version=saleor.release,
            recipient=app,
            transaction=transaction,
            action=action,
            refund_of=granted_refund,
        )
    event_type = TransactionChargeRequested if kind is Kind.CHARGE else TransactionCancelationRequested
    return event_type(issued_at=now, version=saleor.release, recipient=app, transaction=transaction, action=action)


def _attempt(
    saleor: Saleor, transaction: Transaction, request: TransactionEvent, webhook: Webhook, content: bytes, number: int
) -> Conversation[None]:
    """One attempt of the Celery task.

    After a 5xx the payload that Saleor stored is gone, so every retry has an empty body. Any other status is parsed
    alike, 4xx too. An answer that is no object kills the task, and the request stays without an outcome.
    """
    saleor.races.call_begins(transaction)
    try:
        name = _WEBHOOK_EVENTS[request_kind(request)]
        outcome = yield from call(saleor, webhook_request(saleor, webhook, name, content))
        failed_there = isinstance(outcome, Reply) and outcome.status >= 500
        if failed_there and number <= RETRIES:
            again = partial(_attempt, saleor, transaction, request, webhook, b"", number + 1)
            saleor.jobs.add(saleor.in_seconds(backoff(number)), f"{name} {transaction.token} retry {number}", again)
            return
        try:
            answer = decoded(outcome.body) if isinstance(outcome, Reply) and not failed_there else None
        except TopLevelNotAnObject:
            return
        unseen = saleor.races.unseen_by_answer(transaction)
        taking = Taking(saleor.version, saleor.now(), webhook.app.key, webhook.app.identifier, unseen)
        take_action_answer(transaction, request, answer, taking)
    finally:
        saleor.races.call_ended(transaction)
        follow(saleor, transaction)
