"""A key that Stripe keeps refusing is left alone for a while: payments, looks and shoppers would only ask in vain.

Stripe refuses a key with 401 (https://docs.stripe.com/api/errors) and does nothing. So its own answer is given again,
without a request, and means the same to whoever asked.
"""

from collections.abc import Callable, Mapping
from typing import TypeAlias

import stripe

Wire: TypeAlias = tuple[bytes, int, Mapping[str, str]]

REFUSED = 401
REFUSALS = 5  # in a row: one alone may be Stripe's mistake
PAUSE_SECONDS = 60.0


class GuardedClient(stripe.HTTPClient):
    """The connection of one key. `now` counts seconds from any moment on.

    After REFUSALS in a row one request in PAUSE_SECONDS reaches Stripe, by which a key is found to work again.
    """

    name = "guarded"

    def __init__(self, connection: stripe.HTTPClient, now: Callable[[], float]) -> None:
        super().__init__()
        self._connection = connection
        self._now = now
        self._refusals = 0
        self._refusal: Wire | None = None
        self._again_at = 0.0

    async def request_with_retries_async(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        post_data: str | None = None,
        max_network_retries: int | None = None,
        *,
        _usage: list[str] | None = None,
    ) -> Wire:
        """Stripe's answer, or its last refusal again."""
        if self._refusal is not None and self._refusals >= REFUSALS:
            if self._now() < self._again_at:
                return self._refusal
            self._again_at = self._now() + PAUSE_SECONDS
        answer: Wire = await self._connection.request_with_retries_async(
            method, url, headers, post_data, max_network_retries, _usage=_usage
        )
        refused = answer[1] == REFUSED
        self._refusals = self._refusals + 1 if refused else 0
        self._refusal = answer if refused else None
        if refused:
            self._again_at = self._now() + PAUSE_SECONDS
        return answer
