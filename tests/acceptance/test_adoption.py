"""Payments that another app with this identifier began, or this app before its database was lost."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import delete

from saleor_stripe_app.sandbox.saleor.saleor import transaction_id
from saleor_stripe_app.storage import configurations, tables
from saleor_stripe_app.usecases.reconcile import reconcile
from saleor_stripe_app.usecases.sweep import sweep
from tests.acceptance.test_shop_day import charged
from tests.acceptance.world import World


async def forget(world: World) -> None:
    """Lose what the app keeps of payments: a restored backup, or the official app's payments."""
    async with world.backends.storage.begin() as connection:
        for table in (tables.operations, tables.leases, tables.due, tables.refused, tables.transactions):
            await connection.execute(delete(table))


async def test_a_refund_in_stripes_dashboard_of_a_forgotten_payment_is_told(world: World) -> None:
    session = await charged(world)
    await forget(world)
    world.hands.refund(world.intent(session), world.clock.seconds(), 3000)
    await world.settle()
    payment, _ = await world.assert_equal(session)
    assert payment.refunded == 3000


async def test_staff_refund_a_forgotten_payment(world: World) -> None:
    session = await charged(world)
    await forget(world)
    await world.act(session, "REFUND", "25.00")
    assert session.transaction.events[-1].type == "REFUND_SUCCESS"
    await world.settle()
    await world.assert_equal(session)


async def test_an_open_payment_of_the_official_app_is_processed(world: World) -> None:
    session = await world.begin("40.00")
    await forget(world)
    await world.pay(session)
    assert (await world.process(session)).event.type == "CHARGE_SUCCESS"
    await world.settle()
    await world.assert_equal(session)


async def test_reconcile_adopts_what_only_the_two_ledgers_know(world: World) -> None:
    session = await charged(world)
    world.hands.refund(world.intent(session), world.clock.seconds(), 3000)
    world.stripe.pending_deliveries(world.clock.seconds())
    await forget(world)
    assert world.installation is not None
    done = await reconcile(world.backends, world.installation, world.clock() - timedelta(days=1))
    assert (done.adopted, done.looked, done.equal) == (1, 1, True)
    payment, _ = await world.assert_equal(session)
    assert payment.refunded == 3000


async def test_an_intent_that_saleor_does_not_show_is_not_adopted(world: World) -> None:
    """Whoever may write to the Stripe account may write any metadata."""
    session = await charged(world)
    forged = world.ask_stripe(
        "POST",
        "/v1/payment_intents",
        {
            "amount": "5000",
            "currency": "usd",
            "automatic_payment_methods[enabled]": "true",
            "automatic_payment_methods[allow_redirects]": "never",
            "confirm": "true",
            "payment_method": "pm_card_visa",
            "metadata[saleor_transaction_id]": transaction_id(session.transaction),
            "metadata[saleor_api_url]": world.saleor.api_url,
        },
    )
    assert forged["status"] == "succeeded"
    await world.settle()
    async with world.backends.storage.read() as connection:
        found = (await connection.execute(tables.transactions.select())).all()
    assert [row.payment_intent_id for row in found] == [world.intent(session)]


async def test_a_moved_channel_does_not_orphan_a_payment(world: World) -> None:
    session = await charged(world)
    await world.unassign("default-channel")
    await world.act(session, "REFUND", "10.00")
    assert session.transaction.events[-1].type == "REFUND_SUCCESS"
    await world.settle()
    await world.assert_equal(session)


async def test_a_payment_whose_keys_were_deleted_is_refused_with_what_to_do(world: World) -> None:
    session = await charged(world)
    configuration = world.configuration
    assert configuration is not None
    await configurations.update(world.backends.storage, replace(configuration, secret_key=""))
    await world.act(session, "REFUND", "10.00")
    newest = session.transaction.events[-1]
    assert newest.type == "REFUND_FAILURE"
    assert "Stripe's Dashboard" in newest.message
    world.clock.advance(60)
    await sweep(world.backends)
