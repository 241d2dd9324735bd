"""Objects answered, against the shape that Stripe's description gives them: no field missing, none unknown."""

from collections.abc import Mapping, Sequence

from saleor_stripe_app.sandbox.stripe.form import Json
from saleor_stripe_app.sandbox.stripe.problem import Problem
from saleor_stripe_app.sandbox.stripe.schema import Description, Schema


def check(description: Description, value: Json, schema: Schema, at: str = "") -> list[Problem]:
    """Problems of a value at a place, its parts included."""
    nullable = schema.nullable
    schema = description.resolve(schema)
    anything = not (schema.type or schema.any_of)
    if value is None or anything:
        return (
            [] if anything or nullable or schema.nullable else [Problem("null", at, "The SDK's type is not nullable")]
        )
    if schema.any_of:
        trials = [check(description, value, option, at) for option in schema.any_of]
        return min(trials, key=len)
    if schema.type == "object":
        return _object(description, value, schema, at)
    if schema.type == "array":
        if not isinstance(value, Sequence) or isinstance(value, str):
            return [Problem("bad_type", at, "An array is expected")]
        items = schema.items or Schema()
        return [
            problem for index, item in enumerate(value) for problem in check(description, item, items, f"{at}[{index}]")
        ]
    return _scalar(value, schema, at)


def _object(description: Description, value: Json, schema: Schema, at: str) -> list[Problem]:
    if not isinstance(value, Mapping):
        return [Problem("bad_type", at, f"An object is expected, not {value!r:.40}")]
    problems = []
    for key, item in value.items():
        place = f"{at}.{key}" if at else key
        if schema.properties and key in schema.properties:
            problems += check(description, item, schema.properties[key], place)
        elif schema.values:
            problems += check(description, item, schema.values, place)
        elif schema.properties is not None:
            problems.append(Problem("extra", place, "Unknown to the SDK's class"))
    if value.get("deleted") is True:
        return problems
    problems += [
        Problem("missing", f"{at}.{key}" if at else key, "Never absent by the SDK's class")
        for key in schema.required
        if key not in value
    ]
    return problems


def _scalar(value: Json, schema: Schema, at: str) -> list[Problem]:
    fits = {
        "integer": isinstance(value, int) and not isinstance(value, bool),
        "number": isinstance(value, int | float) and not isinstance(value, bool),
        "boolean": isinstance(value, bool),
        "string": isinstance(value, str),
    }.get(schema.type, True)
    if not fits:
        return [Problem("bad_type", at, f"{schema.type} expected, not {value!r:.40}")]
    if schema.enum and value not in schema.enum and not schema.open_enum:
        return [Problem("bad_enum", at, f"{value!r:.40}")]
    return []
