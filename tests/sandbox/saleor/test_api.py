"""Saleor's API on a real socket: who may do what, what is told apart, and what the wire can lose."""

import asyncio
import json
from decimal import Decimal
from functools import partial
from typing import Any

import aiohttp
import httpx
import pytest
from gql import Client, gql
from gql.transport.aiohttp import AIOHTTPTransport

from saleor_stripe_app.sandbox.saleor.courier import Courier
from saleor_stripe_app.sandbox.saleor.events import EventType as T
from saleor_stripe_app.sandbox.saleor.faults import ApiFailure, ApiFault, Faults, Gate
from saleor_stripe_app.sandbox.saleor.ids import global_id
from saleor_stripe_app.sandbox.saleor.purchases import checkout_of, complete_checkout, grant_refund
from saleor_stripe_app.sandbox.saleor.saleor import transaction_id
from saleor_stripe_app.sandbox.saleor.server import fresh, running
from saleor_stripe_app.sandbox.saleor.tokens import access_token, staff_token

REPORT = """mutation TransactionEventReport($id: ID!, $type: TransactionEventTypeEnum!, $ref: String!,
    $amount: PositiveDecimal) {
  transactionEventReport(id: $id, type: $type, pspReference: $ref, amount: $amount) {
    alreadyProcessed errors { field code message } transaction { chargedAmount { amount } }
  }
}"""


@pytest.fixture
async def served(saleor, http):
    async with running(saleor, http=http, faults=Faults()) as server:
        yield server


@pytest.fixture
def courier(served) -> Courier:
    return served.courier


@pytest.fixture
def ask(served):
    async def post(query: str, token: str | None = None, /, **variables: Any) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        async with httpx.AsyncClient() as client:
            reply = await client.post(served.api_url, json={"query": query, "variables": variables}, headers=headers)
            return reply.json()

    return post


@pytest.fixture
async def transaction(saleor, courier, app, scripted):
    scripted.will_answer("transaction_initialize_session", {"result": "CHARGE_ACTION_REQUIRED"})
    return (await courier.initialize(checkout_of(saleor, "120").id, app.identifier)).transaction


@pytest.fixture
def report(ask, transaction):
    return partial(ask, REPORT, id=transaction_id(transaction), type="CHARGE_SUCCESS", ref="A")


def denied(answer: dict[str, Any]) -> bool:
    return answer["errors"][0]["extensions"]["exception"]["code"] == "PermissionDenied"


async def test_an_app_reads_itself_and_nobody_else_does(saleor, ask, app):
    query = "{ app { id identifier webhooks { name targetUrl syncEvents { eventType } asyncEvents { eventType } } } }"
    answer = await ask(query, app.auth_token)
    assert answer["data"]["app"]["id"] == app.id
    hooks = {hook["name"]: hook for hook in answer["data"]["app"]["webhooks"]}
    assert hooks["charge"]["syncEvents"] == [{"eventType": "TRANSACTION_CHARGE_REQUESTED"}]
    assert hooks["deleted"]["asyncEvents"] == [{"eventType": "APP_DELETED"}]
    for token in (None, "x" * 30):
        answer = await ask(query, token)
        assert answer["data"] == {"app": None}
        assert denied(answer)


async def test_gqls_own_transport_reports_and_reads(served, app, transaction):
    transport = AIOHTTPTransport(served.api_url, headers={"Authorization": f"Bearer {app.auth_token}"})
    async with Client(transport=transport, fetch_schema_from_transport=False) as session:
        variables = {"id": transaction_id(transaction), "type": "CHARGE_SUCCESS", "ref": "pi_1", "amount": 120}
        query = gql(REPORT)
        query.variable_values = variables
        result = await session.execute(query)
        assert result["transactionEventReport"]["errors"] == []
        read = gql(
            "query T($id: ID!) { transaction(id: $id) { chargedAmount { amount } events { type amount { amount } } } }"
        )
        read.variable_values = {"id": transaction_id(transaction)}
        seen = (await session.execute(read))["transaction"]
    assert seen["chargedAmount"]["amount"] == 120.0
    assert [event["type"] for event in seen["events"]] == ["CHARGE_SUCCESS", "CHARGE_ACTION_REQUIRED", "CHARGE_REQUEST"]


