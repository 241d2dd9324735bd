"""What Stripe is told of a payment: the fields that merchants compare payment apps by, a test for each row."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import httpx
import pytest

from saleor_stripe_app.domain.options import Options
from saleor_stripe_app.sandbox.saleor import purchases
from saleor_stripe_app.sandbox.saleor.checkouts import Checkout
from saleor_stripe_app.sandbox.saleor.orders import Order
from saleor_stripe_app.sandbox.saleor.purchases import Item
from saleor_stripe_app.sandbox.saleor.requestor import Requestor
from saleor_stripe_app.sandbox.saleor.sessions import Session
from saleor_stripe_app.sandbox.stripe.faults import Fault, FaultKind
from saleor_stripe_app.storage import configurations
from tests.acceptance.world import GATEWAY, World

TEE = Item("Monospace Tee", Decimal("119.00"), 2, sku="328223580", discount=Decimal("11.90"))
MUG = Item("Mug", Decimal("10.00"), 3, sku="MUG-WITH-A-LONG-NUMBER")
STAFF = Requestor(permissions=frozenset({"HANDLE_PAYMENTS"}))


async def choose(world: World, options: Options) -> None:
    """The merchant chooses what is sent."""
    assert world.configuration is not None
    chosen = replace(world.configuration, options=options)
    assert await configurations.update(world.backends.storage, chosen)


def tax(world: World, rate: str, channel: str = "default-channel") -> None:
    """Prices of the channel have this tax in them."""
    world.saleor.channel(channel).tax_rate = Decimal(rate)


async def begin(world: World, source: Checkout | Order, amount: str | None = None) -> dict[str, Any]:
    """Begin to pay; the intent as Stripe was asked for it, numbers still as text."""
    await session_for(world, source, amount)
    asked = [record for record in world.stripe.records if record.path == "/v1/payment_intents"]
    parameters: dict[str, Any] = dict(asked[-1].parameters)
    return parameters


async def session_for(world: World, source: Checkout | Order, amount: str | None = None) -> Session:
    """Begin to pay for a checkout or an order."""
    paid = Decimal(amount) if amount else None
    return await world.served.courier.initialize(source.id, GATEWAY, amount=paid, by=STAFF)


def cart(world: World, *items: Item, **more: Any) -> Checkout:
    """A cart with a shipping cost."""
    return purchases.create_checkout(world.saleor, items or (TEE, MUG), shipping=Decimal("5.95"), **more)


def items(asked: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = list(asked["amount_details"]["line_items"])
    return found


def proven(world: World, asked: dict[str, Any]) -> None:
    """Stripe finds nothing wrong with the arithmetic of the intent that was just made."""
    books = world.stripe.registry.books(world.account.id)
    shown: Any = list(books.payment_intents.values())[-1].fields["amount_details"]
    assert asked["amount_details"]["enforce_arithmetic_validation"] == "false"
    assert "error" not in shown


async def test_c1_the_amount_is_the_actions(world: World) -> None:
    checkout = cart(world)
    assert (await begin(world, checkout))["amount"] == "25015"
    assert (await begin(world, checkout, "12.34"))["amount"] == "1234"


async def test_c2_the_subtotal_is_what_the_line_items_come_to(world: World) -> None:
    asked = await begin(world, cart(world))
    subtotal = sum(
        int(item["quantity"]) * int(item["unit_cost"])
        - int(item.get("discount_amount", 0))
        + int(item["tax"]["total_tax_amount"])
        for item in items(asked)
    )
    assert subtotal == 24420
    proven(world, asked)


async def test_c3_the_shipping_cost_is_told_with_its_tax(world: World) -> None:
    tax(world, "0.19")
    checkout = cart(world)
    assert checkout.shipping_address is not None
    asked = await begin(world, checkout)
    assert asked["amount_details"]["shipping"] == {
        "amount": "595",
        "to_postal_code": checkout.shipping_address.postal_code,
    }
    proven(world, asked)
    await choose(world, Options(send_shipping=False))
    assert (await begin(world, cart(world)))["amount_details"]["shipping"] == {"amount": "595"}


async def test_c4_and_c12_taxes_are_told_by_line_and_not_twice(world: World) -> None:
    tax(world, "0.19")
    asked = await begin(world, cart(world))
    assert [item["tax"]["total_tax_amount"] for item in items(asked)] == ["3420", "480"]
    assert "tax" not in asked["amount_details"]
    proven(world, asked)


async def test_c5_and_c13_discounts_and_codes_are_told_by_line_and_not_twice(world: World) -> None:
    tax(world, "0.19")
    asked = await begin(world, cart(world, voucher_code="SUMMER"))
    tee, mug = items(asked)
    assert (tee["unit_cost"], tee["discount_amount"]) == ("10000", "2000")
    assert "discount_amount" not in mug
    assert (tee["product_code"], mug["product_code"]) == ("328223580", "MUG-WITH-A-L")
    assert "discount_amount" not in asked["amount_details"]
    proven(world, asked)


async def test_c6_a_part_or_a_gift_card_leaves_the_items_out(world: World) -> None:
    part = await begin(world, cart(world), "100.00")
    assert "amount_details" not in part
    assert part["description"].startswith("Checkout ")
    assert "amount_details" not in await begin(world, cart(world, gift_card=Decimal("15.00")))


@pytest.mark.parametrize(("channel", "currency"), [("default-channel", "usd"), ("channel-jpy", "jpy")])
async def test_c7_the_currency_is_the_actions(world: World, channel: str, currency: str) -> None:
    things = (Item("Tee", Decimal(1999), 2),)
    asked = await begin(world, purchases.create_checkout(world.saleor, things, channel=channel))
    assert asked["currency"] == currency
    assert [item["unit_cost"] for item in items(asked)] == ["1999" if currency == "jpy" else "199900"]
    proven(world, asked)


async def test_c8a_the_name_is_where_the_goods_go(world: World) -> None:
    checkout = cart(world)
    assert checkout.shipping_address is not None
    name = f"{checkout.shipping_address.first_name} {checkout.shipping_address.last_name}"
    assert (await begin(world, checkout))["shipping"]["name"] == name


async def test_c8b_a_receipt_is_sent_only_where_the_merchant_chose_it(world: World) -> None:
    assert "receipt_email" not in await begin(world, cart(world, email="ada@example.com"))
    await choose(world, Options(receipt_email=True))
    assert (await begin(world, cart(world, email="ada@example.com")))["receipt_email"] == "ada@example.com"


async def test_c8c_the_shipping_address_is_told_with_phone_and_carrier(world: World) -> None:
    checkout = cart(world)
    address = checkout.shipping_address
    assert address is not None
    shipping = (await begin(world, checkout))["shipping"]
    assert shipping["address"]["line1"] == address.street_address1
    assert shipping["address"]["country"] == address.country.code
    assert (shipping["phone"], shipping["carrier"]) == (address.phone, "Default")
    await choose(world, Options(send_shipping=False))
    assert "shipping" not in await begin(world, cart(world))


async def test_c8c_nothing_is_shipped_without_an_address(world: World) -> None:
    assert "shipping" not in await begin(world, cart(world, with_addresses=False))


async def test_c9_and_c10_a_line_has_its_name_and_quantity(world: World) -> None:
    tee, mug = items(await begin(world, cart(world)))
    assert (tee["product_name"], tee["quantity"]) == ("Monospace Tee, S", "2")
    assert (mug["product_name"], mug["quantity"]) == ("Mug, S", "3")


async def test_c11_the_price_is_the_net_price_of_one_before_discounts(world: World) -> None:
    tax(world, "0.19")
    tee, mug = items(await begin(world, cart(world)))
    assert (tee["unit_cost"], mug["unit_cost"]) == ("10000", "840")


async def test_c14_before_an_order_exists_the_checkout_is_named(world: World) -> None:
    checkout = cart(world)
    asked = await begin(world, checkout)
    reference = asked["payment_details"]["order_reference"]
    assert reference == "".join(filter(str.isalnum, checkout.id))[-25:]
    assert asked["description"] == f"Checkout {reference}"
    assert asked["metadata"]["saleor_source_id"] == checkout.id


async def test_c14_an_order_is_named_by_its_number(world: World) -> None:
    order = purchases.create_order(world.saleor, [TEE])
    asked = await begin(world, order)
    assert (asked["description"], asked["payment_details"]["order_reference"]) == (
        f"Order {order.number}",
        order.number,
    )
    assert asked["metadata"]["saleor_order_number"] == order.number
    proven(world, asked)


async def test_c14_the_number_follows_when_the_order_exists_and_is_told_once(world: World) -> None:
    session, order = await completed(world)
    await world.settle()
    intent = world.ask_stripe("GET", f"/v1/payment_intents/{world.intent(session)}")
    assert intent["description"] == f"Order {order.number}"
    assert intent["payment_details"]["order_reference"] == order.number
    assert intent["metadata"]["saleor_order_number"] == order.number
    assert intent["metadata"]["saleor_order_id"] == order.id
    assert intent["metadata"]["saleor_source_id"] != order.id
    told = len(updates(world, session))
    assert told == 1
    await world.act(session, "REFUND", "10.00")
    await world.settle()
    assert len(updates(world, session)) == told
    await world.assert_equal(session)


async def test_c14_the_number_follows_though_stripe_fails_first(world: World) -> None:
    session, order = await completed(world)
    path = f"/v1/payment_intents/{world.intent(session)}"
    world.stripe.faults.add(Fault(FaultKind.SERVER_ERROR, path=path, method="POST", times=4))
    for _ in range(6):
        await world.settle()
        world.clock.advance(600)
    assert world.ask_stripe("GET", path)["description"] == f"Order {order.number}"
    await world.assert_equal(session)


async def test_c14_no_number_follows_where_orders_are_not_told(world: World) -> None:
    await choose(world, Options(send_order=False))
    session, _ = await completed(world)
    await world.settle()
    assert updates(world, session) == []
    intent = world.ask_stripe("GET", f"/v1/payment_intents/{world.intent(session)}")
    assert (intent["description"], intent["amount_details"]) == (None, None)


async def test_c15_stripe_calls_the_configured_address_and_no_shoppers(world: World) -> None:
    place = ("POST", "/v1/webhook_endpoints")
    asked = [record for record in world.stripe.records if (record.method, record.path) == place]
    assert world.configuration is not None
    url = str(asked[0].parameters["url"])
    assert url == f"http://127.0.0.1:9/api/webhooks/stripe/{world.configuration.id}"
    assert "saleor" not in httpx.URL(url).query.decode()


async def test_c16_and_c17_the_server_says_nothing_of_the_shoppers_browser(world: World) -> None:
    asked = await begin(world, cart(world))
    assert "127.0.0.1" not in repr({key: value for key, value in asked.items() if key != "metadata"})
    assert set(asked["metadata"]) == {
        "saleor_source_id",
        "saleor_source_type",
        "saleor_transaction_id",
        "saleor_api_url",
        "saleor_app_id",
        "saleor_operation",
    }


async def test_the_items_are_taken_by_stripe_with_its_arithmetic_enforced(world: World) -> None:
    tax(world, "0.19")
    asked = await begin(world, cart(world, voucher_code="SUMMER"))
    world.ask_stripe("POST", "/v1/payment_intents", enforced(asked))
    strict = [record for record in world.stripe.records if record.path == "/v1/payment_intents"][-1]
    assert strict.status == 200
    wrong = enforced(asked) | {"amount": str(int(asked["amount"]) + 1)}
    assert world.ask_stripe("POST", "/v1/payment_intents", wrong)["error"]["code"] == "amount_details_amount_mismatch"


def enforced(asked: dict[str, Any]) -> dict[str, str]:
    """The same amount and items as a form that leaves Stripe's arithmetic on."""
    form = {"amount": asked["amount"], "currency": asked["currency"]}
    form["amount_details[shipping][amount]"] = asked["amount_details"]["shipping"]["amount"]
    for at, item in enumerate(items(asked)):
        for name, value in item.items():
            place = f"amount_details[line_items][{at}][{name}]"
            form |= {f"{place}[total_tax_amount]": value["total_tax_amount"]} if name == "tax" else {place: value}
    return form


async def completed(world: World) -> tuple[Session, Order]:
    """A cart that is paid and then becomes an order."""
    checkout = cart(world)
    session = await session_for(world, checkout)
    await world.pay(session)
    await world.settle()
    return session, purchases.complete_checkout(world.saleor, checkout.token)


def updates(world: World, session: Session) -> list[Any]:
    path = f"/v1/payment_intents/{world.intent(session)}"
    return [record for record in world.stripe.records if (record.method, record.path) == ("POST", path)]
