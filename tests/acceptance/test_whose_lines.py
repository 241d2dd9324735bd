"""What Saleor says of whose a line is, as the app reads it over Saleor's own API."""

from dataclasses import replace
from decimal import Decimal

from saleor_stripe_app.domain.marketplace.order_to_split import NOT_SHOWN
from saleor_stripe_app.domain.marketplace.vendor_of_line import OUT_OF_THE_BOX
from saleor_stripe_app.saleor import orders_to_split
from saleor_stripe_app.sandbox.saleor import actions, purchases
from saleor_stripe_app.sandbox.saleor.catalogue import Category
from saleor_stripe_app.sandbox.saleor.purchases import Item
from tests.acceptance.world import GATEWAY, World


async def test_variants_products_and_pages_say_whose_a_line_is_and_lines_do_not(world: World) -> None:
    page = purchases.page_of(world.saleor, "Boots & Co")
    tops = Category(7, "Tops", "tops", parent=Category(3, "Clothes", "clothes"))
    items = [
        Item("Mug", Decimal(10), variant_metadata={"vendor.id": "anna"}, product_metadata={"vendor.id": "bert"}),
        Item("Tee", Decimal(20), 2, product_metadata={"vendor_id": "bert"}, category=tops),
        Item("Boot", Decimal(30), pages={"vendor": page}),
        Item("Bag", Decimal(40)),
    ]
    checkout = purchases.create_checkout(world.saleor, items, shipping=Decimal(5), channel="channel-pln")
    for line in checkout.contents:
        line.metadata["vendor.id"] = "eve"
    assert world.installation
    read = await orders_to_split.read_checkout(world.backends.saleor, world.installation, checkout.id)
    assert read
    planned = read.purchase(OUT_OF_THE_BOX, {})
    assert [line.vendor for line in planned.lines] == ["anna", "bert", page.id, None]
    assert planned.lines[1].categories == (tops.id, tops.above[0].id)
    assert planned.lines[1].product_type
    assert sum(line.net + line.tax for line in planned.lines) == Decimal(120)
    assert planned.shipping + planned.shipping_tax == Decimal(5)
    assert planned.channel == "channel-pln"


async def test_a_line_whose_product_is_hidden_has_the_vendor_that_was_seen_before(world: World) -> None:
    order = purchases.create_order(world.saleor, [Item("Mug", Decimal(10), variant_metadata={"vendor.id": "anna"})])
    assert world.installation
    read = await orders_to_split.read_order(world.backends.saleor, world.installation, order.id)
    assert read
    [line] = read.lines
    hidden = replace(read, lines=(replace(line, offered=None),))
    assert hidden.purchase(OUT_OF_THE_BOX, {line.variant: "anna"}).lines[0].vendor == "anna"
    assert hidden.purchase(OUT_OF_THE_BOX, {line.variant: None}).lines[0].vendor is None
    assert hidden.purchase(OUT_OF_THE_BOX, {}).lines[0].vendor == NOT_SHOWN


async def test_a_granted_refund_names_its_lines_and_what_became_of_it(world: World) -> None:
    order = purchases.create_order(world.saleor, [Item("Mug", Decimal(10), 3), Item("Tee", Decimal(20))])
    purchases.fulfill(world.saleor, order, order.contents[1])
    session = await world.served.courier.initialize(order.id, GATEWAY, action="CHARGE", by=world.staff)
    await world.pay(session)
    await world.settle()
    granted = purchases.grant_refund(
        world.saleor, session.transaction, Decimal(20), lines=[(order.contents[0], 2)], shipping=True
    )
    actions.request_granted_refund(world.saleor, granted, by=world.staff)
    await world.settle()
    payment, _ = await world.assert_equal(session)
    assert world.installation
    read = await orders_to_split.read_order(world.backends.saleor, world.installation, order.id)
    assert read
    [refund] = read.granted
    assert refund.lines == ((read.lines[0].id, 2),)
    assert refund.shipping
    assert payment.refunds[0].id in refund.references
    assert not read.fulfilled([read.lines[0].id])
    assert read.fulfilled([read.lines[1].id])
