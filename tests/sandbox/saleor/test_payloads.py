"""Payloads that the stand-in makes, beside those a running Saleor made: the same keys, kinds of values and bytes."""

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from graphql import (
    FieldNode,
    GraphQLSchema,
    NameNode,
    SelectionSetNode,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    build_schema,
    get_named_type,
    is_composite_type,
    parse,
    print_ast,
    visit,
)

from saleor_stripe_app.sandbox.saleor.actions import request_action
from saleor_stripe_app.sandbox.saleor.courier import Courier
from saleor_stripe_app.sandbox.saleor.purchases import Item, checkout_of, complete_checkout, create_checkout
from saleor_stripe_app.sandbox.saleor.requestor import Requestor
from saleor_stripe_app.sandbox.saleor.resolvers import Context
from saleor_stripe_app.sandbox.saleor.sessions import initialize
from saleor_stripe_app.sandbox.saleor.subscriptions import parse_subscription, payload


def selection(value: Any) -> str:
    """A selection that would have made this JSON: every key a field, unions told apart by their __typename."""
    if isinstance(value, list):
        merged: dict[str, Any] = {}
        for item in value:
            merged = merge(merged, item) if isinstance(item, dict) else merged
        return selection(merged) if merged else ""
    if not isinstance(value, dict):
        return ""
    fields = " ".join(f"{alias(key)} {selection(inner)}" for key, inner in value.items() if key != "__typename")
    if "__typename" in value:
        return f"{{ __typename ... on {value['__typename']} {{ {fields} }} }}"
    return f"{{ {fields} }}"


def merge(left: dict[str, Any], right: dict[str, Any]) -> dict[str, Any]:
    return {**left, **{key: value for key, value in right.items() if value or key not in left}}


def completed(query: str, schema: GraphQLSchema) -> str:
    """The query with a `__typename` wherever the recorded object was null or a list empty."""
    info = TypeInfo(schema)

    class Completion(Visitor):
        def leave_field(self, node: FieldNode, *_: object) -> FieldNode | None:
            named = get_named_type(info.get_type())
            if node.selection_set is None and is_composite_type(named):
                return replace(node, selection_set=SelectionSetNode(selections=(FieldNode(name=TYPENAME),)))
            return None

    return print_ast(visit(parse(query), TypeInfoVisitor(info, Completion())))


TYPENAME = NameNode(value="__typename")
ALIASES = {
    "orderLines": "lines",
    "orderTransactions": "transactions",
    "orderChargeStatus": "chargeStatus",
    "orderAuthorizeStatus": "authorizeStatus",
}


def alias(key: str) -> str:
    return f"{key}: {ALIASES[key]}" if key in ALIASES else key


def shape(value: Any, reference: Any) -> Any:
    """Kinds of values; an empty list or null on either side says nothing about what is inside."""
    if value is None or reference is None:
        return None
    if isinstance(value, dict) and isinstance(reference, dict):
        return {key: shape(inner, reference.get(key)) for key, inner in value.items()}
    if isinstance(value, list) and isinstance(reference, list):
        return [shape(value[0], reference[0])] if value and reference else []
    return type(value).__name__


