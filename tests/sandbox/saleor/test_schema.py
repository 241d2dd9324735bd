"""The cut-down schemas: what the script makes of the full ones, and good for every operation of the app."""

import os
from pathlib import Path

import pytest
from graphql import build_schema, parse, validate_schema

from saleor_stripe_app.sandbox.saleor import schema_cut
from saleor_stripe_app.sandbox.saleor.resolvers import TYPE_NAMES, models
from saleor_stripe_app.sandbox.saleor.schema import CARRIED, schema, sdl_file
from saleor_stripe_app.sandbox.saleor.versions import RELEASES

REPOSITORY = Path(__file__).resolve().parents[3]
FULL = Path(os.environ.get("SALEOR_SCHEMA_DIR", REPOSITORY.parent / "shared" / "saleor" / "schema"))


@pytest.mark.parametrize("version", RELEASES)
def test_a_carried_schema_is_what_the_script_makes_of_the_full_one(version):
    if not FULL.is_dir():
        pytest.skip(f"SKIPPED FOR WANT OF SALEOR'S FULL SCHEMAS: no folder {FULL}; name it in SALEOR_SCHEMA_DIR")
    made = schema_cut.cut(
        sdl_file(version, FULL).read_text(encoding="utf-8"), schema_cut.operations(schema_cut.OPERATIONS)
    )
    assert (CARRIED / f"{version}.graphql").read_text(encoding="utf-8") == made


@pytest.mark.parametrize("version", RELEASES)
def test_a_carried_schema_is_valid(version):
    assert validate_schema(build_schema((CARRIED / f"{version}.graphql").read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    ("field", "first"),
    [
        (("TransactionItem", "paymentMethodDetails"), "3.22"),
        (("Money", "fractionalAmount"), "3.22"),
        (("Checkout", "delivery"), "3.23"),
        (("Mutation", "appProblemCreate"), "3.22"),
        (("Query", "transactions"), "3.22"),
    ],
)
def test_what_a_version_lacks_is_not_in_its_schema(field, first):
    type_name, name = field
    having = [version for version in RELEASES if name in schema(version).type_map[type_name].fields]
    assert having == [version for version in RELEASES if version >= first]


@pytest.mark.parametrize("version", RELEASES)
def test_the_permissions_of_payments_are_known(version):
    values = schema(version).type_map["PermissionEnum"].values
    assert {"HANDLE_PAYMENTS", "MANAGE_CHECKOUTS", "MANAGE_ORDERS", "MANAGE_APPS"} <= set(values)


def test_every_type_of_the_stand_in_is_a_type_of_the_newest_schema():
    assert set(TYPE_NAMES.values()) <= set(schema("3.24").type_map)
    assert models("TransactionItem", "events")
    assert not models("TransactionItem", "weather")


def test_a_file_or_folder_named_in_the_environment_takes_the_place_of_the_carried_ones(monkeypatch, tmp_path):
    whole = tmp_path / "whole.graphql"
    whole.write_text("type Query { everything: Int }")
    monkeypatch.setenv("SALEOR_SCHEMA", str(whole))
    assert "everything" in schema("3.22").type_map["Query"].fields
    (tmp_path / "3.24-alpha.graphql").write_text("type Query { newest: Int }")
    monkeypatch.setenv("SALEOR_SCHEMA", str(tmp_path))
    assert "newest" in schema("3.24").type_map["Query"].fields
    with pytest.raises(FileNotFoundError, match=r"3\.23"):
        schema("3.23")


def test_an_unsupported_version_is_refused_by_name():
    with pytest.raises(LookupError, match=r"3\.20"):
        schema("3.20")


def test_a_small_schema_is_cut_to_selected_fields_and_what_they_need(monkeypatch):
    monkeypatch.setattr(schema_cut.resolvers, "models", lambda *_: False)
    sdl = """
        directive @doc(category: String!) on OBJECT | FIELD_DEFINITION
        type Query { "Wanted." wanted(by: Filter): Thing @doc(category: "A"), unwanted: Other }
        interface Named { id: ID!, name: String }
        type Thing implements Named { id: ID!, name: String, size: Int, other: Other }
        type Other { id: ID!, more: Int }
        type Subscription { event: Event }
        interface Event { at: Int }
        type Bought implements Event { at: Int, thing: Thing }
        type Sold implements Event { at: Int }
        input Filter { name: Kind }
        enum Kind { A B }
        type Mutation { unused: Int }
    """
    used = parse("query { wanted { size } } subscription S { event { ... on Bought { thing { id } } } }")
    kept = build_schema(schema_cut.cut(sdl, used)).type_map
    assert set(kept["Query"].fields) == {"wanted"}
    assert set(kept["Thing"].fields) == {"id", "size"}
    assert {"Filter", "Kind", "Bought", "Event"} <= set(kept)
    assert not {"Other", "Sold", "Named"} & set(kept)


def test_the_script_says_how_it_is_used_and_writes_one_file_per_version(monkeypatch, tmp_path, capsys):
    assert schema_cut.main([]) == 2
    for version in RELEASES:
        (tmp_path / f"{version}.graphql").write_text("type Query { app: App } type App { id: ID! }")
    out = tmp_path / "out"
    out.mkdir()
    monkeypatch.setattr(schema_cut, "CARRIED", out)
    assert schema_cut.main([str(tmp_path)]) == 0
    assert sorted(path.stem for path in out.iterdir()) == sorted(RELEASES)
