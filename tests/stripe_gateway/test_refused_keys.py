"""A key that Stripe keeps refusing: asked with once a minute, until it works."""

from collections.abc import AsyncIterator

import pytest

from saleor_stripe_app.domain import plan
from saleor_stripe_app.domain.errors import Declined
from saleor_stripe_app.stripe_gateway import payment_intents, payments
from saleor_stripe_app.stripe_gateway.client import StripeConnections
from saleor_stripe_app.stripe_gateway.refused_keys import PAUSE_SECONDS, REFUSALS
from tests.stripe_gateway.recorded_wire import Wire
from tests.stripe_gateway.stripe_objects import an_intent


class Seconds:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
async def connections(wire: Wire, seconds: Seconds) -> AsyncIterator[StripeConnections]:
    async with StripeConnections(http_client=wire, now=seconds) as connections:
        yield connections
    assert wire.nothing_is_queued()


async def refused(wire: Wire, connections: StripeConnections, times: int, *, asked: bool = True) -> None:
    """Ask `times` times with a key that does not work; `asked` says that Stripe hears of it."""
    for _ in range(times):
        if asked:
            wire.fail(401, message="Expired API Key provided: sk_test_1", code="api_key_expired")
        with pytest.raises(Declined, match="expired") as refusal:
            await payments.read(connections.client("sk_test_1"), "pi_1")
        assert refusal.value.status == 401


async def test_a_key_that_is_refused_again_and_again_is_tried_once_a_minute(
    wire: Wire, connections: StripeConnections, seconds: Seconds
) -> None:
    await refused(wire, connections, REFUSALS)
    await refused(wire, connections, 50, asked=False)
    assert len(wire.sent) == REFUSALS
    for _ in range(3):
        seconds.now += PAUSE_SECONDS
        await refused(wire, connections, 1)
        await refused(wire, connections, 50, asked=False)
    assert len(wire.sent) == REFUSALS + 3


async def test_a_key_that_works_again_is_used_again(
    wire: Wire, connections: StripeConnections, seconds: Seconds
) -> None:
    await refused(wire, connections, REFUSALS)
    seconds.now += PAUSE_SECONDS
    for _ in range(3):
        wire.answer(an_intent())
        assert await payments.read(connections.client("sk_test_1"), "pi_1") is not None


async def test_the_refusal_of_one_key_is_not_that_of_another(wire: Wire, connections: StripeConnections) -> None:
    await refused(wire, connections, REFUSALS)
    wire.answer(an_intent())
    assert await payments.read(connections.client("sk_test_2"), "pi_1") is not None


async def test_single_refusals_between_answers_stop_nothing(wire: Wire, connections: StripeConnections) -> None:
    for _ in range(REFUSALS):
        await refused(wire, connections, REFUSALS - 1)
        wire.answer(an_intent())
        assert await payments.read(connections.client("sk_test_1"), "pi_1") is not None


async def test_a_permission_that_is_missing_is_no_refused_key(wire: Wire, connections: StripeConnections) -> None:
    for number in range(REFUSALS + 5):
        wire.fail(403, message="The provided key does not have the required permissions for this endpoint.")
        with pytest.raises(Declined):
            await payment_intents.cancel(
                connections.client("sk_test_1"), "pi_1", plan.cancel_parameters(), f"key-{number}"
            )
    assert len(wire.sent) == REFUSALS + 5
