"""Saleor's webhooks, decoded from their verified bytes into what the domain calls a request.

A body is the selection of the subscription's `event` itself, without an envelope.
https://docs.saleor.io/developer/extending/webhooks/subscription-webhook-payloads
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import TypeVar

import msgspec

from saleor_stripe_app.domain.errors import Malformed
from saleor_stripe_app.domain.history import History, Kind, history
from saleor_stripe_app.domain.operation import request_of_body
from saleor_stripe_app.domain.reasons import Reason
from saleor_stripe_app.domain.report import Json
from saleor_stripe_app.domain.requests import ActionRequest, GatewayRequest, SessionRequest, Source
from saleor_stripe_app.domain.transaction import EventType, Flow, Transaction
from saleor_stripe_app.saleor import storefront_data, versions
from saleor_stripe_app.saleor.purchases import PaidFor
from saleor_stripe_app.saleor.wire import Asker, CheckoutOrOrder, Event, Identified, Item, Titled, need_number

SESSION_REQUESTS = frozenset({EventType.AUTHORIZATION_REQUEST, EventType.CHARGE_REQUEST})
KINDS = {"CHARGE": Kind.CHARGE, "REFUND": Kind.REFUND, "CANCEL": Kind.CANCEL}
NOTHING = msgspec.Raw(b"null")


class _SessionAction(msgspec.Struct, frozen=True, rename="camel"):
    action_type: Flow
    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        need_number(self.amount)


class _SessionTransaction(msgspec.Struct, frozen=True, rename="camel"):
    id: str
    events: tuple[Event, ...] = ()
    psp_reference: str | None = None


class _Gateway(msgspec.Struct, frozen=True, rename="camel"):
    recipient: Identified
    source_object: PaidFor
    version: str | None = None
    amount: Decimal | None = None
    issuing_principal: Asker | None = None
    data: msgspec.Raw = NOTHING

    def __post_init__(self) -> None:
        need_number(self.amount)


class _Session(msgspec.Struct, frozen=True, rename="camel"):
    recipient: Identified
    source_object: PaidFor
    action: _SessionAction
    transaction: _SessionTransaction
    version: str | None = None
    idempotency_key: str | None = None
    issuing_principal: Asker | None = None
    customer_ip_address: str | None = None
    data: msgspec.Raw = NOTHING


class _RequestedAction(msgspec.Struct, frozen=True, rename="camel"):
    action_type: str
    currency: str
    amount: Decimal | None = None

    def __post_init__(self) -> None:
        need_number(self.amount)


class _GrantedRefund(msgspec.Struct, frozen=True, rename="camel"):
    reason: str | None = None
    reason_reference: Titled | None = None


class _Action(msgspec.Struct, frozen=True, rename="camel"):
    recipient: Identified
    action: _RequestedAction
    transaction: Item
    version: str | None = None
    granted_refund: _GrantedRefund | None = None


class _Order(msgspec.Struct, frozen=True):
    transactions: tuple[Identified, ...] | None = None


class _OrderCreated(msgspec.Struct, frozen=True):
    recipient: Identified
    order: _Order | None = None


class _DeletedApp(msgspec.Struct, frozen=True):
    id: str
    identifier: str | None = None


class _AppDeleted(msgspec.Struct, frozen=True, rename="camel"):
    app: _DeletedApp
    version: str | None = None


@dataclass(frozen=True, slots=True)
class AppDeletedEvent:
    """APP_DELETED: the app that was removed, which need not be this one."""

    app_id: str
    identifier: str | None


@dataclass(frozen=True, slots=True)
class OrderCreatedEvent:
    """ORDER_CREATED: the transactions, ours or not, that pay for an order which was not there before."""

    app_id: str
    transactions: tuple[str, ...]


Payload = TypeVar("Payload", bound=msgspec.Struct)

_gateway = msgspec.json.Decoder(_Gateway)
_session = msgspec.json.Decoder(_Session)
_action = msgspec.json.Decoder(_Action)
_order_created = msgspec.json.Decoder(_OrderCreated)
_app_deleted = msgspec.json.Decoder(_AppDeleted)


def gateway_initialize(body: bytes) -> GatewayRequest:
    """Decode PAYMENT_GATEWAY_INITIALIZE_SESSION. `data` is whatever the storefront sent. Raises Malformed."""
    payload = decoded(_gateway.decode, body, "payment_gateway_initialize_session")
    bought = payload.source_object
    return GatewayRequest(
        app_id=payload.recipient.id,
        version=_version(payload.version),
        source=_source(payload.source_object),
        amount=payload.amount,
        data=_json(payload.data),
        email=bought.email or bought.user_email or "",
        user=bought.user.user() if bought.user else None,
        billing_address=bought.billing_address.address() if bought.billing_address else None,
        principal=payload.issuing_principal.principal() if payload.issuing_principal else None,
    )


def transaction_initialize(body: bytes) -> SessionRequest:
    """Decode TRANSACTION_INITIALIZE_SESSION.

    Raises Malformed for a body that is not Saleor's, and UnreadableData (a Refusal that knows the flow) when only the
    storefront's `data` is wrong.
    """
    payload = decoded(_session.decode, body, "transaction_initialize_session")
    if not payload.idempotency_key:
        raise Malformed("The body of transaction_initialize_session names no idempotencyKey.")
    said = storefront_data.read(bytes(payload.data), payload.action.action_type, storefront_data.INITIALIZE)
    return _session_request(payload, payload.idempotency_key, said)


def transaction_process(body: bytes) -> SessionRequest:
    """Decode TRANSACTION_PROCESS_SESSION. Raises Malformed, and UnreadableData when the storefront's `data` is wrong.

    The idempotency key is that of the initialize which began this transaction, where the payload shows it.
    """
    payload = decoded(_session.decode, body, "transaction_process_session")
    began = min(
        (event for event in payload.transaction.events if event.idempotency_key and event.type in SESSION_REQUESTS),
        key=lambda event: event.created_at,
        default=None,
    )
    said = storefront_data.read(bytes(payload.data), payload.action.action_type, storefront_data.PROCESS)
    instruction = replace(said.instruction, after=_newest(payload.transaction.events))
    return _session_request(payload, began.idempotency_key if began else None, replace(said, instruction=instruction))


def action_requested(body: bytes) -> ActionRequest:
    """Decode TRANSACTION_CHARGE_REQUESTED, _REFUND_REQUESTED or _CANCELATION_REQUESTED. Raises Malformed.

    Saleor's retry of an answer 5xx comes with an empty body and a good signature: that is Malformed, too.
    """
    payload = decoded(_action.decode, body, "the action request")
    kind = KINDS.get(payload.action.action_type)
    if kind is None:
        raise Malformed(f"There is no action {payload.action.action_type[:32]!r}.")
    return ActionRequest(
        app_id=payload.recipient.id,
        version=_version(payload.version),
        kind=kind,
        digest=request_of_body(body),
        amount=payload.action.amount,
        currency=payload.action.currency,
        transaction=payload.transaction.transaction(),
        source=payload.transaction.source,
        reason=_reason(payload, kind),
    )


def _reason(payload: _Action, kind: Kind) -> Reason:
    """What staff granted a refund for, else what the request itself says: its event has no reference yet."""
    events = (event for event in payload.transaction.events if event.type == kind.request and not event.psp_reference)
    request = max(events, key=lambda event: event.created_at, default=None)
    granted = payload.granted_refund or _GrantedRefund()
    title = granted.reason_reference or (request.reason_reference if request else None) or Titled()
    return Reason(granted.reason or (request.message if request else None) or "", title.title or "")


def order_created(body: bytes) -> OrderCreatedEvent:
    """Decode ORDER_CREATED. Raises Malformed."""
    payload = decoded(_order_created.decode, body, "order_created")
    found = payload.order.transactions if payload.order else None
    return OrderCreatedEvent(payload.recipient.id, tuple(transaction.id for transaction in found or ()))


def app_deleted(body: bytes) -> AppDeletedEvent:
    """Decode APP_DELETED. Raises Malformed."""
    app = decoded(_app_deleted.decode, body, "app_deleted").app
    return AppDeletedEvent(app.id, app.identifier)


def _session_request(payload: _Session, idempotency_key: str | None, said: storefront_data.Said) -> SessionRequest:
    return SessionRequest(
        app_id=payload.recipient.id,
        version=_version(payload.version),
        source=_source(payload.source_object),
        flow=payload.action.action_type,
        amount=payload.action.amount,
        currency=payload.action.currency,
        transaction_id=payload.transaction.id,
        reference=payload.transaction.psp_reference or "",
        idempotency_key=idempotency_key,
        newest=_newest(payload.transaction.events),
        known=_known(payload),
        method=said.method,
        instruction=said.instruction,
        purchase=payload.source_object.purchase(),
        principal=payload.issuing_principal.principal() if payload.issuing_principal else None,
        address=payload.customer_ip_address,
    )


def _known(payload: _Session) -> History:
    shown, events = payload.transaction, tuple(event.event() for event in payload.transaction.events)
    return history(Transaction(shown.id, shown.psp_reference or "", payload.action.currency, events=events))


def _newest(events: tuple[Event, ...]) -> datetime | None:
    return max((event.created_at for event in events), default=None)


def _source(source: CheckoutOrOrder) -> Source:
    if source.typename not in ("Checkout", "Order") or source.channel is None:
        raise Malformed("The body's sourceObject must be a checkout or an order with its channel.")
    return source.source()


def _version(text: str | None) -> tuple[int, int]:
    return versions.parse(text) or versions.OLDEST


def _json(raw: msgspec.Raw) -> Json:
    value: Json = msgspec.json.Decoder(float_hook=str).decode(raw)
    return value


def decoded(decode: Callable[[bytes], Payload], body: bytes, what: str) -> Payload:
    """The payload in a body, decoded with `decode`; `what` names the event. Raises Malformed."""
    if not body:
        raise Malformed(f"The body of {what} is empty.")
    try:
        return decode(body)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise Malformed(f"The body of {what} cannot be read: {str(error)[:300]}.") from error