async def test_only_the_owner_reports_by_identifier_not_by_installation(
    saleor, courier, ask, app, scripted, report, transaction
):
    assert denied(await report(amount=120))
    staff = saleor.add_user("staff@example.com", is_staff=True, permissions=["HANDLE_PAYMENTS"])
    assert denied(await report(access_token(saleor.key, saleor.api_url, staff, saleor.now()), amount=120))
    scripted.manifest["id"] = "other.app"
    other = await courier.install(f"{scripted.base_url}/manifest")
    assert denied(await report(other.auth_token, amount=120))
    assert (
        await ask("query($id: ID) { transaction(id: $id) { id } }", other.auth_token, id=transaction_id(transaction))
    )["data"] == {"transaction": None}
    scripted.manifest["id"] = app.identifier
    await courier.uninstall(app)
    again = await courier.install(f"{scripted.base_url}/manifest")
    assert (await report(again.auth_token, amount=120))["data"]["transactionEventReport"]["errors"] == []
    listed = await ask("{ transactions(first: 5) { totalCount edges { node { id } } } }", again.auth_token)
    assert listed["data"]["transactions"] == {"totalCount": 0, "edges": []}


async def test_a_report_needs_the_permission(app, report):
    app.permissions = frozenset()
    assert denied(await report(app.auth_token, amount=120))


async def test_errors_of_a_report_stand_in_its_payload(app, report):
    assert (await report(app.auth_token, amount=120))["data"]["transactionEventReport"]["alreadyProcessed"] is False
    assert (await report(app.auth_token, amount=120))["data"]["transactionEventReport"]["alreadyProcessed"] is True
    [error] = (await report(app.auth_token, amount=1))["data"]["transactionEventReport"]["errors"]
    assert (error["field"], error["code"]) == ("pspReference", "INCORRECT_DETAILS")
    [error] = (await report(app.auth_token))["data"]["transactionEventReport"]["errors"]
    assert (error["field"], error["code"]) == ("amount", "REQUIRED")


async def test_eight_reports_at_once_are_one_event(app, report, transaction):
    answers = await asyncio.gather(*(report(app.auth_token, amount=120) for _ in range(8)))
    processed = [answer["data"]["transactionEventReport"]["alreadyProcessed"] for answer in answers]
    assert sorted(processed) == [False] + [True] * 7
    assert [event.type for event in transaction.events].count(T.CHARGE_SUCCESS) == 1


async def test_a_negative_amount_never_reaches_the_mutation(app, report):
    answer = await report(app.auth_token, amount=-1)
    assert "lower than 0" in answer["errors"][0]["message"]


async def test_amounts_written_out_keep_every_digit(ask, app, transaction):
    query = f"""mutation {{ transactionEventReport(id: "{transaction_id(transaction)}", type: CHARGE_SUCCESS,
        pspReference: "A", amount: 0.1) {{ errors {{ code }} }} }}"""
    await ask(query, app.auth_token)
    assert transaction.events[-1].amount == Decimal("0.10")


async def test_what_does_not_fit_the_schema_is_a_400(served, ask):
    assert "nonsense" in (await ask("{ nonsense }"))["errors"][0]["message"]
    async with httpx.AsyncClient() as client:
        for body in (b"", b"[]", b'{"query": "{"}', b'{"query": "{ nonsense }"}'):
            assert (await client.post(served.api_url, content=body)).status_code == 400


async def test_poisoned_actions_break_the_transaction_until_a_report_repairs_them(ask, app, transaction, report):
    transaction.available_actions = ["CANCEL"]
    query = "query($id: ID) { transaction(id: $id) { actions } }"
    broken = await ask(query, app.auth_token, id=transaction_id(transaction))
    assert broken["data"] == {"transaction": None}
    assert "received: CANCEL" in broken["errors"][0]["message"]
    repair = f"""mutation {{ transactionEventReport(id: "{transaction_id(transaction)}", type: INFO, pspReference: "",
        availableActions: [REFUND]) {{ errors {{ code }} }} }}"""
    await ask(repair, app.auth_token)
    assert (await ask(query, app.auth_token, id=transaction_id(transaction)))["data"]["transaction"]["actions"] == [
        "REFUND"
    ]


