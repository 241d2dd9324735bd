"""The queries of Saleor's API that the stand-in answers."""

from collections.abc import Mapping

from saleor_stripe_app.sandbox.saleor.apps import HANDLE_PAYMENTS, App
from saleor_stripe_app.sandbox.saleor.checkouts import Checkout
from saleor_stripe_app.sandbox.saleor.errors import MutationError, PermissionDenied
from saleor_stripe_app.sandbox.saleor.ids import parse_global_id
from saleor_stripe_app.sandbox.saleor.orders import Order
from saleor_stripe_app.sandbox.saleor.resolvers import Context, Resolver
from saleor_stripe_app.sandbox.saleor.shop import Channel
from saleor_stripe_app.sandbox.saleor.transactions import Transaction


def _app(context: Context, id: str | None = None) -> App | None:  # noqa: A002
    """Without id the app that asks; an app may see itself, MANAGE_APPS any."""
    own = context.requestor.app
    if own is not None and id in {None, own.id}:
        return own
    if context.requestor.principal is None:
        raise PermissionDenied("AUTHENTICATED_STAFF_USER", "AUTHENTICATED_APP")
    context.requestor.must_have("MANAGE_APPS")
    return next((app for app in context.saleor.apps if app.id == id and app.removed_at is None), None)


def _transaction(context: Context, id: str | None = None, token: str | None = None) -> Transaction | None:  # noqa: A002
    """An app sees what belongs to its identifier, whichever installation made it."""
    context.requestor.must_have(HANDLE_PAYMENTS)
    try:
        transaction = context.saleor.transaction(token or id or "")
    except MutationError:
        return None
    app = context.requestor.app
    return transaction if app is None or context.saleor.owned(transaction, app) else None


def _transactions(context: Context, first: int | None = None, **_: object) -> Mapping[str, object]:
    """The list, unlike `transaction`, shows an app only what this very installation made (MANAGE_ORDERS: all)."""
    context.requestor.must_have(HANDLE_PAYMENTS, "MANAGE_ORDERS")
    app = context.requestor.app
    found = [
        transaction
        for transaction in context.saleor.transactions.values()
        if app is None or "MANAGE_ORDERS" in app.permissions or transaction.app_id == app.key
    ]
    shown = found[:first]
    return {
        "totalCount": len(found),
        "edges": [{"node": transaction, "cursor": transaction.token} for transaction in shown],
        "pageInfo": {
            "hasNextPage": len(shown) < len(found),
            "hasPreviousPage": False,
            "startCursor": shown[0].token if shown else None,
            "endCursor": shown[-1].token if shown else None,
        },
    }


def _channels(context: Context) -> list[Channel]:
    if context.requestor.app is None and (context.requestor.user is None or not context.requestor.user.is_staff):
        raise PermissionDenied("AUTHENTICATED_APP", "AUTHENTICATED_STAFF_USER")
    return context.saleor.channels


def _channel(context: Context, id: str | None = None, slug: str | None = None) -> Channel | None:  # noqa: A002
    return next((c for c in context.saleor.channels if id == c.id or slug == c.slug), None)


def _checkout(context: Context, id: str | None = None, token: str | None = None) -> Checkout | None:  # noqa: A002
    return context.saleor.checkouts.get(token or _key(id, "Checkout"))


def _order(context: Context, id: str | None = None, **_: object) -> Order | None:  # noqa: A002
    return context.saleor.orders.get(_key(id, "Order"))


def _key(id_: str | None, type_name: str) -> str:
    try:
        found_type, key = parse_global_id(id_ or "")
    except ValueError:
        return ""
    return key if found_type == type_name else ""


def _root(resolver: Resolver) -> Resolver:
    def resolve(_: object, context: Context, **arguments: object) -> object:
        return resolver(context, **arguments)

    return resolve


QUERIES: Mapping[tuple[str, str], Resolver] = {
    ("Query", "app"): _root(_app),
    ("Query", "transaction"): _root(_transaction),
    ("Query", "transactions"): _root(_transactions),
    ("Query", "channels"): _root(_channels),
    ("Query", "channel"): _root(_channel),
    ("Query", "checkout"): _root(_checkout),
    ("Query", "order"): _root(_order),
}
