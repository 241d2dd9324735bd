"""The source of the installed Stripe SDK: its modules, their names and their syntax trees.

Nearly all of the SDK is generated from Stripe's own description of the API, so that reading it gives that back.
"""

import ast
import importlib
import typing
from functools import cache
from pathlib import Path

import stripe
import typing_extensions

ROOT = Path(stripe.__file__).parent
Names = dict[str, object]


@cache
def tree(module: str) -> ast.Module:
    """The syntax tree of a module of the SDK."""
    path = ROOT.joinpath(*module.split(".")[1:])
    file = path.with_suffix(".py")
    return ast.parse((file if file.exists() else path / "__init__.py").read_text(encoding="utf-8"))


@cache
def names(module: str) -> Names:
    """All names that the annotations of a module may use, those imported for type checkers only included."""
    loaded = importlib.import_module(module)
    found: Names = {**vars(typing), **vars(typing_extensions), **vars(loaded)}
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            for alias in node.names:
                if alias.name != "*" and (alias.asname or alias.name) not in vars(loaded):
                    source = importlib.import_module(node.module)
                    found[alias.asname or alias.name] = getattr(source, alias.name)
    return found


def service_modules() -> list[str]:
    """Modules that hold the calls of the API, `stripe._refund_service` and the like."""
    found = []
    for file in sorted(ROOT.rglob("_*_service.py")):
        module = ".".join(("stripe", *file.relative_to(ROOT).with_suffix("").parts))
        if not module.endswith("_stripe_service"):
            found.append(module)
    return found


def own_fields(module: str, class_name: str) -> set[str]:
    """Fields that a class of the module declares itself."""
    for node in tree(module).body:
        if isinstance(node, ast.ClassDef) and node.name == class_name:
            return {
                field.target.id
                for field in node.body
                if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
            }
    return set()