async def test_a_storefront_pays_and_completes_without_a_token(saleor, ask, app, scripted):
    checkout = checkout_of(saleor, "120")
    scripted.will_answer("payment_gateway_initialize_session", {"data": {"key": "pk"}})
    gateways = await ask(
        "mutation($id: ID!) { paymentGatewayInitialize(id: $id) { gatewayConfigs { id data errors { code } } } }",
        id=checkout.id,
    )
    assert gateways["data"]["paymentGatewayInitialize"]["gatewayConfigs"] == [
        {"id": app.identifier, "data": {"key": "pk"}, "errors": []}
    ]
    scripted.will_answer("transaction_initialize_session", {"result": "CHARGE_ACTION_REQUIRED", "data": {"s": "cs"}})
    begun = await ask(
        """mutation($id: ID!, $gateway: PaymentGatewayToInitialize!) {
            transactionInitialize(id: $id, paymentGateway: $gateway) {
                data transaction { id } transactionEvent { type pspReference message } errors { code }
            } }""",
        id=checkout.id,
        gateway={"id": app.identifier, "data": {"method": "card"}},
    )
    begun = begun["data"]["transactionInitialize"]
    assert (begun["data"], begun["transactionEvent"]["type"]) == ({"s": "cs"}, "CHARGE_ACTION_REQUIRED")
    complete = "mutation($id: ID!) { checkoutComplete(id: $id) { order { id chargeStatus } errors { code } } }"
    refused = (await ask(complete, id=checkout.id))["data"]["checkoutComplete"]
    assert refused["errors"] == [{"code": "CHECKOUT_NOT_FULLY_PAID"}]
    scripted.will_answer("transaction_process_session", {"result": "CHARGE_REQUEST", "pspReference": "pi_1"})
    process = "mutation($id: ID) { transactionProcess(id: $id) { transactionEvent { type } errors { code } } }"
    done = await ask(process, id=begun["transaction"]["id"])
    assert done["data"]["transactionProcess"]["transactionEvent"]["type"] == "CHARGE_REQUEST"
    order = (await ask(complete, id=checkout.id))["data"]["checkoutComplete"]["order"]
    assert order["chargeStatus"] == "NONE"
    assert (await ask(complete, id=checkout.id))["data"]["checkoutComplete"]["order"]["id"] == order["id"]


async def test_a_shopper_sees_of_a_transaction_only_its_id(saleor, ask, app, scripted):
    scripted.will_answer("transaction_initialize_session", {"result": "CHARGE_SUCCESS", "pspReference": "pi_1"})
    checkout = checkout_of(saleor, "120")
    answer = await ask(
        """mutation($id: ID!, $gateway: PaymentGatewayToInitialize!) {
            transactionInitialize(id: $id, paymentGateway: $gateway) {
                transaction { id chargedAmount { amount } } } }""",
        id=checkout.id,
        gateway={"id": app.identifier},
    )
    assert denied(answer)


async def test_staff_ask_for_a_refund_with_a_dashboard_token(saleor, courier, ask, app, transaction, report, scripted):
    await report(app.auth_token, amount=120)
    scripted.will_answer("transaction_refund_requested", {"result": "REFUND_SUCCESS", "pspReference": "re_1"})
    staff = saleor.add_user("staff@example.com", is_staff=True, permissions=["HANDLE_PAYMENTS"])
    query = """mutation($id: ID) {
        transactionRequestAction(id: $id, actionType: REFUND, amount: 20, refundReason: "torn") { errors { code } } }"""
    token = staff_token(saleor.key, saleor.api_url, app, staff, saleor.now())
    assert (await ask(query, token, id=transaction_id(transaction)))["data"]["transactionRequestAction"]["errors"] == []
    await courier.work()
    assert transaction.amounts.refunded == 20
    seen = await ask(
        "query($id: ID) { transaction(id: $id) { events { createdBy { __typename } type } } }",
        app.auth_token,
        id=transaction_id(transaction),
    )
    by = {event["type"]: event["createdBy"] for event in seen["data"]["transaction"]["events"]}
    assert by["REFUND_REQUEST"] == {"__typename": "User"}
    assert by["REFUND_SUCCESS"] == {"__typename": "App"}


