"""Cut Saleor's SDL down to what the app's operations touch and what the stand-in answers.

Run it after an operation or the stand-in has changed:

    python -m saleor_stripe_app.sandbox.saleor.schema_cut FOLDER

FOLDER holds the full SDL of each version (3.21.graphql … 3.24-alpha.graphql): Saleor's saleor/graphql/schema.graphql.
"""

import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from graphql import (
    DirectiveNode,
    DocumentNode,
    FieldDefinitionNode,
    FieldNode,
    GraphQLSchema,
    InputObjectTypeDefinitionNode,
    InterfaceTypeDefinitionNode,
    NamedTypeNode,
    Node,
    ObjectTypeDefinitionNode,
    SchemaDefinitionNode,
    TypeDefinitionNode,
    TypeInfo,
    TypeInfoVisitor,
    UnionTypeDefinitionNode,
    Visitor,
    build_ast_schema,
    get_named_type,
    parse,
    print_ast,
    visit,
)
from graphql.language.visitor import REMOVE

from saleor_stripe_app.sandbox.saleor import resolvers
from saleor_stripe_app.sandbox.saleor.graphql_api import ROOTS
from saleor_stripe_app.sandbox.saleor.schema import CARRIED, sdl_file
from saleor_stripe_app.sandbox.saleor.versions import RELEASES

OPERATIONS = Path(__file__).resolve().parents[3] / "graphql"
ALWAYS = {"PermissionEnum": (), "PageInfo": ("hasNextPage", "hasPreviousPage", "startCursor", "endCursor")}
_SCHEMA_FILE = "settings.graphql"
Fields = dict[str, set[str]]


def operations(folder: Path) -> DocumentNode:
    """Every operation and fragment of a folder as one document; our own API's schema is none of them."""
    files = [path for path in sorted(folder.rglob("*.graphql")) if path.name != _SCHEMA_FILE]
    documents = [parse(path.read_text(encoding="utf-8"), no_location=True) for path in files]
    return DocumentNode(definitions=tuple(node for document in documents for node in document.definitions))


def cut(sdl: str, used: DocumentNode) -> str:
    """The SDL that is left: fields that `used` selects or the stand-in answers, and every type they need."""
    document = parse(sdl, no_location=True)
    schema = build_ast_schema(document, assume_valid=True)
    fields = _selected(schema, used)
    _add_answered(document, fields)
    kept = _closure(document, fields)
    definitions = [_pruned(node, fields, kept) for node in document.definitions if _is_kept(node, kept)]
    return "\n\n".join(print_ast(node) for node in definitions) + "\n"


def _selected(schema: GraphQLSchema, used: DocumentNode) -> Fields:
    fields: Fields = {name: set(names) for name, names in ALWAYS.items() if name in schema.type_map}
    info = TypeInfo(schema)

    class Selections(Visitor):
        def enter_field(self, node: FieldNode, *_: object) -> None:
            parent, definition = info.get_parent_type(), info.get_field_def()
            if parent is not None and definition is not None and not node.name.value.startswith("__"):
                fields.setdefault(parent.name, set()).add(node.name.value)
                fields.setdefault(get_named_type(definition.type).name, set())

        def enter_named_type(self, node: NamedTypeNode, *_: object) -> None:
            if node.name.value in schema.type_map:
                fields.setdefault(node.name.value, set())

    visit(used, TypeInfoVisitor(info, Selections()))
    return fields


def _add_answered(document: DocumentNode, fields: Fields) -> None:
    for node in document.definitions:
        if isinstance(node, ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode):
            name = node.name.value
            answered = {
                field.name.value
                for field in node.fields or ()
                if (name, field.name.value) in ROOTS or resolvers.models(name, field.name.value)
            }
            if answered:
                fields.setdefault(name, set()).update(answered)


