"""How a stand-in is served over HTTP: uvicorn that ends as soon as it is told to and its answers are sent."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import uvicorn

_TICK = 0.1
"""Seconds, as uvicorn counts them: every tenth tick renews the Date of its answers."""
_LOOK = 0.001


def listener(host: str, port: int) -> socket.socket:
    """An open address; port 0 is any free one. Raises OSError.

    Its protocol is named, since asyncio sends small pieces at once (TCP_NODELAY) only where it knows it is TCP: an
    answer of two pieces would else wait 40 ms for the caller's acknowledgement.
    """
    opened = socket.create_server((host, port), backlog=128)
    return socket.socket(opened.family, opened.type, socket.IPPROTO_TCP, fileno=opened.detach())


class Door(uvicorn.Server):
    """uvicorn sleeps a tenth of a second before it sees that it should end, and another one before it does.

    Signals are left to whoever owns the process.
    """

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._told = asyncio.Event()

    def close(self) -> None:
        """Take no more connections, finish what has begun, and let `serve` return."""
        self.should_exit = True
        self._told.set()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def main_loop(self) -> None:
        tick = 0
        while not await self.on_tick(tick):
            tick += 1
            with suppress(TimeoutError):
                await asyncio.wait_for(self._told.wait(), _TICK)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        for listener in sockets or ():
            listener.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        try:
            async with asyncio.timeout(self.config.timeout_graceful_shutdown):
                # uvicorn tells of the end of an answer and of a connection by these sets alone.
                while self.server_state.connections or self.server_state.tasks:  # noqa: ASYNC110
                    await asyncio.sleep(_LOOK)
        except TimeoutError:
            for task in self.server_state.tasks:
                task.cancel()
        await self.lifespan.shutdown()