async def test_an_app_keeps_its_webhooks_up_to_date(ask, app, courier, scripted, saleor):
    create = """mutation($input: WebhookCreateInput!) { webhookCreate(input: $input) {
        webhook { id syncEvents { eventType } isActive } errors { field code } } }"""
    query = "subscription { event { ... on TransactionChargeRequested { issuedAt } } }"
    made = await ask(
        create,
        app.auth_token,
        input={"name": "n", "targetUrl": "http://app.test/hooks", "query": query, "isActive": True},
    )
    webhook = made["data"]["webhookCreate"]["webhook"]
    assert webhook["syncEvents"] == [{"eventType": "TRANSACTION_CHARGE_REQUESTED"}]
    update = """mutation($id: ID, $input: WebhookUpdateInput!) { webhookUpdate(id: $id, input: $input) {
        webhook { id targetUrl isActive subscriptionQuery } errors { field code } } }"""
    bad = await ask(update, app.auth_token, id=webhook["id"], input={"query": "subscription { event { nope } }"})
    assert bad["data"]["webhookUpdate"]["errors"][0]["field"] == "query"
    changed = await ask(update, app.auth_token, id=webhook["id"], input={"isActive": False})
    assert changed["data"]["webhookUpdate"]["webhook"]["isActive"] is False
    assert changed["data"]["webhookUpdate"]["webhook"]["subscriptionQuery"] == query
    delete = "mutation($id: ID) { webhookDelete(id: $id) { errors { code } } }"
    scripted.manifest["id"] = "other.app"
    other = await courier.install(f"{scripted.base_url}/manifest")
    refused = await ask(delete, other.auth_token, id=webhook["id"])
    assert refused["data"]["webhookDelete"]["errors"] == [{"code": "NOT_FOUND"}]
    assert (await ask(delete, app.auth_token, id=webhook["id"]))["data"]["webhookDelete"]["errors"] == []
    assert all(hook.id != webhook["id"] for hook in app.webhooks)
    assert denied(await ask(delete, None, id=webhook["id"]))


async def test_an_app_reports_and_dismisses_its_problems(ask, app, clock):
    create = """mutation($input: AppProblemCreateInput!) { appProblemCreate(input: $input) {
        appProblem { count isCritical message } errors { field code } } }"""
    problem = {"message": "Stripe is away", "key": "stripe", "criticalThreshold": 2}
    first = await ask(create, app.auth_token, input=problem)
    assert first["data"]["appProblemCreate"]["appProblem"]["isCritical"] is False
    second = (await ask(create, app.auth_token, input=problem | {"message": "Still"}))["data"]["appProblemCreate"]
    assert second["appProblem"] == {"count": 2, "isCritical": True, "message": "Still"}
    clock.advance(3601)
    third = (await ask(create, app.auth_token, input=problem))["data"]["appProblemCreate"]["appProblem"]
    assert third["count"] == 1
    short = (await ask(create, app.auth_token, input={"message": "no", "key": "stripe"}))["data"]["appProblemCreate"]
    assert short["errors"][0]["field"] == "message"
    dismiss = """mutation($keys: [String!]) { appProblemDismiss(input: {byApp: {keys: $keys}}) { errors { code } } }"""
    assert (await ask(dismiss, app.auth_token, keys=["stripe"]))["data"]["appProblemDismiss"]["errors"] == []
    shown = await ask("{ app { problems { key dismissed { by } } } }", app.auth_token)
    assert shown["data"]["app"]["problems"] == [{"key": "stripe", "dismissed": {"by": "APP"}}] * 2
    always_new = problem | {"aggregationPeriod": 0}
    counts = [
        (await ask(create, app.auth_token, input=always_new))["data"]["appProblemCreate"]["appProblem"]["count"]
        for _ in range(2)
    ]
    assert counts == [1, 1]
    assert denied(await ask(create, None, input=problem))


