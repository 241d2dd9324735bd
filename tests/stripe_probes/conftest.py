"""Each probe runs twice: against the stand-in, always, and against Stripe itself, where there is a test key."""

import os
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from saleor_stripe_app.sandbox.stripe.api import Stripe
from saleor_stripe_app.sandbox.stripe.in_process import InProcessClient
from saleor_stripe_app.stripe_gateway.client import StripeConnections
from saleor_stripe_app.stripe_gateway.permissions import NEEDED
from tests.stripe_probes import live
from tests.stripe_probes.till import Till

NOW = datetime(2026, 10, 9, 12, tzinfo=UTC)
CLOCKS_DIFFER_BY = 300  # seconds, at most, between this machine and Stripe
AT_STRIPE = pytest.param(
    "stripe",
    marks=[
        pytest.mark.stripe_live,
        # Notices that Stripe sends to developers arrive as warnings, and say nothing of what is probed.
        pytest.mark.filterwarnings("default::UserWarning"),
    ],
)


@pytest.fixture
def stand_in() -> Stripe:
    return Stripe()


@pytest.fixture(scope="session")
def pace() -> live.Pace:
    return live.Pace()


@pytest.fixture
async def till_at_the_stand_in(stand_in: Stripe) -> AsyncIterator[Till]:
    """A till where only the stand-in can be probed."""
    merchant = stand_in.create_account()
    http_client = InProcessClient(stand_in, clock=lambda: int(NOW.timestamp()))
    async with StripeConnections(http_client=http_client) as connections:
        till = Till(
            connections,
            merchant.secret_key,
            NOW,
            at_stripe=False,
            restricted_key=stand_in.create_key(merchant.id, permissions=set(NEEDED)).value,
            publishable_key=merchant.publishable_key,
            findings=stand_in.findings,
        )
        yield till
        assert await till.put_away() == []
    assert [str(finding) for finding in till.findings] == []


@pytest.fixture
async def till_at_stripe(pace: live.Pace) -> AsyncIterator[Till]:
    """A till at Stripe itself. A key of live mode fails, and is not used."""
    try:
        key = live.key_of_test_mode(live.KEY, os.environ)
        publishable_key = live.key_of_test_mode(live.PUBLISHABLE_KEY, os.environ)
    except ValueError as error:
        pytest.fail(str(error), pytrace=False)
    if key is None:
        pytest.skip(live.MISSING)
    async with live.connections(pace) as connections:
        till = Till(
            connections,
            key,
            datetime.fromtimestamp(time.time() - CLOCKS_DIFFER_BY, UTC),
            at_stripe=True,
            restricted_key=key if key.startswith("rk_") else None,
            publishable_key=publishable_key,
        )
        yield till
        assert await till.put_away() == []


@pytest.fixture(params=["stand-in", AT_STRIPE])
def till(request: pytest.FixtureRequest) -> Till:
    name = "till_at_stripe" if request.param == "stripe" else "till_at_the_stand_in"
    opened: Till = request.getfixturevalue(name)
    return opened
