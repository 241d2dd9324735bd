"""Staff install the app, remove it and install it again; Saleor is upgraded; the app is upgraded."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from saleor_stripe_app.sandbox.saleor.installations import InstallationFailed
from saleor_stripe_app.sandbox.saleor.signing import SigningKey
from saleor_stripe_app.storage import installations
from saleor_stripe_app.usecases.sweep import sweep
from saleor_stripe_app.usecases.upkeep import upkeep
from tests.acceptance.test_shop_day import authorized, charged
from tests.acceptance.world import APP_URL, World, opened

VERSIONS = ("3.21", "3.22", "3.23", "3.24")


@pytest.fixture
async def bare(sqlite_url: str) -> AsyncIterator[World]:
    """A world in which nobody has installed the app yet."""
    async with opened(sqlite_url) as world:
        yield world


@pytest.mark.parametrize("version", VERSIONS)
async def test_the_app_works_with_every_supported_saleor(sqlite_url: str, version: str) -> None:
    async with opened(sqlite_url, version=version) as world:
        installation = await world.install()
        assert installation.version == tuple(int(part) for part in version.split("."))
        await world.configure()
        session = await authorized(world)
        await world.act(session, "CHARGE", "60.00")
        await world.settle()
        await world.act(session, "REFUND", "20.00")
        await world.settle()
        await world.assert_equal(session)


async def test_a_saleor_that_is_not_allowed_is_refused_with_what_to_do(bare: World) -> None:
    response = await bare.app.post(
        "/api/register", json={"auth_token": "t" * 30}, headers={"saleor-api-url": "https://shop.example/graphql/"}
    )
    assert response.status_code == 403
    error = response.json()["error"]
    assert error["code"] == "SALEOR_URL_PROHIBITED"
    assert "SALEOR_STRIPE_ALLOWED_SALEOR_URLS" in error["message"]


async def test_a_token_that_saleor_does_not_know_is_refused(bare: World) -> None:
    response = await bare.app.post(
        "/api/register", json={"auth_token": "t" * 30}, headers={"saleor-api-url": bare.saleor.api_url}
    )
    assert response.status_code == 401
    assert response.json()["error"]["code"] == "UNKNOWN_APP_ID"
    assert await installations.by_url(bare.backends.storage, bare.saleor.api_url) is None


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b'{"auth_token": 1}', b'{"auth_token": " "}', b'{"auth_token": "a\\nb"}', b"\xff", b"[" * 100_000],
)
async def test_a_registration_that_cannot_be_read_says_so(bare: World, body: bytes) -> None:
    response = await bare.app.post("/api/register", content=body, headers={"saleor-api-url": bare.saleor.api_url})
    assert response.status_code == 400
    assert response.json()["error"]["message"]


async def test_an_unreachable_saleor_makes_the_installation_fail_with_a_reason(bare: World) -> None:
    async with bare.served.down():
        response = await bare.app.post(
            "/api/register", json={"auth_token": "t" * 30}, headers={"saleor-api-url": bare.saleor.api_url}
        )
    assert response.status_code == 503
    assert "cannot be reached" in response.json()["error"]["message"]


async def test_a_failed_installation_shows_staff_the_reason(bare: World) -> None:
    object.__setattr__(bare.backends, "allowed_saleor_urls", ("https://shop.example/graphql/",))
    with pytest.raises(InstallationFailed, match="ALLOWED_SALEOR_URLS"):
        await bare.served.courier.install(f"{APP_URL}/api/manifest")


async def test_removal_is_noted_and_a_reinstall_keeps_the_payments(world: World) -> None:
    session = await charged(world)
    app = world.saleor.app_by_identifier("saleor.app.payment.stripe")
    assert app is not None
    await world.served.courier.uninstall(app)
    gone = await installations.by_url(world.backends.storage, world.saleor.api_url)
    assert gone is not None
    assert gone.removed_at is not None
    world.hands.refund(world.intent(session), world.clock.seconds(), 3000)
    await world.settle()
    fresh = await world.install()
    assert fresh.removed_at is None
    assert fresh.app_id != gone.app_id
    await world.settle()
    payment, _ = await world.assert_equal(session)
    assert payment.refunded == 3000
    await world.act(session, "REFUND", "20.00")
    await world.settle()
    await world.assert_equal(session)


async def test_a_saleor_that_tells_nothing_of_a_removal_is_found_out_by_its_refusal(sqlite_url: str) -> None:
    async with opened(sqlite_url, version="3.21") as world:
        await world.install()
        await world.configure()
        session = await charged(world)
        app = world.saleor.app_by_identifier("saleor.app.payment.stripe")
        assert app is not None
        await world.served.courier.uninstall(app)
        world.hands.refund(world.intent(session), world.clock.seconds(), 3000)
        await world.settle()
        gone = await installations.by_url(world.backends.storage, world.saleor.api_url)
        assert gone is not None
        assert gone.removed_at is not None


async def test_a_new_version_of_the_app_brings_its_webhooks_up_to_date_itself(world: World) -> None:
    app = world.saleor.app_by_identifier("saleor.app.payment.stripe")
    assert app is not None
    before = {webhook.name: webhook.query for webhook in app.webhooks}
    changed = app.webhooks[0]
    changed.query = "subscription { event { ... on TransactionChargeRequested { issuedAt } } }"
    app.webhooks[:] = app.webhooks[:-1]
    installation = await installations.by_url(world.backends.storage, world.saleor.api_url)
    assert installation is not None
    await installations.save(world.backends.storage, replace(installation, webhooks_digest="of an older version"))
    await upkeep(world.backends)
    assert {webhook.name: webhook.query for webhook in app.webhooks} == before


async def test_an_upgraded_saleor_is_noticed_by_its_webhooks(world: World) -> None:
    installation = await installations.by_url(world.backends.storage, world.saleor.api_url)
    assert installation is not None
    await installations.update_version(world.backends.storage, world.saleor.api_url, (3, 22))
    await charged(world)
    noticed = await installations.by_url(world.backends.storage, world.saleor.api_url)
    assert noticed is not None
    assert noticed.version == (3, 24)


async def test_a_new_signing_key_of_saleor_is_fetched_once(world: World) -> None:
    await charged(world)
    world.saleor.key = SigningKey.generate()
    world.clock.advance(60)
    await charged(world)


async def test_a_missing_permission_is_not_taken_for_a_removal(world: World) -> None:
    session = await charged(world)
    app = world.saleor.app_by_identifier("saleor.app.payment.stripe")
    assert app is not None
    permissions, app.permissions = app.permissions, frozenset()
    world.hands.refund(world.intent(session), world.clock.seconds(), 3000)
    await world.deliver_events()
    await sweep(world.backends)
    still = await installations.by_url(world.backends.storage, world.saleor.api_url)
    assert still is not None
    assert still.removed_at is None
    app.permissions = permissions
    await world.settle()
    await world.assert_equal(session)


async def test_a_reinstall_makes_the_endpoint_anew_and_reports_what_was_missed(world: World) -> None:
    """Removal deletes the endpoint at Stripe, so nothing is heard of what happens until the app is back."""
    configuration = world.configuration
    assert configuration is not None
    session = await charged(world)
    app = world.saleor.app_by_identifier("saleor.app.payment.stripe")
    assert app is not None
    await world.served.courier.uninstall(app)
    world.clock.advance(120)
    await upkeep(world.backends)
    client = world.backends.stripe.client(world.account.secret_key)
    assert not (await client.v1.webhook_endpoints.list_async()).data
    world.hands.refund(world.intent(session), world.clock.seconds(), 3000)
    await world.install()
    assert len((await client.v1.webhook_endpoints.list_async()).data) == 1
    await world.settle()
    await world.assert_equal(session)
    world.hands.refund(world.intent(session), world.clock.seconds(), 1000)
    await world.settle()
    payment, _ = await world.assert_equal(session)
    assert payment.refunded == 4000