async def test_channels_are_for_apps_and_staff(ask, app):
    query = "{ channels { slug currencyCode isActive } }"
    slugs = [channel["slug"] for channel in (await ask(query, app.auth_token))["data"]["channels"]]
    assert "channel-jpy" in slugs
    assert denied(await ask(query))


async def test_the_key_set_follows_the_key(served, saleor):
    async with httpx.AsyncClient(base_url=served.base_url) as client:
        [key] = (await client.get("/.well-known/jwks.json")).json()["keys"]
        assert key["kid"] == saleor.key.kid
        rotated = (await client.post("/_sandbox/keys")).json()
        [key] = (await client.get("/.well-known/jwks.json")).json()["keys"]
        assert key["kid"] == rotated["kid"] == saleor.key.kid


@pytest.mark.parametrize(("failure", "booked"), [(ApiFailure.LOST_BEFORE, 0), (ApiFailure.LOST_AFTER, 120)])
async def test_a_lost_connection_is_lost_before_or_after_the_work(courier, app, report, transaction, failure, booked):
    courier.faults.add(ApiFault(failure, "TransactionEventReport"))
    with pytest.raises(httpx.TransportError):
        await report(app.auth_token, amount=120)
    assert transaction.amounts.charged == booked
    answer = await report(app.auth_token, amount=120)
    assert answer["data"]["transactionEventReport"]["alreadyProcessed"] is bool(booked)


async def test_a_5xx_before_saleor_does_nothing_and_passes(served, courier, app, report, transaction):
    courier.faults.add(ApiFault(ApiFailure.STATUS, "TransactionEventReport", status=502, times=2))
    for _ in range(2):
        with pytest.raises(ValueError, match="Expecting value"):
            await report(app.auth_token, amount=120)
    assert transaction.amounts.charged == 0
    await report(app.auth_token, amount=120)
    assert transaction.amounts.charged == 120


async def test_a_slow_answer_waits_for_its_gate_and_other_operations_pass(courier, ask, app, report, transaction):
    gate = Gate()
    courier.faults.add(ApiFault(ApiFailure.SLOW, "TransactionEventReport", gate=gate))
    pending = asyncio.create_task(report(app.auth_token, amount=120))
    await gate.reached()
    assert (await ask("query AppId { app { id } }", app.auth_token))["data"]["app"]["id"] == app.id
    assert transaction.amounts.charged == 0
    gate.open()
    await pending
    assert transaction.amounts.charged == 120


async def test_while_it_is_down_connections_are_refused(served, app, ask):
    async with served.down(), aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.ClientConnectorError):
            await session.post(served.api_url, json={"query": "{ app { id } }"})
    assert (await ask("{ app { id } }", app.auth_token))["data"]["app"]["id"] == app.id


async def test_any_origin_may_ask(served):
    async with httpx.AsyncClient() as client:
        preflight = await client.options(
            served.api_url, headers={"Origin": "http://shop.test", "Access-Control-Request-Method": "POST"}
        )
    assert preflight.headers["access-control-allow-origin"] == "*"


async def test_orders_and_checkouts_can_be_looked_at(saleor, ask, app):
    checkout = checkout_of(saleor, "0")
    seen = await ask("query($id: ID) { checkout(id: $id) { id totalPrice { gross { amount } } } }", id=checkout.id)
    assert seen["data"]["checkout"]["totalPrice"]["gross"]["amount"] == 0.0
    order = complete_checkout(saleor, checkout.token)
    seen = await ask("query($id: ID) { order(id: $id) { id number chargeStatus } }", id=order.id)
    assert seen["data"]["order"] == {"id": order.id, "number": "1", "chargeStatus": "FULL"}
    assert (await ask("query($id: ID) { checkout(id: $id) { id } }", id=global_id("Order", "x")))["data"] == {
        "checkout": None
    }
    assert (await ask('{ channel(slug: "channel-jpy") { currencyCode } }'))["data"]["channel"]["currencyCode"] == "JPY"


