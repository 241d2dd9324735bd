"""The routes by which a developer steers the shop."""

import httpx
import pytest

from saleor_stripe_app.sandbox.saleor.asgi import application


@pytest.fixture
async def shop(courier):
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(application(courier)), base_url="http://saleor.test"
    ) as c:
        yield c


async def test_a_shops_day_by_control_routes_alone(shop, saleor, scripted):
    async def post(noun, **body):
        reply = await shop.post(f"/_sandbox/{noun}", json=body)
        assert reply.status_code == 200, reply.text
        return reply.json()

    installed = await post("apps", manifestUrl="http://app.test/manifest")
    checkout = await post("checkouts", items=[{"name": "Tee", "price": "20", "quantity": 3}], channel="channel-auth")
    assert (checkout["total"], checkout["currency"]) == ("60.00", "USD")
    scripted.will_answer("transaction_initialize_session", {"result": "AUTHORIZATION_SUCCESS", "pspReference": "pi_1"})
    query = """mutation($id: ID!, $gateway: PaymentGatewayToInitialize!) {
        transactionInitialize(id: $id, paymentGateway: $gateway) { transaction { id } } }"""
    variables = {"id": checkout["id"], "gateway": {"id": installed["identifier"]}}
    begun = (await shop.post("/graphql/", json={"query": query, "variables": variables})).json()
    transaction = begun["data"]["transactionInitialize"]["transaction"]["id"]
    order = await post("orders", checkout=checkout["id"])
    assert order["authorizeStatus"] == "FULL"
    scripted.will_answer("transaction_charge_requested", {"result": "CHARGE_SUCCESS", "pspReference": "pi_1"})
    charged = await post("actions", transaction=transaction, action="CHARGE", amount="25.5")
    assert (charged["charged"], charged["authorized"]) == ("25.50", "34.50")
    [newest, *_] = sorted(saleor.transactions.values(), key=lambda each: each.created_at, reverse=True)
    asking = next(event.user_id for event in newest.events if event.user_id is not None)
    assert [user.is_staff for user in saleor.users if user.key == asking] == [True]
    await post("users", email="staff@example.com", isStaff=True, permissions=["HANDLE_PAYMENTS"])
    token = await post("tokens", user="staff@example.com", app=installed["identifier"])
    assert saleor.key.claims(token["token"])["app"] == installed["id"]
    login = await post("tokens", user="staff@example.com")
    assert saleor.key.claims(login["token"])["type"] == "access"
    assert (await post("work"))["waiting"] == 0
    state = (await shop.get("/_sandbox/state")).json()
    assert [t["charged"] for t in state["transactions"]] == ["25.50"]
    deliveries = (await shop.get("/_sandbox/deliveries")).json()
    assert deliveries[-1]["event"] == "transaction_charge_requested"
    assert deliveries[-1]["status"] == 200
    gone = await shop.request("DELETE", "/_sandbox/apps", params={"identifier": installed["identifier"]})
    assert gone.json() == {"id": installed["id"]}
    assert scripted.requests[-1][0] == "app_deleted"


async def test_faults_are_set_and_cleared(shop, courier):
    await shop.post("/_sandbox/faults", json={"at": "api", "failure": "status", "status": 503})
    await shop.post("/_sandbox/faults", json={"at": "delivery", "failure": "answer-lost", "event": "app_deleted"})
    assert (len(courier.faults.api), len(courier.faults.deliveries)) == (1, 1)
    assert (await shop.post("/graphql/", json={"query": "{ channels { id } }"})).status_code == 503
    assert (await shop.request("DELETE", "/_sandbox/faults")).json() == {"faults": 0}
    assert courier.faults.deliveries == []


@pytest.mark.parametrize(
    ("noun", "body"),
    [
        ("apps", {}),
        ("apps", {"manifestUrl": "http://app.test/nowhere"}),
        ("checkouts", {"amount": "ten"}),
        ("checkouts", {"amount": 1, "channel": "none"}),
        ("tokens", {"user": "nobody"}),
        ("actions", {"transaction": "none", "action": "CHARGE"}),
        ("faults", {"at": "api", "failure": "sunshine"}),
    ],
)
async def test_a_wrong_request_is_refused_with_a_reason(shop, noun, body):
    reply = await shop.post(f"/_sandbox/{noun}", json=body)
    assert reply.status_code == 400
    assert reply.json()["error"]