def _closure(document: DocumentNode, fields: Fields) -> set[str]:
    """The names of all types that the kept fields, their arguments and their interfaces lead to.

    `fields` grows on the way: a payload of a mutation is kept whole, an object that is only reached keeps its id. Types
    that were kept before an interface of theirs are gone through again, since they need its fields.
    """
    types = {node.name.value: node for node in document.definitions if isinstance(node, TypeDefinitionNode)}
    kept: set[str] = set()
    waiting = ["Query", "Mutation", "Subscription", *fields]
    while waiting:
        name = waiting.pop()
        node = types.get(name)
        if node is None or name in kept:
            continue
        kept.add(name)
        if isinstance(node, ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode):
            _complete(node, fields, types)
            chosen = [field for field in node.fields or () if field.name.value in fields[name]]
            waiting += [reached for field in chosen for reached in _reached(field)]
            if isinstance(node, InterfaceTypeDefinitionNode):
                again = {other for other in kept if _implements(types[other], name)}
                kept -= again
                waiting += again
        elif isinstance(node, InputObjectTypeDefinitionNode):
            waiting += [_named(field.type) for field in node.fields or ()]
        elif isinstance(node, UnionTypeDefinitionNode):
            waiting += [member.name.value for member in node.types or ()]
    return kept


def _complete(
    node: ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode, fields: Fields, types: dict[str, TypeDefinitionNode]
) -> None:
    """An object has the kept fields of its interfaces, and at least one field: its id, or else all that it has."""
    name = node.name.value
    own = [field.name.value for field in node.fields or ()]
    chosen = fields.setdefault(name, set())
    for interface in node.interfaces or ():
        if interface.name.value in fields or interface.name.value == "Node":
            wanted = fields.get(interface.name.value) or _names(types[interface.name.value])
            chosen.update(wanted)
    if "errors" in own:
        chosen.update(own)
    if not chosen:
        chosen.update({"id"} if "id" in own else own)


def _implements(node: TypeDefinitionNode, interface: str) -> bool:
    return interface in {name.name.value for name in getattr(node, "interfaces", None) or ()}


def _names(node: TypeDefinitionNode) -> set[str]:
    return {field.name.value for field in getattr(node, "fields", None) or ()}


def _reached(field: FieldDefinitionNode) -> Iterable[str]:
    return (_named(field.type), *(_named(argument.type) for argument in field.arguments or ()))


def _named(node: Node) -> str:
    inner = getattr(node, "type", None)
    return _named(inner) if inner is not None else str(node.name.value)  # type: ignore[attr-defined]


def _is_kept(node: Node, kept: set[str]) -> bool:
    if isinstance(node, SchemaDefinitionNode):
        return True
    return isinstance(node, TypeDefinitionNode) and node.name.value in kept


def _pruned(node: Node, fields: Fields, kept: set[str]) -> Node:
    """The definition with its kept fields, interfaces and members, without descriptions and Saleor's directives."""
    if isinstance(node, ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode):
        node = replace(
            node,
            fields=tuple(field for field in node.fields or () if field.name.value in fields[node.name.value]),
            interfaces=tuple(name for name in node.interfaces or () if name.name.value in kept),
        )
    plain: Node = visit(node, _Plain())
    return plain


class _Plain(Visitor):
    def leave_directive(self, directive: DirectiveNode, *_: object) -> object:
        return None if directive.name.value == "deprecated" else REMOVE

    def leave(self, node: Node, *_: object) -> Node | None:
        described: Any = node
        return replace(described, description=None) if getattr(node, "description", None) is not None else None


def main(arguments: Sequence[str]) -> int:
    if len(arguments) != 1:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    used = operations(OPERATIONS)
    for version in RELEASES:
        full = sdl_file(version, Path(arguments[0])).read_text(encoding="utf-8")
        target = CARRIED / f"{version}.graphql"
        target.write_text(cut(full, used), encoding="utf-8")
        sys.stdout.write(f"{target.name}: {target.stat().st_size} bytes of {len(full)}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
