"""Paying with what was saved before, and saving what is paid with."""

from decimal import Decimal
from typing import Any

import pytest

from saleor_stripe_app.domain.options import Choices, SaveMethods
from saleor_stripe_app.sandbox.saleor import purchases
from saleor_stripe_app.sandbox.saleor.purchases import Item
from saleor_stripe_app.sandbox.saleor.requestor import ANONYMOUS, Requestor
from saleor_stripe_app.sandbox.saleor.sessions import Session
from saleor_stripe_app.sandbox.saleor.shop import User
from saleor_stripe_app.sandbox.stripe.faults import Fault, FaultKind
from saleor_stripe_app.storage import customers
from saleor_stripe_app.usecases.update_configuration import Changes, update_configuration
from tests.acceptance.headless import begin, intents, method, process, saved, token, told, tries
from tests.acceptance.test_app_problems import shown, use_key
from tests.acceptance.world import GATEWAY, World

NEEDS_3D_SECURE = "pm_card_authenticationRequired"


async def customer_of(world: World, user: User) -> str:
    """Stripe's customer of somebody who has paid before."""
    assert world.configuration is not None
    session = await begin(world, user=user, by=Requestor.of_user(user), confirmationToken=token(world))
    assert session.event.type == "CHARGE_SUCCESS"
    kept = await customers.of_user(world.backends.storage, world.configuration, user.id)
    assert kept is not None
    assert kept.customer is not None
    return kept.customer


async def choose(world: World, saving: SaveMethods) -> None:
    """Staff choose whether methods are saved."""
    assert world.configuration is not None
    assert world.installation is not None
    changes = Changes(options=Choices(save_methods=saving))
    saved = await update_configuration(world.backends, world.installation, world.configuration.id, changes)
    world.configuration = saved.configuration


def the_shops_app(world: World) -> Requestor:
    """An app of the shop, such as one that charges subscriptions."""
    app = world.saleor.app_by_identifier(GATEWAY)
    assert app is not None
    return Requestor.of_app(app)


def kept_for(world: World, customer: str) -> list[str]:
    """The types of what a customer has saved."""
    listed = world.ask_stripe("GET", f"/v1/customers/{customer}/payment_methods")
    return [one["type"] for one in listed["data"]]


@pytest.mark.parametrize("prefix", ["", f"app:{GATEWAY}:"])
async def test_a_customer_pays_with_a_card_that_they_saved(world: World, prefix: str) -> None:
    ada = world.saleor.add_user("ada@shop.example")
    customer = await customer_of(world, ada)
    card = saved(world, customer)
    session = await begin(world, user=ada, by=Requestor.of_user(ada), paymentMethodId=prefix + card)
    assert session.event.type == "CHARGE_SUCCESS"
    assert intents(world)[0]["customer"] == customer
    await world.settle()
    await world.assert_equal(session)


async def test_a_saved_card_may_be_tried_again_after_a_decline(world: World) -> None:
    ada = world.saleor.add_user("ada@shop.example")
    card = saved(world, await customer_of(world, ada), "pm_card_chargeCustomerFail")
    session = await begin(world, user=ada, by=Requestor.of_user(ada), paymentMethodId=card)
    assert session.event.type == "CHARGE_ACTION_REQUIRED"
    world.clock.advance(60)
    again = await process(world, session, by=Requestor.of_user(ada), paymentMethodId=card)
    assert told(again)["errors"][0]["code"] == "generic_decline"
    assert tries(world, session) == 2


async def test_nobody_else_pays_with_it(world: World) -> None:
    ada, eve = world.saleor.add_user("ada@shop.example"), world.saleor.add_user("eve@shop.example")
    card = saved(world, await customer_of(world, ada))
    await customer_of(world, eve)
    before = len(intents(world))
    for user, by in [
        (eve, Requestor.of_user(eve)),  # another customer
        (ada, Requestor.of_user(eve)),  # who knows a checkout of hers
        (ada, ANONYMOUS),
        (None, Requestor.of_user(ada)),  # a guest's checkout
        (None, ANONYMOUS),
    ]:
        refused = await begin(world, user=user, by=by, paymentMethodId=card)
        assert refused.event.type == "CHARGE_FAILURE"
        assert told(refused)["errors"][0]["code"] == "PaymentMethodNotOwned"
        unknown = await begin(world, user=user, by=by, paymentMethodId="pm_unknown")
        assert told(unknown) == told(refused)
    assert len(intents(world)) == before


