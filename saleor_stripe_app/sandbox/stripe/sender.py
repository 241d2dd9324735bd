"""Sends webhook deliveries over HTTP as they become due, and again until they are taken."""

import asyncio
import contextlib
from collections.abc import Callable

import aiohttp

from saleor_stripe_app.sandbox.stripe.api import Stripe
from saleor_stripe_app.sandbox.stripe.deliveries import Post

_PATIENCE = 20.0
_LONGEST_PAUSE = 1.0


class Sender:
    """The stand-in's background task. `wake` after anything that may have made an event."""

    def __init__(self, server: Stripe, clock: Callable[[], int]) -> None:
        self._server = server
        self._clock = clock
        self._changed = asyncio.Event()
        self._sending: set[asyncio.Task[None]] = set()

    def wake(self) -> None:
        """Look at once whether something is due."""
        self._changed.set()

    async def run(self) -> None:
        """Send until cancelled."""
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_PATIENCE)) as session:
            try:
                while True:
                    self._changed.clear()
                    for post in self._server.pending_deliveries(self._clock()):
                        task = asyncio.create_task(self._send(session, post))
                        self._sending.add(task)
                        task.add_done_callback(self._sending.discard)
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(self._changed.wait(), _LONGEST_PAUSE)
            finally:
                for task in self._sending:
                    task.cancel()
                await asyncio.gather(*self._sending, return_exceptions=True)

    async def _send(self, session: aiohttp.ClientSession, post: Post) -> None:
        status: int | None = None
        with contextlib.suppress(aiohttp.ClientError, TimeoutError):
            async with session.post(post.url, data=post.body, headers=post.headers, allow_redirects=False) as answer:
                status = answer.status
        self._server.delivered(post.delivery, status, self._clock())
        self.wake()
