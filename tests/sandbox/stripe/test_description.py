from pathlib import Path

import pytest
import stripe

from saleor_stripe_app.sandbox.stripe import description
from saleor_stripe_app.sandbox.stripe.inspection import default_validator
from saleor_stripe_app.sandbox.stripe.schema import Description, Schema


@pytest.fixture(scope="module")
def api() -> Description:
    return default_validator().description


def parameters(api: Description, path: str, verb: str = "post") -> Schema:
    return api.resolve(api.operations[path][verb].parameters)


def test_the_description_is_of_the_installed_sdk(api: Description) -> None:
    assert api.sdk_version == stripe.VERSION
    assert api.api_version == stripe.api_version


def test_payment_method_types_cannot_be_asked_for_any_more(api: Description) -> None:
    create = parameters(api, "/v1/payment_intents")
    assert create.properties is not None
    assert "payment_method_types" not in create.properties
    assert {"allowed_payment_method_types", "excluded_payment_method_types"} < set(create.properties)
    assert create.required == ["amount", "currency"]


def test_a_capture_can_be_one_of_several_and_carry_metadata(api: Description) -> None:
    capture = parameters(api, "/v1/payment_intents/{intent}/capture")
    assert capture.properties is not None
    assert capture.properties["final_capture"].type == "boolean"
    assert "metadata" in capture.properties


def test_options_of_the_call_are_no_parameters(api: Description) -> None:
    for verbs in api.operations.values():
        for operation in verbs.values():
            schema = api.resolve(operation.parameters)
            assert not {"api_key", "idempotency_key", "stripe_account"} & set(schema.properties or {})


def test_documented_limits_are_set(api: Description) -> None:
    create = parameters(api, "/v1/payment_intents").properties or {}
    assert create["description"].max_length == 1000
    assert create["statement_descriptor_suffix"].max_length == 22
    items = api.resolve(create["amount_details"]).any_of or [create["amount_details"]]
    details = api.resolve(items[0]).properties or {}
    line = api.resolve(next(s for s in [details["line_items"], *details["line_items"].any_of] if s.items).items)
    assert (line.properties or {})["product_name"].max_length == 1024


def test_an_answer_names_what_is_never_absent(api: Description) -> None:
    intent = api.schemas["resource payment_intent"]
    assert {"id", "object", "amount", "amount_capturable", "amount_received", "status"} <= set(intent.required)
    assert (intent.properties or {})["latest_charge"].nullable
    assert "succeeded" in (intent.properties or {})["status"].enum


def test_every_operation_of_the_app_has_an_answer(api: Description) -> None:
    for path in ("/v1/payment_intents", "/v1/refunds", "/v1/webhook_endpoints", "/v1/events", "/v1/charges"):
        for operation in api.operations[path].values():
            assert operation.answer is not None


def test_the_description_is_built_once_and_read_from_the_cache(
    api: Description, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SALEOR_STRIPE_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(description, "build", lambda: api)
    first = description.load()
    [file] = tmp_path.iterdir()
    assert stripe.VERSION in file.name
    monkeypatch.setattr(description, "build", lambda: pytest.fail("built again"))
    assert description.load() == first == api


def test_a_broken_cache_is_replaced(api: Description, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SALEOR_STRIPE_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(description, "build", lambda: api)
    description.load()
    [file] = tmp_path.iterdir()
    file.write_bytes(b'{"api_version": 1')
    assert description.load() == api


def test_a_cache_that_cannot_be_written_is_no_obstacle(
    api: Description, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    occupied = tmp_path / "file"
    occupied.write_text("")
    monkeypatch.setenv("SALEOR_STRIPE_CACHE_DIR", str(occupied))
    monkeypatch.setattr(description, "build", lambda: api)
    assert description.load() == api


def test_a_fresh_build_equals_the_cached_one(api: Description) -> None:
    assert description.build() == api
