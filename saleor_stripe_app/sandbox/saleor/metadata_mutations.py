"""Metadata, public and private, written and deleted: of transactions, checkouts, orders and users.

Source: saleor/graphql/meta/permissions.py and mutations/. Keys are added or replaced, and an update removes none.
"""

from collections.abc import Callable, Mapping
from typing import Protocol

from saleor_stripe_app.sandbox.saleor.apps import HANDLE_PAYMENTS
from saleor_stripe_app.sandbox.saleor.errors import MutationError, PermissionDenied
from saleor_stripe_app.sandbox.saleor.ids import parse_global_id
from saleor_stripe_app.sandbox.saleor.resolvers import Context, Resolver
from saleor_stripe_app.sandbox.saleor.saleor import Saleor
from saleor_stripe_app.sandbox.saleor.shop import User

Payload = Mapping[str, object]
Items = list[dict[str, str]]


class Described(Protocol):
    """Whatever has metadata."""

    metadata: dict[str, str]
    private_metadata: dict[str, str]


def given(items: Items | None) -> dict[str, str]:
    """The keys and values of a MetadataInput list; raises MutationError for an empty key."""
    for item in items or ():
        if not item["key"].strip():
            raise MutationError("input", "Metadata key cannot be empty.", "REQUIRED")
    return {item["key"]: item["value"] for item in items or ()}


def update(context: Context, *, id: str, input: Items) -> Payload:  # noqa: A002
    item = _public(context, id)
    item.metadata.update(given(input))
    return _payload(item)


def update_private(context: Context, *, id: str, input: Items) -> Payload:  # noqa: A002
    item = _private(context, id)
    item.private_metadata.update(given(input))
    return _payload(item)


def delete(context: Context, *, id: str, keys: list[str]) -> Payload:  # noqa: A002
    item = _public(context, id)
    for key in keys:
        item.metadata.pop(key, None)
    return _payload(item)


def delete_private(context: Context, *, id: str, keys: list[str]) -> Payload:  # noqa: A002
    item = _private(context, id)
    for key in keys:
        item.private_metadata.pop(key, None)
    return _payload(item)


def _public(context: Context, id_: str) -> Described:
    """Public metadata of a checkout or order is open to whoever knows the id, a user's own to the user."""
    item = _found(context.saleor, id_)
    if isinstance(item, User):
        if item is not context.requestor.user:
            context.requestor.must_have(_of_user(item))
    elif _type(id_) == "TransactionItem":
        context.requestor.must_have(HANDLE_PAYMENTS)
    return item


_PRIVATE_NEEDS = {"TransactionItem": HANDLE_PAYMENTS, "Checkout": "MANAGE_CHECKOUTS", "Order": "MANAGE_ORDERS"}


def _private(context: Context, id_: str) -> Described:
    """For staff and apps alone; who may not write them does not learn whether there is such a user."""
    if context.requestor.app is None and (context.requestor.user is None or not context.requestor.user.is_staff):
        raise PermissionDenied("AUTHENTICATED_APP", "AUTHENTICATED_STAFF_USER")
    if _type(id_) == "User" and context.requestor.permissions.isdisjoint({"MANAGE_USERS", "MANAGE_STAFF"}):
        raise PermissionDenied("MANAGE_USERS")
    item = _found(context.saleor, id_)
    context.requestor.must_have(_of_user(item) if isinstance(item, User) else _PRIVATE_NEEDS[_type(id_)])
    return item


def _of_user(user: User) -> str:
    return "MANAGE_STAFF" if user.is_staff else "MANAGE_USERS"


def _type(id_: str) -> str:
    """A bare uuid is a transaction's token."""
    try:
        return parse_global_id(id_)[0]
    except ValueError:
        return "TransactionItem"


def _found(saleor: Saleor, id_: str) -> Described:
    finders: Mapping[str, Callable[[], Described | None]] = {
        "TransactionItem": lambda: saleor.transaction(id_),
        "Checkout": lambda: saleor.checkouts.get(parse_global_id(id_)[1]),
        "Order": lambda: saleor.orders.get(parse_global_id(id_)[1]),
        "User": lambda: next((user for user in saleor.users if user.id == id_), None),
    }
    finder = finders.get(_type(id_))
    item = finder() if finder is not None else None
    if item is None:
        raise MutationError("id", f"Couldn't resolve to a node: {id_}", "NOT_FOUND")
    return item


def _payload(item: Described) -> Payload:
    return {"item": item, "errors": [], "metadataErrors": []}


METADATA_MUTATIONS: Mapping[str, Resolver] = {
    "updateMetadata": update,
    "updatePrivateMetadata": update_private,
    "deleteMetadata": delete,
    "deletePrivateMetadata": delete_private,
}
