"""Health and readiness, over a real database."""

import asyncio
import threading

import httpx

from saleor_stripe_app.storage.engine import Storage, open_storage
from saleor_stripe_app.web import health
from saleor_stripe_app.web.application import application


def client(storage: Storage) -> httpx.AsyncClient:
    app = application(health.routes(storage), body_limit=100, secure=False)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:8000")


async def driver_threads_ended() -> None:
    """After a connection that failed, aiosqlite stops its thread without waiting for it: not past this loop's end."""
    for thread in threading.enumerate():
        if "_connection_worker_thread" in thread.name:
            await asyncio.to_thread(thread.join)


async def test_a_migrated_database_is_ready(storage):
    async with client(storage) as http:
        alive, ready = await http.get("/health"), await http.get("/ready")
    assert (alive.status_code, alive.json()) == (200, {"status": "ok"})
    assert (ready.status_code, ready.json()) == (200, {"status": "ready"})


async def test_a_database_that_lacks_migrations_is_not_ready(bare_database_url, keys):
    storage = open_storage(bare_database_url, keys)
    async with client(storage) as http:
        ready = await http.get("/ready")
    await storage.close()
    assert ready.status_code == 503
    assert "run saleor-stripe migrate" in ready.json()["error"]["message"]


async def test_a_database_that_cannot_be_reached_is_not_ready_but_the_process_lives(tmp_path, keys):
    storage = open_storage(f"sqlite:///{tmp_path}/nowhere/app.sqlite", keys)
    async with client(storage) as http:
        alive, ready = await http.get("/health"), await http.get("/ready")
    await storage.close()
    await driver_threads_ended()
    assert alive.status_code == 200
    assert (ready.status_code, ready.json()["error"]["code"]) == (503, "Unavailable")
