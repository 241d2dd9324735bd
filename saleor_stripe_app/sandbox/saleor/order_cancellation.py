"""`orderCancel`: the order is over, its stock is free again, and its money stays where it is.

Source: saleor/order/actions.py (cancel_order) and saleor/graphql/order/mutations/order_cancel.py. The mutation takes no
reason, and payments made with transactions are neither voided nor refunded by it.
"""

from saleor_stripe_app.sandbox.saleor import announcing
from saleor_stripe_app.sandbox.saleor.errors import MutationError
from saleor_stripe_app.sandbox.saleor.orders import Order
from saleor_stripe_app.sandbox.saleor.requestor import Requestor
from saleor_stripe_app.sandbox.saleor.saleor import Saleor
from saleor_stripe_app.sandbox.saleor.webhook_events import OrderCancelled

_OVER = frozenset({"CANCELED", "EXPIRED", "DRAFT"})


def cancel_order(saleor: Saleor, order: Order, *, by: Requestor) -> None:
    """Raises PermissionDenied, and MutationError for an order that is over. ORDER_CANCELLED is sent."""
    by.must_have("MANAGE_ORDERS")
    if order.status in _OVER:
        raise MutationError("order", "This order can't be canceled.", "CANNOT_CANCEL_ORDER")
    order.status = "CANCELED"
    for line in order.contents:
        if line.variant.stock is not None:
            line.variant.stock += line.quantity
    announcing.of_order(saleor, "ORDER_CANCELLED", OrderCancelled, order, by)
