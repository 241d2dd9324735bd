"""A storefront is greeted though Stripe says nothing: a shopper can pay without what they saved."""

import asyncio
from dataclasses import replace

import pytest

from saleor_stripe_app.domain.requests import GatewayRequest, Source
from saleor_stripe_app.domain.shopper import Asker, Principal, User
from saleor_stripe_app.sandbox.stripe.in_process import InProcessClient
from saleor_stripe_app.stripe_gateway.client import StripeConnections
from saleor_stripe_app.usecases import customer_session
from saleor_stripe_app.usecases.backends import ANSWER_WITHIN
from saleor_stripe_app.usecases.gateway_initialize import gateway_initialize
from tests.acceptance.world import GATEWAY, World, opened

ADA = User("VXNlcjo3", "ada@shop.example")


class Silent(InProcessClient):
    """A Stripe that never answers some requests."""

    silent = ""

    async def request_async(self, method, url, headers, post_data=None):
        if self.silent in url:
            await asyncio.Event().wait()
        return await super().request_async(method, url, headers, post_data)


@pytest.fixture
async def world(sqlite_url: str):
    async with opened(sqlite_url) as world:
        await world.install()
        await world.configure()
        yield world


@pytest.mark.parametrize("silent", ["/v1/customers", "/v1/customer_sessions"])
async def test_a_shopper_is_greeted_without_what_they_saved(
    world: World, monkeypatch: pytest.MonkeyPatch, silent: str
) -> None:
    assert ANSWER_WITHIN.total_seconds() > customer_session.SECONDS
    monkeypatch.setattr(customer_session, "SECONDS", 0.01)
    http = Silent(world.stripe, world.clock.seconds)
    http.silent = silent
    channel = world.saleor.channel("default-channel")
    request = GatewayRequest(
        app_id=GATEWAY,
        version=(3, 24),
        source=Source("Checkout", "Q2hlY2tvdXQ6MQ==", channel.id, channel.slug),
        data={"customerSession": True},
        user=ADA,
        principal=Principal(Asker.USER, ADA.id),
    )
    assert world.installation is not None
    backends = replace(world.backends, stripe=StripeConnections(http_client=http))
    told = await gateway_initialize(backends, world.installation, request)
    assert told["stripePublishableKey"] == world.account.publishable_key
    assert "customerSessionClientSecret" not in told
