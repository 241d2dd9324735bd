"""The servers that are measured, each between stand-ins of its own: the floor, and the app on each database."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import processes, shop
from benchmarks.processes import Server
from benchmarks.scenarios import Scenario
from benchmarks.shop import Paid, Shop
from saleor_stripe_app.sandbox.saleor.signing import SigningKey
from saleor_stripe_app.storage.engine import open_storage
from saleor_stripe_app.storage.migrate import migrate
from saleor_stripe_app.storage.sealed import KeyRing

HELD = 16
SETTLES_WITHIN = 60.0


@dataclass(frozen=True, slots=True)
class Target:
    """A server under load, the shop that calls it, and how to wait for and clear what its requests caused."""

    name: str
    server: Server
    shop: Shop
    path: Callable[[Scenario], str]
    settled: Callable[[], Awaitable[None]]
    cleared: Callable[[], Awaitable[None]]


@asynccontextmanager
async def floor(payments: int, folder: Path) -> AsyncIterator[Target]:
    """The floor."""
    async with _stand_ins(payments) as (here, stripe_url):
        here.held = here.take(HELD)
        given = {"key": here.key.jwk(), "stripe_url": stripe_url, "saleor_url": here.saleor_api_url}
        async with processes.floor(processes.free_port(), given, folder / "floor.log") as server:
            yield Target("floor", server, here, lambda scenario: scenario.floor_path, _nothing, _nothing)


@asynccontextmanager
async def app(name: str, payments: int, database_url: str, folder: Path) -> AsyncIterator[Target]:
    """The app on this database, which is empty."""
    port = processes.free_port()
    app_url = f"http://127.0.0.1:{port}"
    storage = open_storage(database_url, KeyRing.parse([shop.SEALING_KEY]))
    try:
        async with _stand_ins(payments) as (here, stripe_url):
            await migrate(storage)
            await shop.fill(storage, here, app_url, HELD)

            async def settled() -> None:
                async with asyncio.timeout(SETTLES_WITHIN):
                    # Another process does the work: the database is all there is to ask.
                    while await shop.waiting(storage, datetime.now(UTC)):  # noqa: ASYNC110
                        await asyncio.sleep(0.02)

            async def cleared() -> None:
                await shop.strike_due(storage)

            settings = {
                "APP_URL": app_url,
                "SECRET_KEYS": shop.SEALING_KEY,
                "STRIPE_API_BASE": stripe_url,
            }
            async with processes.app(port, database_url, settings, folder / f"{name}.log") as server:
                yield Target(name, server, here, lambda scenario: scenario.app_path, settled, cleared)
    finally:
        await storage.close()


@asynccontextmanager
async def _stand_ins(payments: int) -> AsyncIterator[tuple[Shop, str]]:
    async with processes.stand_in("benchmarks.lean_stripe", str(payments)) as stripe:
        paid = [Paid(shop.transaction_id(), intent) for intent in stripe["intents"]]
        intents = {one.transaction: one.intent for one in paid}
        async with processes.stand_in("benchmarks.lean_saleor", given=intents) as saleor:
            yield Shop(SigningKey.generate(), f"{saleor['url']}/graphql/", paid, stripe["shown"]), stripe["url"]


async def _nothing() -> None:
    return


def said(log: Path) -> list[str]:
    """What a server logged at WARNING or above: a benchmark of failures would be worth nothing."""
    lines = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
    return [line for line in lines if not _is_harmless(line)]


def _is_harmless(line: str) -> bool:
    try:
        level = json.loads(line).get("level")
    except ValueError:
        return not line.strip()
    return level in ("info", "debug")
