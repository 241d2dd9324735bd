"""The stand-in on a real socket: beside a test, for a demo, or for a storefront's developer."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from random import SystemRandom

import httpx
import uvicorn

from saleor_stripe_app.sandbox.door import Door, listener
from saleor_stripe_app.sandbox.saleor.asgi import application
from saleor_stripe_app.sandbox.saleor.courier import Courier
from saleor_stripe_app.sandbox.saleor.faults import Faults
from saleor_stripe_app.sandbox.saleor.saleor import Saleor
from saleor_stripe_app.sandbox.saleor.signing import SigningKey

LOOPBACK = "127.0.0.1"
_IDLE = 0.2
"""Seconds between two looks at the jobs."""


class Running:
    """A stand-in that is being served."""

    def __init__(self, courier: Courier, opened: socket.socket) -> None:
        self.courier = courier
        self.host, self.port = opened.getsockname()[:2]
        self._listener: socket.socket | None = opened
        self._server: Door | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def base_url(self) -> str:
        return f"http://{self.host}:{self.port}"

    @property
    def api_url(self) -> str:
        return f"{self.base_url}/graphql/"

    @property
    def saleor(self) -> Saleor:
        return self.courier.saleor

    async def start(self) -> None:
        opened = self._listener or listener(self.host, self.port)
        self._listener = None
        config = uvicorn.Config(
            application(self.courier),
            log_config=None,
            log_level="critical",
            access_log=False,
            lifespan="off",
            ws="none",
            timeout_graceful_shutdown=1,
        )
        self._server = Door(config)
        self._task = asyncio.create_task(self._server.serve(sockets=[opened]))
        # uvicorn tells of its start by this flag alone.
        while not self._server.started and not self._task.done():  # noqa: ASYNC110
            await asyncio.sleep(0.001)
        if self._task.done():
            await self._task
            raise OSError(f"Nothing could be served at {self.base_url}.")

    async def stop(self) -> None:
        """Close every connection; from now on connecting is refused."""
        if self._server is not None and self._task is not None:
            self._server.close()
            await self._task
        self._server = self._task = None

    @asynccontextmanager
    async def down(self) -> AsyncIterator[None]:
        """Saleor is not there: connections are refused until the block ends."""
        await self.stop()
        try:
            yield
        finally:
            await self.start()


@asynccontextmanager
async def running(
    saleor: Saleor,
    *,
    http: httpx.AsyncClient | None = None,
    faults: Faults | None = None,
    host: str = LOOPBACK,
    port: int = 0,
    work: bool = False,
) -> AsyncIterator[Running]:
    """Serve a Saleor until the block ends; its `api_url` becomes the address it is served at.

    `http` carries the calls to apps (a client of our own if none is given). With `work` the jobs are done as they fall
    due by the Saleor's clock; without it, whoever drives calls `courier.work()`.
    """
    async with httpx.AsyncClient() as own:
        courier = Courier(saleor, http or own, faults)
        served = Running(courier, listener(host, port))
        saleor.api_url = served.api_url
        await served.start()
        worker = asyncio.create_task(_work_on(courier)) if work else None
        try:
            yield served
        finally:
            if worker is not None:
                worker.cancel()
                with suppress(asyncio.CancelledError):
                    await worker
            await served.stop()


async def _work_on(courier: Courier) -> None:
    while True:
        await courier.work()
        await asyncio.sleep(_IDLE)


def fresh(version: str = "3.24", *, key: SigningKey | None = None) -> Saleor:
    """A new shop on the machine's own clock, randomness and key."""
    return Saleor(key or SigningKey.generate(), lambda: datetime.now(UTC), SystemRandom(), version)


async def serve(host: str = LOOPBACK, port: int = 8000, *, version: str = "3.24") -> None:
    """Serve a fresh shop, doing its jobs, until cancelled."""
    async with running(fresh(version), host=host, port=port, work=True):
        await asyncio.Event().wait()
