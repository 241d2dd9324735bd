"""A fresh world for every test, on both databases."""

from collections.abc import AsyncIterator

import pytest

from tests.acceptance.world import World, opened


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[World]:
    """A shop with the app installed and Stripe's keys entered."""
    async with opened(database_url) as world:
        await world.install()
        await world.configure()
        yield world
