"""How the objects of the stand-in show themselves in Saleor's schema.

A field is answered by the attribute of the same name in snake case, unless it stands in one of the tables here. What
the stand-in does not model fails with an error of its own instead of a null that looks like an answer.
"""

import re
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from graphql import GraphQLAbstractType, GraphQLError, GraphQLResolveInfo

from saleor_stripe_app.sandbox.saleor import (
    apps,
    catalogue,
    field_permissions,
    lines,
    money,
    orders,
    pages,
    payment_methods,
    shop,
    webhook_events,
)
from saleor_stripe_app.sandbox.saleor.checkouts import Checkout
from saleor_stripe_app.sandbox.saleor.deliveries import Conversation
from saleor_stripe_app.sandbox.saleor.events import TransactionEvent
from saleor_stripe_app.sandbox.saleor.ids import global_id
from saleor_stripe_app.sandbox.saleor.money import Money
from saleor_stripe_app.sandbox.saleor.orders import GrantedRefund, Order
from saleor_stripe_app.sandbox.saleor.requestor import ANONYMOUS, Requestor
from saleor_stripe_app.sandbox.saleor.saleor import Saleor, transaction_id
from saleor_stripe_app.sandbox.saleor.shop import User
from saleor_stripe_app.sandbox.saleor.transactions import PaymentMethod, Transaction

T = TypeVar("T")


def _nobody_carries(_: Conversation[T]) -> Coroutine[Any, Any, T]:
    raise GraphQLError("A webhook's payload cannot call apps.")


@dataclass(frozen=True, slots=True)
class Context:
    saleor: Saleor
    requestor: Requestor = ANONYMOUS
    converse: Callable[[Conversation[Any]], Coroutine[Any, Any, Any]] = _nobody_carries


Resolver = Callable[..., object]

TYPE_NAMES: Mapping[type, str] = {
    Transaction: "TransactionItem",
    TransactionEvent: "TransactionEvent",
    Checkout: "Checkout",
    lines.CheckoutLine: "CheckoutLine",
    Order: "Order",
    lines.OrderLine: "OrderLine",
    lines.Delivery: "Delivery",
    lines.ShippingMethod: "ShippingMethod",
    lines.GiftCard: "GiftCard",
    lines.Discount: "OrderDiscount",
    GrantedRefund: "OrderGrantedRefund",
    orders.GrantedRefundLine: "OrderGrantedRefundLine",
    pages.Page: "Page",
    money.Money: "Money",
    money.TaxedMoney: "TaxedMoney",
    shop.Channel: "Channel",
    shop.PaymentSettings: "PaymentSettings",
    shop.CheckoutSettings: "CheckoutSettings",
    shop.OrderSettings: "OrderSettings",
    shop.CountryDisplay: "CountryDisplay",
    shop.Address: "Address",
    shop.User: "User",
    catalogue.ProductVariant: "ProductVariant",
    catalogue.Product: "Product",
    catalogue.ProductType: "ProductType",
    catalogue.Category: "Category",
    catalogue.Collection: "Collection",
    catalogue.SelectedAttribute: "SelectedAttribute",
    catalogue.Attribute: "Attribute",
    catalogue.AttributeValue: "AttributeValue",
    payment_methods.StoredPaymentMethod: "StoredPaymentMethod",
    payment_methods.PaymentGateway: "PaymentGateway",
    payment_methods.CreditCard: "CreditCard",
    apps.App: "App",
    apps.Permission: "Permission",
    apps.Webhook: "Webhook",
    apps.WebhookEvent: "WebhookEvent",
    apps.SyncEvent: "WebhookEventSync",
    apps.AsyncEvent: "WebhookEventAsync",
    apps.Problem: "AppProblem",
    apps.Dismissed: "AppProblemDismissed",
    webhook_events.ProcessAction: "TransactionProcessAction",
    webhook_events.Action: "TransactionAction",
    **{event: event.__name__ for event in webhook_events.EVENTS},
}

_PAYMENT_METHODS = {
    "CARD": "CardPaymentMethodDetails",
    "OTHER": "OtherPaymentMethodDetails",
    "GIFT_CARD": "GiftCardPaymentMethodDetails",
}


