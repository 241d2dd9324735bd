"""Banks that dispute, and Radar that asks: Saleor's ledger says what the merchant holds, and staff what to do."""

from decimal import Decimal

from saleor_stripe_app.domain.transaction import Action
from saleor_stripe_app.sandbox.saleor.sessions import Session
from tests.acceptance.test_shop_day import charged, types
from tests.acceptance.world import World


async def shown(world: World, session: Session) -> tuple[Decimal, Decimal, bool]:
    """Charged and refunded as Saleor shows them, and whether a refund is offered, once both ledgers agree."""
    await world.settle()
    _, transaction = await world.assert_equal(session)
    return transaction.amounts.charged, transaction.amounts.refunded, Action.REFUND in transaction.actions


def words(session: Session) -> list[str]:
    return [event.message for event in session.transaction.events if event.type == "INFO"]


def booked(world: World, session: Session) -> int:
    """What Stripe's balance says that the merchant holds, without the app."""
    found = world.hands.ledger(world.account.id)
    return next(entry.charged for entry in found if entry.payment_intent == world.intent(session))


async def test_a_dispute_takes_the_money_and_the_offer_of_a_refund(world: World) -> None:
    session = await charged(world)
    world.hands.dispute(world.intent(session), world.clock.seconds())
    assert await shown(world, session) == (Decimal(0), Decimal(0), False)
    assert booked(world, session) == 0
    [back] = [event for event in session.transaction.events if event.type == "CHARGE_BACK"]
    assert back.psp_reference is not None
    assert back.psp_reference.startswith("txn_")
    [told] = words(session)
    assert told.startswith("Disputed: 100.00 USD (fraudulent). Answer in Stripe's Dashboard by 2026-12-01")
    info = session.transaction.events[-1]
    assert info.external_url is not None
    assert info.external_url.startswith("https://dashboard.stripe.com/test/disputes/du_")


async def test_a_card_that_is_made_for_it_is_disputed_at_once(world: World) -> None:
    session = await charged(world, method="pm_card_createDispute")
    assert await shown(world, session) == (Decimal(0), Decimal(0), False)


async def test_a_dispute_that_is_won_gives_all_of_it_back(world: World) -> None:
    session = await charged(world)
    dispute = world.hands.dispute(world.intent(session), world.clock.seconds())
    await world.settle()
    world.hands.answer_dispute(dispute.id, world.clock.seconds())
    assert await shown(world, session) == (Decimal(0), Decimal(0), False)
    world.hands.decide(dispute.id, world.clock.seconds(), won=True)
    assert await shown(world, session) == (Decimal(100), Decimal(0), True)
    assert "REFUND_REVERSE" not in types(session)
    assert words(session)[-1] == "Dispute of 100.00 USD (fraudulent) won"
    await world.act(session, "REFUND", "40.00")
    assert await shown(world, session) == (Decimal(60), Decimal(40), True)


async def test_a_dispute_that_is_won_in_part_gives_the_part_back(world: World) -> None:
    session = await charged(world)
    dispute = world.hands.dispute(world.intent(session), world.clock.seconds())
    world.hands.decide(dispute.id, world.clock.seconds(), won=True, amount=2500)
    assert await shown(world, session) == (Decimal(25), Decimal(0), True)


async def test_a_dispute_that_is_lost_leaves_nothing_to_refund(world: World) -> None:
    session = await charged(world)
    dispute = world.hands.dispute(world.intent(session), world.clock.seconds(), 6000, reason="product_not_received")
    world.hands.decide(dispute.id, world.clock.seconds(), won=False)
    assert await shown(world, session) == (Decimal(40), Decimal(0), False)
    assert words(session)[-1] == "Dispute of 60.00 USD (product not received) lost"


async def test_an_inquiry_moves_nothing_and_may_be_refunded(world: World) -> None:
    session = await charged(world)
    inquiry = world.hands.dispute(world.intent(session), world.clock.seconds(), inquiry=True)
    assert await shown(world, session) == (Decimal(100), Decimal(0), True)
    world.hands.decide(inquiry.id, world.clock.seconds(), won=True)
    assert await shown(world, session) == (Decimal(100), Decimal(0), True)
    assert "CHARGE_BACK" not in types(session)
    assert [told.split(" about ")[0] for told in words(session)] == ["Inquiry", "Inquiry"]
    await world.act(session, "REFUND")
    assert await shown(world, session) == (Decimal(0), Decimal(100), False)


async def test_an_inquiry_that_becomes_a_dispute_takes_the_money(world: World) -> None:
    session = await charged(world)
    inquiry = world.hands.dispute(world.intent(session), world.clock.seconds(), 3000, inquiry=True)
    await world.settle()
    world.hands.escalate(inquiry.id, world.clock.seconds())
    assert await shown(world, session) == (Decimal(70), Decimal(0), False)


async def test_after_a_refund_in_part_the_rest_is_disputed(world: World) -> None:
    session = await charged(world)
    await world.act(session, "REFUND", "30.00")
    dispute = world.hands.dispute(world.intent(session), world.clock.seconds())
    assert await shown(world, session) == (Decimal(0), Decimal(30), False)
    world.hands.decide(dispute.id, world.clock.seconds(), won=True)
    assert await shown(world, session) == (Decimal(70), Decimal(30), True)


async def test_money_that_is_gone_twice_is_booked_below_zero(world: World) -> None:
    """A refund under way when the bank takes back the whole; it comes back later."""
    session = await charged(world, method="pm_card_pendingRefund")
    intent, now = world.intent(session), world.clock.seconds()
    inquiry = world.hands.dispute(intent, now, inquiry=True)
    refund = world.hands.refund(intent, now, 3000)
    world.hands.escalate(inquiry.id, now)
    await world.settle()
    _, transaction = await world.assert_equal(session)
    assert transaction.amounts.charged == Decimal(-30)
    world.hands.fail_refund(refund.id, world.clock.seconds())
    assert await shown(world, session) == (Decimal(0), Decimal(0), False)


async def test_a_refund_that_staff_ask_for_during_a_dispute_is_refused_and_changes_nothing(world: World) -> None:
    session = await charged(world)
    world.hands.dispute(world.intent(session), world.clock.seconds(), 6000)
    await world.settle()
    await world.act(session, "REFUND", "10.00")
    assert await shown(world, session) == (Decimal(40), Decimal(0), False)
    assert "REFUND_FAILURE" in types(session)


async def test_a_review_is_told_when_it_begins_and_when_it_ends(world: World) -> None:
    session = await charged(world)
    review = world.hands.review(world.intent(session), world.clock.seconds())
    await world.settle()
    world.hands.close_review(review.id, world.clock.seconds())
    assert await shown(world, session) == (Decimal(100), Decimal(0), True)
    opened, closed = words(session)
    assert opened.startswith("Held for review by a rule of Radar: approve or refund it")
    assert closed == "Review closed: approved"


async def test_looking_again_tells_nothing_twice(world: World) -> None:
    session = await charged(world)
    dispute = world.hands.dispute(world.intent(session), world.clock.seconds())
    world.hands.review(world.intent(session), world.clock.seconds())
    await world.settle()
    before = types(session)
    world.hands.answer_dispute(dispute.id, world.clock.seconds())
    await world.settle()
    assert types(session) == [*before, "INFO"]
