"""The GraphQL operations that are sent to Saleor or subscribed to: a file each in graphql/, read here.

What is newer than the oldest supported Saleor bears `@since(saleor: "3.22")`, a directive of ours that never leaves
this module: on a field, a variable or a whole operation. For an older Saleor the marked part is left out, and with a
variable every argument that it fills.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias, TypeVar

from graphql import (
    ArgumentNode,
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    ObjectFieldNode,
    OperationDefinitionNode,
    OperationType,
    StringValueNode,
    VariableDefinitionNode,
    VariableNode,
    parse,
    print_ast,
)
from graphql.language import REMOVE, Node, Visitor, VisitorAction, visit

from saleor_stripe_app.saleor import versions

OUR_OWN_API = "settings"

MarkedNode: TypeAlias = OperationDefinitionNode | VariableDefinitionNode | FieldNode
Definition = TypeVar("Definition", OperationDefinitionNode, FragmentDefinitionNode)


class UnknownOperation(LookupError):
    """No file of graphql/ has this name, or the file is not one valid operation: a defect of this app."""


class NotInThisSaleor(LookupError):
    """The operation exists only in newer versions of Saleor than the one it was asked for."""


@dataclass(frozen=True, slots=True)
class WireOperation:
    """An operation as one version of Saleor takes it. `text` is what goes over the wire, fragments included."""

    name: str
    kind: OperationType
    text: str
    document: DocumentNode


def shipped(name: str) -> Path:
    """A file or folder that belongs to the app: in an installed wheel beside the package, else in the checkout."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "_files" / name
    return installed if installed.exists() else package.parent / name


def names() -> tuple[str, ...]:
    """The names of all operations, which are those of their files."""
    return tuple(sorted(path.stem for path in shipped("graphql").glob("*.graphql") if path.stem != OUR_OWN_API))


def first_version(name: str) -> tuple[int, int]:
    """The first version of Saleor that has this operation. Raises UnknownOperation."""
    return _since(_definition(name)) or versions.OLDEST


def operation(name: str, version: tuple[int, int]) -> WireOperation:
    """The operation as this version of Saleor takes it.

    Raises UnknownOperation for a name without a file and NotInThisSaleor when the operation is newer than `version`.
    """
    return _operation(name, versions.nearest(version))


@lru_cache(maxsize=256)
def _operation(name: str, version: tuple[int, int]) -> WireOperation:
    definition = _definition(name)
    needed = _since(definition)
    if needed and needed > version:
        raise NotInThisSaleor(f"{name} needs Saleor {_dotted(needed)}; this one is {_dotted(version)}.")
    pruned = _prune(definition, version)
    fragments: dict[str, FragmentDefinitionNode] = {}
    _collect_fragments(pruned, version, fragments)
    document = DocumentNode(definitions=(pruned, *(fragments[key] for key in sorted(fragments))))
    return WireOperation(name, definition.operation, print_ast(document), document)


@lru_cache(maxsize=256)
def _definition(name: str) -> OperationDefinitionNode:
    definition = _only_definition(f"{name}.graphql")
    if not isinstance(definition, OperationDefinitionNode):
        raise UnknownOperation(f"graphql/{name}.graphql is not an operation.")
    return definition


@lru_cache(maxsize=256)
def _fragment(name: str) -> FragmentDefinitionNode:
    definition = _only_definition(f"fragments/{name}.graphql")
    if not isinstance(definition, FragmentDefinitionNode) or definition.name.value != name:
        raise UnknownOperation(f"graphql/fragments/{name}.graphql is not the fragment {name}.")
    return definition


def _only_definition(file: str) -> Node:
    path = shipped("graphql") / file
    if not path.is_file():
        raise UnknownOperation(f"There is no graphql/{file}.")
    try:
        definitions = parse(path.read_text(encoding="utf-8"), no_location=True).definitions
    except GraphQLError as error:
        raise UnknownOperation(f"graphql/{file} cannot be read: {error.message}") from error
    if len(definitions) != 1:
        raise UnknownOperation(f"graphql/{file} must hold one definition, not {len(definitions)}.")
    return definitions[0]


def _collect_fragments(node: Node, version: tuple[int, int], into: dict[str, FragmentDefinitionNode]) -> None:
    for name in sorted(_spreads(node)):
        if name not in into:
            into[name] = _prune(_fragment(name), version)
            _collect_fragments(into[name], version, into)


def _spreads(node: Node) -> set[str]:
    found: set[str] = set()

    class Spreads(Visitor):
        def enter_fragment_spread(self, spread: FragmentSpreadNode, *_: object) -> None:
            found.add(spread.name.value)

    visit(node, Spreads())
    return found


class _Pruner(Visitor):
    """Leaves out what a version lacks, the arguments that only a left out variable fills, and the marks themselves."""

    def __init__(self, version: tuple[int, int]) -> None:
        super().__init__()
        self.version = version
        self.variables: set[str] = set()

    def _is_newer(self, node: MarkedNode) -> bool:
        needed = _since(node)
        return needed is not None and needed > self.version

    def enter_variable_definition(self, node: VariableDefinitionNode, *_: object) -> VisitorAction:
        if not self._is_newer(node):
            return None
        self.variables.add(node.variable.name.value)
        return REMOVE

    def enter_field(self, node: FieldNode, *_: object) -> VisitorAction:
        return REMOVE if self._is_newer(node) else None

    def enter_argument(self, node: ArgumentNode, *_: object) -> VisitorAction:
        return REMOVE if self._is_left_out(node.value) else None

    def enter_object_field(self, node: ObjectFieldNode, *_: object) -> VisitorAction:
        return REMOVE if self._is_left_out(node.value) else None

    def enter_directive(self, node: DirectiveNode, *_: object) -> VisitorAction:
        return REMOVE if node.name.value == "since" else None

    def _is_left_out(self, value: Node) -> bool:
        return isinstance(value, VariableNode) and value.name.value in self.variables


def _prune(node: Definition, version: tuple[int, int]) -> Definition:
    pruned: Definition = visit(node, _Pruner(version))
    return pruned


def _since(node: MarkedNode) -> tuple[int, int] | None:
    for directive in node.directives or ():
        if directive.name.value == "since":
            values = [argument.value for argument in directive.arguments or ()]
            text = values[0].value if len(values) == 1 and isinstance(values[0], StringValueNode) else None
            found = versions.parse(text)
            if found is None:
                raise UnknownOperation('@since needs a version of Saleor, such as @since(saleor: "3.22").')
            return found
    return None


def _dotted(version: tuple[int, int]) -> str:
    return f"{version[0]}.{version[1]}"
