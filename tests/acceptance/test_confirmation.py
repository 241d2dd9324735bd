"""A storefront without Stripe.js at hand has the app confirm, by a token or by a payment method."""

import pytest

from saleor_stripe_app.sandbox.saleor.shop import Flow
from saleor_stripe_app.sandbox.stripe.faults import Fault, FaultKind
from tests.acceptance import chaos as worst_day
from tests.acceptance.headless import RETURN, begin, intents, method, process, token, told, tries
from tests.acceptance.world import World

CONFIRM = "/v1/payment_intents/.*/confirm"
CHALLENGED = "pm_card_threeDSecure2Required"


@pytest.mark.parametrize("flow", ["CHARGE", "AUTHORIZATION"])
async def test_a_confirmation_token_pays_with_transaction_initialize(world: World, flow: Flow) -> None:
    session = await begin(world, flow=flow, confirmationToken=token(world))
    assert session.event.type == f"{flow}_SUCCESS"
    assert session.data is None
    await world.settle()
    await world.assert_equal(session)
    amounts = session.transaction.amounts
    assert (amounts.charged, amounts.authorized) == ((100, 0) if flow == "CHARGE" else (0, 100))
    assert len(intents(world)) == 1


async def test_a_card_that_was_never_saved_pays_for_whoever_made_it(world: World) -> None:
    session = await begin(world, paymentMethodId=method(world))
    assert session.event.type == "CHARGE_SUCCESS"
    await world.settle()
    await world.assert_equal(session)


async def test_a_declined_token_leaves_the_payment_open_for_another_one(world: World) -> None:
    session = await begin(world, confirmationToken=token(world, "pm_card_chargeDeclinedInsufficientFunds"))
    assert session.event.type == "CHARGE_ACTION_REQUIRED"
    assert told(session)["errors"] == [
        {"code": "insufficient_funds", "message": "Your card has insufficient funds."},
    ]
    paid = await process(world, session, confirmationToken=token(world))
    assert paid.event.type == "CHARGE_SUCCESS"
    await world.settle()
    await world.assert_equal(session)
    assert len(intents(world)) == 1
    assert tries(world, session) == 2


async def test_a_repeated_request_is_one_try(world: World) -> None:
    declined = token(world, "pm_card_chargeDeclined")
    session = await begin(world, confirmationToken=declined)
    again = await process(world, session, confirmationToken=declined)
    assert again.event.type == "CHARGE_ACTION_REQUIRED"
    assert told(again)["errors"][0]["code"] == "generic_decline"
    assert tries(world, session) == 1


async def test_a_repeated_initialize_tries_a_declined_card_once(world: World) -> None:
    card = method(world, "4000000000000002")
    session = await begin(world, paymentMethodId=card, idempotency_key="once")
    source = world.saleor_source(session)
    again = await begin(world, paymentMethodId=card, idempotency_key="once", checkout=source)
    assert again.event.type == "CHARGE_ACTION_REQUIRED"
    assert tries(world, session) == 1


async def test_a_token_that_stripe_does_not_know_is_told_and_another_one_pays(world: World) -> None:
    session = await begin(world, confirmationToken="ctoken_unknown")
    assert session.event.type == "CHARGE_ACTION_REQUIRED"
    assert told(session)["errors"][0]["code"] == "resource_missing"
    paid = await process(world, session, confirmationToken=token(world))
    assert paid.event.type == "CHARGE_SUCCESS"


async def test_3d_secure_is_left_to_stripe_js_where_it_is_at_hand(world: World) -> None:
    session = await begin(world, confirmationToken=token(world, CHALLENGED))
    assert session.event.type == "CHARGE_ACTION_REQUIRED"
    assert set(told(session)) == {"stripeClientSecret"}
    assert intents(world)[0]["next_action"]["type"] == "use_stripe_sdk"
    world.hands.authenticate(world.intent(session), world.clock.seconds())
    assert (await world.process(session)).event.type == "CHARGE_SUCCESS"
    await world.settle()
    await world.assert_equal(session)


async def test_3d_secure_is_a_page_where_the_storefront_says_where_to_return_to(world: World) -> None:
    session = await begin(world, confirmationToken=token(world, CHALLENGED), returnUrl=RETURN)
    assert session.event.type == "CHARGE_ACTION_REQUIRED"
    action = intents(world)[0]["next_action"]
    assert action["type"] == "redirect_to_url"
    assert told(session)["redirectUrl"] == action["redirect_to_url"]["url"]
    again = await process(world, session)
    assert told(again)["redirectUrl"] == told(session)["redirectUrl"]
    world.hands.authenticate(world.intent(session), world.clock.seconds())
    assert (await world.process(session)).event.type == "CHARGE_SUCCESS"
    await world.settle()
    await world.assert_equal(session)