async def test_a_fresh_shop_works_on_by_itself(scripted, http):
    async with running(fresh(), http=http, work=True) as served:
        app = await served.courier.install(f"{scripted.base_url}/manifest")
        assert app.alive
        assert served.saleor.api_url == served.api_url


async def test_payment_method_details_of_a_report_are_shown(ask, app, transaction):
    query = """mutation($id: ID!, $details: PaymentMethodDetailsInput) { transactionEventReport(id: $id, type: INFO,
        pspReference: "", paymentMethodDetails: $details) { errors { field code } transaction { paymentMethodDetails {
            __typename name ... on CardPaymentMethodDetails { brand lastDigits expYear }
            ... on GiftCardPaymentMethodDetails { lastChars } } } } }"""
    tell = partial(ask, query, app.auth_token, id=transaction_id(transaction))
    card = {"name": "Visa", "brand": "visa", "lastDigits": "4242", "expYear": 2034}
    answer = (await tell(details={"card": card}))["data"]["transactionEventReport"]
    assert answer["transaction"]["paymentMethodDetails"] == {"__typename": "CardPaymentMethodDetails"} | card
    for wrong in ({}, {"card": card, "other": {"name": "Sofort"}}, {"card": card | {"lastDigits": "42424"}}):
        [error] = (await tell(details=wrong))["data"]["transactionEventReport"]["errors"]
        assert error == {"field": "paymentMethodDetails", "code": "INVALID"}
    other = (await tell(details={"other": {"name": "Sofort"}}))["data"]["transactionEventReport"]
    assert other["transaction"]["paymentMethodDetails"]["__typename"] == "OtherPaymentMethodDetails"


async def test_staff_request_a_granted_refund_whose_payload_names_it(
    saleor, courier, ask, app, transaction, report, scripted
):
    await report(app.auth_token, amount=120)
    complete_checkout(saleor, transaction.checkout)
    refund = grant_refund(saleor, transaction, Decimal(20), reason="broken")
    app.webhook_for("TRANSACTION_REFUND_REQUESTED").query = """subscription { event {
        ... on TransactionRefundRequested { grantedRefund { id reason status amount { amount } lines { id } } } } }"""
    staff = saleor.add_user("staff@example.com", is_staff=True, permissions=["HANDLE_PAYMENTS"])
    token = access_token(saleor.key, saleor.api_url, staff, saleor.now())
    query = """mutation($refund: ID!, $id: ID) { transactionRequestRefundForGrantedRefund(grantedRefundId: $refund,
        id: $id) { errors { code } } }"""
    missing = await ask(query, token, refund="none", id=transaction_id(transaction))
    assert missing["data"]["transactionRequestRefundForGrantedRefund"]["errors"] == [{"code": "NOT_FOUND"}]
    done = await ask(query, token, refund=refund.id, id=transaction_id(transaction))
    assert done["data"]["transactionRequestRefundForGrantedRefund"]["errors"] == []
    await courier.work()
    [sent] = scripted.bodies("transaction_refund_requested")
    assert json.loads(sent)["grantedRefund"]["reason"] == "broken"
    assert json.loads(sent)["grantedRefund"]["amount"] == {"amount": 20.0}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ('time: "yesterday"', "is not a date and time"),
        ('amount: "ten"', "is not a decimal"),
        ("amount: true", "is not a decimal"),
    ],
)
async def test_scalars_refuse_what_they_cannot_read(ask, app, transaction, arguments, words):
    query = f"""mutation {{ transactionEventReport(id: "{transaction_id(transaction)}", type: INFO, pspReference: "",
        {arguments}) {{ errors {{ code }} }} }}"""
    assert words in (await ask(query, app.auth_token))["errors"][0]["message"]


