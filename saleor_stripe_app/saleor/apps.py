"""Proving at installation that a token is this Saleor's, and fetching the keys that its signatures are made with."""

import asyncio
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit, urlunsplit

import httpx
import msgspec

from saleor_stripe_app.domain.errors import Malformed, Refusal, Unavailable, Untrusted
from saleor_stripe_app.saleor.client import SaleorClient
from saleor_stripe_app.saleor.signature import KeySet

KEY_SET_PATH: Final = "/.well-known/jwks.json"
KEY_SET_TIMEOUT: Final = 10.0
LARGEST_KEY_SET: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class Credentials:
    """A Saleor and a token to it that is not proved yet."""

    saleor_api_url: str
    token: str = field(repr=False)
    version: tuple[int, int]


@dataclass(frozen=True, slots=True)
class App:
    """This app as a Saleor knows it: its global id there and the identifier that its transactions belong to."""

    id: str
    identifier: str | None


class _App(msgspec.Struct, frozen=True):
    id: str
    identifier: str | None = None


class _Found(msgspec.Struct, frozen=True):
    app: _App | None = None


async def prove(client: SaleorClient, credentials: Credentials) -> App:
    """Ask that Saleor which app the token belongs to.

    Raises Untrusted when it belongs to none, and Unavailable when Saleor cannot be asked.
    """
    try:
        found = await client.execute(credentials, "app-id", {}, _Found)
    except Refusal as refusal:
        raise Untrusted(f"The token is not proved: {refusal}") from refusal
    if found.app is None:
        raise Untrusted("Saleor does not know the token that it is said to have given.")
    return App(found.app.id, found.app.identifier)


def key_set_url(saleor_api_url: str) -> str:
    """Where a Saleor shows its keys: beside its API, at the same origin."""
    parts = urlsplit(saleor_api_url)
    return urlunsplit((parts.scheme, parts.netloc, KEY_SET_PATH, "", ""))


async def fetch_key_set(saleor_api_url: str, *, within: float = KEY_SET_TIMEOUT) -> str:
    """The text of this Saleor's key set, which `KeySet.parse` reads. No redirect is followed.

    Raises Unavailable when it cannot be had `within` so many seconds, Malformed when it holds no usable key.
    """
    url = key_set_url(saleor_api_url)
    try:
        async with asyncio.timeout(within):
            text = await _get(url)
    except (TimeoutError, httpx.HTTPError, httpx.InvalidURL) as error:
        raise Unavailable(f"Saleor's key set at {url} cannot be fetched: {type(error).__name__}.") from error
    KeySet.parse(text)
    return text


async def _get(url: str) -> str:
    async with (
        httpx.AsyncClient(follow_redirects=False, trust_env=False, timeout=KEY_SET_TIMEOUT) as http,
        http.stream("GET", url, headers={"Accept": "application/json"}) as response,
    ):
        if response.status_code != 200:
            raise Unavailable(f"Saleor's key set at {url} cannot be fetched: status {response.status_code}.")
        body = bytearray()
        async for chunk in response.aiter_bytes():
            body += chunk
            if len(body) > LARGEST_KEY_SET:
                raise Malformed(f"Saleor's key set at {url} is larger than {LARGEST_KEY_SET} bytes.")
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise Malformed(f"Saleor's key set at {url} is not text.") from error
