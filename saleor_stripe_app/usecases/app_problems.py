"""Problems that staff see beside the app in Saleor's Dashboard: one per cause, counted there, taken back when mended.

Saleor is the memory of what is shown. Only authenticated requests and looks of our own may tell of a cause, since
anybody could fill the Dashboard otherwise.
"""

import asyncio
from collections.abc import Collection
from contextlib import suppress
from datetime import timedelta
from enum import StrEnum

from saleor_stripe_app.domain.errors import AppError
from saleor_stripe_app.domain.shop import Installation
from saleor_stripe_app.saleor import problems
from saleor_stripe_app.usecases.backends import Backends

SECONDS = 2.0  # Saleor waits for an answer of ours meanwhile
# A cause that shows with every payment is told by one process no more often.
TOLD_AGAIN_AFTER = timedelta(minutes=5)
# Longer than any pause between two tellings of a cause that lasts, or Saleor would show it a second time.
COUNTED_FOR = timedelta(days=30)
MOST_REMEMBERED = 1000


class Cause(StrEnum):
    """What staff must mend. Each is told of one thing: a configuration, a channel, a record or a vendor."""

    KEY_REFUSED = "stripe-key-refused"
    PERMISSION_MISSING = "stripe-permission-missing"
    ENDPOINT = "stripe-webhook-endpoint"
    DELIVERIES = "stripe-webhook-deliveries"
    DECLINES = "declines"
    CHANNEL = "channel-not-configured"
    LEDGER = "ledger"
    WITHOUT_ORDER = "charged-without-order"
    ORPHAN = "orphaned-charge"
    SURPLUS = "surplus-payment"
    VENDOR_ACCOUNT = "vendor-account"
    REAUTHORIZATION = "reauthorization"


OF_KEY = (Cause.KEY_REFUSED, Cause.PERMISSION_MISSING)
OF_ENDPOINT = (Cause.ENDPOINT, Cause.DELIVERIES)
OF_CONFIGURATION = (*OF_KEY, *OF_ENDPOINT, Cause.DECLINES)
_OF_MONEY = (Cause.LEDGER, Cause.WITHOUT_ORDER, Cause.ORPHAN, Cause.REAUTHORIZATION, Cause.VENDOR_ACCOUNT)
CRITICAL = frozenset((*OF_CONFIGURATION, *_OF_MONEY))


def key(cause: Cause, of: str) -> str:
    """The key by which Saleor counts the problem; `of` is the id of what it is about."""
    return f"{cause}:{of}"


def parsed(text: str) -> tuple[Cause, str] | None:
    """Cause and id of a key; None for one that this app does not know."""
    cause, _, of = text.partition(":")
    return (Cause(cause), of) if cause in set(Cause) and of else None


async def tell(backends: Backends, installation: Installation, cause: Cause, of: str, message: str) -> None:
    """Show the problem, unless this process did so a moment ago. Never raises, and takes two seconds at most."""
    told, now = (installation.saleor_api_url, key(cause, of)), backends.clock()
    before = backends.problems_told.get(told)
    if installation.version < problems.SINCE or (before is not None and now - before < TOLD_AGAIN_AFTER):
        return
    if len(backends.problems_told) >= MOST_REMEMBERED:
        backends.problems_told.clear()
    # Remembered first: where Saleor does not answer, the next payments shall not wait for it as well.
    backends.problems_told[told] = now
    with suppress(AppError, TimeoutError):
        async with asyncio.timeout(SECONDS):
            await problems.create(
                backends.saleor,
                installation,
                key=told[1],
                message=message,
                critical_threshold=1 if cause in CRITICAL else None,
                aggregation_minutes=COUNTED_FOR // timedelta(minutes=1),
            )


def was_told(backends: Backends, installation: Installation, cause: Cause, of: str) -> bool:
    """Whether this process told of it and has not taken it back."""
    return (installation.saleor_api_url, key(cause, of)) in backends.problems_told


async def take_back(backends: Backends, installation: Installation, causes: Collection[Cause], of: str) -> None:
    """Take back what is mended of a configuration, channel or record; what is not shown does no harm.

    Never raises: what stays shown is taken back by the next check-up, or by staff.
    """
    keys = [key(cause, of) for cause in causes]
    for mended in keys:
        backends.problems_told.pop((installation.saleor_api_url, mended), None)
    with suppress(AppError, TimeoutError):
        async with asyncio.timeout(SECONDS):
            await problems.dismiss(backends.saleor, installation, keys)
