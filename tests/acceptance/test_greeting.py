"""A storefront greets the gateway: what it may fill Stripe's Payment Element with, and for whom."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from saleor_stripe_app.domain.options import Options, SaveMethods
from saleor_stripe_app.sandbox.saleor import purchases
from saleor_stripe_app.sandbox.saleor.checkouts import Checkout
from saleor_stripe_app.sandbox.saleor.orders import Order
from saleor_stripe_app.sandbox.saleor.purchases import Item
from saleor_stripe_app.sandbox.saleor.requestor import ANONYMOUS, Requestor
from saleor_stripe_app.sandbox.saleor.shop import User
from saleor_stripe_app.sandbox.stripe.faults import Fault, FaultKind
from saleor_stripe_app.storage import configurations
from tests.acceptance.world import GATEWAY, World

SESSION = "customerSessionClientSecret"
ASKED = {"customerSession": True}


def cart(world: World, user: User | None = None) -> Checkout:
    return purchases.create_checkout(
        world.saleor,
        [Item("Monospace Tee", Decimal(20))],
        user=user,
        email=user.email if user else "guest@shop.example",
    )


async def greet(world: World, source: Checkout | Order, data: Any = None, by: Requestor = ANONYMOUS) -> dict[str, Any]:
    """`data` of paymentGatewayInitialize."""
    (config,) = await world.served.courier.initialize_gateways(source.id, gateways={GATEWAY: data}, by=by)
    assert not config.errors
    assert isinstance(config.data, dict)
    return dict(config.data)


async def choose(world: World, **options: Any) -> None:
    assert world.configuration is not None
    world.configuration = replace(world.configuration, options=Options(**options))
    assert await configurations.update(world.backends.storage, world.configuration)


def session_at_stripe(world: World) -> dict[str, Any]:
    """The parameters of the customer session that the app asked Stripe for."""
    [asked] = [one for one in world.stripe.records if (one.method, one.path) == ("POST", "/v1/customer_sessions")]
    features: Any = asked.parameters["components"]
    return dict(features["payment_element"]["features"])


async def test_c8d_a_checkout_fills_in_who_pays_and_where_they_live(world: World) -> None:
    checkout = cart(world)
    details = (await greet(world, checkout))["billingDetails"]
    address = checkout.billing_address
    assert address is not None
    assert details["email"] == "guest@shop.example"
    assert details["name"] == f"{address.first_name} {address.last_name}"
    assert details["address"]["line1"] == address.street_address1
    assert set(details["address"]) <= {"line1", "line2", "city", "postal_code", "state", "country"}


async def test_c8d_an_orders_address_is_shown_to_its_customer_alone(world: World) -> None:
    ada, eve = (world.saleor.add_user(f"{name}@shop.example", first_name=name) for name in ("ada", "eve"))
    checkout = cart(world, ada)
    checkout.channel.order_settings.allow_unpaid_orders = True
    order = purchases.complete_checkout(world.saleor, checkout.token)
    assert "billingDetails" not in await greet(world, order)
    assert "billingDetails" not in await greet(world, order, by=Requestor.of_user(eve))
    assert (await greet(world, order, by=Requestor.of_user(ada)))["billingDetails"]["email"] == "ada@shop.example"


async def test_a_greeting_asks_stripe_nothing(world: World) -> None:
    ada = world.saleor.add_user("ada@shop.example")
    before = len(world.stripe.records)
    greeted = await greet(world, cart(world, ada), by=Requestor.of_user(ada))
    assert SESSION not in greeted
    assert len(world.stripe.records) == before


async def test_a_customer_who_is_logged_in_gets_a_session_that_asks_them_to_save(world: World) -> None:
    ada = world.saleor.add_user("ada@shop.example")
    greeted = await greet(world, cart(world, ada), ASKED, Requestor.of_user(ada))
    assert greeted[SESSION].startswith("cuss_secret_")
    features = session_at_stripe(world)
    assert (features["payment_method_save"], features["payment_method_save_usage"]) == ("enabled", "off_session")
    [customer] = world.ask_stripe("GET", "/v1/customers")["data"]
    assert customer["metadata"]["saleor_user_id"] == ada.id


async def test_a_storefront_with_a_box_of_its_own_gets_none_from_stripe(world: World) -> None:
    """Stripe.js refuses an intent and a session that both say what a payment is set up for."""
    ada = world.saleor.add_user("ada@shop.example")
    said = ASKED | {"paymentIntent": {"savePaymentMethod": True}}
    greeted = await greet(world, cart(world, ada), said, Requestor.of_user(ada))
    assert greeted["paymentMethodOptions"]["card"]["setup_future_usage"] == "off_session"
    features = session_at_stripe(world)
    assert features["payment_method_save"] == "disabled"
    assert "payment_method_save_usage" not in features


async def test_nobody_else_gets_a_session_of_the_customer(world: World) -> None:
    ada, eve = world.saleor.add_user("ada@shop.example"), world.saleor.add_user("eve@shop.example")
    app = Requestor.of_app(world.saleor.apps[-1])
    for by in (ANONYMOUS, Requestor.of_user(eve), app):
        assert SESSION not in await greet(world, cart(world, ada), ASKED, by)
    assert SESSION not in await greet(world, cart(world), ASKED, Requestor.of_user(eve))
    assert world.ask_stripe("GET", "/v1/customers")["data"] == []


async def test_where_nothing_is_saved_a_session_only_shows_what_is_there(world: World) -> None:
    ada = world.saleor.add_user("ada@shop.example")
    await choose(world, save_methods=SaveMethods.NEVER)
    assert SESSION not in await greet(world, cart(world, ada), ASKED, Requestor.of_user(ada))
    await world.served.courier.initialize(cart(world, ada).id, GATEWAY, by=Requestor.of_user(ada))
    assert SESSION in await greet(world, cart(world, ada), ASKED, Requestor.of_user(ada))
    features = session_at_stripe(world)
    assert (features["payment_method_save"], features["payment_method_redisplay"]) == ("disabled", "enabled")


async def test_without_customers_at_stripe_there_is_no_session(world: World) -> None:
    ada = world.saleor.add_user("ada@shop.example")
    await choose(world, send_customer=False)
    assert SESSION not in await greet(world, cart(world, ada), ASKED, Requestor.of_user(ada))


async def test_a_shopper_can_pay_where_the_session_cannot_be_made(world: World) -> None:
    ada = world.saleor.add_user("ada@shop.example")
    world.stripe.faults.add(Fault(FaultKind.SERVER_ERROR, path="/v1/customer_sessions"))
    greeted = await greet(world, cart(world, ada), ASKED, Requestor.of_user(ada))
    assert greeted["stripePublishableKey"] == world.account.publishable_key
    assert SESSION not in greeted


async def test_a_customer_that_stripe_forgot_is_made_anew_for_a_session(world: World) -> None:
    ada = world.saleor.add_user("ada@shop.example")
    await world.served.courier.initialize(cart(world, ada).id, GATEWAY, by=Requestor.of_user(ada))
    [gone] = world.ask_stripe("GET", "/v1/customers")["data"]
    world.ask_stripe("DELETE", f"/v1/customers/{gone['id']}")
    assert SESSION in await greet(world, cart(world, ada), ASKED, Requestor.of_user(ada))
    [again] = world.ask_stripe("GET", "/v1/customers")["data"]
    assert again["id"] != gone["id"]
