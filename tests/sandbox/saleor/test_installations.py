"""Installing, refusing, removing and reinstalling apps."""

import json

import pytest
from starlette.responses import JSONResponse, Response

from saleor_stripe_app.sandbox.saleor.courier import Courier
from saleor_stripe_app.sandbox.saleor.graphql_api import requestor
from saleor_stripe_app.sandbox.saleor.installations import InstallationFailed
from saleor_stripe_app.sandbox.saleor.manifest_rules import ManifestRefused

MANIFEST = "http://app.test/manifest"


async def test_the_manifest_is_asked_for_with_the_schema_version_alone(courier, scripted, app):
    name, headers, _ = scripted.requests[0]
    assert (name, headers["saleor-schema-version"], headers["user-agent"]) == ("manifest", "3.24", "Saleor/3.24")
    assert "saleor-api-url" not in headers


async def test_the_token_comes_unsigned_with_the_apis_address(saleor, scripted, app):
    _, headers, body = scripted.requests[1]
    assert headers["saleor-api-url"] == saleor.api_url
    assert headers["saleor-domain"] == headers["x-saleor-domain"] == "127.0.0.1:8000"
    assert headers["saleor-schema-version"] == "3.24"
    assert "saleor-signature" not in headers
    token = json.loads(body)["auth_token"]
    assert token == app.auth_token
    assert len(token) == 30


async def test_the_token_already_works_while_it_is_handed_over(saleor, courier, scripted):
    seen = []

    async def look(token):
        seen.append(requestor(saleor, token).app)

    scripted.on_register = look
    app = await courier.install(MANIFEST)
    assert seen == [app]


async def test_any_2xx_installs_whatever_the_body(saleor, courier, scripted):
    scripted.register_answer = JSONResponse({"success": False}, 202)
    assert (await courier.install(MANIFEST)).alive


async def test_a_refusal_deletes_the_app_and_shows_its_message(saleor, courier, scripted):
    scripted.register_answer = JSONResponse({"error": {"code": "NOT_ALLOWED", "message": "Not this Saleor."}}, 403)
    with pytest.raises(InstallationFailed, match=r"^Not this Saleor\.$"):
        await courier.install(MANIFEST)
    assert saleor.apps == []
    assert requestor(saleor, scripted.tokens[0]).app is None


@pytest.mark.parametrize("answer", [Response(status_code=500), Response("<html>", 404)])
async def test_a_refusal_without_words_is_still_a_failure(saleor, courier, scripted, answer):
    scripted.register_answer = answer
    with pytest.raises(InstallationFailed, match="HTTP"):
        await courier.install(MANIFEST)
    assert saleor.apps == []


async def test_an_app_without_a_token_address_is_installed_without_a_token(courier, scripted):
    del scripted.manifest["tokenTargetUrl"]
    assert (await courier.install(MANIFEST)).auth_token is None


async def test_the_same_app_is_not_installed_twice_but_another_is(saleor, courier, scripted, app):
    with pytest.raises(InstallationFailed, match="already installed"):
        await courier.install(MANIFEST)
    scripted.manifest["id"] = "other.app"
    other = await courier.install(MANIFEST)
    assert other.id != app.id
    assert saleor.app_by_identifier("other.app") is other


async def test_a_reinstalled_app_has_another_id_and_token_and_the_same_identifier(saleor, courier, scripted, app):
    await courier.uninstall(app)
    assert requestor(saleor, app.auth_token).app is None
    again = await courier.install(MANIFEST)
    assert again.identifier == app.identifier
    assert again.id != app.id
    assert again.auth_token != app.auth_token


async def test_an_app_is_told_that_it_is_deleted(courier, scripted, app):
    await courier.uninstall(app)
    name, headers, body = scripted.requests[-1]
    assert name == "app_deleted"
    assert headers["saleor-signature"]
    assert json.loads(body)["app"] == {"id": app.id, "identifier": app.identifier}


@pytest.mark.parametrize("version", ["3.21", "3.22"])
async def test_before_3_23_it_is_not_told(new_saleor, http, scripted, version):
    courier = Courier(new_saleor(version), http)
    await courier.uninstall(await courier.install(MANIFEST))
    assert scripted.bodies("app_deleted") == []


async def test_before_3_23_an_app_that_may_manage_apps_is_told(new_saleor, http, scripted):
    scripted.manifest["permissions"] = ["HANDLE_PAYMENTS", "MANAGE_APPS"]
    courier = Courier(new_saleor("3.22"), http)
    await courier.uninstall(await courier.install(MANIFEST))
    assert len(scripted.bodies("app_deleted")) == 1


async def test_the_farewell_is_repeated_with_its_body_until_it_is_taken(saleor, courier, clock, scripted, app):
    scripted.will_answer("app_deleted", Response(status_code=500), {})
    await courier.uninstall(app)
    clock.advance(11)
    await courier.work()
    first, second = scripted.bodies("app_deleted")
    assert first == second


async def test_an_unreachable_manifest_is_a_failure(courier):
    with pytest.raises(InstallationFailed, match="Unable to fetch"):
        await courier.install("http://app.test/nowhere")


async def test_a_manifest_that_is_no_json_is_a_failure(courier, scripted):
    scripted.manifest = None
    with pytest.raises(ManifestRefused):
        await courier.install(MANIFEST)


def refused(field, code, **changes):
    return pytest.param(changes, field, code, id=f"{field}-{code}-{len(str(changes))}")


