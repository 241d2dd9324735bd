"""Saleor's GraphQL schema per version: the cut-down SDL carried here, or a full one named by SALEOR_SCHEMA."""

import os
from functools import lru_cache
from pathlib import Path

from graphql import GraphQLSchema, build_schema

from saleor_stripe_app.sandbox.saleor import scalars
from saleor_stripe_app.sandbox.saleor.versions import RELEASES

CARRIED = Path(__file__).resolve().parent / "schemas"


def schema(version: str) -> GraphQLSchema:
    """The schema of a version such as "3.22".

    SALEOR_SCHEMA may name a file, taken for every version, or a folder with a file per version. Raises LookupError
    for a version that is not supported, and FileNotFoundError where the file is missing.
    """
    if version not in RELEASES:
        raise LookupError(f"Saleor {version} is not one of {', '.join(RELEASES)}")
    named = os.environ.get("SALEOR_SCHEMA")
    return _read(sdl_file(version, Path(named)) if named else CARRIED / f"{version}.graphql")


def sdl_file(version: str, at: Path) -> Path:
    """The SDL of a version in a folder, where a prerelease's may have a suffix: 3.24-alpha.graphql."""
    if not at.is_dir():
        return at
    found = sorted(at.glob(f"{version}.graphql")) or sorted(at.glob(f"{version}-*.graphql"))
    if not found:
        raise FileNotFoundError(f"{at} has no schema of Saleor {version}")
    return found[0]


@lru_cache(maxsize=8)
def _read(path: Path) -> GraphQLSchema:
    return scalars.install(build_schema(path.read_text(encoding="utf-8")))