def resolve_type(value: object, info: GraphQLResolveInfo[Any], _: GraphQLAbstractType) -> str:
    """The type of a member of a union or interface; a type that this version lacks is shown as its plainer sister."""
    name = _PAYMENT_METHODS[value.type] if isinstance(value, PaymentMethod) else TYPE_NAMES[type(value)]
    return name if name in info.schema.type_map else "OtherPaymentMethodDetails"


def resolve_field(source: object, info: GraphQLResolveInfo[Any], **arguments: object) -> object:
    """Answer one field; raises GraphQLError for what is not modelled, PermissionDenied for what is not allowed."""
    context: Context = info.context
    table = RESOLVERS.get((info.parent_type.name, info.field_name)) or SHARED.get(info.field_name)
    field_permissions.check(source, info.parent_type.name, info.field_name, context.requestor)
    if table is not None and not isinstance(source, Mapping):
        return table(source, context, **arguments)
    if isinstance(source, Mapping):
        return source.get(info.field_name)
    try:
        return getattr(source, snake(info.field_name))
    except AttributeError:
        raise GraphQLError(
            f"The stand-in of Saleor does not model {info.parent_type.name}.{info.field_name}."
        ) from None


def snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def models(type_name: str, field_name: str) -> bool:
    """Whether the stand-in can answer a field: what the cut-down schema keeps beyond the app's own operations."""
    if (type_name, field_name) in RESOLVERS:
        return True
    classes = [cls for cls, name in TYPE_NAMES.items() if name == type_name]
    if type_name in _PAYMENT_METHODS.values():
        classes.append(PaymentMethod)
    attribute = snake(field_name)
    return any(
        hasattr(cls, attribute)
        or attribute in getattr(cls, "__dataclass_fields__", {})
        or (field_name in SHARED and "metadata" in getattr(cls, "__dataclass_fields__", {}))
        or attribute in _instance_attributes(cls)
        for cls in classes
    )


def _instance_attributes(cls: type) -> frozenset[str]:
    """The attributes that a plain class sets in its __init__."""
    code = getattr(vars(cls).get("__init__"), "__code__", None)
    return frozenset(code.co_names) if code is not None and not hasattr(cls, "__dataclass_fields__") else frozenset()


class _Described(Protocol):
    """Whatever has metadata."""

    metadata: dict[str, str]
    private_metadata: dict[str, str]


_PRIVATE_NEEDS: Mapping[str, tuple[str, ...]] = {
    "Checkout": ("MANAGE_CHECKOUTS",),
    "CheckoutLine": ("MANAGE_CHECKOUTS",),
    "Order": ("MANAGE_ORDERS",),
    "OrderLine": ("MANAGE_ORDERS",),
    "Product": ("MANAGE_PRODUCTS",),
    "ProductVariant": ("MANAGE_PRODUCTS",),
    "Category": ("MANAGE_PRODUCTS",),
    "Collection": ("MANAGE_PRODUCTS",),
    "ProductType": ("MANAGE_PRODUCT_TYPES_AND_ATTRIBUTES",),
    "TransactionItem": ("HANDLE_PAYMENTS",),
    "ShippingMethod": ("MANAGE_SHIPPING",),
    "Channel": ("MANAGE_CHANNELS",),
    "User": ("MANAGE_USERS", "MANAGE_STAFF"),
    "Address": ("MANAGE_USERS",),
}


def _private_metadata(source: _Described, context: Context) -> dict[str, str]:
    """Private metadata, for those who may manage such objects; an app may always read its own."""
    if source is not context.requestor.app:
        context.requestor.must_have(*_PRIVATE_NEEDS.get(TYPE_NAMES[type(source)], ("MANAGE_APPS",)))
    return source.private_metadata


def connection(found: Sequence[tuple[object, str]], first: int | None) -> Mapping[str, object]:
    """The first page of nodes with their cursors."""
    shown = found[:first]
    return {
        "totalCount": len(found),
        "edges": [{"node": node, "cursor": cursor} for node, cursor in shown],
        "pageInfo": {
            "hasNextPage": len(shown) < len(found),
            "hasPreviousPage": False,
            "startCursor": shown[0][1] if shown else None,
            "endCursor": shown[-1][1] if shown else None,
        },
    }


def _items(metadata: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"key": key, "value": value} for key, value in sorted(metadata.items())]


def _some(metadata: Mapping[str, str], keys: list[str] | None) -> dict[str, str]:
    return {key: value for key, value in metadata.items() if keys is None or key in keys}


