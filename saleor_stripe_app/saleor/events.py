"""The webhooks of Saleor's that this app receives, by the name that the `Saleor-Event` header and our routes use."""

from enum import StrEnum

from saleor_stripe_app.domain.report import Result
from saleor_stripe_app.domain.transaction import Flow


class WebhookEvent(StrEnum):
    """The value is the one of the header `Saleor-Event`."""

    PAYMENT_GATEWAY_INITIALIZE_SESSION = "payment_gateway_initialize_session"
    TRANSACTION_INITIALIZE_SESSION = "transaction_initialize_session"
    TRANSACTION_PROCESS_SESSION = "transaction_process_session"
    TRANSACTION_CHARGE_REQUESTED = "transaction_charge_requested"
    TRANSACTION_CANCELATION_REQUESTED = "transaction_cancelation_requested"
    TRANSACTION_REFUND_REQUESTED = "transaction_refund_requested"
    LIST_STORED_PAYMENT_METHODS = "list_stored_payment_methods"
    STORED_PAYMENT_METHOD_DELETE_REQUESTED = "stored_payment_method_delete_requested"
    PAYMENT_GATEWAY_INITIALIZE_TOKENIZATION_SESSION = "payment_gateway_initialize_tokenization_session"
    PAYMENT_METHOD_INITIALIZE_TOKENIZATION_SESSION = "payment_method_initialize_tokenization_session"
    PAYMENT_METHOD_PROCESS_TOKENIZATION_SESSION = "payment_method_process_tokenization_session"
    ORDER_CREATED = "order_created"
    ORDER_CANCELLED = "order_cancelled"
    FULFILLMENT_CREATED = "fulfillment_created"
    FULFILLMENT_APPROVED = "fulfillment_approved"
    CHECKOUT_FULLY_PAID = "checkout_fully_paid"
    CHECKOUT_FULLY_AUTHORIZED = "checkout_fully_authorized"
    CUSTOMER_UPDATED = "customer_updated"
    CUSTOMER_DELETED = "customer_deleted"
    APP_DELETED = "app_deleted"

    @property
    def path(self) -> str:
        """The last part of the webhook's address, which is also the name of its subscription's file."""
        return self.value.replace("_", "-")

    @classmethod
    def at(cls, path: str) -> "WebhookEvent | None":
        """The webhook with this `path`; None for any other text."""
        return next((event for event in cls if event.path == path), None)


SESSIONS = frozenset({WebhookEvent.TRANSACTION_INITIALIZE_SESSION, WebhookEvent.TRANSACTION_PROCESS_SESSION})
FAILURES = {
    WebhookEvent.TRANSACTION_CHARGE_REQUESTED: Result.CHARGE_FAILURE,
    WebhookEvent.TRANSACTION_CANCELATION_REQUESTED: Result.CANCEL_FAILURE,
    WebhookEvent.TRANSACTION_REFUND_REQUESTED: Result.REFUND_FAILURE,
}
ACTIONS = frozenset(FAILURES)


def failure(event: WebhookEvent, flow: Flow | None = None) -> Result | None:
    """The *_FAILURE that an answer to this event may carry; None for the events that take none.

    A session's depends on the flow that was asked for; without one it is the charge's.
    """
    if event in SESSIONS:
        return Result(f"{flow or Flow.CHARGE}_FAILURE")
    return FAILURES.get(event)
