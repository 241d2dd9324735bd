"""Shapes from the SDK's types: a TypedDict of parameters, or a resource class of answers."""

import datetime
import importlib
import types
import typing
from collections.abc import Iterable, Mapping
from decimal import Decimal

import typing_extensions
from stripe._request_options import RequestOptions
from stripe._stripe_object import StripeObject

from saleor_stripe_app.sandbox.stripe.schema import Schema
from saleor_stripe_app.sandbox.stripe.sdk_annotations import evaluate, flatten, is_untyped, literal, unwrap
from saleor_stripe_app.sandbox.stripe.sdk_source import Names, names, own_fields

_SCALARS: dict[object, tuple[str, bool]] = {
    str: ("string", False),
    int: ("integer", False),
    float: ("number", False),
    bool: ("boolean", False),
    Decimal: ("string", True),
    datetime.datetime: ("integer", False),
    bytes: ("string", False),
}


class SchemaReader:
    """Collects the shapes reached from the types it is asked for.

    Resources outside `kept` are left as objects of any content: the graph of Stripe's resources is far larger than
    the part that a payment touches.
    """

    def __init__(self, kept: frozenset[str]) -> None:
        self.schemas: dict[str, Schema] = {}
        self._kept = kept
        self._names: dict[type, str] = {}

    def read(self, annotation: object, scope: Names) -> Schema:
        """The shape of an annotation, evaluated in the scope of the module that wrote it."""
        annotation = unwrap(annotation)
        if isinstance(annotation, str | typing.ForwardRef):
            return self.read(evaluate(annotation, scope), scope)
        if isinstance(annotation, type) and annotation in _SCALARS:
            kind, decimal = _SCALARS[annotation]
            return Schema(type=kind, decimal=decimal)
        origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
        if origin is not None:
            return self._generic(annotation, origin, arguments, scope)
        if isinstance(annotation, type):
            if typing_extensions.is_typeddict(annotation):
                return Schema(ref=self.parameters(annotation))
            if issubclass(annotation, StripeObject):
                return self._object(annotation)
        return Schema()

    def _generic(self, annotation: object, origin: object, arguments: tuple[object, ...], scope: Names) -> Schema:
        if origin in (typing.Literal, typing_extensions.Literal):
            return literal(arguments)
        if origin is typing.Union or isinstance(annotation, types.UnionType):
            return self._union(arguments, scope)
        name = getattr(origin, "__name__", "")
        if name in ("list", "Sequence"):
            return Schema(type="array", items=self.read(arguments[0], scope))
        if name in ("dict", "Mapping", "UntypedStripeObject"):
            return Schema(type="object", values=self.read(arguments[-1], scope))
        if name in ("ListObject", "SearchResultObject"):
            item = self.read(arguments[0], scope)
            return (
                _page_of_v2(item)
                if getattr(origin, "__module__", "").startswith("stripe.v2")
                else self._page(name, item)
            )
        return Schema()

    def _page(self, name: str, item: Schema) -> Schema:
        listed = name == "ListObject"
        properties = {
            "object": Schema(type="string", enum=["list" if listed else "search_result"]),
            "data": Schema(type="array", items=item),
            "has_more": Schema(type="boolean"),
            "url": Schema(type="string"),
            "total_count": Schema(type="integer", nullable=True),
        }
        if not listed:
            properties["next_page"] = Schema(type="string", nullable=True)
        return Schema(type="object", properties=properties, required=["object", "data", "has_more", "url"])

    def _union(self, arguments: Iterable[object], scope: Names) -> Schema:
        """`Literal | str` is an open list of values, `Literal['']` clears, an untyped object repeats a typed map."""
        flat = list(flatten(arguments, scope))
        maps = any(typing.get_origin(option) is dict for option in flat)
        free_text = str in flat
        options = []
        for option in flat:
            if option in (type(None), str) or (maps and is_untyped(option)):
                continue
            schema = self.read(option, scope)
            if free_text and schema.enum and schema.type == "string" and schema.enum != [""]:
                schema.open_enum, free_text = True, False
            options.append(schema)
        if free_text:
            options.append(Schema(type="string"))
        options.sort(key=lambda schema: schema.enum == [""])
        nullable = type(None) in flat
        if len(options) == 1:
            options[0].nullable = nullable
            return options[0]
        return Schema(any_of=options, nullable=nullable)

    def parameters(self, typed_dict: type) -> str:
        """The name under which a TypedDict's shape is collected."""
        name = self._name(typed_dict)
        if name not in self.schemas:
            self.schemas[name] = Schema(type="object")
            scope = names(typed_dict.__module__)
            inherited = RequestOptions in getattr(typed_dict, "__orig_bases__", ())
            options = set(RequestOptions.__annotations__) if inherited else set()
            options -= own_fields(typed_dict.__module__, typed_dict.__name__)
            fields = {key: value for key, value in typed_dict.__annotations__.items() if key not in options}
            self.schemas[name] = Schema(
                type="object",
                properties={key: self.read(annotation, scope) for key, annotation in fields.items()},
                required=sorted(getattr(typed_dict, "__required_keys__", frozenset()) & set(fields)),
            )
        return name

    def _object(self, cls: type[StripeObject]) -> Schema:
        kind = getattr(cls, "OBJECT_NAME", None)
        nested = "." in cls.__qualname__
        if cls is StripeObject or cls.__name__ == "UntypedStripeObject":
            return Schema(type="object")
        if isinstance(kind, str) and not nested:
            name = f"resource {kind}"
            if kind not in self._kept:
                return Schema(type="object")
        else:
            name = f"resource {self._name(cls)}"
        if name not in self.schemas:
            self.schemas[name] = Schema(type="object")
            self.schemas[name] = self._resource(cls)
        return Schema(ref=name)

    def _resource(self, cls: type[StripeObject]) -> Schema:
        """A property that is not nullable is always there: the SDK writes Optional for both absences."""
        scope = dict(names(cls.__module__))
        outer: object = importlib.import_module(cls.__module__)
        for part in cls.__qualname__.split("."):
            outer = getattr(outer, part)
            scope.update({key: value for key, value in vars(outer).items() if isinstance(value, type)})
        annotations: Mapping[str, object] = vars(cls).get("__annotations__", {})
        properties = {
            key: self.read(annotation, scope)
            for key, annotation in annotations.items()
            if not key.startswith("_") and "ClassVar" not in str(annotation)
        }
        required = [key for key, schema in properties.items() if not schema.nullable]
        return Schema(type="object", properties=properties, required=required)

    def _name(self, cls: type) -> str:
        if cls not in self._names:
            packages = [part for part in cls.__module__.split(".")[1:-1] if part != "params"]
            wanted = ".".join([*packages, cls.__qualname__])
            taken, name, number = set(self._names.values()), wanted, 2
            while name in taken:
                name, number = f"{wanted}_{number}", number + 1
            self._names[cls] = name
        return self._names[cls]


def _page_of_v2(item: Schema) -> Schema:
    """https://docs.stripe.com/api-v2-overview#list-pagination."""
    properties = {
        "data": Schema(type="array", items=item),
        "next_page_url": Schema(type="string", nullable=True),
        "previous_page_url": Schema(type="string", nullable=True),
    }
    return Schema(type="object", properties=properties, required=["data"])
