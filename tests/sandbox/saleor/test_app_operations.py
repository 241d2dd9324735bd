"""The app's own operations, as each version of Saleor gets them, against the stand-in of that version."""

import json
from decimal import Decimal

import pytest
from graphql import build_schema, parse, validate

from saleor_stripe_app.saleor import operations, versions
from saleor_stripe_app.sandbox.saleor.actions import request_action
from saleor_stripe_app.sandbox.saleor.courier import Courier
from saleor_stripe_app.sandbox.saleor.customers import add_customer, delete_customer, update_customer
from saleor_stripe_app.sandbox.saleor.graphql_api import answer, requestor
from saleor_stripe_app.sandbox.saleor.ids import global_id
from saleor_stripe_app.sandbox.saleor.order_cancellation import cancel_order
from saleor_stripe_app.sandbox.saleor.purchases import Item, checkout_of, complete_checkout, create_checkout, fulfill
from saleor_stripe_app.sandbox.saleor.requestor import Requestor
from saleor_stripe_app.sandbox.saleor.resolvers import Context
from saleor_stripe_app.sandbox.saleor.saleor import transaction_id
from saleor_stripe_app.sandbox.saleor.schema import CARRIED
from saleor_stripe_app.sandbox.saleor.shopper import Shopper
from saleor_stripe_app.sandbox.saleor.versions import RELEASES

STAFF = Requestor(permissions=frozenset({"HANDLE_PAYMENTS"}))


def for_version(version: str) -> dict[str, str]:
    """Every operation that this version has."""
    parsed = versions.parse(version)
    there = [name for name in operations.names() if operations.first_version(name) <= parsed]
    return {name: operations.operation(name, parsed).text for name in there}


@pytest.mark.parametrize("version", RELEASES)
def test_every_operation_fits_the_carried_schema(version):
    schema = build_schema((CARRIED / f"{version}.graphql").read_text(encoding="utf-8"))
    assert {name: validate(schema, parse(text)) for name, text in for_version(version).items()} == {
        name: [] for name in for_version(version)
    }


@pytest.mark.parametrize("version", RELEASES)
async def test_every_webhook_is_delivered_whole_and_every_query_is_answered(new_saleor, http, scripted, version):
    texts = for_version(version)
    scripted.manifest["webhooks"] = [
        {"name": name, "targetUrl": f"{scripted.base_url}/hooks", "query": text}
        for name, text in texts.items()
        if text.startswith("subscription")
    ]
    scripted.manifest["permissions"] = ["HANDLE_PAYMENTS", "MANAGE_CHECKOUTS", "MANAGE_ORDERS", "MANAGE_USERS"]
    saleor = new_saleor(version)
    courier = Courier(saleor, http)
    app = await courier.install(f"{scripted.base_url}/manifest")
    checkout = checkout_of(saleor, "100", channel="channel-auth")
    await courier.initialize_gateways(checkout.id)
    scripted.will_answer("transaction_initialize_session", {"result": "AUTHORIZATION_ACTION_REQUIRED"})
    session = await courier.initialize(checkout.id, app.identifier, data={"paymentIntent": {"paymentMethod": "card"}})
    scripted.will_answer("transaction_process_session", {"result": "AUTHORIZATION_SUCCESS", "pspReference": "pi_1"})
    await courier.process(session.transaction.token)
    fulfill(saleor, complete_checkout(saleor, checkout.token))
    for action, amount in (("CHARGE", 60), ("CANCEL", 40), ("REFUND", 10)):
        event = "transaction_cancelation_requested" if action == "CANCEL" else f"transaction_{action.lower()}_requested"
        scripted.will_answer(event, {"result": f"{action}_SUCCESS", "pspReference": f"{action}_1"})
        request_action(saleor, session.transaction.token, action, by=STAFF, amount=Decimal(amount))
        await courier.work()
    amounts = session.transaction.amounts
    assert (amounts.authorized, amounts.charged, amounts.canceled, amounts.refunded) == (0, 50, 40, 10)
    await run_queries(saleor, app, session.transaction, texts)
    await play_a_customer(courier, app, scripted)
    await courier.uninstall(app)
    sent = {name: json.loads(body) for name, _, body in scripted.requests if name not in {"manifest", "register"}}
    assert sent.keys() == {event.lower() for hook in app.webhooks for event in hook.event_types}
    assert [name for name, body in sent.items() if not body["issuedAt"]] == []
    # A refund that was not granted first has none, and Saleor's own resolver fails at it.
    errors = {name: [error["path"] for error in body["errors"]] for name, body in sent.items() if "errors" in body}
    assert errors == {"transaction_refund_requested": [["event", "grantedRefund"]]}


async def play_a_customer(courier, app, scripted):
    """A logged-in shopper stores and deletes a method, pays an order that staff cancel, and leaves the shop."""
    saleor = courier.saleor
    shopper = Shopper(courier, add_customer(saleor, "ada@example.com"))
    await shopper.payment_gateway_initialize_tokenization(app.identifier)
    scripted.will_answer("payment_method_initialize_tokenization_session", {"result": "PENDING", "id": "seti_1"})
    begun = await shopper.payment_method_initialize_tokenization(app.identifier)
    await shopper.payment_method_process_tokenization(begun.id or "")
    await shopper.stored_payment_methods()
    await shopper.stored_payment_method_request_delete(f"app:{app.identifier}:pm_1")
    scripted.will_answer("transaction_initialize_session", {"result": "CHARGE_SUCCESS", "pspReference": "pi_2"})
    checkout = create_checkout(saleor, [Item("Tee", Decimal(20))], user=shopper.user)
    await shopper.transaction_initialize(checkout.id, app.identifier)
    await courier.work()
    order = complete_checkout(saleor, checkout.token)
    cancel_order(saleor, order, by=Requestor(permissions=frozenset({"MANAGE_ORDERS"})))
    update_customer(saleor, shopper.user, email="countess@example.com")
    delete_customer(saleor, shopper.user)
    await courier.work()


async def run_queries(saleor, app, transaction, texts):
    """The queries, and the mutations that need nothing but what is at hand."""
    variables = {
        "app-id": {},
        "app-webhooks": {},
        "channels": {"withSettings": True},
        "checkout": {"id": global_id("Checkout", "gone"), "withSettings": True},
        "order-payments": {"id": global_id("Order", transaction.order)},
        "order-to-split": {"id": global_id("Order", transaction.order)},
        "checkout-to-split": {"id": global_id("Checkout", "gone")},
        "customers-known": {"ids": [global_id("User", 1)]},
        "transaction": {"id": transaction_id(transaction)},
        "app-problem-create": {"input": {"key": "stripe", "message": "Stripe is away"}},
        "app-problem-dismiss": {"keys": ["stripe"]},
        "transaction-event-report": {
            "id": transaction_id(transaction),
            "type": "INFO",
            "pspReference": "pi_1",
            "amount": "0",
            "time": "2026-11-24T12:00:00+00:00",
        },
    }
    context = Context(saleor, requestor(saleor, app.auth_token))
    for name, given in variables.items():
        if name in texts:
            body = json.dumps({"query": texts[name], "variables": given}).encode()
            result = await answer(body, context)
            assert "errors" not in result.content, (name, result.content)
            for payload in result.content["data"].values():
                assert not (isinstance(payload, dict) and payload.get("errors")), (name, payload)
