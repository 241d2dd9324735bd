"""A payment is never refused for its description: what Stripe does not take is left out, and the money moves."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from saleor_stripe_app.domain.options import Options
from saleor_stripe_app.sandbox.saleor import purchases
from saleor_stripe_app.sandbox.saleor.checkouts import Checkout
from saleor_stripe_app.sandbox.saleor.purchases import Item
from saleor_stripe_app.sandbox.saleor.requestor import Requestor
from saleor_stripe_app.sandbox.saleor.sessions import Session
from saleor_stripe_app.sandbox.saleor.shop import CountryDisplay
from saleor_stripe_app.sandbox.stripe.faults import Fault, FaultKind
from tests.acceptance import chaos as worst_day
from tests.acceptance.test_sent_fields import choose
from tests.acceptance.world import GATEWAY, World

TEE = Item("Monospace Tee", Decimal("20.00"))
STAFF = Requestor(permissions=frozenset({"HANDLE_PAYMENTS"}))
ALL = Options(receipt_email=True, statement_suffix="TEE SHOP")


def cart_to(world: World, country: str, **more: Any) -> Checkout:
    """A cart whose goods go to a country of the shop's."""
    checkout = purchases.create_checkout(world.saleor, [TEE], **more)
    assert checkout.shipping_address is not None
    checkout.shipping_address.country = CountryDisplay(country)
    return checkout


async def begin(world: World, checkout: Checkout, by: Requestor = STAFF, key: str | None = None) -> Session:
    return await world.served.courier.initialize(checkout.id, GATEWAY, by=by, idempotency_key=key)


async def test_a_country_that_stripe_does_not_know_costs_no_payment(world: World) -> None:
    """Saleor knows the country EU, Stripe does not."""
    await choose(world, ALL)
    session = await begin(world, cart_to(world, "EU"))
    assert session.event.type == "CHARGE_ACTION_REQUIRED"
    intent = world.ask_stripe("GET", f"/v1/payment_intents/{world.intent(session)}")
    assert (intent["amount"], intent["shipping"], intent["description"]) == (2000, None, None)
    assert intent["metadata"]["saleor_transaction_id"]
    await world.pay(session)
    await world.settle()
    await world.assert_equal(session)


async def test_asked_again_it_is_the_same_payment(world: World) -> None:
    checkout = cart_to(world, "EU")
    first, again = await begin(world, checkout, key="one"), await begin(world, checkout, key="one")
    assert world.intent(first) == world.intent(again)
    assert len(world.stripe.registry.books(world.account.id).payment_intents) == 1


async def test_a_shopper_whose_second_answer_was_lost_pays_once(world: World) -> None:
    """Stripe refuses the description; the answer to the request without one never arrives."""
    world.stripe.faults.add(Fault(FaultKind.ANSWER_LOST, "POST", "/v1/payment_intents", times=2, skip=1))
    session = await begin(world, cart_to(world, "EU"))
    assert session.event.type == "CHARGE_FAILURE"
    session = await world.process(session)
    assert session.event.type == "CHARGE_ACTION_REQUIRED"
    assert len(world.stripe.registry.books(world.account.id).payment_intents) == 1


async def test_a_process_that_dies_at_any_step_of_it_is_made_up_for(sqlite_url: str) -> None:
    async with worst_day.opened(sqlite_url) as chaos:
        world, point, died = chaos.world, 0, True
        while died:
            point += 1
            chaos.replica.points.die_at(point)
            session = await begin(world, cart_to(world, "EU"))
            died = chaos.replica.points.dead
            await chaos.start()
            world.clock.advance(40)  # the lease of the dead ends
            assert (await world.process(session)).event.type == "CHARGE_ACTION_REQUIRED"
        assert len(world.stripe.registry.books(world.account.id).payment_intents) == point
        assert point > 10


async def test_neither_a_forgotten_customer_nor_the_description_costs_the_payment(world: World) -> None:
    ada = world.saleor.add_user("ada@shop.example")
    await begin(world, cart_to(world, "US", user=ada), Requestor.of_user(ada))
    [gone] = world.ask_stripe("GET", "/v1/customers")["data"]
    world.ask_stripe("DELETE", f"/v1/customers/{gone['id']}")
    session = await begin(world, cart_to(world, "EU", user=ada), Requestor.of_user(ada))
    assert session.event.type == "CHARGE_ACTION_REQUIRED"
    intent = world.ask_stripe("GET", f"/v1/payment_intents/{world.intent(session)}")
    assert intent["customer"] not in (None, gone["id"])


async def test_what_is_no_description_is_still_refused(world: World) -> None:
    """An amount that Stripe does not take is said to the shopper, and asked once."""
    session = await begin(world, purchases.create_checkout(world.saleor, [replace(TEE, price=Decimal("0.10"))]))
    assert session.event.type == "CHARGE_FAILURE"
    posts = [one for one in world.stripe.records if one.path == "/v1/payment_intents"]
    assert len(posts) == 1
