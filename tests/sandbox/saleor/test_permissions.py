"""Who may read guarded fields, write metadata, and begin or complete payments through Saleor's API."""

import json

import pytest

from saleor_stripe_app.sandbox.saleor.customers import add_customer
from saleor_stripe_app.sandbox.saleor.graphql_api import answer, requestor
from saleor_stripe_app.sandbox.saleor.purchases import complete_checkout, create_checkout
from saleor_stripe_app.sandbox.saleor.resolvers import Context
from saleor_stripe_app.sandbox.saleor.tokens import access_token
from tests.sandbox.saleor.storefront import basket, subscription

SETTINGS = """query($slug: String) { channel(slug: $slug) { id checkoutSettings {
  automaticallyCompleteFullyPaidCheckouts automaticCompletionDelay automaticCompletionCutOffDate } } }"""
WRITE = """mutation($id: ID!, $input: [MetadataInput!]!) {
  updatePrivateMetadata(id: $id, input: $input) { errors { code } } }"""
INITIALIZE = """mutation($id: ID!, $gateway: String!, $ip: String, $key: String) {
  transactionInitialize(id: $id, paymentGateway: {id: $gateway, data: {a: 1}}, action: AUTHORIZATION, amount: 5,
    customerIpAddress: $ip, idempotencyKey: $key) { transaction { id } transactionEvent { type } errors { code } } }"""
COMPLETE = "mutation($id: ID) { checkoutComplete(id: $id) { order { id } errors { code field } } }"


@pytest.fixture
def ask(saleor, courier):
    async def post(query, token=None, /, **variables):
        context = Context(saleor, requestor(saleor, token), courier.converse)
        body = json.dumps({"query": query, "variables": variables}).encode()
        return (await answer(body, context)).content

    return post


def refused(content) -> bool:
    return content["errors"][0]["extensions"]["exception"]["code"] == "PermissionDenied"


@pytest.mark.parametrize("permission", ["MANAGE_CHECKOUTS", "MANAGE_CHANNELS"])
async def test_checkout_settings_are_read_with_one_of_two_permissions(ask, app, permission):
    assert refused(await ask(SETTINGS, app.auth_token, slug="default-channel"))
    app.permissions |= {permission}
    content = await ask(SETTINGS, app.auth_token, slug="default-channel")
    assert content["data"]["channel"]["checkoutSettings"] == {
        "automaticallyCompleteFullyPaidCheckouts": False,
        "automaticCompletionDelay": None,
        "automaticCompletionCutOffDate": None,
    }


async def test_private_metadata_of_a_user_needs_the_permission_for_users(ask, saleor, app):
    user = add_customer(saleor, "ada@example.com")
    items = [{"key": "stripe", "value": "cus_1"}]
    assert refused(await ask(WRITE, app.auth_token, id=user.id, input=items))
    assert refused(
        await ask(WRITE, access_token(saleor.key, saleor.api_url, user, saleor.now()), id=user.id, input=items)
    )
    assert user.private_metadata == {}
    app.permissions |= {"MANAGE_USERS"}
    content = await ask(WRITE, app.auth_token, id=user.id, input=items)
    assert content["data"]["updatePrivateMetadata"]["errors"] == []
    assert user.private_metadata == {"stripe": "cus_1"}


@pytest.mark.parametrize(("type_name", "permission"), [("checkout", "MANAGE_CHECKOUTS"), ("order", "MANAGE_ORDERS")])
async def test_private_metadata_of_a_purchase_needs_its_permission(ask, saleor, app, type_name, permission):
    source = create_checkout(saleor, basket("20"))
    if type_name == "order":
        source.channel.order_settings.allow_unpaid_orders = True
        source = complete_checkout(saleor, source.token)
    assert refused(await ask(WRITE, app.auth_token, id=source.id, input=[{"key": "a", "value": "b"}]))
    app.permissions |= {permission}
    await ask(WRITE, app.auth_token, id=source.id, input=[{"key": "a", "value": "b"}])
    assert source.private_metadata == {"a": "b"}


