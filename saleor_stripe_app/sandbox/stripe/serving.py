"""The stand-in as a server process."""

import asyncio
import socket
from collections.abc import Callable

import uvicorn

from saleor_stripe_app.sandbox.door import Door, listener
from saleor_stripe_app.sandbox.stripe import server as lean
from saleor_stripe_app.sandbox.stripe.api import Stripe
from saleor_stripe_app.sandbox.stripe.asgi import create_sandbox
from saleor_stripe_app.sandbox.stripe.in_process import system_clock
from saleor_stripe_app.sandbox.stripe.sender import Sender


async def serve(
    host: str = "127.0.0.1",
    port: int = 0,
    *,
    server: Stripe | None = None,
    clock: Callable[[], int] = system_clock,
    ready: Callable[[str], None] | None = None,
    log_level: str = "warning",
) -> None:
    """Serve the API, the controls and the pages until cancelled; `ready` is given the address once it is open."""
    server = server or Stripe()
    opened = listener(host, port)
    server.pages = f"http://{host}:{opened.getsockname()[1]}"
    config = uvicorn.Config(
        create_sandbox(server, clock), log_level=log_level, access_log=False, timeout_graceful_shutdown=1
    )
    running = _Announced(config, server.pages, ready)
    serving = asyncio.create_task(running.serve(sockets=[opened]))
    try:
        await asyncio.shield(serving)
    finally:
        running.close()
        await serving


async def serve_lean(
    host: str = "127.0.0.1",
    port: int = 0,
    *,
    server: Stripe | None = None,
    deliver: bool = True,
    ready: Callable[[str], None] | None = None,
) -> None:
    """Serve the API alone, unchecked and fast, until cancelled; `deliver` sends webhooks besides."""
    server = server or Stripe(strict=False, events_kept=1000)
    sender = Sender(server, system_clock)
    door = await lean.listen(server, host, port, after=sender.wake if deliver else None)
    if ready:
        ready(f"http://{host}:{door.sockets[0].getsockname()[1]}")
    try:
        await (sender.run() if deliver else asyncio.Event().wait())
    finally:
        door.close()


class _Announced(Door):
    """Says when it is open."""

    def __init__(self, config: uvicorn.Config, address: str, ready: Callable[[str], None] | None) -> None:
        super().__init__(config)
        self._address = address
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self._ready:
            self._ready(self._address)
