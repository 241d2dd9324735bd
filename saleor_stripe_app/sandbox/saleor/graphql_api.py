"""Saleor's GraphQL endpoint: who asks, what may be asked of this version, and the answer."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

import jwt
from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    GraphQLResolveInfo,
    GraphQLSchema,
    execute,
    parse,
    validate,
)

from saleor_stripe_app.sandbox.saleor import resolvers
from saleor_stripe_app.sandbox.saleor.errors import InternalServerError, MutationError, PermissionDenied
from saleor_stripe_app.sandbox.saleor.mutations import MUTATIONS
from saleor_stripe_app.sandbox.saleor.queries import QUERIES
from saleor_stripe_app.sandbox.saleor.requestor import ANONYMOUS, Requestor
from saleor_stripe_app.sandbox.saleor.resolvers import Context
from saleor_stripe_app.sandbox.saleor.saleor import Saleor
from saleor_stripe_app.sandbox.saleor.shopper_mutations import SHOPPER_FIELDS

ROOTS = {**QUERIES, **MUTATIONS, **SHOPPER_FIELDS}


@dataclass(frozen=True, slots=True)
class GraphQLAnswer:
    """400 for a request that cannot be read or does not fit the schema, else 200 even with errors, as Saleor does."""

    status: int
    content: dict[str, object]


def requestor(saleor: Saleor, token: str | None) -> Requestor:
    """Whom a bearer token stands for: an app by its opaque token, a user by a JWT of Saleor's key, else nobody.

    A Dashboard token for an app acts as the user, limited to the permissions it lists.
    """
    if not token:
        return ANONYMOUS
    app = saleor.app_by_token(token)
    if app is not None:
        return Requestor.of_app(app)
    try:
        claims = saleor.key.claims(token)
    except jwt.PyJWTError:
        return ANONYMOUS
    expires = claims.get("exp")
    if not isinstance(expires, int) or datetime.fromtimestamp(expires, UTC) <= saleor.now():
        return ANONYMOUS
    user = next((user for user in saleor.users if user.id == claims.get("user_id")), None)
    if user is None:
        return ANONYMOUS
    listed = claims.get("permissions")
    return Requestor.of_user(user, frozenset(map(str, listed)) if isinstance(listed, list) else frozenset())


def resolve(source: object, info: GraphQLResolveInfo[Any], **arguments: object) -> object:
    root = ROOTS.get((info.parent_type.name, info.field_name))
    return root(source, info.context, **arguments) if root else resolvers.resolve_field(source, info, **arguments)


async def answer(body: bytes, context: Context) -> GraphQLAnswer:
    """Carry out the request in `body`."""
    try:
        request = json.loads(body, parse_float=Decimal)
        query, variables = request["query"], request.get("variables") or {}
        document = _document(str(query), context.saleor.schema)
    except (ValueError, KeyError, TypeError, AttributeError):
        return _refused([GraphQLError("Unable to parse query.")])
    except GraphQLError as error:
        return _refused([error])
    if isinstance(document, tuple):
        return _refused(document)
    pending = execute(
        context.saleor.schema,
        document,
        root_value=None,
        context_value=context,
        variable_values=dict(variables),
        operation_name=request.get("operationName"),
        field_resolver=resolve,
        type_resolver=resolvers.resolve_type,
    )
    result = pending if isinstance(pending, ExecutionResult) else await pending
    content: dict[str, object] = {"data": result.data}
    if result.errors:
        content["errors"] = [_formatted(error) for error in result.errors]
    return GraphQLAnswer(200, content)


@lru_cache(maxsize=256)
def _document(query: str, schema: GraphQLSchema) -> DocumentNode | tuple[GraphQLError, ...]:
    """The query, or why it does not fit the schema; raises GraphQLError for what is no GraphQL."""
    document = parse(query)
    return tuple(validate(schema, document)) or document


def _refused(errors: Sequence[GraphQLError]) -> GraphQLAnswer:
    return GraphQLAnswer(400, {"errors": [_formatted(error) for error in errors]})


def _formatted(error: GraphQLError) -> dict[str, object]:
    """Errors name the exception behind them, as Saleor's do: clients look for "PermissionDenied"."""
    original = error.original_error
    match original:
        case PermissionDenied() | InternalServerError() | MutationError():
            code = type(original).__name__
        case _:
            code = "GraphQLError"
    return {**error.formatted, "extensions": {"exception": {"code": code}}}