async def test_an_app_begins_a_transaction_of_its_own_on_an_order(ask, saleor, app, scripted):
    query = subscription(
        "TransactionInitializeSession",
        "idempotencyKey customerIpAddress data action { actionType amount } issuingPrincipal { ... on App { id } }",
    )
    app.webhook_for("TRANSACTION_INITIALIZE_SESSION").query = query
    scripted.will_answer("transaction_initialize_session", {"result": "AUTHORIZATION_SUCCESS", "pspReference": "pi_1"})
    checkout = create_checkout(saleor, basket("20"))
    checkout.channel.order_settings.allow_unpaid_orders = True
    order = complete_checkout(saleor, checkout.token)
    given = {"id": order.id, "gateway": app.identifier, "ip": "203.0.113.7", "key": "again-1"}
    content = await ask(INITIALIZE, app.auth_token, **given)
    assert content["data"]["transactionInitialize"]["transactionEvent"] == {"type": "AUTHORIZATION_SUCCESS"}
    [sent] = map(json.loads, scripted.bodies("transaction_initialize_session"))
    assert sent == {
        "idempotencyKey": "again-1",
        "customerIpAddress": "203.0.113.7",
        "data": {"a": 1},
        "action": {"actionType": "AUTHORIZATION", "amount": 5.0},
        "issuingPrincipal": {"id": app.id},
    }
    assert len(order.transactions) == 1


async def test_a_storefront_may_choose_neither_flow_nor_address(ask, saleor, app):
    checkout = create_checkout(saleor, basket("20"))
    assert refused(await ask(INITIALIZE, id=checkout.id, gateway=app.identifier))
    assert refused(await ask(INITIALIZE, id=checkout.id, gateway=app.identifier, ip="203.0.113.7"))


async def test_an_app_completes_a_checkout_and_gets_the_same_order_again(ask, saleor, courier, app, scripted):
    scripted.will_answer("transaction_initialize_session", {"result": "CHARGE_SUCCESS", "pspReference": "pi_1"})
    checkout = create_checkout(saleor, basket("20"))
    unpaid = await ask(COMPLETE, app.auth_token, id=checkout.id)
    assert unpaid["data"]["checkoutComplete"]["errors"] == [{"code": "CHECKOUT_NOT_FULLY_PAID", "field": "id"}]
    await courier.initialize(checkout.id, app.identifier)
    made = [(await ask(COMPLETE, app.auth_token, id=checkout.id))["data"]["checkoutComplete"] for _ in range(2)]
    assert made[0] == made[1]
    assert made[0]["errors"] == []
    gone = create_checkout(saleor, basket("20"))
    saleor.remove_checkout(gone)
    unknown = await ask(COMPLETE, app.auth_token, id=gone.id)
    assert unknown["data"]["checkoutComplete"]["errors"] == [{"code": "NOT_FOUND", "field": "id"}]


async def test_methods_are_shown_to_their_user_alone(ask, saleor, courier, app, scripted):
    me = '{ me { storedPaymentMethods(channel: "default-channel") { id } } }'
    user = add_customer(saleor, "ada@example.com")
    hook = {"name": "list", "query": subscription("ListStoredPaymentMethods", "user { id }")}
    scripted.manifest["id"] = "other.app"
    scripted.manifest["webhooks"] = [{"targetUrl": f"{scripted.base_url}/hooks"} | hook]
    await courier.install(f"{scripted.base_url}/manifest")
    scripted.will_answer("list_stored_payment_methods", {"paymentMethods": [{"id": "pm_1", "type": "card"}]})
    token = access_token(saleor.key, saleor.api_url, user, saleor.now())
    assert (await ask(me, token))["data"]["me"] == {"storedPaymentMethods": [{"id": "app:other.app:pm_1"}]}
    assert (await ask(me))["data"]["me"] is None
    query = 'query($id: ID) { user(id: $id) { storedPaymentMethods(channel: "default-channel") { id } } }'
    app.permissions |= {"MANAGE_USERS"}
    assert (await ask(query, app.auth_token, id=user.id))["data"]["user"] == {"storedPaymentMethods": []}


async def test_only_a_logged_in_user_may_delete_a_method(ask, saleor, app):
    query = """mutation { storedPaymentMethodRequestDelete(id: "app:other:pm_1", channel: "default-channel") {
      result errors { code } } }"""
    assert refused(await ask(query))
    assert refused(await ask(query, app.auth_token))
    token = access_token(saleor.key, saleor.api_url, add_customer(saleor, "ada@example.com"), saleor.now())
    content = await ask(query, token)
    assert content["data"]["storedPaymentMethodRequestDelete"] == {
        "result": "FAILED_TO_DELIVER",
        "errors": [{"code": "GATEWAY_ERROR"}],
    }
