"""The door for tests in one process: the SDK's own calls without sockets."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping

import stripe

from saleor_stripe_app.sandbox.stripe.api import Stripe
from saleor_stripe_app.sandbox.stripe.wire import Answer

Clock = Callable[[], int]


def system_clock() -> int:
    """Seconds since the epoch."""
    return int(time.time())


class CaseInsensitive(dict[str, str]):
    """Header names in any case, as HTTP clients give them."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        super().__init__({name.lower(): value for name, value in headers.items()})

    def __getitem__(self, name: str) -> str:
        return super().__getitem__(name.lower())

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and super().__contains__(name.lower())

    def get(self, name: str, default: str | None = None) -> str | None:  # type: ignore[override]
        """A header, or the default."""
        return super().get(name.lower(), default)


class InProcessClient(stripe.HTTPClient):
    """Gives the SDK's requests to a stand-in, and its lost answers as the errors of an aiohttp client.

    `timeout` is the client's patience in seconds: an answer that would come later is lost, its work done all the same.
    Nothing really waits: neither latencies nor the SDK's pauses between tries.
    """

    name = "in-process"

    def __init__(self, server: Stripe, clock: Clock = system_clock, timeout: float = 15.0) -> None:
        super().__init__()
        self._server = server
        self._clock = clock
        self._timeout = timeout

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: str | bytes | None = None,
        *,
        _usage: list[str] | None = None,
    ) -> tuple[str, int, Mapping[str, str]]:
        """One try."""
        answer = self._ask(method, url, headers or {}, post_data)
        return answer.body.decode(), answer.status, CaseInsensitive(answer.headers)

    async def request_async(
        self, method: str, url: str, headers: Mapping[str, str], post_data: str | bytes | None = None
    ) -> tuple[bytes, int, Mapping[str, str]]:
        """One try."""
        await asyncio.sleep(0)
        answer = self._ask(method, url, headers, post_data)
        return answer.body, answer.status, CaseInsensitive(answer.headers)

    def sleep_async(self, secs: float) -> Awaitable[None]:
        """The SDK's pause before the next try: none."""
        del secs
        return asyncio.sleep(0)

    def _sleep_time_seconds(self, num_retries: int) -> float:
        del num_retries
        return 0.0

    def close(self) -> None:
        """Nothing is open."""

    async def close_async(self) -> None:
        """Nothing is open."""

    def _ask(self, method: str, url: str, headers: Mapping[str, str], post_data: str | bytes | None) -> Answer:
        body = post_data.encode() if isinstance(post_data, str) else post_data or b""
        answer = self._server.handle(method, url, headers, body, self._clock())
        if answer.lost or answer.delay > self._timeout:
            reason = "TimeoutError" if answer.delay > self._timeout else "ServerDisconnectedError"
            message = f"Unexpected error communicating with Stripe.\n\n(Network error: A {reason} was raised)"
            raise stripe.APIConnectionError(message, should_retry=True)  # type: ignore[no-untyped-call]
        return answer
