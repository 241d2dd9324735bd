"""How an app's answer enters a transaction: which events are written, and whether the amounts are taken anew.

Source: saleor/payment/utils.py, create_transaction_event_for_transaction_session and
create_transaction_event_from_request_and_webhook_response.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from saleor_stripe_app.sandbox.saleor.answers import Answer, Json, Rejected, action_answer, session_answer
from saleor_stripe_app.sandbox.saleor.events import EventType, TransactionEvent
from saleor_stripe_app.sandbox.saleor.transactions import (
    ALREADY_WITH_OTHER_AMOUNT,
    SECOND_AUTHORIZATION,
    Transaction,
    request_kind,
)

NOT_DELIVERED = "Failed to delivery request."

_REQUESTS = frozenset({EventType.AUTHORIZATION_REQUEST, EventType.CHARGE_REQUEST})
_BOOKED_FOR_SESSION = _REQUESTS | {EventType.AUTHORIZATION_SUCCESS, EventType.CHARGE_SUCCESS}


@dataclass(frozen=True, slots=True)
class Taking:
    """The circumstances under which an answer is taken."""

    version: str
    now: datetime
    app_id: int
    app_identifier: str
    unseen: tuple[TransactionEvent, ...] = ()
    """Events reported meanwhile that this calculation does not see (the race of saleor.md section 3)."""


def take_session_answer(
    transaction: Transaction, request: TransactionEvent, body: Mapping[str, Json] | None, taking: Taking
) -> TransactionEvent:
    """Take an answer to transactionInitialize or transactionProcess; `body` is None where there was none to use.

    Returns the event that the mutation shows.
    """
    if body is None:
        return transaction.record_failure(request, NOT_DELIVERED, taking.now)
    try:
        answer = session_answer(body, version=taking.version, now=taking.now)
        event = _session_event(transaction, request, answer, taking)
    except Rejected as rejected:
        return transaction.record_failure(request, rejected.cause, taking.now)
    if answer.payment_method is not None:
        transaction.payment_method = answer.payment_method
    if event.type in _BOOKED_FOR_SESSION:
        transaction.psp_reference = event.psp_reference or ""
        if answer.actions is not None:
            transaction.available_actions = unique(answer.actions)
        transaction.recalculate(taking.now, unseen=taking.unseen)
    elif event.psp_reference:
        transaction.psp_reference = event.psp_reference
    return event


def _session_event(
    transaction: Transaction, request: TransactionEvent, answer: Answer, taking: Taking
) -> TransactionEvent:
    """A *_REQUEST answer turns the request's own event into a counted one; any other result is an event of its own."""
    if answer.result in _REQUESTS and answer.result is not None:
        request.type = answer.result
        request.amount = answer.amount or request.amount
        request.psp_reference = answer.psp_reference
        request.counted = True
        request.app_id, request.app_identifier = taking.app_id, taking.app_identifier
        return request
    event = _answered_event(transaction, request, answer, taking)
    request.psp_reference = event.psp_reference
    return event


def take_action_answer(
    transaction: Transaction, request: TransactionEvent, body: Mapping[str, Json] | None, taking: Taking
) -> TransactionEvent | None:
    """Take an answer to a charge, refund or cancel request.

    Returns the event it made, or None for an asynchronous answer, which only gives the request its reference.
    """
    if body is None:
        return transaction.record_failure(request, NOT_DELIVERED, taking.now)
    try:
        answer = action_answer(body, request_kind(request), version=taking.version, now=taking.now)
        request.psp_reference = answer.psp_reference
        request.counted = True
        event = _answered_event(transaction, request, answer, taking) if answer.result is not None else None
    except Rejected as rejected:
        return transaction.record_failure(request, rejected.cause, taking.now)
    if answer.actions is not None:
        transaction.available_actions = unique(answer.actions)
    transaction.recalculate(taking.now, unseen=taking.unseen)
    return event


def _answered_event(
    transaction: Transaction, request: TransactionEvent, answer: Answer, taking: Taking
) -> TransactionEvent:
    """The event of a synchronous answer, or the one it repeats; raises Rejected where it contradicts an earlier one."""
    if answer.result is None:
        raise ValueError("an asynchronous answer makes no event")
    amount = answer.amount or request.amount
    existing = transaction.existing(answer.result, answer.psp_reference)
    if existing is not None:
        if existing.amount != amount:
            raise Rejected(ALREADY_WITH_OTHER_AMOUNT)
        return existing
    if answer.result is EventType.AUTHORIZATION_SUCCESS and transaction.has_authorization():
        raise Rejected(SECOND_AUTHORIZATION)
    event = transaction.record(answer.result, amount, answer.time)
    event.psp_reference = answer.psp_reference
    event.external_url = answer.external_url
    event.message = answer.message
    event.app_id, event.app_identifier = taking.app_id, taking.app_identifier
    event.granted_refund = request.granted_refund
    return event


def unique(actions: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(actions))