async def test_a_strangers_card_does_not_end_a_payment_that_was_begun(world: World) -> None:
    ada, eve = world.saleor.add_user("ada@shop.example"), world.saleor.add_user("eve@shop.example")
    card = saved(world, await customer_of(world, ada))
    session = await begin(world, user=eve, by=Requestor.of_user(eve))
    refused = await process(world, session, by=Requestor.of_user(eve), paymentMethodId=card)
    assert refused.event.type == "CHARGE_ACTION_REQUIRED"
    assert told(refused)["errors"][0]["code"] == "PaymentMethodNotOwned"
    paid = await process(world, session, by=Requestor.of_user(eve), confirmationToken=token(world))
    assert paid.event.type == "CHARGE_SUCCESS"
    await world.settle()
    await world.assert_equal(session)


async def test_a_repeated_initialize_never_takes_up_a_strangers_card(world: World) -> None:
    ada, eve = world.saleor.add_user("ada@shop.example"), world.saleor.add_user("eve@shop.example")
    card = saved(world, await customer_of(world, ada))
    by = Requestor.of_user(eve)
    session = await begin(world, user=eve, by=by, idempotency_key="once")
    source = world.saleor_source(session)
    again = await begin(world, by=by, idempotency_key="once", checkout=source, paymentMethodId=card)
    assert again.event.type == "CHARGE_ACTION_REQUIRED"
    assert world.intent(again) == world.intent(session)
    assert tries(world, session) == 0


async def test_an_app_of_the_shop_charges_a_customer_who_is_not_there(world: World) -> None:
    ada = world.saleor.add_user("ada@shop.example")
    card = saved(world, await customer_of(world, ada))
    session = await begin(world, user=ada, by=the_shops_app(world), paymentMethodId=card, offSession=True)
    assert session.event.type == "CHARGE_SUCCESS"
    await world.settle()
    await world.assert_equal(session)


async def test_only_an_app_does_so(world: World) -> None:
    ada = world.saleor.add_user("ada@shop.example")
    card = saved(world, await customer_of(world, ada))
    refused = await begin(world, user=ada, by=Requestor.of_user(ada), paymentMethodId=card, offSession=True)
    assert refused.event.type == "CHARGE_FAILURE"
    assert told(refused)["errors"][0]["code"] == "OffSessionNotAllowed"


async def test_a_bank_that_wants_to_see_the_customer_asks_them_to_come_back(world: World) -> None:
    ada = world.saleor.add_user("ada@shop.example")
    card = saved(world, await customer_of(world, ada), NEEDS_3D_SECURE)
    session = await begin(world, user=ada, by=the_shops_app(world), paymentMethodId=card, offSession=True)
    assert session.event.type == "CHARGE_ACTION_REQUIRED"
    assert told(session)["errors"][0]["code"] == "authentication_required"
    assert told(session)["stripeClientSecret"]
    world.clock.advance(3600)
    back = await process(world, session, by=Requestor.of_user(ada), paymentMethodId=card)
    assert back.event.type == "CHARGE_ACTION_REQUIRED"
    assert "errors" not in told(back)
    world.hands.authenticate(world.intent(session), world.clock.seconds())
    assert (await world.process(session)).event.type == "CHARGE_SUCCESS"
    await world.settle()
    await world.assert_equal(session)


async def saving(world: World, user: User | None, **said: Any) -> Session:
    """Somebody pays by Stripe.js after transactionInitialize said this."""
    by = ANONYMOUS if user is None else Requestor.of_user(user)
    session = await begin(world, user=user, by=by, **said)
    await world.pay(session, method(world))
    await world.process(session)
    await world.settle()
    await world.assert_equal(session)
    return session


async def test_a_card_is_saved_with_the_customers_consent_and_not_without(world: World) -> None:
    ada = world.saleor.add_user("ada@shop.example")
    customer = await customer_of(world, ada)
    await saving(world, ada)
    await saving(world, ada, savePaymentMethod=False)
    assert kept_for(world, customer) == []
    await saving(world, ada, savePaymentMethod=True)
    assert kept_for(world, customer) == ["card"]
    intent = intents(world)[0]
    assert intent["setup_future_usage"] is None
    assert intent["payment_method_options"]["card"]["setup_future_usage"] == "off_session"


