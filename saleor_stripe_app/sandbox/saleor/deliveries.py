"""What Saleor sends and what comes back, as values: the core yields calls, and whoever carries them brings replies."""

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar
from urllib.parse import urlsplit

from saleor_stripe_app.sandbox.saleor.signing import SigningKey

CONNECT_TIMEOUT = 2.0
READ_TIMEOUT = 18.0
"""Seconds, the same for synchronous and asynchronous webhooks."""

RETRIES = 5


def backoff(attempt: int) -> float:
    """Seconds until the retry after the failed attempt number `attempt`, counted from 1: 10, 20, 40, 80, 160."""
    return 10.0 * 2.0 ** (attempt - 1)


@dataclass(frozen=True, slots=True)
class Call:
    """One HTTP request of Saleor's."""

    method: str
    url: str
    headers: dict[str, str]
    body: bytes = b""
    event: str | None = None
    """The webhook's event, in lower case; None for the manifest and the token."""


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    body: bytes = b""

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300


@dataclass(frozen=True, slots=True)
class NoReply:
    """Nothing usable came back within Saleor's patience; the app may be working on."""

    reason: str


T = TypeVar("T")
Outcome = Reply | NoReply
Conversation = Generator[Call, Outcome, T]


@dataclass(frozen=True, slots=True)
class Sent:
    """A call with its outcome, kept for those who look on."""

    call: Call
    outcome: Outcome
    at: datetime


@dataclass(slots=True)
class Job:
    """Work that Saleor's Celery would do: not before `due`."""

    due: datetime
    start: Callable[[], Conversation[None]]
    name: str


@dataclass(slots=True)
class Jobs:
    waiting: list[Job] = field(default_factory=list)

    def add(self, due: datetime, name: str, start: Callable[[], Conversation[None]]) -> None:
        self.waiting.append(Job(due, start, name))

    def add_plain(self, due: datetime, name: str, work: Callable[[], None]) -> None:
        """Work that calls nobody."""

        def start() -> Conversation[None]:
            work()
            yield from ()

        self.add(due, name, start)

    def take_due(self, now: datetime) -> Job | None:
        """The next job whose time has come, taken off the list."""
        ready = [job for job in self.waiting if job.due <= now]
        if not ready:
            return None
        first = min(ready, key=lambda job: job.due)
        self.waiting.remove(first)
        return first

    def next_due(self) -> datetime | None:
        return min((job.due for job in self.waiting), default=None)


def domain(api_url: str) -> str:
    """Host and port of the API, as the header Saleor-Domain has it."""
    return urlsplit(api_url).netloc


def user_agent(version: str) -> str:
    return f"Saleor/{version}"


def webhook_call(key: SigningKey, api_url: str, version: str, target_url: str, event: str, body: bytes) -> Call:
    """A signed webhook with the headers that a running Saleor sends."""
    signature = key.detached(body)
    name = event.lower()
    headers = {
        "User-Agent": user_agent(version),
        "Content-Type": "application/json",
        "X-Saleor-Event": name,
        "X-Saleor-Domain": domain(api_url),
        "X-Saleor-Signature": signature,
        "Saleor-Event": name,
        "Saleor-Domain": domain(api_url),
        "Saleor-Signature": signature,
        "Saleor-Api-Url": api_url,
    }
    return Call("POST", target_url, headers, body, name)


def manifest_call(version: str, url: str) -> Call:
    return Call("GET", url, {"User-Agent": user_agent(version), "Saleor-Schema-Version": version})


def token_call(version: str, api_url: str, url: str, body: bytes) -> Call:
    """The token, neither signed nor named by an event."""
    headers = {
        "User-Agent": user_agent(version),
        "Content-Type": "application/json",
        "X-Saleor-Domain": domain(api_url),
        "Saleor-Domain": domain(api_url),
        "Saleor-Api-Url": api_url,
        "Saleor-Schema-Version": version,
    }
    return Call("POST", url, headers, body)
