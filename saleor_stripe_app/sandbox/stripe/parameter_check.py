"""Parameters of a request against the shape that Stripe's description gives them."""

import re
from collections.abc import Mapping, Sequence

from saleor_stripe_app.sandbox.stripe.form import Json
from saleor_stripe_app.sandbox.stripe.problem import Problem
from saleor_stripe_app.sandbox.stripe.schema import Description, Schema

_TEXT_LIMIT = 5000
_INTEGER = re.compile(r"-?\d+")
_NUMBER = re.compile(r"-?\d+(\.\d+)?([eE]-?\d+)?")
_DECIMAL = re.compile(r"-?\d+(\.\d+)?")


class Check:
    """One pass over one request. `typed` bodies are JSON; elsewhere every value travels as text."""

    def __init__(self, description: Description, *, open_enums: bool, typed: bool) -> None:
        self._description = description
        self._open_enums = open_enums
        self._typed = typed

    def run(self, value: Json, schema: Schema, at: str = "") -> list[Problem]:
        """Problems of a value at a place."""
        nullable = schema.nullable
        schema = self._description.resolve(schema)
        if schema.any_of:
            return self._any_of(value, schema, at)
        if value is None:
            allowed = self._typed or nullable or schema.nullable
            return [] if allowed else [Problem("bad_type", at, "Null where a value is expected")]
        if schema.enum:
            return self._enum(value, schema, at)
        if schema.type == "object":
            return self._object(value, schema, at)
        if schema.type == "array":
            return self._array(value, schema, at)
        return _scalar(value, schema, at)

    def _any_of(self, value: Json, schema: Schema, at: str) -> list[Problem]:
        """The problems of the nearest option: one whose kind fits, then the one with the fewest."""
        best: list[Problem] | None = None
        weight = (True, 0)
        for option in schema.any_of:
            problems = self.run(value, option, at)
            if not problems:
                return []
            wrong_kind = any(problem.code == "bad_type" and problem.param == at for problem in problems)
            if best is None or (wrong_kind, len(problems)) < weight:
                best, weight = problems, (wrong_kind, len(problems))
        return best or []

    def _enum(self, value: Json, schema: Schema, at: str) -> list[Problem]:
        allowed = [_text(option) for option in schema.enum]
        if isinstance(value, Mapping) or not isinstance(value, str | int | float | bool):
            return [Problem("bad_type", at, "A hash or array where a string is expected")]
        if _text(value) in allowed or (self._open_enums and schema.open_enum):
            return []
        listed = ", ".join(allowed[:12]) + (", …" if len(allowed) > 12 else "")
        name = at or "value"
        return [Problem("bad_enum", at, f"Invalid {name}: must be one of {listed}")]

    def _object(self, value: Json, schema: Schema, at: str) -> list[Problem]:
        if value == "" and not schema.properties:
            return []
        if isinstance(value, Sequence) and not isinstance(value, str) and schema.values:
            value = {str(index): item for index, item in enumerate(value)}
        if not isinstance(value, Mapping):
            return [Problem("bad_type", at, f"A hash is expected, not {value!r:.30}")]
        properties, problems = schema.properties or {}, []
        for key, item in value.items():
            place = f"{at}[{key}]" if at else key
            if key in properties:
                problems += self.run(item, properties[key], place)
            elif schema.values:
                problems += self.run(item, schema.values, place)
            elif schema.properties is not None:
                problems.append(Problem("parameter_unknown", place, f"Received unknown parameter: {place}"))
        for key in schema.required:
            place = f"{at}[{key}]" if at else key
            if key not in value:
                problems.append(Problem("parameter_missing", place, f"Missing required param: {place}."))
            elif value[key] == "" and self._is_plain(properties[key]):
                message = f"You passed an empty string for '{place}'."
                problems.append(Problem("parameter_invalid_empty", place, message))
        return problems

    def _is_plain(self, schema: Schema) -> bool:
        schema = self._description.resolve(schema)
        return schema.type in ("integer", "string", "boolean", "number") and not schema.enum

    def _array(self, value: Json, schema: Schema, at: str) -> list[Problem]:
        if not isinstance(value, Sequence) or isinstance(value, str):
            return [Problem("bad_type", at, f"An array is expected, not {type(value).__name__}")]
        items = schema.items or Schema()
        return [problem for index, item in enumerate(value) for problem in self.run(item, items, f"{at}[{index}]")]


def _text(value: Json) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _scalar(value: Json, schema: Schema, at: str) -> list[Problem]:
    if schema.type == "integer":
        ok = (isinstance(value, int) and not isinstance(value, bool)) or _matches(_INTEGER, value)
        return [] if ok else [Problem("parameter_invalid_integer", at, f"Invalid integer: {value!s:.40}")]
    if schema.type == "number":
        ok = isinstance(value, int | float) or _matches(_NUMBER, value)
        return [] if ok else [Problem("parameter_invalid_number", at, f"Invalid number: {value!s:.40}")]
    if schema.type == "boolean":
        ok = isinstance(value, bool) or value in ("true", "false")
        return [] if ok else [Problem("parameter_invalid_boolean", at, f"Invalid boolean: {value!s:.40}")]
    if schema.type == "string":
        return _string(value, schema, at)
    return []


def _string(value: Json, schema: Schema, at: str) -> list[Problem]:
    if not isinstance(value, str | int | float):
        return [Problem("bad_type", at, f"A string is expected, not {type(value).__name__}")]
    text = str(value)
    problems = []
    limit = schema.max_length or _TEXT_LIMIT
    if len(text) > limit:
        message = f"Invalid string: {text[:10]}…; must be at most {limit} characters"
        problems.append(Problem("too_long", at, message))
    if schema.decimal and text and not _DECIMAL.fullmatch(text):
        problems.append(Problem("parameter_invalid_decimal", at, f"Invalid decimal: {text:.40}"))
    return problems


def _matches(pattern: re.Pattern[str], value: Json) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None
