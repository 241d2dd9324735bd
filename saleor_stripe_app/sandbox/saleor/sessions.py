"""Sessions of a storefront: paymentGatewayInitialize, transactionInitialize, transactionProcess.

Each asks the app once, without a retry. Source: saleor/payment/utils.py (handle_transaction_initialize_session,
handle_transaction_process_session) and saleor/graphql/payment/mutations/transaction/.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from saleor_stripe_app.sandbox.saleor.answers import Json, Rejected, TopLevelNotAnObject, decoded, gateway_data
from saleor_stripe_app.sandbox.saleor.apps import HANDLE_PAYMENTS, App
from saleor_stripe_app.sandbox.saleor.checkouts import Checkout
from saleor_stripe_app.sandbox.saleor.coverage import follow
from saleor_stripe_app.sandbox.saleor.currencies import quantize
from saleor_stripe_app.sandbox.saleor.deliveries import Conversation, Outcome, Reply
from saleor_stripe_app.sandbox.saleor.errors import InternalServerError, MutationError
from saleor_stripe_app.sandbox.saleor.events import FINAL_FOR_SESSION, EventType, Kind, TransactionEvent
from saleor_stripe_app.sandbox.saleor.orders import Order
from saleor_stripe_app.sandbox.saleor.requestor import ANONYMOUS, Requestor
from saleor_stripe_app.sandbox.saleor.saleor import Saleor, transaction_id
from saleor_stripe_app.sandbox.saleor.sending import send
from saleor_stripe_app.sandbox.saleor.settlement import Taking, take_session_answer
from saleor_stripe_app.sandbox.saleor.shop import Flow
from saleor_stripe_app.sandbox.saleor.transactions import Transaction
from saleor_stripe_app.sandbox.saleor.webhook_events import (
    PaymentGatewayInitializeSession,
    ProcessAction,
    TransactionInitializeSession,
    TransactionProcessSession,
)

TRANSACTION_LIMIT = 100
_SESSION_REQUESTS = (EventType.AUTHORIZATION_REQUEST, EventType.CHARGE_REQUEST)


@dataclass(frozen=True, slots=True)
class Session:
    """What the storefront gets back."""

    transaction: Transaction
    event: TransactionEvent
    data: Json


@dataclass(frozen=True, slots=True)
class GatewayConfig:
    """One app's answer to paymentGatewayInitialize."""

    id: str
    data: Json
    errors: tuple[MutationError, ...] = ()


def initialize_gateways(
    saleor: Saleor,
    source_id: str,
    *,
    amount: Decimal | None = None,
    gateways: Mapping[str, Json] | None = None,
    by: Requestor = ANONYMOUS,
) -> Conversation[list[GatewayConfig]]:
    """`paymentGatewayInitialize`; `gateways` maps app identifiers to their `data`, and None asks every app."""
    source = saleor.purchase(source_id)
    asked = source.amount_left() if amount is None else quantize(amount, source.currency)
    named = gateways if gateways is not None else _all_gateways(saleor)
    configs = []
    for identifier, data in named.items():
        app = saleor.app_by_identifier(identifier)
        outcome: Outcome | None = None
        if app is not None and app.webhook_for("PAYMENT_GATEWAY_INITIALIZE_SESSION") is not None:
            event = PaymentGatewayInitializeSession(
                issued_at=saleor.now(),
                version=saleor.release,
                issuing_principal=by.principal,
                recipient=app,
                source_object=source,
                data=data,
                amount=asked,
            )
            outcome = yield from send(saleor, app, "PAYMENT_GATEWAY_INITIALIZE_SESSION", event)
            configs.append(_gateway_config(identifier, outcome))
        else:
            message = "Active app with `HANDLE_PAYMENT` permissions or app webhook not found."
            configs.append(GatewayConfig(identifier, None, (MutationError("id", message, "NOT_FOUND"),)))
    return configs


def _all_gateways(saleor: Saleor) -> dict[str, Json]:
    return {app.identifier: None for app in saleor.apps if app.webhook_for("PAYMENT_GATEWAY_INITIALIZE_SESSION")}


def _gateway_config(identifier: str, outcome: Outcome | None) -> GatewayConfig:
    try:
        return GatewayConfig(identifier, gateway_data(usable(outcome)))
    except Rejected as rejected:
        return GatewayConfig(identifier, None, (MutationError("id", rejected.cause, "INVALID"),))


