"""The queries of Saleor's API that the stand-in answers."""

from collections.abc import Mapping

from saleor_stripe_app.sandbox.saleor.apps import HANDLE_PAYMENTS, App
from saleor_stripe_app.sandbox.saleor.checkouts import Checkout
from saleor_stripe_app.sandbox.saleor.errors import MutationError, PermissionDenied
from saleor_stripe_app.sandbox.saleor.ids import parse_global_id
from saleor_stripe_app.sandbox.saleor.orders import Order
from saleor_stripe_app.sandbox.saleor.resolvers import Context, Resolver, connection
from saleor_stripe_app.sandbox.saleor.shop import Channel, User
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
    return connection([(transaction, transaction.token) for transaction in found], first)


def _channels(context: Context) -> list[Channel]:
    if context.requestor.app is None and (context.requestor.user is None or not context.requestor.user.is_staff):
        raise PermissionDenied("AUTHENTICATED_APP", "AUTHENTICATED_STAFF_USER")
    return context.saleor.channels


def _channel(context: Context, id: str | None = None, slug: str | None = None) -> Channel | None:  # noqa: A002
    return next((c for c in context.saleor.channels if id == c.id or slug == c.slug), None)


def _checkout(context: Context, id: str | None = None, token: str | None = None) -> Checkout | None:  # noqa: A002
    """Anybody's who knows the id; in an inactive channel only for those who manage or pay it."""
    checkout = context.saleor.checkouts.get(token or _key(id, "Checkout"))
    if checkout is not None and not checkout.channel.is_active:
        context.requestor.must_have("MANAGE_CHECKOUTS", "IMPERSONATE_USER", HANDLE_PAYMENTS)
    return checkout


def _order(context: Context, id: str | None = None, **_: object) -> Order | None:  # noqa: A002
    return context.saleor.orders.get(_key(id, "Order"))


def _user(context: Context, id: str | None = None, email: str | None = None, **_: object) -> User | None:  # noqa: A002
    context.requestor.must_have("MANAGE_STAFF", "MANAGE_USERS", "MANAGE_ORDERS")
    return next((user for user in context.saleor.users if user.id == id or user.email == email), None)


def _customers(
    context: Context,
    first: int | None = None,
    filter: Mapping[str, list[str]] | None = None,  # noqa: A002
    **_: object,
) -> Mapping[str, object]:
    """Customers, which are users other than staff; the filter is known by its `ids` alone."""
    context.requestor.must_have("MANAGE_ORDERS", "MANAGE_USERS")
    ids = (filter or {}).get("ids")
    found = [user for user in context.saleor.users if not user.is_staff and (ids is None or user.id in ids)]
    return connection([(user, user.id) for user in found], first)


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
    ("Query", "user"): _root(_user),
    ("Query", "customers"): _root(_customers),
}
