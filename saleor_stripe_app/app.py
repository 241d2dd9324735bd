"""The only place that builds things and closes them: storage, connections, doors, and the work in the background."""

import asyncio
import logging
import os
import secrets
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import UTC, datetime

from starlette.applications import Starlette

from saleor_stripe_app import telemetry
from saleor_stripe_app.domain.errors import Unavailable
from saleor_stripe_app.saleor.client import SaleorClient
from saleor_stripe_app.settings import Settings, secret_keys
from saleor_stripe_app.storage.engine import Storage, open_storage
from saleor_stripe_app.storage.migrate import migrate
from saleor_stripe_app.storage.sanitation import Sanitized, refuse_sanitized
from saleor_stripe_app.stripe_gateway.client import StripeConnections
from saleor_stripe_app.usecases import await_orders, extensions, schedule, sweep, upkeep
from saleor_stripe_app.usecases.backends import Backends
from saleor_stripe_app.web import (
    health,
    installation,
    metrics,
    onboarding,
    saleor_webhooks,
    static,
    stripe_webhook,
    vendor_statement,
)
from saleor_stripe_app.web.application import application
from saleor_stripe_app.web.settings_api import door as settings_api

log = logging.getLogger(__name__)


def now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


@asynccontextmanager
async def open_backends(
    settings: Settings,
    *,
    clock: Callable[[], datetime] = now,
    woken: asyncio.Event | None = None,
    connections: StripeConnections | None = None,
) -> AsyncIterator[Backends]:
    """Everything that use cases need, closed at the end. An embedded database is brought up to date first.

    `connections` to a stand-in of Stripe take the place of the network. Raises BadSettings and Unavailable, also for a
    copy that was sanitized.
    """
    event = woken or asyncio.Event()
    async with AsyncExitStack() as stack:
        storage = open_storage(settings.database_url, secret_keys(settings))
        stack.push_async_callback(storage.close)
        if settings.sqlite_file is not None:
            await migrate(storage)
        await _refuse_sanitized(storage)
        stripe = connections or StripeConnections(api_base=settings.stripe_api_base, app_url=settings.app_url)
        stack.push_async_callback(stripe.close)
        saleor = SaleorClient()
        stack.push_async_callback(saleor.close)
        yield Backends(
            storage=storage,
            stripe=stripe,
            saleor=saleor,
            app_url=settings.app_url,
            app_id=settings.app_id,
            app_name=settings.app_name,
            allowed_saleor_urls=settings.allowed_saleor_urls,
            owner=f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}",
            clock=clock,
            wake=event.set,
            extensions=extensions.installed(),
        )


async def _refuse_sanitized(storage: Storage) -> None:
    try:
        await refuse_sanitized(storage)
    except Sanitized:
        raise
    except Unavailable:
        # The app waits for its database; a copy without secrets could call nobody anyway.
        log.warning("the database does not answer yet", exc_info=True)


def create_app(backends: Backends, settings: Settings) -> Starlette:
    """All doors. The backends stay the caller's to close."""
    token = settings.metrics_token
    return application(
        [
            *installation.routes(backends),
            *saleor_webhooks.routes(backends),
            *stripe_webhook.routes(backends),
            *onboarding.routes(backends),
            *settings_api.routes(backends),
            *vendor_statement.routes(backends),
            *health.routes(backends.storage),
            *metrics.routes(token.get_secret_value() if token else None),
            *static.routes(),
        ],
        body_limit=settings.body_limit,
        secure=settings.app_url.startswith("https://"),
    )


@asynccontextmanager
async def background(backends: Backends, woken: asyncio.Event, concurrency: int) -> AsyncIterator[None]:
    """Look at what is due, see to orders, keep house, and compare the ledgers daily while the block runs.

    A task that ends by a defect ends the block.
    """
    async with asyncio.TaskGroup() as group:
        tasks = [
            group.create_task(sweep.run(backends, woken, concurrency, telemetry.count_sweep)),
            group.create_task(upkeep.run(backends)),
            group.create_task(await_orders.run(backends)),
            group.create_task(schedule.run(backends)),
        ]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            for task in tasks:
                with suppress(asyncio.CancelledError):
                    await task
