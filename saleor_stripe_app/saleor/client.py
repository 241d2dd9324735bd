"""Saleor's GraphQL API as an app calls it: one operation in, its decoded data out, faults by meaning.

Documents are printed once and not per call; numbers with a fraction come out as exact decimals.
"""

from collections.abc import Mapping
from decimal import Decimal
from http import HTTPStatus
from importlib.metadata import version as installed_version
from typing import Any, Final, Protocol, TypeVar

import aiohttp
import msgspec
from gql import GraphQLRequest
from gql.transport.aiohttp import AIOHTTPTransport
from gql.transport.exceptions import TransportError

from saleor_stripe_app.domain.errors import AppError, Refusal, Unavailable, Untrusted
from saleor_stripe_app.saleor.operations import WireOperation, operation

TIMEOUT: Final = 8.0  # seconds for one call: half of what a request of Saleor's may take us in all
CONNECT_TIMEOUT: Final = 2.0
LONGEST_ANSWER: Final = 8 * 1024 * 1024
CONNECTIONS_PER_SALEOR: Final = 32
UNTRUSTED_CODES = frozenset(
    "InvalidTokenError ExpiredSignatureError DecodeError InvalidSignatureError JSONWebTokenError".split()
)
REFUSED_CODES = frozenset("GraphQLError GraphQLSyntaxError QueryCostError ValidationError ValueError".split())

Data = TypeVar("Data")


class Access(Protocol):
    """A Saleor and the token to it: an Installation, or one that is about to be."""

    @property
    def saleor_api_url(self) -> str:
        """The address of its GraphQL API."""

    @property
    def token(self) -> str:
        """The app's token."""

    @property
    def version(self) -> tuple[int, int]:
        """Saleor's major and minor."""


class NotPermitted(Untrusted):
    """Saleor refuses the token, or what it may not do: the app was removed, or lacks a permission there."""


class _PrintedRequest(GraphQLRequest):
    """A request whose document is printed already: gql would print it anew each time."""

    def __init__(self, wire: WireOperation, variables: Mapping[str, object]) -> None:
        super().__init__(wire.document, variable_values=dict(variables))
        self._text = wire.text

    @property
    def payload(self) -> dict[str, Any]:
        return {"query": self._text, "variables": self.variable_values}


class SaleorClient:
    """Calls to any number of Saleors over one pool of connections, opened by the first call.

    `timeout` is for a whole call, in seconds. `close` ends it; a closed client opens anew when called again.
    """

    def __init__(self, *, timeout: float = TIMEOUT) -> None:
        self._timeout = aiohttp.ClientTimeout(total=timeout, sock_connect=min(CONNECT_TIMEOUT, timeout))
        self._session: aiohttp.ClientSession | None = None

    async def execute(self, access: Access, name: str, variables: Mapping[str, object], result: type[Data]) -> Data:
        """Send the operation of this name and decode its `data` as `result`, a msgspec type.

        Raises NotPermitted, Unavailable when the outcome is not known (time limit, lost connection, 5xx, an answer
        that cannot be read), Refusal when Saleor did not run the operation, and NotInThisSaleor.
        """
        wire = operation(name, access.version)
        transport = AIOHTTPTransport(url=access.saleor_api_url, json_deserialize=_decoder.decode)
        transport.session = self._opened()
        headers = {"Authorization": f"Bearer {access.token}"}
        try:
            answer = await transport.execute(
                _PrintedRequest(wire, variables), extra_args={"headers": headers, "allow_redirects": False}
            )
        except TransportError as error:
            if isinstance(error.__cause__, AppError):
                raise error.__cause__ from error
            raise Unavailable(f"Saleor cannot be reached for {name}: {_reason(error)}.") from error
        if answer.errors:
            raise _fault(name, answer.errors)
        try:
            return msgspec.convert(answer.data, result)
        except msgspec.ValidationError as error:
            raise Unavailable(f"Saleor's answer to {name} cannot be read: {error}.") from error

    async def close(self) -> None:
        """Close all connections."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0, limit_per_host=CONNECTIONS_PER_SALEOR),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": f"saleor-stripe-app/{installed_version('saleor-stripe-app')}"},
                json_serialize=_to_json,
                raise_for_status=_check,
                timeout=self._timeout,
            )
        return self._session


_decoder = msgspec.json.Decoder(float_hook=Decimal)
_encoder = msgspec.json.Encoder(decimal_format="number")


def _to_json(value: object) -> str:
    return _encoder.encode(value).decode()


async def _check(response: aiohttp.ClientResponse) -> None:
    """Judge the status before the body is read; a GraphQL error may come with 200 or 400."""
    if response.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        raise NotPermitted(f"Saleor refuses this app's token ({response.status}).")
    if response.status not in (HTTPStatus.OK, HTTPStatus.BAD_REQUEST):
        raise Unavailable(f"Saleor answered with status {response.status}.")
    if (response.content_length or 0) > LONGEST_ANSWER:
        raise Unavailable("Saleor's answer is too large.")


def _fault(name: str, errors: list[Any]) -> AppError:
    """What GraphQL errors mean. Saleor puts the name of its exception into `extensions.exception.code`."""
    first = errors[0] if isinstance(errors, list) and errors and isinstance(errors[0], dict) else {}
    text = str(first.get("message", ""))[:300]
    code = _code(first)
    if code == "PermissionDenied":
        return NotPermitted(f"Saleor does not permit {name}: {text}", forbidden=True)
    if code in UNTRUSTED_CODES:
        return NotPermitted(f"Saleor refuses this app's token: {text}")
    if code in REFUSED_CODES or (not code and text):
        return Refusal(f"Saleor refuses {name}: {text}", code=code or "GraphQLError")
    return Unavailable(f"Saleor failed at {name}: {text} ({code or 'no code'}).")


def _code(error: Mapping[str, Any]) -> str:
    extensions = error.get("extensions")
    exception = extensions.get("exception") if isinstance(extensions, dict) else None
    code = exception.get("code") if isinstance(exception, dict) else None
    return code if isinstance(code, str) else ""


def _reason(error: TransportError) -> str:
    cause = error.__cause__ or error
    return f"{type(cause).__name__} {str(cause)[:200]}".strip()
