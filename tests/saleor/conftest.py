from collections.abc import AsyncIterator

import pytest

from saleor_stripe_app.saleor.client import SaleorClient
from tests.saleor.loopback import Loopback, running


@pytest.fixture
async def saleor() -> AsyncIterator[Loopback]:
    """A Saleor that answers what it is told to."""
    async with running() as loopback:
        yield loopback


@pytest.fixture
async def client() -> AsyncIterator[SaleorClient]:
    """The client under test, closed afterwards."""
    opened = SaleorClient(timeout=5)
    yield opened
    await opened.close()
