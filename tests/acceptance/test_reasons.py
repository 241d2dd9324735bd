"""Why staff refund or cancel: what they say in Saleor stands at Stripe."""

from decimal import Decimal
from typing import Any

from saleor_stripe_app.sandbox.saleor import actions
from saleor_stripe_app.sandbox.saleor.purchases import complete_checkout, grant_refund, page_of
from saleor_stripe_app.sandbox.saleor.saleor import transaction_id
from saleor_stripe_app.sandbox.saleor.sessions import Session
from tests.acceptance.test_shop_day import authorized, charged
from tests.acceptance.world import World, opened


async def refund(world: World, session: Session, amount: str, **said: str) -> None:
    """Staff refund in Saleor's Dashboard and say why."""
    number = transaction_id(session.transaction)
    actions.request_action(world.saleor, number, "REFUND", by=world.staff, amount=Decimal(amount), **said)
    await world.served.courier.work()
    await world.settle()


def at_stripe(world: World, session: Session) -> dict[str, Any]:
    """The latest refund as a person sees it in Stripe's Dashboard."""
    listed = world.ask_stripe("GET", f"/v1/refunds?payment_intent={world.intent(session)}")
    latest: dict[str, Any] = listed["data"][0]
    return latest


async def test_a_refunds_reason_stands_at_stripe_in_the_words_of_staff(world: World) -> None:
    session = await charged(world)
    await refund(world, session, "40.00", refund_reason="The blue one arrived broken")
    refunded = at_stripe(world, session)
    assert refunded["metadata"]["saleor_refund_reason"] == "The blue one arrived broken"
    assert refunded["reason"] is None
    await world.assert_equal(session)


async def test_a_reason_that_is_one_of_stripes_is_told_as_that(world: World) -> None:
    session = await charged(world)
    await refund(world, session, "40.00", refund_reason="Duplicate")
    assert at_stripe(world, session)["reason"] == "duplicate"
    await world.assert_equal(session)


async def test_a_suspicion_of_fraud_puts_nobody_on_a_block_list(world: World) -> None:
    session = await charged(world)
    await refund(world, session, "40.00", refund_reason="Probably not fraudulent, but the shopper is worried")
    assert at_stripe(world, session)["reason"] is None


async def test_a_reason_chosen_from_the_shops_own_is_told_by_its_title(world: World) -> None:
    session = await charged(world)
    page = page_of(world.saleor, "Requested by customer")
    await refund(world, session, "40.00", refund_reason="wrong size", refund_reason_reference=page.id)
    refunded = at_stripe(world, session)
    assert refunded["reason"] == "requested_by_customer"
    assert refunded["metadata"]["saleor_refund_reason"] == "wrong size"
    assert refunded["metadata"]["saleor_refund_reason_reference"] == "Requested by customer"


async def test_what_a_refund_was_granted_for_stands_at_stripe(world: World) -> None:
    session = await charged(world)
    complete_checkout(world.saleor, world.saleor.source(session.transaction).token)
    page = page_of(world.saleor, "Lost parcel")
    granted = grant_refund(
        world.saleor, session.transaction, Decimal("25.00"), reason="never arrived", reason_reference=page
    )
    actions.request_granted_refund(world.saleor, granted, by=world.staff)
    await world.settle()
    refunded = at_stripe(world, session)
    assert refunded["amount"] == 2500
    assert refunded["metadata"]["saleor_refund_reason"] == "never arrived"
    assert refunded["metadata"]["saleor_refund_reason_reference"] == "Lost parcel"
    assert granted.status == "SUCCESS"
    await world.assert_equal(session)


async def test_two_refunds_for_different_reasons_are_two(world: World) -> None:
    session = await charged(world)
    await refund(world, session, "10.00", refund_reason="first parcel")
    await refund(world, session, "10.00", refund_reason="second parcel")
    payment, _ = await world.assert_equal(session)
    assert payment.refunded == 2000


async def test_a_saleor_without_reasons_to_choose_from_has_a_granted_refunds_text(database_url: str) -> None:
    async with opened(database_url, version="3.21") as world:
        await world.install()
        await world.configure()
        session = await charged(world)
        complete_checkout(world.saleor, world.saleor.source(session.transaction).token)
        granted = grant_refund(world.saleor, session.transaction, Decimal("25.00"), reason="Duplicate payment")
        actions.request_granted_refund(world.saleor, granted, by=world.staff)
        await world.settle()
        refunded = at_stripe(world, session)
        assert refunded["reason"] == "duplicate"
        assert refunded["metadata"]["saleor_refund_reason"] == "Duplicate payment"


async def test_a_cancel_is_at_the_wish_of_whoever_asked_for_it(world: World) -> None:
    session = await authorized(world)
    await world.act(session, "CANCEL")
    await world.settle()
    intent = world.ask_stripe("GET", f"/v1/payment_intents/{world.intent(session)}")
    assert (intent["status"], intent["cancellation_reason"]) == ("canceled", "requested_by_customer")
    await world.assert_equal(session)
