"""How a request to Stripe is made: within a time, again when Stripe is busy, and with errors by meaning."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TypeVar

import stripe

from saleor_stripe_app.domain.errors import Unavailable
from saleor_stripe_app.stripe_gateway.failures import translated
from saleor_stripe_app.stripe_gateway.wire import Identified, narrowed

Answer = TypeVar("Answer")
Item = TypeVar("Item", bound=Identified)
Listed = TypeVar("Listed", bound=stripe.StripeObject)

WITHIN = 12.0
FIRST_PAUSE = 0.2
LONGEST_PAUSE = 2.0
PAGE_SIZE = 100  # the most that Stripe gives: https://docs.stripe.com/api/pagination


async def answered(
    call: Callable[[], Awaitable[Answer]],
    *,
    keyed: bool = False,
    within: float = WITHIN,
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> Answer:
    """The answer of `call`, which is made again while Stripe limits requests or an object is locked.

    Stripe did nothing and stored nothing when it answers 429 (https://docs.stripe.com/rate-limits), and does not say
    when to come back: the pause doubles, with jitter. Raises Declined, or Unavailable: also when `within` seconds are
    over, whatever is under way then. `keyed` says that the call is a POST under an idempotency key of ours.
    A cancellation from outside passes through.
    """
    longest = FIRST_PAUSE
    try:
        async with asyncio.timeout(within) as limit:
            while True:
                try:
                    return await call()
                except stripe.RateLimitError:
                    seconds = longest * random.uniform(0.5, 1)  # noqa: S311 it spreads load and guards nothing
                    if asyncio.get_running_loop().time() + seconds >= (limit.when() or 0):
                        raise
                await pause(seconds)
                longest = min(longest * 2, LONGEST_PAUSE)
    except TimeoutError as error:
        raise Unavailable("Stripe did not answer in time.") from error
    except stripe.StripeError as error:
        raise translated(error, keyed=keyed) from error


async def under_key(
    call: Callable[[stripe.RequestOptions], Awaitable[Answer]], idempotency_key: str, *, within: float = WITHIN
) -> Answer:
    """The answer of a POST under an idempotency key of ours, which `call` passes on; see `answered`."""
    return await answered(lambda: call({"idempotency_key": idempotency_key}), keyed=True, within=within)


async def every(
    page_after: Callable[[str | None], Awaitable[stripe.ListObject[Listed]]],
    kind: type[Item],
    *,
    within: float = WITHIN,
) -> AsyncIterator[Item]:
    """Every object of a list, newest first, page by page; `within` is the time for each page."""
    last: str | None = None
    while True:
        after = last
        page = await answered(lambda: page_after(after), within=within)  # noqa: B023 called before `after` changes
        for listed in page.data:
            item = narrowed(listed, kind)
            last = item.id
            yield item
        if not page.has_more or not page.data:
            return