def initialize(
    saleor: Saleor,
    source_id: str,
    gateway: str,
    *,
    data: Json = None,
    amount: Decimal | None = None,
    action: Flow | None = None,
    idempotency_key: str | None = None,
    customer_ip_address: str | None = "127.0.0.1",
    by: Requestor = ANONYMOUS,
) -> Conversation[Session]:
    """`transactionInitialize`. Raises MutationError, PermissionDenied, and InternalServerError where Saleor crashes."""
    source = saleor.purchase(source_id)
    if len(source.transactions) >= TRANSACTION_LIMIT:
        message = f"{type(source).__name__} transactions limit of {TRANSACTION_LIMIT} reached."
        raise MutationError("transactions", message, "INVALID")
    if idempotency_key == "":
        raise MutationError("idempotencyKey", "Cannot be provided as an empty string.", "INVALID")
    if action is not None:
        by.must_have(HANDLE_PAYMENTS)
    app = saleor.app_by_identifier(gateway)
    if app is None:
        raise MutationError("paymentGateway", "App with provided identifier not found.", "NOT_FOUND")
    key = idempotency_key or saleor.uuid()
    flow = action or source.channel.payment_settings.default_transaction_flow_strategy
    asked = source.amount_left() if amount is None else quantize(amount, source.currency)
    transaction, request = _begun(saleor, source, app, key, Kind(flow).request, asked)
    event = TransactionInitializeSession(
        issued_at=saleor.now(),
        version=saleor.release,
        issuing_principal=by.principal,
        recipient=app,
        transaction=transaction,
        source_object=source,
        data=data,
        merchant_reference=transaction_id(transaction),
        customer_ip_address=customer_ip_address,
        action=ProcessAction(flow, asked, source.currency),
        idempotency_key=key,
    )
    return (yield from _converse(saleor, app, "TRANSACTION_INITIALIZE_SESSION", event, request))


def _begun(
    saleor: Saleor, source: Checkout | Order, app: App, key: str, request_type: EventType, amount: Decimal
) -> tuple[Transaction, TransactionEvent]:
    """The transaction and request of this idempotency key: found again, or made; raises UNIQUE for a key misused."""
    known = saleor.idempotency_keys.get((app.identifier, key))
    if known is not None:
        request = next((event for event in known.events if event.idempotency_key == key), None)
        fits = request is not None and request.type is request_type and request.amount == amount
        if request is None or not fits or known not in source.transactions:
            message = "Different transaction with provided idempotency key already exists."
            raise MutationError("idempotencyKey", message, "UNIQUE")
        return known, request
    now = saleor.now()
    transaction = Transaction(
        saleor.uuid(),
        source.currency,
        now,
        now,
        saleor.next_event_number,
        app.key,
        app.identifier,
        checkout=source.token if isinstance(source, Checkout) else None,
        order=source.token if isinstance(source, Order) else None,
        idempotency_key=key,
    )
    saleor.transactions[transaction.token] = transaction
    saleor.idempotency_keys[app.identifier, key] = transaction
    source.transactions.append(transaction)
    request = transaction.record(request_type, amount, now)
    request.counted = False
    request.idempotency_key = key
    return transaction, request


def process(
    saleor: Saleor,
    transaction_id_or_token: str,
    *,
    data: Json = None,
    customer_ip_address: str | None = "127.0.0.1",
    by: Requestor = ANONYMOUS,
) -> Conversation[Session]:
    """`transactionProcess`: once a final event counts, that event is returned and the app is not asked again."""
    transaction = saleor.transaction(transaction_id_or_token)
    final = next((e for e in transaction.events if e.counted and e.type in FINAL_FOR_SESSION), None)
    if final is not None:
        return Session(transaction, final, None)
    request = next((e for e in transaction.events if not e.counted and e.type in _SESSION_REQUESTS), None)
    if request is None:
        raise MutationError("id", "Missing call of `transactionInitialize` mutation.", "INVALID")
    source = saleor.source(transaction)
    app = saleor.app_by_identifier(transaction.app_identifier)
    if app is None:
        raise MutationError("id", "Payment app attached to the transaction, doesn't exist.", "MISSING_PAYMENT_APP")
    flow: Literal["CHARGE", "AUTHORIZATION"] = (
        "AUTHORIZATION" if request.type is EventType.AUTHORIZATION_REQUEST else "CHARGE"
    )
    event = TransactionProcessSession(
        issued_at=saleor.now(),
        version=saleor.release,
        issuing_principal=by.principal,
        recipient=app,
        transaction=transaction,
        source_object=source,
        data=data,
        merchant_reference=transaction_id(transaction),
        customer_ip_address=customer_ip_address,
        action=ProcessAction(flow, request.amount, source.currency),
    )
    return (yield from _converse(saleor, app, "TRANSACTION_PROCESS_SESSION", event, request))


def _converse(
    saleor: Saleor, app: App, name: str, event: TransactionProcessSession, request: TransactionEvent
) -> Conversation[Session]:
    transaction = event.transaction
    saleor.races.call_begins(transaction)
    try:
        outcome = yield from send(saleor, app, name, event)
        try:
            body = usable(outcome)
        except TopLevelNotAnObject as crash:
            raise InternalServerError("Internal Server Error") from crash
        taking = Taking(
            saleor.version, saleor.now(), app.key, app.identifier, saleor.races.unseen_by_answer(transaction)
        )
        result = take_session_answer(transaction, request, body, taking)
    finally:
        saleor.races.call_ended(transaction)
    follow(saleor, transaction, result)
    return Session(transaction, result, body.get("data") if body else None)


def usable(outcome: Outcome | None) -> Mapping[str, Json] | None:
    """The answer's object where it counts at all for a session: a 2xx with JSON, whatever its content type."""
    return decoded(outcome.body) if isinstance(outcome, Reply) and outcome.ok else None
