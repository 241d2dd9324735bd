"""Annotations in the source of the SDK, read one by one."""

import types
import typing
from collections.abc import Iterable

import typing_extensions

from saleor_stripe_app.sandbox.stripe.schema import Schema
from saleor_stripe_app.sandbox.stripe.sdk_source import Names

_QUALIFIERS = (typing.NotRequired, typing.Required, typing_extensions.NotRequired, typing_extensions.Required)


def unwrap(annotation: object) -> object:
    """An annotation without what says whether it is required."""
    while typing.get_origin(annotation) in _QUALIFIERS:
        annotation = typing.get_args(annotation)[0]
    return annotation


def evaluate(annotation: "str | typing.ForwardRef", scope: Names) -> object:
    """What an annotation that was written as text stands for."""
    text = annotation if isinstance(annotation, str) else annotation.__forward_arg__
    value: object = eval(text, scope)  # noqa: S307 - an annotation in the source of the installed SDK
    return value


def flatten(arguments: Iterable[object], scope: Names) -> Iterable[object]:
    """The options of a union, those of unions within it included."""
    for argument in arguments:
        option = unwrap(argument)
        if isinstance(option, str | typing.ForwardRef):
            option = evaluate(option, scope)
        if typing.get_origin(option) is typing.Union or isinstance(option, types.UnionType):
            yield from flatten(typing.get_args(option), scope)
        else:
            yield option


def is_untyped(option: object) -> bool:
    """Whether an option is an object of any content."""
    return getattr(typing.get_origin(option), "__name__", "") == "UntypedStripeObject"


def literal(values: tuple[object, ...]) -> Schema:
    """The shape of a choice between values."""
    enum = [value for value in values if isinstance(value, str | int)]
    if all(isinstance(value, bool) for value in enum):
        return Schema(type="boolean", enum=enum)
    if all(isinstance(value, int) for value in enum):
        return Schema(type="integer", enum=enum)
    return Schema(type="string", enum=enum)
