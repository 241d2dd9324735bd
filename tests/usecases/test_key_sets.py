import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from pytest_httpx import HTTPXMock

from saleor_stripe_app.domain.errors import Untrusted
from saleor_stripe_app.saleor.client import SaleorClient
from saleor_stripe_app.sandbox.stripe.api import Stripe
from saleor_stripe_app.sandbox.stripe.in_process import InProcessClient
from saleor_stripe_app.storage import installations
from saleor_stripe_app.storage.engine import Storage
from saleor_stripe_app.stripe_gateway.client import StripeConnections
from saleor_stripe_app.usecases.backends import Backends
from saleor_stripe_app.usecases.keys import BETWEEN_FETCHES, fresh_key_set
from tests.saleor import keys
from tests.storage.shop import URL, installation

KEY_SET_URL = "https://shop.example/.well-known/jwks.json"


class Clock:
    now = datetime(2026, 11, 24, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def backends(sqlite_storage: Storage, clock: Clock) -> AsyncIterator[Backends]:
    await installations.save(sqlite_storage, installation())
    async with StripeConnections(http_client=InProcessClient(Stripe())) as stripe:
        yield Backends(
            storage=sqlite_storage,
            stripe=stripe,
            saleor=SaleorClient(),
            app_url="https://app.example",
            app_id="saleor.app.payment.stripe",
            app_name="Stripe",
            allowed_saleor_urls=(),
            owner="test",
            clock=clock,
            wake=lambda: None,
        )


async def test_a_fresh_key_set_is_kept(backends: Backends, httpx_mock: HTTPXMock):
    httpx_mock.add_response(url=KEY_SET_URL, text=keys.key_set())
    fresh = await fresh_key_set(backends, installation())
    assert fresh.key_set == keys.key_set()
    kept = await installations.by_url(backends.storage, URL)
    assert kept is not None
    assert kept.key_set == keys.key_set()


async def test_all_who_ask_at_once_get_what_is_fetched_once(backends: Backends, httpx_mock: HTTPXMock):
    httpx_mock.add_response(url=KEY_SET_URL, text=keys.key_set())
    fresh = await asyncio.gather(*(fresh_key_set(backends, installation()) for _ in range(5)))
    assert {one.key_set for one in fresh} == {keys.key_set()}
    assert len(httpx_mock.get_requests()) == 1


async def test_strangers_cannot_have_it_fetched_at_will(backends: Backends, clock: Clock, httpx_mock: HTTPXMock):
    httpx_mock.add_response(url=KEY_SET_URL, text=keys.key_set(), is_reusable=True)
    known = await fresh_key_set(backends, installation())
    for _ in range(5):
        with pytest.raises(Untrusted, match="does not hold"):
            await fresh_key_set(backends, known)
    assert len(httpx_mock.get_requests()) == 1
    clock.now += BETWEEN_FETCHES - timedelta(milliseconds=1)
    with pytest.raises(Untrusted):
        await fresh_key_set(backends, known)
    clock.now += timedelta(milliseconds=1)
    await fresh_key_set(backends, known)
    assert len(httpx_mock.get_requests()) == 2


@pytest.mark.parametrize("answer", [{"status_code": 503}, {"text": '{"keys": []}'}, {"text": "nothing"}], ids=str)
async def test_a_key_set_that_cannot_be_had_proves_nothing(backends: Backends, httpx_mock: HTTPXMock, answer):
    httpx_mock.add_response(url=KEY_SET_URL, **answer)
    for _ in range(3):
        with pytest.raises(Untrusted):
            await fresh_key_set(backends, installation())
    assert len(httpx_mock.get_requests()) == 1
    kept = await installations.by_url(backends.storage, URL)
    assert kept == installation()
