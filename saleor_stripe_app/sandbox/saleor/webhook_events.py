"""The events that Saleor sends to a payment app, as the roots of their subscriptions."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from saleor_stripe_app.sandbox.saleor.answers import Json
from saleor_stripe_app.sandbox.saleor.apps import App
from saleor_stripe_app.sandbox.saleor.checkouts import Checkout
from saleor_stripe_app.sandbox.saleor.orders import GrantedRefund, Order
from saleor_stripe_app.sandbox.saleor.shop import Flow, User
from saleor_stripe_app.sandbox.saleor.transactions import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    issued_at: datetime
    version: str
    issuing_principal: User | App | None = None
    """Who acted: a user, an app, or None for a guest; always None for action requests."""
    recipient: App


@dataclass(frozen=True, slots=True)
class ProcessAction:
    action_type: Flow
    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class Action:
    action_type: str
    """CHARGE, REFUND or CANCEL."""
    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentGatewayInitializeSession(Event):
    source_object: Checkout | Order
    data: Json
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class TransactionProcessSession(Event):
    transaction: Transaction
    source_object: Checkout | Order
    data: Json
    merchant_reference: str
    customer_ip_address: str | None
    action: ProcessAction


@dataclass(frozen=True, slots=True, kw_only=True)
class TransactionInitializeSession(TransactionProcessSession):
    idempotency_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TransactionRequested(Event):
    transaction: Transaction
    action: Action


class TransactionChargeRequested(TransactionRequested):
    pass


class TransactionCancelationRequested(TransactionRequested):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class TransactionRefundRequested(TransactionRequested):
    refund_of: GrantedRefund | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderCreated(Event):
    order: Order


@dataclass(frozen=True, slots=True, kw_only=True)
class AppDeleted(Event):
    app: App
