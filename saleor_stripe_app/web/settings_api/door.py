"""The settings API's door: who asks is known before the body is looked at, one operation at a time."""

import json
import logging
import re
from collections.abc import Iterator
from typing import Annotated

import msgspec
import structlog
from graphql import GraphQLError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types import ExecutionResult
from strawberry.types.graphql import OperationType

from saleor_stripe_app.domain.errors import AppError, Malformed
from saleor_stripe_app.telemetry import SALEOR_API_URL, SECRET_TEXTS
from saleor_stripe_app.usecases.backends import Backends
from saleor_stripe_app.web.errors import http_error
from saleor_stripe_app.web.settings_api.caller import Caller, caller
from saleor_stripe_app.web.settings_api.schema import SCHEMA

log = logging.getLogger(__name__)

PATH = "/api/graphql"
LONGEST_BODY = 64 * 1024
HIDDEN = "(hidden)"
SHORTEST = 6
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)


class _Operation(msgspec.Struct, frozen=True, rename="camel"):
    query: Annotated[str, msgspec.Meta(min_length=1)]
    variables: dict[str, object] | None = None
    operation_name: str | None = None


def routes(backends: Backends) -> list[Route]:
    """POST /api/graphql: JSON of `query`, `variables` and `operationName`, for staff at Saleor's Dashboard.

    401 and 403 come before the body is looked at. 200 has `data`; errors are listed by message and `extensions.code`.
    https://graphql.github.io/graphql-over-http/draft/
    """

    async def answer(request: Request) -> Response:
        try:
            who = await caller(backends, request.headers)
            operation = _decoded(await request.body())
        except AppError as error:
            shown = http_error(error)
            return _response(shown.status, None, [_shown(shown.code, shown.message)])
        return await _executed(who, operation)

    return [Route(PATH, answer, methods=["POST"])]


def _decoded(body: bytes) -> _Operation:
    if len(body) > LONGEST_BODY:
        raise Malformed(f"The operation is longer than {LONGEST_BODY} bytes.")
    try:
        return msgspec.json.decode(body, type=_Operation)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise Malformed('The body must be one JSON object: {"query": "...", "variables": {...}}.') from error


async def _executed(who: Caller, operation: _Operation) -> Response:
    try:
        result = await SCHEMA.execute(
            operation.query,
            variable_values=operation.variables,
            context_value=who,
            operation_name=operation.operation_name,
            allowed_operation_types=(OperationType.QUERY, OperationType.MUTATION),
        )
    except (CannotGetOperationTypeError, InvalidOperationTypeError):
        return _response(400, None, [_shown("Malformed", "There is no query or mutation of that name to execute.")])
    assert isinstance(result, ExecutionResult)  # there is no incremental delivery
    errors = result.errors or []
    with structlog.contextvars.bound_contextvars(**{SALEOR_API_URL: who.installation.saleor_api_url}):
        shown = [_error(operation, error) for error in errors]
    status = 200 if result.data is not None else _status(errors)
    return _response(status, result.data, shown)


def _status(errors: list[GraphQLError]) -> int:
    """Of an operation without any data: what the first error means, which is 400 for one that cannot be executed."""
    original = errors[0].original_error if errors else None
    return 400 if original is None or isinstance(original, GraphQLError) else http_error(original).status


def _error(operation: _Operation, error: GraphQLError) -> dict[str, object]:
    """An error as clients see it; a defect of ours is told to the log alone."""
    path = {"path": error.path} if error.path else {}
    original = error.original_error
    if isinstance(original, AppError):
        meant = http_error(original)
        return _shown(meant.code, meant.message) | path
    if error.path is None:
        return _shown("Malformed", _without(operation, error.message))
    log.error("settings operation failed", exc_info=original or error)
    meant = http_error(original or error)
    return _shown(meant.code, meant.message) | path


def _without(operation: _Operation, message: str) -> str:
    """The message without anything that was sent as a value: the library quotes those that it does not accept."""
    sent = sorted(
        {text for text in (*_texts(operation.variables), *_QUOTED.findall(operation.query)) if len(text) >= SHORTEST},
        key=len,
        reverse=True,
    )
    for text in sent:
        message = message.replace(text, HIDDEN)
    return SECRET_TEXTS.sub(HIDDEN, message)


def _texts(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
            yield json.dumps(value)[1:-1]
            yield repr(value)[1:-1]
        case dict():
            for inner in value.values():
                yield from _texts(inner)
        case list():
            for inner in value:
                yield from _texts(inner)


def _shown(code: str, message: str) -> dict[str, object]:
    return {"message": message, "extensions": {"code": code}}


def _response(status: int, data: dict[str, object] | None, errors: list[dict[str, object]]) -> Response:
    content: dict[str, object] = {"data": data} if data is not None or not errors else {}
    if errors:
        content["errors"] = errors
    return JSONResponse(content, status)
