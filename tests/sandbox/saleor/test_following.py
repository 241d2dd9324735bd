"""Whom Saleor tells when payments cover a checkout or an order, and what becomes of customers, orders and checkouts."""

import json
from decimal import Decimal

import pytest

from saleor_stripe_app.sandbox.saleor.checkout_removal import delete_checkout, expire_checkouts
from saleor_stripe_app.sandbox.saleor.courier import Courier
from saleor_stripe_app.sandbox.saleor.customers import add_customer, delete_customer, update_customer
from saleor_stripe_app.sandbox.saleor.errors import MutationError, PermissionDenied
from saleor_stripe_app.sandbox.saleor.manifest_rules import ManifestRefused
from saleor_stripe_app.sandbox.saleor.order_cancellation import cancel_order
from saleor_stripe_app.sandbox.saleor.purchases import complete_checkout, create_checkout
from saleor_stripe_app.sandbox.saleor.requestor import Requestor
from tests.sandbox.saleor.storefront import basket, subscription

STAFF = Requestor(permissions=frozenset({"MANAGE_ORDERS"}))
EVENTS = {
    "CheckoutFullyPaid": "checkout { id transactions { id } }",
    "CheckoutFullyAuthorized": "checkout { id }",
    "OrderPaid": "order { id }",
    "OrderFullyPaid": "order { id chargeStatus }",
    "OrderCancelled": "order { id status }",
    "CustomerUpdated": "user { id email }",
    "CustomerDeleted": "user { id }",
}
NEEDED = ["HANDLE_PAYMENTS", "MANAGE_CHECKOUTS", "MANAGE_ORDERS", "MANAGE_USERS"]


@pytest.fixture
async def app(courier, scripted):
    scripted.manifest["permissions"] = NEEDED
    scripted.manifest["webhooks"] += [
        {"name": name, "targetUrl": f"{scripted.base_url}/hooks", "query": subscription(name, f"issuedAt {fields}")}
        for name, fields in EVENTS.items()
    ]
    return await courier.install(f"{scripted.base_url}/manifest")


@pytest.fixture
def told(courier, scripted):
    async def events() -> list[str]:
        """The asynchronous events that arrived since this was last asked."""
        await courier.work()
        names = [name for name, _, _ in scripted.requests if name.startswith(("checkout_", "order_", "customer_"))]
        scripted.requests.clear()
        return names

    return events


@pytest.fixture
def pay(courier, app, scripted):
    async def with_answer(source, result, amount, reference):
        scripted.will_answer("transaction_initialize_session", {"result": result, "pspReference": reference})
        return await courier.initialize(source.id, app.identifier, amount=Decimal(amount))

    return with_answer


async def test_a_checkout_is_told_of_once_when_payments_come_to_cover_it(saleor, pay, told):
    checkout = create_checkout(saleor, basket("100"))
    await pay(checkout, "CHARGE_SUCCESS", 60, "pi_1")
    assert await told() == []
    await pay(checkout, "CHARGE_SUCCESS", 40, "pi_2")
    assert await told() == ["checkout_fully_paid", "checkout_fully_authorized"]
    await pay(checkout, "CHARGE_SUCCESS", 1, "pi_3")
    assert await told() == []


async def test_an_authorization_covers_without_paying(saleor, pay, told):
    await pay(create_checkout(saleor, basket("100")), "AUTHORIZATION_SUCCESS", 100, "pi_1")
    assert await told() == ["checkout_fully_authorized"]


@pytest.mark.parametrize(("lacking", "missing"), [("MANAGE_CHECKOUTS", "checkout_"), ("MANAGE_ORDERS", "order_")])
async def test_without_the_permission_of_an_event_nothing_is_sent(saleor, app, pay, told, lacking, missing):
    app.permissions -= {lacking}
    checkout = create_checkout(saleor, basket("100"))
    await pay(checkout, "CHARGE_SUCCESS", 100, "pi_1")
    complete_checkout(saleor, checkout.token)
    names = await told()
    assert names
    assert not [name for name in names if name.startswith(missing)]


