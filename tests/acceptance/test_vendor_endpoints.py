"""The webhook endpoint for vendors' accounts: made, mended and deleted like the other, and only with vendors."""

from typing import Any

import pytest

from saleor_stripe_app.storage import configurations
from saleor_stripe_app.stripe_gateway.permissions import CONNECT, NEEDED, SAVING
from saleor_stripe_app.usecases.delete_configuration import Deletion, delete_configuration
from saleor_stripe_app.usecases.entered import HandMadeEndpoint
from saleor_stripe_app.usecases.update_configuration import Changes, update_configuration
from saleor_stripe_app.usecases.upkeep import upkeep
from tests.acceptance.vendors_desk import Desk
from tests.acceptance.world import APP_URL, World


@pytest.fixture
def desk(world: World) -> Desk:
    return Desk(world)


def connect_path(world: World) -> str:
    assert world.configuration is not None
    return f"/api/webhooks/stripe/{world.configuration.id}/connect"


async def test_events_need_the_connect_endpoints_own_secret(world: World, desk: Desk) -> None:
    account = await desk.onboarded()
    world.hands.regress(account, world.clock.seconds())
    posts = world.stripe.pending_deliveries(world.clock.seconds())
    assert posts
    for post in posts:
        assert post.url.endswith("/connect")
        wrong = await world.app.post(
            connect_path(world).removesuffix("/connect"), content=post.body, headers=dict(post.headers)
        )
        assert wrong.status_code == 401
    assert (await desk.vendor() or {})["held"] is None


async def test_an_endpoint_for_connected_accounts_is_there_only_with_vendors(world: World, desk: Desk) -> None:
    before = desk.endpoints()
    assert [connect for _, connect in before] == [False]
    await desk.with_account()
    assert desk.endpoints() == sorted([*before, (connect_path(world), True)])
    await desk.with_account("berta")
    assert len(desk.endpoints()) == 2


async def test_a_lost_endpoint_is_made_again_and_one_in_use_is_never_taken_for_a_leftover(
    world: World, desk: Desk
) -> None:
    await desk.with_account()
    books = world.stripe.registry.books(world.account.id)
    (lost,) = [one.id for one in books.webhook_endpoints.values() if one.connect]
    del books.webhook_endpoints[lost]
    assert world.configuration is not None
    answer = await desk.post(
        "mutation R($id: ID!) { endpointRepair(id: $id) { errors { code } "
        "configuration { connectEndpoint { state } } } }",
        id=world.configuration.id,
    )
    repaired = answer.json()["data"]["endpointRepair"]
    assert repaired == {"errors": [], "configuration": {"connectEndpoint": {"state": "OK"}}}
    for _ in range(3):
        world.clock.advance(3600)
        await upkeep(world.backends)
    assert [connect for _, connect in desk.endpoints()] == [False, True]


async def test_a_configuration_that_is_given_up_leaves_no_endpoint_behind(world: World, desk: Desk) -> None:
    await desk.with_account()
    assert world.installation is not None
    assert world.configuration is not None
    outcome = await delete_configuration(world.backends, world.installation, world.configuration.id, force=True)
    assert outcome is Deletion.ERASED
    await upkeep(world.backends)
    assert desk.endpoints() == []
    vendor = await desk.vendor()
    assert vendor is not None
    assert vendor["configuration"]["id"] == world.configuration.id
    assert await desk.refused("vendorOnboardingLink", key="alma") == "UNKNOWN_CONFIGURATION"


async def test_a_removed_app_leaves_no_endpoint_and_a_new_installation_has_both_again(world: World, desk: Desk) -> None:
    await desk.with_account()
    both = desk.endpoints()
    await world.served.courier.uninstall(world.saleor.apps[-1])
    await world.served.courier.work()
    await upkeep(world.backends)
    assert desk.endpoints() == []
    world.clock.advance(7200)
    await world.install()
    await upkeep(world.backends)
    assert desk.endpoints() == both


async def test_a_new_key_keeps_the_endpoint_for_vendors(world: World, desk: Desk) -> None:
    await desk.onboarded()
    assert world.installation is not None
    assert world.configuration is not None
    before = await configurations.by_id(world.backends.storage, world.configuration.id)
    key = world.stripe.create_key(world.account.id, permissions=set(NEEDED | SAVING)).value
    saved = await update_configuration(
        world.backends, world.installation, world.configuration.id, Changes(secret_key=key)
    )
    (warning,) = saved.warnings
    assert all(name in warning for name in CONNECT.values())
    key = world.stripe.create_key(world.account.id, permissions=set(NEEDED | SAVING | CONNECT)).value
    saved = await update_configuration(
        world.backends, world.installation, world.configuration.id, Changes(secret_key=key)
    )
    assert saved.warnings == ()
    after = await configurations.by_id(world.backends.storage, world.configuration.id)
    assert before is not None
    assert after is not None
    assert after.connect_endpoint_id == before.connect_endpoint_id
    assert after.connect_endpoint_secrets == before.connect_endpoint_secrets
    world.clock.advance(7200)
    await upkeep(world.backends)
    assert [connect for _, connect in desk.endpoints()] == [False, True]


async def test_keys_of_another_account_are_refused_while_there_are_vendors(world: World, desk: Desk) -> None:
    await desk.create()
    assert world.configuration is not None
    other = world.stripe.create_account("Other")
    query = (
        "mutation U($id: ID!, $input: ConfigurationUpdateInput!) "
        "{ configurationUpdate(id: $id, input: $input) { errors { code } } }"
    )
    given = {"publishableKey": other.publishable_key, "secretKey": other.secret_key}
    answer = await desk.post(query, id=world.configuration.id, input=given)
    assert answer.json()["data"]["configurationUpdate"]["errors"] == [{"code": "VENDORS_NEED_THE_KEYS"}]


async def test_an_endpoint_made_by_hand_is_left_alone_and_its_events_are_taken(world: World, desk: Desk) -> None:
    account = await desk.onboarded()
    assert world.installation is not None
    assert world.configuration is not None
    made: Any = world.ask_stripe(
        "POST",
        "/v1/webhook_endpoints",
        {"url": APP_URL + connect_path(world), "connect": "true", "enabled_events[0]": "account.updated"},
    )
    by_hand = HandMadeEndpoint(made["url"], made["secret"])
    changes = Changes(connect_hand_made=by_hand)
    await update_configuration(world.backends, world.installation, world.configuration.id, changes)
    world.clock.advance(7200)
    await upkeep(world.backends)
    assert desk.endpoints() == sorted([desk.endpoints()[0], (connect_path(world), True)])
    world.hands.regress(account, world.clock.seconds())
    await world.deliver_events()
    assert (await desk.vendor() or {})["held"]["reason"] == "REGRESSED"