WEBHOOK = {"name": "w", "targetUrl": "http://app.test/hooks", "query": "subscription { event { issuedAt } }"}
VALID = "subscription { event { ... on AppDeleted { issuedAt } } }"


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        refused("id", "REQUIRED", id=None),
        refused("version", "REQUIRED", version=3),
        refused("permissions", "INVALID_PERMISSION", permissions=["HANDLE_MONEY"]),
        refused("permissions", "INVALID_PERMISSION", permissions=["MANAGE_APPS"]),
        refused("requiredSaleorVersion", "INVALID", requiredSaleorVersion="garbage"),
        refused("requiredSaleorVersion", "UNSUPPORTED_SALEOR_VERSION", requiredSaleorVersion=">=3.24 <4"),
        refused("brand", "INVALID", brand={}),
        refused("brand", "INVALID", brand={"logo": {"default": "http://app.test/logo.svg"}}),
        refused("author", "INVALID", author=" "),
        refused("name", "INVALID", name="n" * 61),
        refused("tokenTargetUrl", "INVALID_URL_FORMAT", tokenTargetUrl="app.test/register"),
        refused("extensions", "INVALID", extensions=None),
        refused("extensions", "REQUIRED", extensions=[{"label": "x"}]),
        refused("extensions", "INVALID_URL_FORMAT", extensions=[{"label": "x", "mount": "M", "url": "/page"}]),
        refused(
            "extensions",
            "OUT_OF_SCOPE_PERMISSION",
            extensions=[{"label": "x", "mount": "M", "url": "http://a.b/", "permissions": ["MANAGE_ORDERS"]}],
        ),
        refused("webhooks", "INVALID", webhooks=None),
        refused("webhooks", "INVALID", webhooks=[WEBHOOK]),
        refused("webhooks", "INVALID", webhooks=[WEBHOOK | {"query": "query { app { id } }"}]),
        refused("webhooks", "INVALID", webhooks=[WEBHOOK | {"query": "subscription {"}]),
        refused("webhooks", "REQUIRED", webhooks=[WEBHOOK | {"query": ""}]),
        refused("webhooks", "REQUIRED", webhooks=[WEBHOOK | {"query": VALID, "name": ""}]),
        refused("webhooks", "INVALID_URL_FORMAT", webhooks=[WEBHOOK | {"query": VALID, "targetUrl": "/hooks"}]),
        refused("webhooks", "INVALID", webhooks=[WEBHOOK | {"query": VALID, "asyncEvents": ["app_deleted"]}]),
        refused(
            "webhooks",
            "INVALID_CUSTOM_HEADERS",
            webhooks=[WEBHOOK | {"query": VALID, "customHeaders": {"Cookie": "a"}}],
        ),
    ],
)
async def test_a_manifest_against_the_rules_is_refused(saleor, courier, scripted, changes, field, code):
    scripted.manifest |= changes
    with pytest.raises(ManifestRefused) as failure:
        await courier.install(MANIFEST)
    assert [(error.field, error.code) for error in failure.value.errors] == [(field, code)]
    assert saleor.apps == []


@pytest.mark.parametrize(
    "changes",
    [
        {"id": ""},
        {"unknown": {"anything": 1}},
        {"requiredSaleorVersion": ">=3.21 <4"},
        {"brand": {"logo": {"default": "http://localhost/logo.png"}}},
        {"appUrl": "http://127.0.0.1:3000/app", "extensions": [{"label": "x", "mount": "any", "url": "/page"}]},
        {"webhooks": [WEBHOOK | {"query": VALID, "identifier": "bye", "isActive": False}]},
        {"webhooks": [WEBHOOK | {"query": VALID, "customHeaders": {"X-Shop": "1", "Authorization-Key": "2"}}]},
    ],
)
async def test_a_manifest_within_the_rules_is_taken(courier, scripted, changes):
    scripted.manifest |= changes
    assert (await courier.install(MANIFEST)).alive


async def test_manage_apps_may_be_given_before_3_24(new_saleor, http, scripted):
    scripted.manifest["permissions"] = ["HANDLE_PAYMENTS", "MANAGE_APPS"]
    assert (await Courier(new_saleor("3.23"), http).install(MANIFEST)).alive


async def test_a_field_that_a_version_lacks_refuses_the_manifest_there(new_saleor, http, scripted):
    query = """subscription { event { ... on TransactionChargeRequested {
        transaction { paymentMethodDetails { name } } } } }"""
    scripted.manifest["webhooks"] = [WEBHOOK | {"query": query}]
    with pytest.raises(ManifestRefused, match="paymentMethodDetails"):
        await Courier(new_saleor("3.21"), http).install(MANIFEST)
    assert (await Courier(new_saleor("3.22"), http).install(MANIFEST)).alive


async def test_checkout_and_order_clash_on_their_lines(courier, scripted):
    clash = """subscription { event { ... on TransactionInitializeSession { sourceObject {
        ... on Checkout { lines { variant { id } } } ... on Order { lines { variant { id } } } } } } }"""
    scripted.manifest["webhooks"] = [WEBHOOK | {"query": clash}]
    with pytest.raises(ManifestRefused, match="conflict"):
        await courier.install(MANIFEST)
    aliased = clash.replace("Order { lines", "Order { orderLines: lines")
    scripted.manifest["webhooks"] = [WEBHOOK | {"query": aliased}]
    assert (await courier.install(MANIFEST)).webhooks[0].event_types == ("TRANSACTION_INITIALIZE_SESSION",)


async def test_one_webhook_may_serve_several_events(courier, scripted):
    query = """subscription { event { ... on TransactionChargeRequested { issuedAt }
        ...Refund } } fragment Refund on TransactionRefundRequested { version }"""
    scripted.manifest["webhooks"] = [WEBHOOK | {"query": query}]
    [webhook] = (await courier.install(MANIFEST)).webhooks
    assert webhook.event_types == ("TRANSACTION_CHARGE_REQUESTED", "TRANSACTION_REFUND_REQUESTED")