async def test_an_order_is_told_of_with_every_charge_and_once_it_is_paid(saleor, pay, told):
    checkout = create_checkout(saleor, basket("100"))
    checkout.channel.order_settings.allow_unpaid_orders = True
    order = complete_checkout(saleor, checkout.token)
    assert (order.status, order.charge_status) == ("UNCONFIRMED", "NONE")
    await pay(order, "CHARGE_SUCCESS", 40, "pi_1")
    assert await told() == ["order_paid"]
    await pay(order, "CHARGE_SUCCESS", 60, "pi_2")
    assert await told() == ["order_paid", "order_fully_paid"]
    assert (order.charge_status, len(order.transactions)) == ("FULL", 2)
    await pay(order, "CHARGE_SUCCESS", 1, "pi_3")
    assert order.charge_status == "OVERCHARGED"


async def test_staff_cancel_an_order_once_and_its_money_stays(saleor, pay, told, scripted):
    checkout = create_checkout(saleor, basket("100"))
    session = await pay(checkout, "CHARGE_SUCCESS", 100, "pi_1")
    order = complete_checkout(saleor, checkout.token)
    await told()
    with pytest.raises(PermissionDenied):
        cancel_order(saleor, order, by=Requestor())
    cancel_order(saleor, order, by=STAFF)
    assert await told() == ["order_cancelled"]
    assert (order.status, session.transaction.amounts.charged) == ("CANCELED", 100)
    with pytest.raises(MutationError) as refused:
        cancel_order(saleor, order, by=STAFF)
    assert refused.value.code == "CANNOT_CANCEL_ORDER"


async def test_a_customer_who_leaves_is_told_of_and_leaves_the_orders_behind(saleor, courier, pay, told, scripted):
    user = add_customer(saleor, "ada@example.com")
    paid = create_checkout(saleor, basket("100"), user=user)
    await pay(paid, "CHARGE_SUCCESS", 100, "pi_1")
    order = complete_checkout(saleor, paid.token)
    open_one = create_checkout(saleor, basket("10"), user=user)
    session = await pay(open_one, "CHARGE_ACTION_REQUIRED", 10, "pi_2")
    update_customer(saleor, user, email="countess@example.com")
    delete_customer(saleor, user)
    await courier.work()
    [updated] = map(json.loads, scripted.bodies("customer_updated"))
    [deleted] = map(json.loads, scripted.bodies("customer_deleted"))
    assert updated["user"] == {"id": user.id, "email": "countess@example.com"}
    assert deleted["user"] == {"id": user.id}
    assert (order.user, order.email) == (None, "ada@example.com")
    assert open_one.token not in saleor.checkouts
    assert (session.transaction.checkout, session.transaction.order) == (None, None)


@pytest.mark.parametrize(("version", "taken"), [("3.21", False), ("3.22", False), ("3.23", True), ("3.24", True)])
async def test_customer_deleted_can_be_subscribed_to_from_3_23_on(new_saleor, http, scripted, version, taken):
    query = subscription("CustomerDeleted", "user { id }")
    scripted.manifest["webhooks"] = [{"name": "gone", "targetUrl": f"{scripted.base_url}/hooks", "query": query}]
    courier = Courier(new_saleor(version), http)
    if taken:
        assert (await courier.install(f"{scripted.base_url}/manifest")).webhooks
    else:
        with pytest.raises(ManifestRefused):
            await courier.install(f"{scripted.base_url}/manifest")


async def test_a_deleted_checkout_leaves_its_transaction_without_a_purchase(saleor, courier, pay):
    checkout = create_checkout(saleor, basket("100"))
    session = await pay(checkout, "CHARGE_ACTION_REQUIRED", 100, "pi_1")
    delete_checkout(saleor, checkout)
    with pytest.raises(MutationError, match="attached"):
        await courier.process(session.transaction.token)


async def test_an_old_checkout_goes_unless_there_is_money_in_it(saleor, clock, pay):
    forgotten = create_checkout(saleor, basket("100"))
    paid = create_checkout(saleor, basket("100"))
    empty = create_checkout(saleor, [])
    await pay(paid, "AUTHORIZATION_SUCCESS", 100, "pi_1")
    assert expire_checkouts(saleor) == []
    clock.advance(7 * 3600)
    assert expire_checkouts(saleor) == [empty]
    clock.advance(91 * 86400)
    assert expire_checkouts(saleor) == [forgotten]
    assert list(saleor.checkouts.values()) == [paid]
