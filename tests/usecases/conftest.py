"""A shop that installed the app and entered no keys yet, on both databases."""

from collections.abc import AsyncIterator

import pytest

from tests.acceptance.world import World, opened


@pytest.fixture
async def shop(database_url: str) -> AsyncIterator[World]:
    """The app between the two stand-ins, installed."""
    async with opened(database_url) as world:
        await world.install()
        yield world
