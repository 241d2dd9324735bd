"""Operations from the SDK's services: verb, path, type of the parameters, type of the answer."""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from saleor_stripe_app.sandbox.stripe.schema import Operation, Schema
from saleor_stripe_app.sandbox.stripe.sdk_schemas import SchemaReader
from saleor_stripe_app.sandbox.stripe.sdk_source import names, service_modules, tree


@dataclass(frozen=True, slots=True)
class Call:
    """A method of a service that makes one request."""

    module: str
    verb: str
    path: str
    parameters: str
    answer: str


def read_operations(reader: SchemaReader, wanted: Callable[[str], bool]) -> dict[str, dict[str, Operation]]:
    """The operations on the paths that are wanted, their shapes collected in the reader."""
    found: dict[str, dict[str, Operation]] = {}
    for module in service_modules():
        for call in _calls(module):
            if wanted(call.path):
                found.setdefault(call.path, {}).setdefault(call.verb, _operation(reader, call))
    return dict(sorted(found.items()))


def _operation(reader: SchemaReader, call: Call) -> Operation:
    scope = names(call.module)
    parameters = Schema(type="object", properties={})
    if call.parameters:
        typed_dict = scope[call.parameters]
        assert isinstance(typed_dict, type)
        parameters = Schema(ref=reader.parameters(typed_dict))
    answer = reader.read(call.answer, scope) if call.answer and "Any" not in call.answer else None
    if call.path.startswith("/v2/"):
        _let_it_turn_pages(reader, call.verb, parameters)
        return Operation(parameters=parameters, answer=answer, content="application/json")
    if call.path == "/v1/files":
        return Operation(parameters=parameters, answer=answer, content="multipart/form-data")
    return Operation(parameters=parameters, answer=answer)


def _let_it_turn_pages(reader: SchemaReader, verb: str, parameters: Schema) -> None:
    """Lists of v2 take the `page` of the addresses that they answer with, though the SDK's types do not name it."""
    properties = reader.schemas[parameters.ref].properties if parameters.ref else parameters.properties
    if verb == "get" and properties is not None and "limit" in properties:
        properties["page"] = Schema(type="string")


def _calls(module: str) -> Iterator[Call]:
    functions = (
        function
        for cls in tree(module).body
        if isinstance(cls, ast.ClassDef)
        for function in cls.body
        if isinstance(function, ast.FunctionDef)
    )
    for function in functions:
        for node in ast.walk(function):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "_request":
                verb, path = node.args[0], _path(node.args[1])
                assert isinstance(verb, ast.Constant)
                if path:
                    returns = ast.unparse(function.returns).strip("'\"") if function.returns else ""
                    yield Call(module, str(verb.value), path, _parameters(function), returns)


def _parameters(function: ast.FunctionDef) -> str:
    for argument in function.args.args:
        if argument.arg == "params" and argument.annotation:
            match = re.search(r"\w+Params\w*", ast.unparse(argument.annotation))
            return match.group(0) if match else ""
    return ""


def _path(node: ast.expr) -> str:
    """The path as written: a plain text, or a template on which `format` is called."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        node = node.func.value
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
