"""The comparison of the ledgers proves of divided payments that charge = vendors + platform + what went back."""

from dataclasses import replace

from saleor_stripe_app.domain.marketplace.policy import Otherwise, Policy, Shipping
from saleor_stripe_app.sandbox.saleor.saleor import transaction_id
from saleor_stripe_app.storage import splits
from saleor_stripe_app.usecases.comparison_table import comparison_table
from saleor_stripe_app.usecases.reconcile import Reconciled
from saleor_stripe_app.usecases.run_reconciliation import run_reconciliation
from tests.acceptance.marketplace import goods, opened
from tests.acceptance.world import World


async def compared(world: World) -> Reconciled:
    assert world.installation is not None
    return await run_reconciliation(world.backends, world.installation)


async def test_every_divided_payment_is_proven_to_the_cent(world: World) -> None:
    market = await opened(world, "anna", "bert", policy=Policy(shipping=Shipping.PLATFORM))
    world.hands.set_balance(world.account.id, world.clock.seconds(), 50_000, "usd")
    await market.buy(goods("anna", "20.01", 3), goods("bert", "33.33"), goods(None, "7.77"), shipping="5")
    refunded, order = await market.buy(goods("anna", "20.00", 2), goods("bert", "30.00"))
    await market.refund_lines(refunded, "20.00", (order.contents[0], 1))
    won, _ = await market.buy(goods("anna", "20.00"), goods("bert", "30.00"))
    dispute = world.hands.dispute(world.intent(won), world.clock.seconds())
    await world.settle()
    world.hands.decide(dispute.id, world.clock.seconds(), won=True)
    lost, _ = await market.buy(goods("anna", "20.00"), goods("bert", "30.00"))
    gone = world.hands.dispute(world.intent(lost), world.clock.seconds())
    world.hands.decide(gone.id, world.clock.seconds(), won=False)
    own, _ = await market.buy(goods(None, "9.00"))
    await world.act(own, "REFUND", "4.00")
    undivided = await world.begin("20.00")
    await world.pay(undivided)
    await world.process(undivided)
    await world.settle()
    done = await compared(world)
    assert done.different == ()
    assert (done.looked, done.divided, done.equal) == (6, 5, True)
    assert "5: charge = vendors + platform" in comparison_table({world.saleor.api_url: done})


async def test_what_waits_and_what_is_owed_is_part_of_the_proof(world: World) -> None:
    market = await opened(world, policy=Policy(unpayable_vendor=Otherwise.HOLD))
    await market.vendor("bert", able=False)
    account = await market.vendor("anna", losses="stripe")
    await market.buy(goods("bert", "30.00"))
    session, _ = await market.buy(goods("anna", "20.00"))
    world.hands.settle_balance(account, world.clock.seconds())
    world.hands.set_balance(account, world.clock.seconds(), 0, "usd")
    await world.act(session, "REFUND")
    await world.settle()
    done = await compared(world)
    assert done.different == ()
    assert done.divided == 2


async def test_what_was_moved_by_hand_at_stripe_is_seen_and_proven(world: World) -> None:
    market = await opened(world, "anna")
    await market.buy(goods("anna", "20.00"))
    world.hands.set_balance(world.account.id, world.clock.seconds(), 50_000, "usd")
    (transfer,) = market.transfers()
    world.ask_stripe("POST", f"/v1/transfers/{transfer.id}/reversals", {"amount": "500"})
    done = await compared(world)
    assert (done.different, done.divided) == ((), 1)
    assert market.has() == {"anna": 1800}


async def test_a_transfer_of_the_payments_group_to_a_stranger_is_a_difference(world: World) -> None:
    market = await opened(world, "anna")
    session, _ = await market.buy(goods("anna", "20.00"))
    world.hands.set_balance(world.account.id, world.clock.seconds(), 50_000, "usd")
    (transfer,) = market.transfers()
    form = {
        "amount": "700",
        "currency": "usd",
        "destination": _another_account(world),
        "transfer_group": str(transfer.transfer_group),
    }
    made = world.ask_stripe("POST", "/v1/transfers", form)
    done = await compared(world)
    assert not done.equal
    ((transaction, why),) = done.different
    assert transaction == transaction_id(session.transaction)
    assert why == f"{made['id']} went to an account of no vendor, or of several"


def _another_account(world: World) -> str:
    """Connected to the platform, and no vendor's."""
    form = {
        "country": "US",
        "capabilities[transfers][requested]": "true",
        "controller[losses][payments]": "application",
        "controller[fees][payer]": "application",
        "controller[stripe_dashboard][type]": "express",
    }
    account = str(world.ask_stripe("POST", "/v1/accounts", form)["id"])
    world.hands.finish_onboarding(account, world.clock.seconds())
    return account


async def test_books_that_do_not_add_up_are_a_difference_until_they_do(world: World) -> None:
    market = await opened(world, "anna", policy=Policy(unpayable_vendor=Otherwise.HOLD))
    session, _ = await market.buy(goods("anna", "20.00"))
    split = await market.split(session)
    assert split.allocation
    forged = replace(split, allocation=replace(split.allocation, platform=split.allocation.platform + 1))
    assert await splits.replace(world.backends.storage, forged, split.version)
    done = await compared(world)
    assert done.different == (
        (transaction_id(session.transaction), "shares and platform come to 20.01 USD of 20.00 USD"),
    )
    assert await splits.replace(world.backends.storage, split, split.version)
    world.clock.advance(3600)
    assert (await compared(world)).equal
