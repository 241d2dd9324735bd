"""Several replicas on one database."""

from collections.abc import AsyncIterator

import pytest

from saleor_stripe_app.storage.engine import Storage, open_storage
from saleor_stripe_app.storage.sealed import KeyRing


@pytest.fixture
async def replicas(database_url: str, keys: KeyRing) -> AsyncIterator[tuple[Storage, Storage]]:
    """Two processes' worth of connections to one database."""
    first, second = open_storage(database_url, keys), open_storage(database_url, keys)
    yield first, second
    await first.close()
    await second.close()
