"""How Saleor reads and writes the scalars of its schema."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from graphql import (
    ConstValueNode,
    FloatValueNode,
    GraphQLError,
    GraphQLScalarType,
    GraphQLSchema,
    IntValueNode,
    StringValueNode,
    value_from_ast_untyped,
)


def install(schema: GraphQLSchema) -> GraphQLSchema:
    """Give the schema's own scalars Saleor's behaviour; amounts leave as floats and come in as exact decimals."""
    for name, (serialize, parse) in _SCALARS.items():
        scalar = schema.type_map.get(name)
        if isinstance(scalar, GraphQLScalarType):
            _behave(scalar, serialize, parse)
    return schema


def _behave(scalar: GraphQLScalarType, serialize: Callable[[Any], object], parse: Callable[[object], object]) -> None:
    def from_literal(node: ConstValueNode) -> object:
        # Written out, 0.1 must not pass through a float on its way to a decimal.
        if scalar.name in _DECIMALS and isinstance(node, FloatValueNode | IntValueNode | StringValueNode):
            return parse(node.value)
        return parse(value_from_ast_untyped(node))

    scalar.coerce_output_value = serialize
    scalar.coerce_input_value = parse
    scalar.coerce_input_literal = from_literal


def _decimal(value: object) -> Decimal:
    invalid = GraphQLError(f"Value {value!r} is not a decimal.")
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        raise invalid
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        raise invalid from None
    if not number.is_finite():
        raise invalid
    return number


def _positive_decimal(value: object) -> Decimal:
    number = _decimal(value)
    if number < 0:
        raise GraphQLError(f"Value cannot be lower than 0. Unsupported value: {value}")
    return number


def _datetime(value: object) -> datetime:
    try:
        parsed = datetime.fromisoformat(str(value))
    except ValueError:
        raise GraphQLError(f"Value {value!r} is not a date and time.") from None
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)


def _whole(value: object) -> int:
    try:
        number = int(str(value))
    except ValueError:
        raise GraphQLError(f"Value {value!r} is not an integer.") from None
    if number < 0:
        raise GraphQLError(f"Value cannot be lower than 0. Unsupported value: {value}")
    return number


def _uuid(value: object) -> str:
    try:
        return str(UUID(str(value)))
    except ValueError:
        raise GraphQLError(f"Value {value!r} is not a UUID.") from None


def _json_string(value: object) -> object:
    try:
        return json.loads(str(value))
    except ValueError:
        raise GraphQLError("Value is not a JSON string.") from None


def _as_it_is(value: object) -> object:
    return value


def _isoformat(value: datetime | date) -> str:
    return value.isoformat()


_DECIMALS = frozenset({"Decimal", "PositiveDecimal"})
_SCALARS: dict[str, tuple[Callable[[Any], object], Callable[[object], object]]] = {
    "DateTime": (_isoformat, _datetime),
    "Date": (_isoformat, _as_it_is),
    "Decimal": (float, _decimal),
    "PositiveDecimal": (float, _positive_decimal),
    "UUID": (str, _uuid),
    "JSON": (_as_it_is, _as_it_is),
    "JSONString": (json.dumps, _json_string),
    "Metadata": (_as_it_is, _as_it_is),
    "Minute": (int, _whole),
    "Hour": (int, _whole),
    "Day": (int, _whole),
    "PositiveInt": (int, _whole),
}
