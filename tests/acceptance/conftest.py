"""A fresh world for every test, on both databases."""

import os
from collections.abc import AsyncIterator

import pytest
from hypothesis import HealthCheck, settings

from tests.acceptance import chaos as worst_day
from tests.acceptance.chaos import Chaos
from tests.acceptance.world import World, opened

NO_CHECKS = {"deadline": None, "suppress_health_check": list(HealthCheck), "print_blob": True}

EXAMPLES = int(os.environ.get("EXAMPLES", "1000000"))
# The short run is the same every time, the long one never: HYPOTHESIS_PROFILE=chaos, as `make chaos` has it.
settings.register_profile("acceptance", derandomize=True, max_examples=20, stateful_step_count=25, **NO_CHECKS)
settings.register_profile("chaos", max_examples=EXAMPLES, stateful_step_count=40, **NO_CHECKS)


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[World]:
    """A shop with the app installed and Stripe's keys entered."""
    async with opened(database_url) as world:
        await world.install()
        await world.configure()
        yield world


@pytest.fixture
async def chaos(database_url: str) -> AsyncIterator[Chaos]:
    """A shop with the app, on both databases, whose processes may die."""
    async with worst_day.opened(database_url) as chaos:
        yield chaos
