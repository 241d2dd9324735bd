"""What a merchant chooses for a configuration and for a channel, and what then becomes of payments."""

from decimal import Decimal
from typing import Any

from saleor_stripe_app.domain.channel_options import ChannelChoices, Limits
from saleor_stripe_app.domain.options import Choices, ThreeDSecure
from saleor_stripe_app.sandbox.saleor.sessions import Session
from saleor_stripe_app.usecases.assign_channel import assign_channel
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


async def choose_for(world: World, channel: str, **options: Any) -> None:
    """Staff choose options of a channel, which pays with the same configuration as before."""
    assert world.configuration is not None
    assert world.installation is not None
    await assign_channel(
        world.backends,
        world.installation,
        world.saleor.channel(channel).id,
        world.configuration.id,
        ChannelChoices(**options),
    )


async def told(world: World, session: Session) -> dict[str, Any]:
    """What the storefront is told of the gateway for the checkout of a session, beside who pays."""
    (config,) = await world.served.courier.initialize_gateways(world.saleor_source(session))
    assert isinstance(config.data, dict)
    return {name: value for name, value in config.data.items() if name != "billingDetails"}


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


async def test_a_method_that_a_channel_excludes_is_not_taken_there_and_elements_is_told(world: World) -> None:
    await choose_for(world, "default-channel", excluded_methods=("klarna",))
    session = await world.begin("100.00", flow="AUTHORIZATION")
    key = {"stripePublishableKey": world.account.publishable_key}
    assert await told(world, session) == key | {"excludedPaymentMethodTypes": ["klarna"]}
    refused = await world.pay(session, "klarna")
    assert refused["error"]["code"] == "payment_intent_incompatible_payment_method"
    assert (await world.pay(session))["status"] == "requires_capture"


async def test_two_channels_of_one_configuration_offer_and_take_different_things(world: World) -> None:
    await choose_for(world, "default-channel", excluded_methods=("klarna",), limits=Limits(maximum=Decimal(50)))
    await choose_for(world, "channel-pln", excluded_methods=("p24", "blik"), limits=Limits(Decimal(60), Decimal(200)))
    key = {"stripePublishableKey": world.account.publishable_key}
    dollars = await world.begin("50.00")
    zlotys = await world.begin("60.00", channel="channel-pln")
    assert await told(world, dollars) == key | {"excludedPaymentMethodTypes": ["klarna"]}
    assert await told(world, zlotys) == key | {"excludedPaymentMethodTypes": ["p24", "blik"]}
    assert at_stripe(world, dollars)["excluded_payment_method_types"] == ["klarna"]
    assert at_stripe(world, zlotys)["excluded_payment_method_types"] == ["p24", "blik"]
    assert (await world.begin("60.00")).event.message == "The largest payment is 50.00 USD."
    assert (await world.begin("50.00", channel="channel-pln")).event.message == "The smallest payment is 60.00 PLN."
    assert asked_for_payments(world) == 2
    for session in (dollars, zlotys):
        await world.pay(session)
        assert (await world.process(session)).event.type == "CHARGE_SUCCESS"
    await world.settle()
    await world.assert_equal(dollars)
    await world.assert_equal(zlotys)


async def test_a_channel_offers_what_its_method_configuration_at_stripe_says(world: World) -> None:
    cards = world.hands.add_configuration(world.account.id, "Cards", ["card"]).id
    await choose_for(world, "channel-pln", method_configuration=cards)
    key = {"stripePublishableKey": world.account.publishable_key}
    zlotys = await world.begin("60.00", channel="channel-pln")
    assert await told(world, zlotys) == key | {"paymentMethodConfiguration": cards}
    assert at_stripe(world, zlotys)["payment_method_configuration_details"]["id"] == cards
    refused = await world.pay(zlotys, "klarna")
    assert refused["error"]["code"] == "payment_intent_incompatible_payment_method"
    dollars = await world.begin("60.00")
    assert await told(world, dollars) == key
    assert (await world.pay(dollars, "klarna"))["status"] == "requires_action"


async def test_a_payment_goes_on_when_its_channel_loses_configuration_and_options(world: World) -> None:
    await choose_for(world, "default-channel", excluded_methods=("klarna",), limits=Limits(Decimal(5), Decimal(500)))
    session = await world.begin("100.00", idempotency_key="once")
    await world.unassign("default-channel")
    again = await world.served.courier.initialize(
        world.saleor_source(session), GATEWAY, action="CHARGE", idempotency_key="once", by=world.staff
    )
    assert world.intent(again) == world.intent(session)
    assert at_stripe(world, session)["excluded_payment_method_types"] == ["klarna"]
    await world.pay(session)
    assert (await world.process(session)).event.type == "CHARGE_SUCCESS"
    await world.settle()
    await world.assert_equal(session)


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
    await choose_for(world, "default-channel", limits=Limits(Decimal(5), Decimal(500)))
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
    assert await told(world, held) == {"stripePublishableKey": world.account.publishable_key}
    for amount in ("5.00", "500.00"):
        assert (await world.begin(amount)).event.type == "CHARGE_ACTION_REQUIRED"
    elsewhere = await world.begin("1000.00", channel="channel-pln")
    assert elsewhere.event.type == "CHARGE_ACTION_REQUIRED"


async def test_a_payment_that_was_begun_is_not_refused_for_limits_chosen_since(world: World) -> None:
    session = await world.begin("100.00", idempotency_key="once")
    await choose(world, statement_suffix="SHOP")
    await choose_for(world, "default-channel", limits=Limits(maximum=Decimal(50)))
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


async def test_a_payment_from_a_country_that_the_channel_does_not_take_is_refused_before_stripe_is_asked(
    world: World,
) -> None:
    await choose_for(world, "default-channel", countries=("de", "US", "DE"))
    await world.begin("10.00")
    await choose_for(world, "default-channel", countries=("DE",))
    made = asked_for_payments(world)
    refused = await world.begin("10.00")
    assert refused.event.type == "CHARGE_FAILURE"
    assert refused.data["paymentIntent"]["errors"][0]["code"] == "CountryNotAccepted"
    assert asked_for_payments(world) == made


async def test_a_payment_that_was_begun_goes_on_though_its_country_is_no_longer_taken(world: World) -> None:
    session = await world.begin("10.00", idempotency_key="cart-1")
    await choose_for(world, "default-channel", countries=("DE",))
    await world.pay(session)
    assert (await world.process(session)).event.type == "CHARGE_SUCCESS"