SHARED: Mapping[str, Resolver] = {
    "metadata": lambda source, _: _items(source.metadata),
    "metafield": lambda source, _, key: source.metadata.get(key),
    "metafields": lambda source, _, keys=None: _some(source.metadata, keys),
    "privateMetadata": lambda source, context: _items(_private_metadata(source, context)),
    "privateMetafield": lambda source, context, key: _private_metadata(source, context).get(key),
    "privateMetafields": lambda source, context, keys=None: _some(_private_metadata(source, context), keys),
}


def _amount(name: str) -> Resolver:
    def amount(transaction: Transaction, _: Context) -> Money:
        return Money(getattr(transaction.amounts, name), transaction.currency)

    return amount


def _actions(transaction: Transaction, _: Context) -> list[str]:
    """Saleor's enum knows the lower-case values that it stores; one stored otherwise fails the whole field."""
    for action in transaction.available_actions:
        if not action.islower():
            raise GraphQLError(f'Expected a value of type "TransactionActionEnum" but received: {action}')
    return [action.upper() for action in transaction.available_actions]


def _history(transaction: Transaction, _: Context) -> list[TransactionEvent]:
    """Newest first."""
    return sorted(transaction.events, key=lambda event: (event.created_at, event.number), reverse=True)


def _created_by(
    app_key: int | None, identifier: str | None, user_key: int | None, saleor: Saleor
) -> User | apps.App | None:
    """The app that made it while that is installed, else whichever now bears its identifier, else the user."""
    by_key = next((app for app in saleor.apps if app.key == app_key and app.alive), None)
    if by_key is not None or identifier is not None:
        return by_key or saleor.app_by_identifier(identifier or "")
    return next((user for user in saleor.users if user.key == user_key), None)


def _granted_refund(event: webhook_events.TransactionRefundRequested, _: Context) -> GrantedRefund:
    """Saleor's resolver fails for a refund that was not granted first, and the payload then carries an error."""
    if event.refund_of is None:
        raise GraphQLError("'NoneType' object has no attribute 'pk'")
    return event.refund_of


RESOLVERS: dict[tuple[str, str], Resolver] = {
    ("TransactionItem", "id"): lambda transaction, _: transaction_id(transaction),
    ("TransactionItem", "actions"): _actions,
    ("TransactionItem", "events"): _history,
    ("TransactionItem", "order"): lambda t, context: context.saleor.orders.get(t.order),
    ("TransactionItem", "checkout"): lambda t, context: context.saleor.checkouts.get(t.checkout),
    ("TransactionItem", "paymentMethodDetails"): lambda transaction, _: transaction.payment_method,
    ("TransactionItem", "createdBy"): lambda t, context: _created_by(t.app_id, t.app_identifier, None, context.saleor),
    **{
        ("TransactionItem", f"{field}Amount"): _amount(name)
        for field, name in (
            ("authorized", "authorized"),
            ("authorizePending", "authorize_pending"),
            ("charged", "charged"),
            ("chargePending", "charge_pending"),
            ("refunded", "refunded"),
            ("refundPending", "refund_pending"),
            ("canceled", "canceled"),
            ("cancelPending", "cancel_pending"),
        )
    },
    ("TransactionEvent", "id"): lambda event, _: global_id("TransactionEvent", event.number),
    ("TransactionEvent", "pspReference"): lambda event, _: event.psp_reference or "",
    ("TransactionEvent", "amount"): lambda event, _: Money(event.amount, event.currency),
    ("TransactionEvent", "createdBy"): lambda event, context: _created_by(
        event.app_id, event.app_identifier, event.user_id, context.saleor
    ),
    ("TransactionRefundRequested", "grantedRefund"): _granted_refund,
    ("OrderGrantedRefund", "transactionEvents"): lambda refund, _: [
        event for event in refund.transaction.events if event.granted_refund == refund.key
    ],
    ("Category", "ancestors"): lambda category, _, first=None: connection(
        [(above, above.id) for above in category.above], first
    ),
    ("App", "permissions"): lambda app, _: [apps.Permission(code) for code in sorted(app.permissions)],
    ("App", "type"): lambda _app, _: "THIRDPARTY",
    ("App", "problems"): lambda app, _, limit=None: list(reversed(app.problem_list))[:limit],
    ("MetadataItem", "key"): lambda item, _: item["key"],
    ("MetadataItem", "value"): lambda item, _: item["value"],
}