async def test_a_storefront_that_says_the_same_when_the_shopper_returns_begins_nothing_anew(world: World) -> None:
    card = method(world, "4000000000003220")
    session = await begin(world, paymentMethodId=card, returnUrl=RETURN)
    world.clock.advance(60)
    again = await process(world, session, paymentMethodId=card, returnUrl=RETURN)
    assert told(again)["redirectUrl"] == told(session)["redirectUrl"]
    world.hands.authenticate(world.intent(session), world.clock.seconds())
    assert (await process(world, session, paymentMethodId=card)).event.type == "CHARGE_SUCCESS"
    assert tries(world, session) == 1


async def test_another_card_instead_of_a_challenge(world: World) -> None:
    session = await begin(world, confirmationToken=token(world, CHALLENGED))
    paid = await process(world, session, confirmationToken=token(world))
    assert paid.event.type == "CHARGE_SUCCESS"
    await world.settle()
    await world.assert_equal(session)


LOST = [
    Fault(FaultKind.REQUEST_LOST, "POST", CONFIRM, times=2),
    Fault(FaultKind.ANSWER_LOST, "POST", CONFIRM, times=2, latency=60),
    Fault(FaultKind.SERVER_ERROR, "POST", CONFIRM),
    Fault(FaultKind.SERVER_ERROR_AFTER_WORK, "POST", CONFIRM),
]


def in_trouble(fault: Fault) -> Fault:
    return Fault(fault.kind, fault.method, fault.path, fault.times, latency=fault.latency)


@pytest.mark.parametrize("fault", LOST, ids=lambda fault: str(fault.kind))
async def test_a_confirmation_in_trouble_is_asked_for_again_and_pays_once(world: World, fault: Fault) -> None:
    shown = token(world)
    world.stripe.faults.add(in_trouble(fault))
    session = await begin(world, confirmationToken=shown)
    assert session.event.type == "CHARGE_FAILURE"  # Saleor's own: the answer was a 503
    again = await process(world, session, confirmationToken=shown)
    assert again.event.type == "CHARGE_SUCCESS"
    await world.settle()
    await world.assert_equal(session)
    assert len(intents(world)) == 1


@pytest.mark.parametrize("fault", LOST, ids=lambda fault: str(fault.kind))
async def test_a_confirmation_in_trouble_that_nobody_asks_for_again_ends_as_stripe_has_it(
    world: World, fault: Fault
) -> None:
    world.stripe.faults.add(in_trouble(fault))
    session = await begin(world, confirmationToken=token(world))
    await world.settle()
    status = intents(world)[0]["status"]
    worked = fault.kind in (FaultKind.ANSWER_LOST, FaultKind.SERVER_ERROR_AFTER_WORK)
    assert status == ("succeeded" if worked else "requires_payment_method")
    if worked:
        assert session.transaction.amounts.charged == 100


async def test_a_wrong_shape_names_the_place_and_ends_no_payment_that_was_begun(world: World) -> None:
    refused = await begin(world, confirmationToken="tok_visa")
    assert refused.event.type == "CHARGE_FAILURE"
    assert "data.paymentIntent.confirmationToken" in refused.event.message
    assert told(refused)["errors"][0]["code"] == "ParseError"
    assert intents(world) == []
    session = await begin(world)
    wrong = await process(world, session, returnUrl="http://shop.example/")
    assert wrong.event.type == "CHARGE_ACTION_REQUIRED"
    assert "data.paymentIntent.returnUrl" in wrong.event.message
    assert (await process(world, session, confirmationToken=token(world))).event.type == "CHARGE_SUCCESS"
    await world.settle()
    await world.assert_equal(session)


@pytest.mark.parametrize("asks_again", [True, False])
async def test_a_process_that_dies_while_it_confirms_takes_the_money_once_or_not_at_all(
    sqlite_url: str, asks_again: bool
) -> None:
    async with worst_day.opened(sqlite_url) as chaos:
        world, point, died = chaos.world, 0, True
        while died:
            point += 1
            shown = token(world)
            chaos.replica.points.die_at(point)
            session = await begin(world, confirmationToken=shown)
            died = chaos.replica.points.dead
            await chaos.start()
            world.clock.advance(40)  # the lease of the dead ends
            if asks_again:
                again = await process(world, session, confirmationToken=shown)
                assert again.event.type == "CHARGE_SUCCESS"
        await chaos.dust_settles()
        chaos.assert_true()
        paid = [one for one in world.saleor.transactions.values() if one.amounts.charged == 100]
        assert len(paid) == point if asks_again else 0 < len(paid) < point
        assert point > 10
