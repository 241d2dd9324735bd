"""The events that Saleor sends to a payment app, as the roots of their subscriptions."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

from saleor_stripe_app.sandbox.saleor.answers import Json
from saleor_stripe_app.sandbox.saleor.apps import App
from saleor_stripe_app.sandbox.saleor.checkouts import Checkout
from saleor_stripe_app.sandbox.saleor.orders import GrantedRefund, Order
from saleor_stripe_app.sandbox.saleor.shop import Channel, Flow, User
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
class ListStoredPaymentMethods(Event):
    user: User
    channel: Channel


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPaymentMethodDeleteRequested(ListStoredPaymentMethods):
    payment_method_id: str
    """As the app named it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentGatewayInitializeTokenizationSession(ListStoredPaymentMethods):
    data: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentMethodInitializeTokenizationSession(PaymentGatewayInitializeTokenizationSession):
    payment_flow_to_support: Literal["INTERACTIVE"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentMethodProcessTokenizationSession(PaymentGatewayInitializeTokenizationSession):
    id: str
    """As the app named it when the tokenization began."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutEvent(Event):
    checkout: Checkout


class CheckoutFullyAuthorized(CheckoutEvent):
    pass


class CheckoutFullyPaid(CheckoutEvent):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderEvent(Event):
    order: Order


class OrderCreated(OrderEvent):
    pass


class OrderPaid(OrderEvent):
    pass


class OrderFullyPaid(OrderEvent):
    pass


class OrderCancelled(OrderEvent):
    pass


class FulfillmentCreated(OrderEvent):
    pass


class FulfillmentApproved(OrderEvent):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerEvent(Event):
    user: User


class CustomerUpdated(CustomerEvent):
    pass


class CustomerDeleted(CustomerEvent):
    """A subscription of this name exists from 3.23 on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AppDeleted(Event):
    app: App


EVENTS: tuple[type[Event], ...] = (
    PaymentGatewayInitializeSession,
    TransactionInitializeSession,
    TransactionProcessSession,
    TransactionChargeRequested,
    TransactionRefundRequested,
    TransactionCancelationRequested,
    ListStoredPaymentMethods,
    StoredPaymentMethodDeleteRequested,
    PaymentGatewayInitializeTokenizationSession,
    PaymentMethodInitializeTokenizationSession,
    PaymentMethodProcessTokenizationSession,
    CheckoutFullyAuthorized,
    CheckoutFullyPaid,
    OrderCreated,
    OrderPaid,
    OrderFullyPaid,
    OrderCancelled,
    FulfillmentCreated,
    FulfillmentApproved,
    CustomerUpdated,
    CustomerDeleted,
    AppDeleted,
)
"""Each is named as its type in the schema."""