async def test_a_token_that_the_app_confirms_with_is_saved_by_the_same_consent(world: World) -> None:
    ada = world.saleor.add_user("ada@shop.example")
    customer = await customer_of(world, ada)
    paid = await begin(
        world, user=ada, by=Requestor.of_user(ada), confirmationToken=token(world), savePaymentMethod=True
    )
    assert paid.event.type == "CHARGE_SUCCESS"
    assert kept_for(world, customer) == ["card"]


@pytest.mark.parametrize("choice", list(SaveMethods))
async def test_what_staff_choose_decides(world: World, choice: SaveMethods) -> None:
    await choose(world, choice)
    ada = world.saleor.add_user("ada@shop.example")
    await saving(world, ada)
    asked = intents(world)[0]
    await saving(world, ada, savePaymentMethod=True)
    agreed = intents(world)[0]
    kept = kept_for(world, agreed["customer"])
    assert asked["customer"] == agreed["customer"]
    assert len(kept) == {"never": 0, "ask": 1, "always": 2}[choice]


async def test_a_guest_who_saves_has_a_customer_for_this_transaction_alone(world: World) -> None:
    first = await saving(world, None, savePaymentMethod=True)
    second = await saving(world, None, savePaymentMethod=True)
    await saving(world, None)
    plain, *saves = [intent["customer"] for intent in intents(world)]
    assert plain is None
    assert len(set(saves)) == 2
    assert [kept_for(world, customer) for customer in saves] == [["card"], ["card"]]
    assert first.transaction is not second.transaction


async def test_a_guest_who_asks_twice_has_one_customer(world: World) -> None:
    session = await begin(world, savePaymentMethod=True, idempotency_key="once")
    source = world.saleor_source(session)
    again = await begin(world, savePaymentMethod=True, idempotency_key="once", checkout=source)
    assert world.intent(again) == world.intent(session)
    assert len(world.ask_stripe("GET", "/v1/customers")["data"]) == 1


@pytest.mark.parametrize("kind", [FaultKind.SERVER_ERROR, FaultKind.ANSWER_LOST])
async def test_a_payment_is_made_though_nothing_can_be_saved(world: World, kind: FaultKind) -> None:
    world.stripe.faults.add(Fault(kind, "POST", "/v1/customers", times=2))
    session = await saving(world, None, savePaymentMethod=True)
    assert session.transaction.amounts.charged == 100
    assert intents(world)[0]["customer"] is None


async def test_a_key_that_may_not_see_whose_a_method_is_uses_none_and_staff_are_told(world: World) -> None:
    card = method(world)
    await use_key(world, "rak_payment_method_write")
    before = intents(world)
    refused = await begin(world, paymentMethodId=card)
    assert refused.event.type == "CHARGE_FAILURE"
    assert intents(world) == before
    (problem,) = shown(world, "stripe-permission-missing:")
    assert "Payment Methods: Read" in problem.message
    assert (await begin(world, confirmationToken=token(world))).event.type == "CHARGE_SUCCESS"


async def test_whoever_pays_for_somebody_elses_cart_saves_nothing_for_them(world: World) -> None:
    ada = world.saleor.add_user("ada@shop.example")
    customer = await customer_of(world, ada)
    session = await begin(world, user=ada, savePaymentMethod=True)
    await world.pay(session, method(world))
    assert (await world.process(session)).event.type == "CHARGE_SUCCESS"
    assert kept_for(world, customer) == []
    assert intents(world)[0]["customer"] != customer


async def elements(world: World, data: Any = None) -> Any:
    """What a storefront tells Stripe's Elements."""
    checkout = purchases.create_checkout(world.saleor, [Item("Monospace Tee", Decimal(100))])
    configs = await world.served.courier.initialize_gateways(checkout.id, gateways={GATEWAY: data})
    told: Any = configs[0].data
    return told.get("paymentMethodOptions")


async def test_elements_are_told_what_the_intent_says(world: World) -> None:
    consent = {"paymentIntent": {"savePaymentMethod": True}}
    assert await elements(world) is None
    asked = await elements(world, consent)
    await begin(world, savePaymentMethod=True)
    by_method = intents(world)[0]["payment_method_options"]
    assert asked["card"] == {"setup_future_usage": "off_session"}
    assert {name for name, one in by_method.items() if one.get("setup_future_usage") == "off_session"} <= set(asked)
    await choose(world, SaveMethods.ALWAYS)
    assert await elements(world) == asked
    await choose(world, SaveMethods.NEVER)
    assert await elements(world, consent) is None
