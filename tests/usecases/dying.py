"""A process that dies at its nth step: from then on neither the database nor Stripe hears anything more of it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

import stripe
from sqlalchemy.ext.asyncio import AsyncConnection

from saleor_stripe_app.sandbox.stripe.in_process import InProcessClient
from saleor_stripe_app.storage.engine import Storage
from saleor_stripe_app.stripe_gateway.client import StripeConnections
from saleor_stripe_app.usecases.backends import Backends
from tests.acceptance.world import World


class Died(BaseException):
    """The end of the process: nothing catches it, and what is done on the way out reaches nobody."""


@dataclass
class Life:
    """Counts steps: each SQL transaction, and each request to Stripe, which may die before or after its work."""

    steps: int
    dead: bool = False

    def step(self) -> None:
        self.steps -= 1
        if self.steps < 0:
            self.dead = True
        if self.dead:
            raise Died


class MortalStorage(Storage):
    """The same database, for a process that dies before a transaction or before its commit."""

    __slots__ = ("life",)
    life: Life

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        self.life.step()
        async with super().begin() as connection:
            yield connection
            self.life.step()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        self.life.step()
        async with super().read() as connection:
            yield connection


class MortalClient(InProcessClient):
    """The same Stripe, for a process that dies before a request, or before it has the answer."""

    life: Life

    async def request_async(self, method, url, headers, post_data=None):
        self.life.step()
        answer = await super().request_async(method, url, headers, post_data)
        self.life.step()
        return answer


async def dies(world: World, steps: int, story: Callable[[Backends], Awaitable[object]]) -> bool:
    """Let a process tell the story until it dies at that step; False if it came to the end before."""
    life = Life(steps)
    alive = world.backends.storage
    storage = MortalStorage(alive.engine, alive.reading, alive.keys)
    object.__setattr__(storage, "life", life)
    http = MortalClient(world.stripe, world.clock.seconds)
    http.life = life
    connections: StripeConnections = StripeConnections(http_client=http)
    assert isinstance(http, stripe.HTTPClient)
    try:
        await story(replace(world.backends, storage=storage, stripe=connections))
    except Died:
        return True
    return False
