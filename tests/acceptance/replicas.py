"""Processes of the app that may die or stand still at any of their calls out: Stripe, Saleor, the database."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import httpx
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from saleor_stripe_app.app import create_app, open_backends
from saleor_stripe_app.saleor.client import SaleorClient
from saleor_stripe_app.sandbox.stripe.api import Stripe
from saleor_stripe_app.sandbox.stripe.in_process import InProcessClient
from saleor_stripe_app.settings import Settings
from saleor_stripe_app.storage.engine import Storage
from saleor_stripe_app.stripe_gateway.client import StripeConnections
from saleor_stripe_app.usecases.backends import Backends
from tests.acceptance.world import Clock


class ProcessDied(BaseException):
    """The end of a process in the middle of its work: no handler and no clean-up gets anything done after it."""


class Points:
    """Every point before and after a call out. Strikes at one of them if it is armed; a dead process passes none."""

    def __init__(self) -> None:
        self.dead = False
        self.passed = 0
        self._left = 0
        self._strike: Callable[[], Awaitable[None]] | None = None

    def die_at(self, point: int) -> None:
        """Die at the point of this number from now, counted from 1."""

        async def die() -> None:
            self.dead = True

        self.strike_at(point, die)

    def strike_at(self, point: int, strike: Callable[[], Awaitable[None]]) -> None:
        """Let something happen at a point while the process stands still there."""
        self._left, self._strike = point, strike

    def die_once(self, condition: Callable[[], bool]) -> None:
        """Die at the first point where the condition holds."""

        async def look() -> None:
            self.dead = condition()
            if not self.dead:
                self.strike_at(1, look)

        self.strike_at(1, look)

    def disarm(self) -> None:
        """Let nothing happen."""
        self._strike = None

    async def __call__(self) -> None:
        """Pass a point. Raises ProcessDied."""
        self.passed += 1
        if self._strike is not None:
            self._left -= 1
            if self._left <= 0:
                strike, self._strike = self._strike, None
                await strike()
        if self.dead:
            raise ProcessDied


class _Stripe(InProcessClient):
    def __init__(self, server: Stripe, clock: Clock, points: Points) -> None:
        super().__init__(server, clock.seconds)
        self._points = points
        self.hangs: Callable[[str], bool] = lambda _: False

    async def request_async(
        self, method: str, url: str, headers: Mapping[str, str], post_data: str | bytes | None = None
    ) -> tuple[bytes, int, Mapping[str, str]]:
        await self._points()
        if self.hangs(url):
            await asyncio.Event().wait()
        answer = await super().request_async(method, url, headers, post_data)
        await self._points()
        return answer


class _Saleor(SaleorClient):
    def __init__(self, points: Points) -> None:
        super().__init__()
        self._points = points

    async def execute(self, access: Any, name: str, variables: Mapping[str, object], result: Any) -> Any:
        await self._points()
        answer = await super().execute(access, name, variables, result)
        await self._points()
        return answer


@dataclass(frozen=True)
class _Storage(Storage):
    points: Points

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        await self.points()
        async with Storage.begin(self) as connection:
            yield connection
        await self.points()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        await self.points()
        async with Storage.read(self) as connection:
            yield connection


class Replica:
    """One process of the app. What it keeps in memory ends with it; the database outlives it."""

    def __init__(
        self, backends: Backends, app: ASGIApp, points: Points, stripe: _Stripe, stack: AsyncExitStack
    ) -> None:
        self.backends = backends
        self.points = points
        self.stalls = 0
        self._app = app
        self._stripe = stripe
        self._stack = stack

    @classmethod
    async def start(cls, settings: Settings, stripe: Stripe, clock: Clock) -> "Replica":
        """A process with nothing in memory."""
        points, stack = Points(), AsyncExitStack()
        client = _Stripe(stripe, clock, points)
        connections = StripeConnections(http_client=client, now=clock.seconds)
        opened = await stack.enter_async_context(open_backends(settings, clock=clock, connections=connections))
        saleor = _Saleor(points)
        stack.push_async_callback(saleor.close)
        storage = _Storage(opened.storage.engine, opened.storage.reading, opened.storage.keys, points)
        backends = replace(opened, storage=storage, saleor=saleor, sleep=clock.sleep)
        return cls(backends, create_app(backends, settings), points, client, stack)

    def hang(self, which: Callable[[str], bool]) -> None:
        """Let requests to Stripe whose URL is such stay without an answer for ever."""
        self._stripe.hangs = which

    async def stop(self) -> None:
        """Take the process away, wherever it stands."""
        self.points.dead = True
        await self._stack.aclose()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A request. One that is dead, or dies over it, breaks the connection; of one that stalls nobody waits for."""
        if self.points.dead:
            raise httpx.ConnectError("connection refused")
        stalls = self.stalls
        try:
            await self._app(scope, receive, send)
        except ProcessDied as died:
            raise httpx.ReadError("the connection was lost") from died
        if stalls != self.stalls:
            raise httpx.ReadTimeout("the client has given up")