@pytest.mark.parametrize(
    ("name", "event"),
    [
        ("transaction-initialize-session.checkout-guest-usd", "TRANSACTION_INITIALIZE_SESSION"),
        ("transaction-initialize-session.order-guest", "TRANSACTION_INITIALIZE_SESSION"),
        ("transaction-process-session.checkout-guest", "TRANSACTION_PROCESS_SESSION"),
        ("payment-gateway-initialize-session.checkout-guest", "PAYMENT_GATEWAY_INITIALIZE_SESSION"),
        ("transaction-charge-requested.order", "TRANSACTION_CHARGE_REQUESTED"),
        ("transaction-cancelation-requested.order", "TRANSACTION_CANCELATION_REQUESTED"),
        ("app-deleted", "APP_DELETED"),
    ],
)
async def test_a_recorded_selection_makes_the_same_shape(saleor, courier, app, scripted, recording, name, event):
    recorded = json.loads(recording(f"{name}.body.json"))
    recorded.pop("data", None)
    query = completed(f"subscription {{ event {selection(recorded)} }}", saleor.schema)
    app.permissions |= {
        "MANAGE_CHECKOUTS",
        "MANAGE_ORDERS",
        "MANAGE_PRODUCTS",
        "MANAGE_PRODUCT_TYPES_AND_ATTRIBUTES",
    }
    parse_subscription(query, saleor.schema)
    app.webhook_for(event).query = query
    ours = await made(saleor, courier, app, scripted, event, from_order=".order" in name)
    assert "errors" not in ours
    assert list(ours) == list(recorded)
    assert shape(ours, recorded) == shape(recorded, ours)


async def made(saleor, courier: Courier, app, scripted, event: str, *, from_order: bool) -> dict[str, Any]:
    """Have the event sent for a purchase like the recorded one, and read what arrived."""
    result = "CHARGE_ACTION_REQUIRED" if "PROCESS" in event else "AUTHORIZATION_SUCCESS"
    details = {"type": "CARD", "name": "Visa", "brand": "visa", "firstDigits": "4242", "lastDigits": "4242"}
    details |= {"expMonth": 12, "expYear": 2034}
    answer = {"result": result, "pspReference": "psp_1", "actions": ["CHARGE", "CANCEL"], "message": "ok"}
    scripted.will_answer("transaction_initialize_session", answer | {"paymentMethodDetails": details})
    items = [Item("Monospace Tee", Decimal(20), sku="1"), Item("Paul's Balance 420", Decimal(50), 2, sku="2")]
    checkout = create_checkout(saleor, items, metadata={"driver": "drive.py"})
    session = None
    if event not in {"TRANSACTION_INITIALIZE_SESSION", "PAYMENT_GATEWAY_INITIALIZE_SESSION"} or from_order:
        first = app.webhook_for("TRANSACTION_INITIALIZE_SESSION").query
        app.webhook_for(
            "TRANSACTION_INITIALIZE_SESSION"
        ).query = "subscription { event { ... on TransactionInitializeSession { issuedAt } } }"
        session = await courier.initialize(checkout.id, app.identifier)
        app.webhook_for("TRANSACTION_INITIALIZE_SESSION").query = first
    source = complete_checkout(saleor, checkout.token) if from_order else checkout
    staff = Requestor(permissions=frozenset({"HANDLE_PAYMENTS"}))
    if event == "TRANSACTION_INITIALIZE_SESSION":
        await courier.initialize(source.id, app.identifier, amount=Decimal(120))
    elif event == "TRANSACTION_PROCESS_SESSION":
        await courier.process(session.transaction.token)
    elif event == "PAYMENT_GATEWAY_INITIALIZE_SESSION":
        await courier.initialize_gateways(source.id)
    elif event == "APP_DELETED":
        await courier.uninstall(app)
    else:
        action = "CHARGE" if "CHARGE" in event else "CANCEL"
        request_action(saleor, session.transaction.token, action, by=staff, amount=Decimal(60))
        await courier.work()
    return json.loads(scripted.bodies(event.lower())[-1])


async def test_the_body_is_written_as_python_writes_json(saleor, courier, app, scripted):
    checkout = checkout_of(saleor, "120")
    await courier.initialize(checkout.id, app.identifier, data={"name": "Zażółć €"})
    [body] = scripted.bodies("transaction_initialize_session")
    text = body.decode("ascii")
    assert '"amount": 120.0, "currency": "USD"' in text
    assert "Za\\u017c\\u00f3\\u0142\\u0107 \\u20ac" in text
    assert text == json.dumps(json.loads(text))


