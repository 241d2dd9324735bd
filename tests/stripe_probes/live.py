"""Stripe itself as the other side of the probes: a key of test mode, and a pace below Stripe's limit."""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Mapping

import aiohttp

from saleor_stripe_app.stripe_gateway.client import PooledClient, StripeConnections

KEY = "STRIPE_TEST_KEY"
PUBLISHABLE_KEY = "STRIPE_TEST_PUBLISHABLE_KEY"
MISSING = f"no {KEY}"
HOW_TO = (
    f"Set {KEY}=sk_test_... (or rk_test_...) of a Stripe sandbox, and {PUBLISHABLE_KEY}=pk_test_... of the same one "
    "to compare the two keys;\nmake test PYTEST_ARGS='-m stripe_live' then runs nothing else. What the probes make "
    "there is canceled, refunded or deleted at their end."
)
PER_SECOND = 10  # a sandbox takes 25, from everyone who uses it: https://docs.stripe.com/rate-limits
ATTEMPT_SECONDS = 10.0


def key_of_test_mode(name: str, environment: Mapping[str, str]) -> str | None:
    """The key in a variable of the environment; None when it is unset or empty.

    Raises ValueError, without showing the key, for one that is not of test mode: the probes move money.
    """
    key = environment.get(name, "").strip()
    kinds = ("pk",) if name == PUBLISHABLE_KEY else ("sk", "rk")
    if not key or re.fullmatch(rf"(?:{'|'.join(kinds)})_test_\S+", key):
        return key or None
    wanted = " or ".join(f"{kind}_test_..." for kind in kinds)
    found = re.match(r"[a-z]{2}_(?:live|test)_", key)
    begins = f"begins with {found[0]}" if found else "is of another form"
    raise ValueError(f"{name} {begins}: only a key of test mode is used here, {wanted}")


class Pace:
    """Lets requests begin at even distances; one for the whole run."""

    def __init__(
        self,
        per_second: float = PER_SECOND,
        clock: Callable[[], float] = time.monotonic,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._distance = 1 / per_second
        self._clock = clock
        self._pause = pause
        self._free = clock()

    async def turn(self) -> None:
        """Come back when the next request may begin."""
        now = self._clock()
        begins = max(now, self._free)
        self._free = begins + self._distance
        await self._pause(begins - now)


class PacedClient(PooledClient):
    """The app's own connections, at a pace: every attempt waits for its turn."""

    def __init__(self, pace: Pace) -> None:
        super().__init__(timeout=aiohttp.ClientTimeout(total=ATTEMPT_SECONDS))
        self._pace = pace

    async def request_async(
        self, method: str, url: str, headers: Mapping[str, str], post_data: str | None = None
    ) -> tuple[bytes, int, Mapping[str, str]]:
        """One attempt."""
        await self._pace.turn()
        return await super().request_async(method, url, headers, post_data)


def connections(pace: Pace, api_base: str | None = None) -> StripeConnections:
    """The app's connections to Stripe; `api_base` is for trying them on a stand-in."""
    return StripeConnections(http_client=PacedClient(pace), api_base=api_base)
