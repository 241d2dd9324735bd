"""Mutations on checkouts, orders and customers, for storefronts, staff and apps that may."""

from collections.abc import Mapping

from saleor_stripe_app.sandbox.saleor import purchases
from saleor_stripe_app.sandbox.saleor.checkout_removal import delete_checkout
from saleor_stripe_app.sandbox.saleor.customers import delete_customer
from saleor_stripe_app.sandbox.saleor.errors import MutationError
from saleor_stripe_app.sandbox.saleor.ids import parse_global_id
from saleor_stripe_app.sandbox.saleor.order_cancellation import cancel_order
from saleor_stripe_app.sandbox.saleor.resolvers import Context, Resolver

Payload = Mapping[str, object]


def _key(id_: str, type_name: str) -> str:
    try:
        found, key = parse_global_id(id_)
    except ValueError:
        found, key = "", ""
    if found != type_name:
        raise MutationError("id", f"Invalid ID: {id_}. Expected: {type_name}.", "GRAPHQL_ERROR")
    return key


def _unknown(id_: str) -> MutationError:
    return MutationError("id", f"Couldn't resolve to a node: {id_}", "NOT_FOUND")


def checkout_complete(
    context: Context,
    *,
    id: str | None = None,  # noqa: A002
    token: str | None = None,
    metadata: list[dict[str, str]] | None = None,
    **_: object,
) -> Payload:
    """Anybody who knows the id may; `metadata` becomes the order's, public, by the call that makes it."""
    key = token or _key(id or "", "Checkout")
    checkout = context.saleor.checkouts.get(key)
    if checkout is not None and metadata:
        checkout.metadata |= {item["key"]: item["value"] for item in metadata}
    order = purchases.complete_checkout(context.saleor, key)
    return {"order": order, "confirmationNeeded": False, "confirmationData": None, "errors": [], "checkoutErrors": []}


def checkout_delete(context: Context, *, id: str) -> Payload:  # noqa: A002
    context.requestor.must_have("MANAGE_CHECKOUTS")
    checkout = context.saleor.checkouts.get(_key(id, "Checkout"))
    if checkout is None:
        raise _unknown(id)
    delete_checkout(context.saleor, checkout)
    return {"errors": []}


def order_cancel(context: Context, *, id: str) -> Payload:  # noqa: A002
    context.requestor.must_have("MANAGE_ORDERS")
    order = context.saleor.orders.get(_key(id, "Order"))
    if order is None:
        raise _unknown(id)
    cancel_order(context.saleor, order, by=context.requestor)
    return {"order": order, "errors": [], "orderErrors": []}


def customer_delete(context: Context, *, id: str | None = None, **_: object) -> Payload:  # noqa: A002
    context.requestor.must_have("MANAGE_USERS")
    user = next((user for user in context.saleor.users if user.id == id and not user.is_staff), None)
    if user is None:
        raise _unknown(id or "")
    delete_customer(context.saleor, user, by=context.requestor)
    return {"user": user, "errors": [], "accountErrors": []}


SHOP_MUTATIONS: Mapping[str, Resolver] = {
    "checkoutComplete": checkout_complete,
    "checkoutDelete": checkout_delete,
    "orderCancel": order_cancel,
    "customerDelete": customer_delete,
}