async def test_headers_are_those_of_a_recorded_webhook(saleor, courier, app, scripted, recording):
    recorded = json.loads(recording("transaction-initialize-session.checkout-guest-usd.headers.json"))["headers"]
    checkout = checkout_of(saleor, "120")
    await courier.initialize(checkout.id, app.identifier)
    _, headers, body = scripted.requests[-1]
    assert set(recorded) <= set(headers)
    varying = {"saleor-signature", "x-saleor-signature", "content-length"}
    assert {k: v for k, v in recorded.items() if k not in varying} == {
        k: headers[k] for k in recorded if k not in varying
    }
    assert headers["saleor-signature"] == headers["x-saleor-signature"] == saleor.key.detached(body)
    assert "saleor-schema-version" not in headers


@pytest.mark.parametrize(
    ("channel", "price", "fractional", "digits"),
    [("channel-jpy", "6497", 6497, 0), ("channel-kwd", "10.63", 10630, 3), ("default-channel", "120", 12000, 2)],
)
async def test_minor_units_follow_the_currency(saleor, courier, app, scripted, channel, price, fractional, digits):
    query = """subscription { event { ... on TransactionInitializeSession { sourceObject {
        ... on Checkout { totalPrice { gross { amount fractionalAmount fractionDigits } } } } } } }"""
    app.webhook_for("TRANSACTION_INITIALIZE_SESSION").query = query
    await courier.initialize(checkout_of(saleor, price, channel=channel).id, app.identifier)
    gross = json.loads(scripted.requests[-1][2])["sourceObject"]["totalPrice"]["gross"]
    assert gross == {"amount": float(price), "fractionalAmount": fractional, "fractionDigits": digits}


async def test_prices_hold_their_channels_tax(saleor):
    checkout = checkout_of(saleor, "123", channel="channel-pln")
    assert (checkout.total_price.net.amount, checkout.total_price.tax.amount) == (100, 23)


async def test_a_refund_that_was_not_granted_brings_an_error_beside_good_data(saleor, courier, app, scripted):
    app.webhook_for("TRANSACTION_REFUND_REQUESTED").query = """subscription { event {
        ... on TransactionRefundRequested { action { amount } grantedRefund { id } } } }"""
    scripted.will_answer("transaction_initialize_session", {"result": "CHARGE_SUCCESS", "pspReference": "pi_1"})
    session = await courier.initialize(checkout_of(saleor, "10").id, app.identifier)
    staff = Requestor(permissions=frozenset({"HANDLE_PAYMENTS"}))
    request_action(saleor, session.transaction.token, "REFUND", by=staff)
    await courier.work()
    sent = json.loads(scripted.bodies("transaction_refund_requested")[0])
    assert sent["action"] == {"amount": 10.0}
    assert sent["grantedRefund"] is None
    assert sent["errors"]


async def test_an_unmodelled_field_says_so(saleor):
    schema = build_schema("type Query { a: Int } type Subscription { event: E } type E { issuedAt: Int weather: Int }")
    body = payload(parse("subscription { event { weather } }"), object(), schema, Context(saleor))
    assert b"does not model E.weather" in body


async def test_a_guest_is_nobody_and_a_shopper_is_the_principal(saleor, courier, app, scripted):
    query = """subscription { event { ... on TransactionInitializeSession {
        issuingPrincipal { __typename ... on User { email } } } } }"""
    app.webhook_for("TRANSACTION_INITIALIZE_SESSION").query = query
    checkout = checkout_of(saleor, "10")
    await courier.initialize(checkout.id, app.identifier)
    shopper = saleor.add_user("shopper@example.com")
    await courier.converse(initialize(saleor, checkout.id, app.identifier, by=Requestor.of_user(shopper)))
    principals = [json.loads(body)["issuingPrincipal"] for body in scripted.bodies("transaction_initialize_session")]
    assert principals == [None, {"__typename": "User", "email": "shopper@example.com"}]
