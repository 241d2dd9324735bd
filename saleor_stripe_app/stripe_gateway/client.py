"""Connections to Stripe: one pool of connections for all merchants, and a client per key.

The SDK's process-wide settings are set here and nowhere else; its process-wide key is never used.
"""

import hmac
import logging
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from importlib.metadata import version
from types import MappingProxyType, TracebackType
from typing import Self, TypeAlias
from urllib.parse import urlsplit

import aiohttp
import stripe

from saleor_stripe_app.stripe_gateway.refused_keys import GuardedClient

Client: TypeAlias = stripe.StripeClient
"""A merchant's connection, for the rooms that pass it on and know nothing of the SDK."""

log = logging.getLogger(__name__)

asked_for: ContextVar[Mapping[str, str | int]] = ContextVar("asked_for", default=MappingProxyType({}))
"""What the log shall say beside a request to Stripe: the operation that is carried out by it."""

APP_NAME = "saleor-stripe-app"
ATTEMPT_SECONDS = 6.0
CONNECT_SECONDS = 3.0
MAX_NETWORK_RETRIES = 1
CACHED_CLIENTS = 256


class PooledClient(stripe.AIOHTTPClient):
    """The SDK's client, which reads an answer's body outside of its own error handling: a connection lost half way
    through a body is a connection error like any other, and is tried again under the same idempotency key."""

    async def request_async(
        self, method: str, url: str, headers: Mapping[str, str], post_data: str | None = None
    ) -> tuple[bytes, int, Mapping[str, str]]:
        try:
            answer = await super().request_async(method, url, headers, post_data)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            message = f"The connection to Stripe was lost: {type(error).__name__}"
            raise stripe.APIConnectionError(message, should_retry=True) from error  # type: ignore[no-untyped-call]
        if method.upper() != "GET":
            _note(method, url, headers, answer[1], answer[2])
        return answer


def _note(method: str, url: str, asked: Mapping[str, str], status: int, answered: Mapping[str, str]) -> None:
    """Stripe's own id of the request, by which its Dashboard and its support find it; never a body.

    https://docs.stripe.com/api/request_ids
    """
    given = {name.lower(): value for name, value in answered.items() if name.lower() == "request-id"}
    key = next((value for name, value in asked.items() if name.lower() == "idempotency-key"), "")
    fields = {"method": method.upper(), "path": urlsplit(url).path, "status": status, "idempotency": key}
    log.info("asked of Stripe", extra={**fields, **asked_for.get(), "stripe_request": given.get("request-id", "")})


class StripeConnections:
    """Owns the connections; made once for the event loop that uses it, and closed with `close()`.

    `api_base` points at a stand-in instead of https://api.stripe.com; `http_client` replaces the network in tests.
    `attempt_seconds` limits one attempt; an attempt is repeated at most `max_network_retries` times by the SDK.
    `app_url` is where Stripe's staff learn about this app; `now` counts seconds from any moment on.
    """

    def __init__(
        self,
        *,
        api_base: str | None = None,
        http_client: stripe.HTTPClient | None = None,
        attempt_seconds: float = ATTEMPT_SECONDS,
        max_network_retries: int = MAX_NETWORK_RETRIES,
        app_url: str | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        _configure_sdk(app_url)
        timeout = aiohttp.ClientTimeout(total=attempt_seconds, sock_connect=min(CONNECT_SECONDS, attempt_seconds))
        self._http = http_client or PooledClient(timeout=timeout)
        self._api_base = (api_base or stripe.DEFAULT_API_BASE).rstrip("/")
        self._max_network_retries = max_network_retries
        self._now = now
        self._clients: OrderedDict[bytes, stripe.StripeClient] = OrderedDict()
        self._digest_key = secrets.token_bytes(32)

    def client(self, api_key: str, account: str | None = None) -> stripe.StripeClient:
        """The client of a merchant's key, acting for the connected `account` if one is named.

        Clients are kept by a keyed digest, so that this cache holds no second copy of a key to be looked up by.
        """
        digest = hmac.digest(self._digest_key, f"{api_key}\n{account or ''}".encode(), "sha256")
        client = self._clients.get(digest)
        if client is None:
            client = self._clients[digest] = stripe.StripeClient(
                api_key,
                stripe_account=account,
                base_addresses={"api": self._api_base},
                max_network_retries=self._max_network_retries,
                http_client=GuardedClient(self._http, self._now),
            )
            if len(self._clients) > CACHED_CLIENTS:
                self._clients.popitem(last=False)
        self._clients.move_to_end(digest)
        return client

    async def close(self) -> None:
        """Close every connection. Clients handed out before do not work any more."""
        self._clients.clear()
        await self._http.close_async()  # type: ignore[no-untyped-call]

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()


def _configure_sdk(app_url: str | None) -> None:
    """Set what the SDK only knows per process: no telemetry, who is calling, and no bodies in logs.

    At level DEBUG the SDK logs every body, which holds client secrets.
    """
    stripe.enable_telemetry = False
    stripe.set_app_info(APP_NAME, url=app_url, version=version(APP_NAME))
    logging.getLogger("stripe").setLevel(logging.WARNING)
