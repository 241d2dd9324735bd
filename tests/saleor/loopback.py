"""A GraphQL server on loopback that answers what a test tells it to, and keeps what it was asked."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from saleor_stripe_app.domain.shop import Installation


@dataclass
class Asked:
    """One request as it came over the wire."""

    headers: dict[str, str]
    text: str

    @property
    def body(self) -> dict[str, Any]:
        return json.loads(self.text)

    @property
    def variables(self) -> dict[str, Any]:
        return self.body["variables"]

    @property
    def operation(self) -> str:
        return self.body["query"].split("(")[0].split("{")[0].split()[1]


@dataclass
class Loopback:
    """`answers` are taken in turn, the last one again and again: a body, a status with a body, or a coroutine."""

    url: str = ""
    answers: list[Any] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)

    def says(self, *answers: Any) -> None:
        self.answers = list(answers)

    def installation(self, version: tuple[int, int] = (3, 24), **changes: Any) -> Installation:
        values = {
            "saleor_api_url": self.url,
            "app_id": "QXBwOjE=",
            "token": "t" * 30,
            "key_set": "",
            "version": version,
            "installed_at": datetime(2026, 11, 24, tzinfo=UTC),
        }
        return Installation(**{**values, **changes})

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(Asked(dict(request.headers), await request.text()))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Callable):
            made: Awaitable[web.StreamResponse] = answer(request)
            return await made
        status, body = answer if isinstance(answer, tuple) else (200, answer)
        if isinstance(body, dict):
            body = json.dumps(body)
        return web.Response(status=status, text=body, content_type="application/json")


@asynccontextmanager
async def running() -> AsyncIterator[Loopback]:
    loopback = Loopback()
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", loopback.answer)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    loopback.url = f"http://127.0.0.1:{runner.addresses[0][1]}/graphql/"
    try:
        yield loopback
    finally:
        await runner.cleanup()
