"""Money at Stripe that names this Saleor and is not shown by it: told by the daily comparison, once."""

from typing import Any

from saleor_stripe_app.domain import metadata
from saleor_stripe_app.usecases.check_up import EVERY, check_up
from saleor_stripe_app.usecases.schedule import compare_due
from tests.acceptance.test_app_problems import shown
from tests.acceptance.world import GATEWAY, World

CAUSE = "orphaned-charge"
DAY = 86400


def orphan(world: World) -> str:
    """A payment of a transaction that Saleor lost, as where its backup was restored."""
    marks = metadata.of_transaction(
        saleor_api_url=world.saleor.api_url,
        app_id=GATEWAY,
        transaction_id="VHJhbnNhY3Rpb25JdGVtOjE=",
        source_id="Q2hlY2tvdXQ6MQ==",
        source_type="Checkout",
    )
    form = {"amount": "5000", "currency": "usd", "confirm": "true", "payment_method": "pm_card_visa"}
    form |= {"automatic_payment_methods[enabled]": "true", "automatic_payment_methods[allow_redirects]": "never"}
    made: Any = world.ask_stripe(
        "POST", "/v1/payment_intents", form | {f"metadata[{key}]": value for key, value in marks.items()}
    )
    assert made["status"] == "succeeded"
    return str(made["id"])


async def checked_up(world: World) -> None:
    world.clock.advance(EVERY.total_seconds())
    assert world.installation is not None
    await check_up(world.backends, world.installation)


async def test_an_orphan_is_told_by_the_daily_comparison_and_taken_back_when_it_is_refunded(world: World) -> None:
    intent = orphan(world)
    assert await compare_due(world.backends) == 1
    (problem,) = shown(world, CAUSE)
    assert problem.is_critical
    assert intent in problem.message
    await checked_up(world)
    assert shown(world, CAUSE) == [problem]
    world.hands.refund(intent, world.clock.seconds())
    await checked_up(world)
    assert shown(world, CAUSE) == []


async def test_an_orphan_is_told_once_and_a_refunded_one_is_none(world: World) -> None:
    told, refunded = orphan(world), orphan(world)
    world.hands.refund(refunded, world.clock.seconds())
    for _ in range(2):
        await compare_due(world.backends)
        world.clock.advance(DAY)
    (problem,) = shown(world, CAUSE)
    assert told in problem.message
    assert problem.count == 1
