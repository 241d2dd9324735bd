"""Stripe's bracket notation of forms and queries: `a[b][0][c]=1` and `a[]=1`."""

import re
from collections.abc import Mapping, Sequence
from typing import TypeAlias
from urllib.parse import parse_qsl

from saleor_stripe_app.sandbox.stripe.problem import Problem

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"
"""Parameters as they were sent (texts only in a form), and objects as they are answered."""

_SEGMENT = re.compile(r"\[([^\[\]]*)\]")
_Tree: TypeAlias = "dict[str, str | _Tree]"


def decode(text: str) -> tuple[dict[str, Json], list[Problem]]:
    """The parameters in a form or query, and what is wrong with their notation."""
    root: _Tree = {}
    problems = []
    for key, value in parse_qsl(text, keep_blank_values=True):
        head, bracket, rest = key.partition("[")
        tail = bracket + rest
        if _SEGMENT.sub("", tail):
            problems.append(Problem("malformed_key", key, "Brackets do not match"))
            continue
        problem = _put(root, [head, *_SEGMENT.findall(tail)], value)
        if problem:
            problems.append(Problem(*problem[:1], key, problem[1]))
    return {key: _listed(value) for key, value in root.items()}, problems


def _put(root: _Tree, parts: list[str], value: str) -> tuple[str, str] | None:
    node = root
    for part in parts[:-1]:
        child = node.setdefault(part or str(len(node)), {})
        if isinstance(child, str):
            return "bad_type", "A value and a hash stand under one name"
        node = child
    last = parts[-1] or str(len(node))
    if last in node:
        return "duplicate_key", "Sent twice"
    node[last] = value
    return None


def _listed(node: "str | _Tree") -> Json:
    """Hashes whose keys are all numbers are arrays."""
    if isinstance(node, str):
        return node
    values = {key: _listed(value) for key, value in node.items()}
    if values and all(key.isdigit() for key in values):
        return [values[key] for key in sorted(values, key=int)]
    return values
