"""What a merchant chooses for a configuration, and what then becomes of payments."""

from decimal import Decimal
from typing import Any

from saleor_stripe_app.domain.options import Choices, Limits, ThreeDSecure
from saleor_stripe_app.sandbox.saleor.sessions import Session
from saleor_stripe_app.usecases.update_configuration import Changes, update_configuration
from tests.acceptance.world import GATEWAY, World

OPTIONAL = "pm_card_threeDSecureOptional"


async def choose(world: World, **options: Any) -> None:
    """Staff choose options of the configuration that every channel uses."""
    assert world.configuration is not None
    assert world.installation is not None
    changes = Changes(options=Choices(**options))
    saved = await update_configuration(world.backends, world.installation, world.configuration.id, changes)
    world.configuration = saved.configuration


def at_stripe(world: World, session: Session) -> dict[str, Any]:
    """The intent of a session as Stripe shows it."""
    return world.ask_stripe("GET", f"/v1/payment_intents/{world.intent(session)}")


def asked_for_payments(world: World) -> int:
    """How many intents the app made at Stripe."""
    return len(world.stripe.registry.books(world.account.id).payment_intents)


async def test_three_d_secure_is_met_from_the_chosen_amount_on(world: World) -> None:
    await choose(world, three_d_secure=ThreeDSecure.CHALLENGE, three_d_secure_from=(("USD", Decimal(100)),))
    session = await world.begin("100.00")
    assert (await world.pay(session, OPTIONAL))["status"] == "requires_action"
    assert (await world.process(session)).event.type == "CHARGE_ACTION_REQUIRED"
    world.hands.authenticate(world.intent(session), world.clock.seconds())
    assert (await world.process(session)).event.type == "CHARGE_SUCCESS"
    await world.settle()
    await world.assert_equal(session)


async def test_no_challenge_is_asked_for_below_the_chosen_amount_or_without_a_choice(world: World) -> None:
    session = await world.begin("100.00")
    assert (await world.pay(session, OPTIONAL))["status"] == "succeeded"
    await choose(world, three_d_secure=ThreeDSecure.ANY, three_d_secure_from=(("USD", Decimal(100)),))
    session = await world.begin("99.99")
    assert (await world.pay(session, OPTIONAL))["status"] == "succeeded"


async def test_a_method_that_is_excluded_is_not_taken_and_elements_is_told(world: World) -> None:
    await choose(world, excluded_methods=("klarna",))
    session = await world.begin("100.00", flow="AUTHORIZATION")
    (config,) = await world.served.courier.initialize_gateways(world.saleor_source(session))
    assert config.data == {
        "stripePublishableKey": world.account.publishable_key,
        "excludedPaymentMethodTypes": ["klarna"],
    }
    refused = await world.pay(session, "klarna")
    assert refused["error"]["code"] == "payment_intent_incompatible_payment_method"
    assert (await world.pay(session))["status"] == "requires_capture"


async def test_the_suffix_stands_on_statements_of_cards_and_hinders_no_other_method(world: World) -> None:
    await choose(world, statement_suffix="SHOP")
    session = await world.begin("100.00")
    assert at_stripe(world, session)["statement_descriptor_suffix"] == "SHOP"
    await world.pay(session)
    charge = world.ask_stripe("GET", f"/v1/charges/{at_stripe(world, session)['latest_charge']}")
    assert charge["calculated_statement_descriptor"] == "SANDBOX* SHOP"
    other = await world.begin("100.00")
    assert (await world.pay(other, "klarna"))["status"] == "requires_action"
    world.hands.authenticate(world.intent(other), world.clock.seconds())
    assert (await world.process(other)).event.type == "CHARGE_SUCCESS"


async def test_an_amount_outside_the_limits_is_refused_in_words_and_stripe_is_not_asked(world: World) -> None:
    await choose(world, limits=(("USD", Limits(Decimal(5), Decimal(500))),))
    for amount, code, words in (
        ("4.99", "AmountTooSmall", "The smallest payment is 5.00 USD."),
        ("500.01", "AmountTooLarge", "The largest payment is 500.00 USD."),
    ):
        session = await world.begin(amount)
        assert (session.event.type, session.event.message) == ("CHARGE_FAILURE", words)
        assert session.data == {"paymentIntent": {"errors": [{"code": code, "message": words}]}}
    assert asked_for_payments(world) == 0
    held = await world.begin("500.01", flow="AUTHORIZATION")
    assert held.event.type == "AUTHORIZATION_FAILURE"
    (config,) = await world.served.courier.initialize_gateways(world.saleor_source(held))
    assert config.data == {"stripePublishableKey": world.account.publishable_key}
    for amount in ("5.00", "500.00"):
        assert (await world.begin(amount)).event.type == "CHARGE_ACTION_REQUIRED"
    elsewhere = await world.begin("1000.00", channel="channel-pln")
    assert elsewhere.event.type == "CHARGE_ACTION_REQUIRED"


async def test_a_payment_that_was_begun_is_not_refused_for_limits_chosen_since(world: World) -> None:
    session = await world.begin("100.00", idempotency_key="once")
    await choose(world, limits=(("USD", Limits(maximum=Decimal(50))),), statement_suffix="SHOP")
    again = await world.served.courier.initialize(
        world.saleor_source(session), GATEWAY, action="CHARGE", idempotency_key="once", by=world.staff
    )
    assert again.event.type == "CHARGE_ACTION_REQUIRED"
    assert world.intent(again) == world.intent(session)
    await world.pay(session)
    assert (await world.process(session)).event.type == "CHARGE_SUCCESS"
    await world.settle()
    await world.assert_equal(session)


async def test_an_authorization_says_until_when_it_can_be_captured(world: World) -> None:
    session = await world.begin("100.00", flow="AUTHORIZATION")
    await world.pay(session)
    answered = await world.process(session)
    assert answered.event.message == "Authorized 100.00 USD until 2026-12-01"


async def test_an_extended_authorization_is_held_for_longer_and_reported_so(world: World) -> None:
    await choose(world, extended_authorization=True)
    session = await world.begin("100.00", flow="AUTHORIZATION")
    await world.pay(session)
    await world.settle()
    told = [event for event in session.transaction.events if event.type == "AUTHORIZATION_SUCCESS"]
    assert [event.message for event in told] == ["Authorized 100.00 USD until 2026-12-24"]
    await world.assert_equal(session)
