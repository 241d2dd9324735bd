"""The rules of the house that no linter holds."""

import ast
import importlib.util
import re
import subprocess
import tomllib
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "saleor_stripe_app"
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if "migrations" not in path.parts)
LONGEST = 300
NOT_OURS = {".git", ".venv", ".cache", ".hypothesis", ".mypy_cache", ".pytest_cache", ".ruff_cache", "__pycache__"}
# Spelled in parts, so that this file does not find itself.
FOREIGN = re.compile(
    "|".join(
        (
            r"(?<![\w.:/-])/(?:root|home|Users|work|opt|srv|mnt)/" + r"\w",
            r"(?<![\w.:/-])/tmp/" + r"\w",
            "pypi" + r"\.org/simple",
            "files" + r"\.pythonhosted\.org",
            "registry" + r"\.npmjs\.org",
            "proxy" + r"\.golang\.org",
            r"--(?:extra-)?index" + "-url|--find" + "-links",
            "file:" + "///",
        )
    )
)
PUT_OFF = re.compile(r"#\s*(?:TODO|FIXME|XXX)\b|#\s*type:\s*ignore(?!\[)|#\s*noqa(?!:)")
VAGUE = re.compile(r"(Manager|Helper|Handler|Util|Utils|Base|Impl)$")


@cache
def tracked() -> list[Path]:
    """The files of the repository; of an unpacked archive, all that did not come about by running it."""
    if (ROOT / ".git").exists():
        listed = subprocess.run(
            ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True
        )
        paths = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    else:
        paths = [path for path in ROOT.rglob("*") if not NOT_OURS & set(path.relative_to(ROOT).parts)]
    return [path for path in paths if path.is_file()]


def source(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(source(path))


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_httpx2_is_not_installed():
    """gql and Starlette's test client would silently use it, and go past everything that watches httpx."""
    assert importlib.util.find_spec("httpx2") is None


def test_a_package_file_is_empty():
    assert [named(path) for path in MODULES if path.name == "__init__.py" and path.stat().st_size] == []


def test_a_module_is_short():
    assert [named(path) for path in MODULES if source(path).count("\n") > LONGEST] == []


def test_a_module_says_what_it_owns():
    assert [named(path) for path in MODULES if source(path) and not ast.get_docstring(tree(path))] == []


def test_a_class_is_named_by_a_word_of_the_field():
    classes = [node.name for path in MODULES for node in ast.walk(tree(path)) if isinstance(node, ast.ClassDef)]
    assert [name for name in classes if VAGUE.search(name)] == []


def test_nothing_is_put_off_and_no_rule_is_silenced_as_a_whole():
    assert {named(path): hits for path in MODULES if (hits := PUT_OFF.findall(source(path)))} == {}


def test_no_file_names_a_place_on_someones_machine_or_a_registry():
    found = []
    for path in tracked():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{named(path)}: {hit.group()}" for hit in FOREIGN.finditer(text)]
    assert found == []


def test_the_database_and_its_keys_are_never_committed():
    assert [named(path) for path in tracked() if path.suffix in {".sqlite", ".key", ".pem"}] == []


def test_an_installed_app_carries_the_manifest_and_the_operations():
    project = tomllib.loads(source(ROOT / "pyproject.toml"))
    included = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    assert included == {name: f"saleor_stripe_app/_files/{name}" for name in ("manifest.json", "graphql")}
    assert all((ROOT / name).exists() for name in included)
