"""A client whose requests are recorded and validated against Stripe's API description."""

from collections.abc import AsyncIterator

import pytest
import stripe

from saleor_stripe_app.stripe_gateway.client import StripeConnections
from tests.stripe_gateway.recorded_wire import Wire

SECRET_KEY = "sk_test_51Nm3yLqKzv0Qw2Er8TyU"


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
async def connections(wire: Wire) -> AsyncIterator[StripeConnections]:
    async with StripeConnections(http_client=wire) as connections:
        yield connections
    assert wire.problems == []
    assert wire.nothing_is_queued()


@pytest.fixture
def client(connections: StripeConnections) -> stripe.StripeClient:
    return connections.client(SECRET_KEY)
