"""Requests and answers as they cross a door."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

import msgspec

from saleor_stripe_app.sandbox.stripe.form import Json, decode
from saleor_stripe_app.sandbox.stripe.problem import Problem


@dataclass(frozen=True, slots=True)
class Request:
    """A request with its parameters read; header names are in lower case."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    parameters: Mapping[str, Json] = field(repr=False)
    problems: list[Problem]

    @property
    def idempotency_key(self) -> str:
        """The key under which the answer to a POST is remembered, empty without."""
        return self.headers.get("idempotency-key", "") if self.method == "POST" else ""

    def api_key(self) -> str:
        """The key of the caller, from the header or, as Stripe.js sends it, from the parameters."""
        scheme, _, credentials = self.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            return credentials.strip()
        if scheme.lower() == "basic":
            try:
                return base64.b64decode(credentials).decode().partition(":")[0]
            except (binascii.Error, UnicodeDecodeError):
                return ""
        sent = self.parameters.get("key")
        return sent if isinstance(sent, str) and sent.startswith("pk_") else ""


def read(method: str, url: str, headers: Mapping[str, str], body: bytes) -> Request:
    """Read a request; faults of its notation are in `problems`."""
    parts = urlsplit(url)
    text = body.decode(errors="replace") if method == "POST" else parts.query
    lowered = {name.lower(): value for name, value in headers.items()}
    if lowered.get("content-type", "").startswith("application/json"):
        parameters, problems = _from_json(parts.path, text)
    else:
        parameters, problems = decode(text)
    return Request(method, unquote(parts.path), parts.query, lowered, body, parameters, problems)


def _from_json(path: str, text: str) -> tuple[dict[str, Json], list[Problem]]:
    """JSON is the language of v2 alone (https://docs.stripe.com/api-v2-overview)."""
    if not path.startswith("/v2/"):
        return {}, [Problem("content_type", "", "A form is expected")]
    try:
        decoded: dict[str, Json] = msgspec.json.decode(text or "{}", type=dict)
    except msgspec.MsgspecError as error:
        return {}, [Problem("invalid_json", "", str(error))]
    return decoded, []


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer. When it is `lost` the connection breaks instead, after `delay` seconds."""

    status: int
    headers: dict[str, str]
    body: bytes = field(repr=False)
    delay: float = 0.0
    lost: bool = False

    def json(self) -> dict[str, Json]:
        """The body read."""
        shown: dict[str, Json] = msgspec.json.decode(self.body)
        return shown


@dataclass(frozen=True, slots=True)
class Record:
    """A request that was served, for tests to look at. `status` None: no answer arrived."""

    request_id: str
    method: str
    path: str
    parameters: Mapping[str, Json] = field(repr=False)
    idempotency_key: str
    account: str
    status: int | None
    replayed: bool