async def test_a_transaction_is_found_by_id_or_token_but_not_by_both(ask, app, transaction):
    query = "query($id: ID, $token: UUID) { transaction(id: $id, token: $token) { id } }"
    seen = (await ask(query, app.auth_token, token=transaction.token))["data"]["transaction"]
    assert seen["id"] == transaction_id(transaction)
    assert (await ask(query, app.auth_token, id="none"))["data"]["transaction"] is None
    assert "not a UUID" in (await ask(query, app.auth_token, token="none"))["errors"][0]["message"]
    both = """mutation($id: ID, $token: UUID) { transactionProcess(id: $id, token: $token) { errors { code } } }"""
    refused = await ask(both, id=transaction_id(transaction), token=transaction.token)
    assert refused["data"]["transactionProcess"]["errors"] == [{"code": "GRAPHQL_ERROR"}]


async def test_only_an_app_may_name_a_shoppers_address(ask, app, transaction, scripted):
    query = """mutation($id: ID) { transactionProcess(id: $id, customerIpAddress: "10.1.2.3") { errors { code } } }"""
    assert denied(await ask(query, id=transaction_id(transaction)))
    await ask(query, app.auth_token, id=transaction_id(transaction))
    [sent] = scripted.bodies("transaction_process_session")
    assert json.loads(sent)["customerIpAddress"] == "10.1.2.3"


async def test_staff_who_may_manage_apps_see_any_app_and_keep_its_webhooks(saleor, ask, app):
    staff = saleor.add_user("admin@example.com", is_staff=True, permissions=["MANAGE_APPS"])
    token = access_token(saleor.key, saleor.api_url, staff, saleor.now())
    assert (await ask("query($id: ID) { app(id: $id) { name } }", token, id=app.id))["data"]["app"] == {
        "name": app.name
    }
    create = """mutation($input: WebhookCreateInput!) { webhookCreate(input: $input) { webhook { app { id } }
        errors { field code } } }"""
    hook = {
        "name": "n",
        "targetUrl": "http://app.test/hooks",
        "query": "subscription { event { ... on AppDeleted { version } } }",
    }
    made = (await ask(create, token, input=hook | {"app": app.id}))["data"]["webhookCreate"]
    assert made["webhook"] == {"app": {"id": app.id}}
    for wrong, field in (
        ({"app": "none"}, "app"),
        ({"app": app.id, "name": ""}, "name"),
        ({"app": app.id, "targetUrl": "x"}, "targetUrl"),
    ):
        [error] = (await ask(create, token, input=hook | wrong))["data"]["webhookCreate"]["errors"]
        assert error["field"] == field
    update = "mutation($id: ID) { webhookUpdate(id: $id, input: {isActive: false}) { webhook { isActive } } }"
    changed = await ask(update, token, id=app.webhooks[-1].id)
    assert changed["data"]["webhookUpdate"] == {"webhook": {"isActive": False}}


METADATA = """mutation ($id: ID!, $input: [MetadataInput!]!) {
  updateMetadata(id: $id, input: $input) { errors { field code } }
  updatePrivateMetadata(id: $id, input: $input) { errors { field code } }
}"""


async def test_metadata_of_a_transaction_needs_the_permission_to_write_and_adds_keys(ask, app, transaction):
    transaction.metadata["erp"] = "7"
    number = transaction_id(transaction)
    stripes = {"id": number, "input": [{"key": "stripe.charge", "value": "ch_1"}]}
    answer = await ask(METADATA, app.auth_token, **stripes)
    assert answer["data"]["updateMetadata"] == answer["data"]["updatePrivateMetadata"] == {"errors": []}
    assert transaction.metadata == {"erp": "7", "stripe.charge": "ch_1"}
    assert transaction.private_metadata == {"stripe.charge": "ch_1"}
    empty = await ask(METADATA, app.auth_token, id=number, input=[{"key": " ", "value": "x"}])
    assert empty["data"]["updateMetadata"]["errors"] == [{"field": "input", "code": "REQUIRED"}]
    app.permissions = frozenset()
    assert denied(await ask(METADATA, app.auth_token, **stripes))
    read = "query ($id: ID!) { transaction(id: $id) { privateMetafields } }"
    assert denied(await ask(read, app.auth_token, id=number))
