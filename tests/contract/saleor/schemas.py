"""Saleor's schema per version: the whole one where it is at hand, else the one cut down to what the app touches.

The whole ones are looked for in SALEOR_SCHEMA (a file for every version, or a folder), in the folder
SALEOR_SCHEMA_DIR, and beside the checkout.
"""

import os
from functools import cache
from pathlib import Path

from graphql import GraphQLSchema, build_schema

REPOSITORY = Path(__file__).parents[3]
CUT = REPOSITORY / "saleor_stripe_app" / "sandbox" / "saleor" / "schemas"
BESIDE = REPOSITORY.parent / "shared" / "saleor" / "schema"


def folders() -> list[Path]:
    named = [os.environ[name] for name in ("SALEOR_SCHEMA", "SALEOR_SCHEMA_DIR") if os.environ.get(name)]
    return [*map(Path, named), BESIDE, CUT]


def source(version: tuple[int, int]) -> Path:
    """The file of this version: `3.24.graphql`, or `3.24-alpha.graphql` before it is released."""
    dotted = f"{version[0]}.{version[1]}"
    one_for_all = Path(os.environ.get("SALEOR_SCHEMA", ""))
    if one_for_all.is_file():
        return one_for_all
    for folder in folders():
        found = sorted([*folder.glob(f"{dotted}.graphql"), *folder.glob(f"{dotted}-*.graphql")])
        if found:
            return found[0]
    raise FileNotFoundError(f"There is no schema of Saleor {dotted} in any of {', '.join(map(str, folders()))}.")


@cache
def schema(version: tuple[int, int]) -> GraphQLSchema:
    return build_schema(source(version).read_text(encoding="utf-8"), assume_valid=True, no_location=True)
