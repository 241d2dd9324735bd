"""Everything a use case needs of the outside, built once in app.py."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from saleor_stripe_app.domain.extension import Extension
from saleor_stripe_app.saleor.client import SaleorClient
from saleor_stripe_app.storage.engine import Storage
from saleor_stripe_app.stripe_gateway.client import StripeConnections

# Saleor waits 18 s for an answer (its read timeout); the answer must be on its way before.
ANSWER_WITHIN = timedelta(seconds=14)
# How long a lease is held after an answer: Saleor's recalculation must not meet a report while it takes the answer.
ANSWER_TAKEN_AFTER = timedelta(seconds=3)
LEASE = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Backends:
    """The rooms below and who we are.

    `owner` names this process in leases, `wake` starts a look at what is due. `sleep` lets seconds of `clock` pass.
    `extensions` is the shop's own code, which adds to new payment intents.

    `problems_told` remembers when staff were told of what (Saleor and key of the problem), so that payments which fail
    by the thousand do not say so by the thousand.

    `key_sets_fetched` remembers when each Saleor's key set was asked for, so that strangers cannot have it fetched at
    will, and `key_sets_fetching` who is at it; both hold one entry per installation.
    """

    storage: Storage
    stripe: StripeConnections
    saleor: SaleorClient
    app_url: str
    app_id: str
    app_name: str
    allowed_saleor_urls: tuple[str, ...]
    owner: str
    clock: Callable[[], datetime]
    wake: Callable[[], None]
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    extensions: tuple[Extension, ...] = ()
    problems_told: dict[tuple[str, str], datetime] = field(default_factory=dict)
    key_sets_fetched: dict[str, datetime] = field(default_factory=dict)
    key_sets_fetching: dict[str, asyncio.Lock] = field(default_factory=dict)
