"""What the handlers of Saleor's webhooks have in common: who is addressed, and how long Saleor waits."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from saleor_stripe_app.domain.errors import Unavailable, Untrusted
from saleor_stripe_app.domain.shop import Installation
from saleor_stripe_app.saleor.events import WebhookEvent
from saleor_stripe_app.usecases.backends import Backends

Answered = TypeVar("Answered")
# A handler gets the verified body and the moment on the loop's clock by which Saleor must have its answer.
Handler = Callable[[Backends, Installation, WebhookEvent, bytes, float], Awaitable[bytes]]


def require_recipient(installation: Installation, app_id: str) -> None:
    """Raises Untrusted for a request that is for another app, or for an earlier installation of this one."""
    if app_id != installation.app_id:
        raise Untrusted("The request is for another app, or for an earlier installation of this one.", forbidden=True)


async def in_time(
    until: float, work: Awaitable[Answered], *, advice: str = "ask again by transactionProcess"
) -> Answered:
    """The result of the work, by then on the loop's clock. Raises Unavailable when Saleor would not wait for it."""
    try:
        async with asyncio.timeout_at(until):
            return await work
    except TimeoutError as error:
        raise Unavailable(f"The outcome is not known in time; {advice}.") from error
