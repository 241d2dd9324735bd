import pytest

from saleor_stripe_app.domain.errors import Refusal, Unavailable
from saleor_stripe_app.sandbox.stripe.faults import Fault, FaultKind
from saleor_stripe_app.storage import configurations
from saleor_stripe_app.usecases.check_connection import Checked, check_connection
from saleor_stripe_app.usecases.clean_up import clean_up
from saleor_stripe_app.usecases.entered import HandMadeEndpoint
from saleor_stripe_app.usecases.repair_endpoint import recreate_endpoints, renew_endpoints, repair_endpoint
from saleor_stripe_app.usecases.webhook_endpoint import EndpointCondition, condition
from tests.acceptance.world import APP_URL, GATEWAY, World
from tests.usecases.merchant import ID, created, endpoints_at_stripe, paid_with, restricted_key, rows, stored

BY_HAND = HandMadeEndpoint(f"{APP_URL}/api/webhooks/stripe/{ID}", "whsec_byhand")


async def stands(shop: World) -> EndpointCondition:
    configuration = await stored(shop)
    assert configuration is not None
    return await condition(shop.backends, configuration)


async def check(shop: World) -> Checked:
    return await check_connection(shop.backends, shop.installation, ID)


def disable(shop: World) -> None:
    for endpoint in endpoints_at_stripe(shop).values():
        endpoint.enabled = False


def move(shop: World) -> None:
    for endpoint in endpoints_at_stripe(shop).values():
        endpoint.url = "https://former.example/"


def deafen(shop: World) -> None:
    for endpoint in endpoints_at_stripe(shop).values():
        endpoint.enabled_events = ["charge.succeeded"]


def age(shop: World) -> None:
    for endpoint in endpoints_at_stripe(shop).values():
        endpoint.api_version = "2024-06-20"


def disown(shop: World) -> None:
    for endpoint in endpoints_at_stripe(shop).values():
        endpoint.metadata = {}


def delete(shop: World) -> None:
    endpoints_at_stripe(shop).clear()


MENDED = [
    (disable, EndpointCondition.DISABLED),
    (move, EndpointCondition.WRONG_URL),
    (deafen, EndpointCondition.WRONG_EVENTS),
]
REPLACED = [
    (age, EndpointCondition.OUTDATED),
    (disown, EndpointCondition.FOREIGN),
    (delete, EndpointCondition.MISSING),
]


@pytest.mark.parametrize(("mishap", "state"), MENDED)
async def test_an_endpoint_that_was_changed_is_mended(shop: World, mishap, state: EndpointCondition):
    before = await created(shop)
    mishap(shop)
    assert await stands(shop) is state
    assert not (await check(shop)).ok
    after = await repair_endpoint(shop.backends, shop.installation, ID)
    assert after.endpoint_id == before.endpoint_id
    assert await stands(shop) is EndpointCondition.OK
    assert (await check(shop)).ok


@pytest.mark.parametrize(("mishap", "state"), REPLACED)
async def test_an_endpoint_that_cannot_be_mended_is_replaced(shop: World, mishap, state: EndpointCondition):
    before = await created(shop)
    mishap(shop)
    assert await stands(shop) is state
    after = await repair_endpoint(shop.backends, shop.installation, ID)
    assert after.endpoint_id != before.endpoint_id
    assert await stands(shop) is EndpointCondition.OK
    shop.clock.advance(3601)
    await clean_up(shop.backends)
    left = set(endpoints_at_stripe(shop))
    assert left == ({before.endpoint_id, after.endpoint_id} if mishap is disown else {after.endpoint_id})
    assert await rows(shop) == (1, 0)


async def test_an_endpoint_in_order_stays_as_it_is(shop: World):
    before = await created(shop)
    assert await repair_endpoint(shop.backends, shop.installation, ID) == before


async def test_an_endpoint_made_by_hand_is_replaced_only_when_asked(shop: World):
    await created(shop, hand_made=BY_HAND)
    assert await stands(shop) is EndpointCondition.MADE_BY_HAND
    with pytest.raises(Refusal) as refused:
        await repair_endpoint(shop.backends, shop.installation, ID)
    assert refused.value.code == "EndpointMadeByHand"
    after = await repair_endpoint(shop.backends, shop.installation, ID, replace_hand_made=True)
    assert after.endpoint_id in endpoints_at_stripe(shop)
    assert "whsec_byhand" not in after.endpoint_secrets


async def test_a_silent_stripe_leaves_the_state_unknown(shop: World):
    await created(shop)
    shop.stripe.faults.add(Fault(FaultKind.REQUEST_LOST, times=None))
    assert await stands(shop) is EndpointCondition.UNKNOWN
    shop.stripe.faults.clear()


async def test_a_sound_connection_is_said_to_be_so(shop: World):
    await created(shop, secret_key=restricted_key(shop))
    checked = await check(shop)
    assert checked.ok
    assert checked.endpoint is EndpointCondition.OK


async def test_a_permission_that_was_taken_away_is_named(shop: World):
    key = restricted_key(shop)
    await created(shop, secret_key=key)
    shop.stripe.registry.keys[key].permissions.discard("rak_charge_write")
    checked = await check(shop)
    assert not checked.ok
    assert checked.missing == ("Charges and Refunds: Write",)


async def test_a_revoked_key_is_a_failure_in_words(shop: World):
    key = restricted_key(shop)
    await created(shop, secret_key=key)
    del shop.stripe.registry.keys[key]
    checked = await check(shop)
    assert not checked.ok
    assert "does not accept" in str(checked.failure)
    assert key not in str(checked.failure)


async def remove(shop: World) -> None:
    app = shop.saleor.app_by_identifier(GATEWAY)
    assert app is not None
    await shop.served.courier.uninstall(app)


async def test_a_removed_app_takes_its_endpoints_away_and_makes_new_ones_when_it_is_back(shop: World):
    before = await created(shop)
    archived = await created(shop, id=None, name="Former")
    await paid_with(shop, archived)
    await configurations.archive(shop.backends.storage, archived.id, shop.clock())
    await remove(shop)
    assert await clean_up(shop.backends) == 2
    assert endpoints_at_stripe(shop) == {}
    assert await clean_up(shop.backends) == 0
    installation = await shop.install()
    assert await recreate_endpoints(shop.backends, installation) == ()
    kept = await configurations.of_installation(shop.backends.storage, shop.saleor.api_url, archived=True)
    assert {one.endpoint_id for one in kept} == set(endpoints_at_stripe(shop))
    assert len(kept) == 2
    after = await stored(shop)
    assert after is not None
    assert after.secret_key == before.secret_key


async def test_an_endpoint_made_by_hand_outlives_the_removal(shop: World):
    before = await created(shop, hand_made=BY_HAND)
    await remove(shop)
    await clean_up(shop.backends)
    assert await stored(shop) == before
    await shop.install()
    await clean_up(shop.backends)
    assert await stored(shop) == before
    assert endpoints_at_stripe(shop) == {}


@pytest.mark.parametrize("change", [deafen, age])
async def test_an_endpoint_of_an_earlier_version_is_renewed_by_itself(shop: World, change):
    before = await created(shop)
    change(shop)
    await renew_endpoints(shop.backends, shop.installation)
    assert await stands(shop) is EndpointCondition.OK
    after = await stored(shop)
    assert after is not None
    assert (after.endpoint_id == before.endpoint_id) is (change is deafen)


@pytest.mark.parametrize("change", [disable, move])
async def test_what_somebody_may_have_meant_is_not_undone_by_itself(shop: World, change):
    await created(shop)
    change(shop)
    await renew_endpoints(shop.backends, shop.installation)
    assert await stands(shop) in (EndpointCondition.DISABLED, EndpointCondition.WRONG_URL)


async def test_an_endpoint_is_compared_once_an_hour_and_after_a_failure_again(shop: World):
    await created(shop)
    asked = len(shop.stripe.records)
    await renew_endpoints(shop.backends, shop.installation)
    await renew_endpoints(shop.backends, shop.installation)
    assert len(shop.stripe.records) == asked + 1
    deafen(shop)
    shop.clock.advance(3600)
    shop.stripe.faults.add(Fault(FaultKind.REQUEST_LOST, times=None))
    await renew_endpoints(shop.backends, shop.installation)
    shop.stripe.faults.clear()
    assert await stands(shop) is EndpointCondition.WRONG_EVENTS
    shop.clock.advance(3600)
    await renew_endpoints(shop.backends, shop.installation)
    assert await stands(shop) is EndpointCondition.OK


async def test_a_reinstall_leaves_endpoints_in_order_as_they_are(shop: World):
    before = await created(shop)
    assert await recreate_endpoints(shop.backends, shop.installation) == ()
    assert set(endpoints_at_stripe(shop)) == {before.endpoint_id}


async def test_an_endpoint_that_cannot_be_made_again_stops_no_other(shop: World):
    key = restricted_key(shop)
    await created(shop, secret_key=key)
    second = await created(shop, id=None)
    await remove(shop)
    await clean_up(shop.backends)
    del shop.stripe.registry.keys[key]
    installation = await shop.install()
    (failed,) = await recreate_endpoints(shop.backends, installation)
    assert failed.configuration.id == ID
    assert "does not accept" in failed.reason
    (endpoint,) = endpoints_at_stripe(shop).values()
    assert endpoint.metadata["saleorAppConfigurationId"] == second.id


async def test_an_endpoint_that_stripe_did_not_make_at_the_reinstall_is_made_by_the_sweep(shop: World):
    await created(shop)
    await remove(shop)
    await clean_up(shop.backends)
    shop.stripe.faults.add(Fault(FaultKind.SERVER_ERROR, times=None))
    await shop.install()
    shop.stripe.faults.clear()
    assert endpoints_at_stripe(shop) == {}
    shop.clock.advance(61)
    await clean_up(shop.backends)
    assert await stands(shop) is EndpointCondition.OK
    assert len(endpoints_at_stripe(shop)) == 1


async def test_an_hour_after_the_installation_staff_decide(shop: World):
    await created(shop)
    await remove(shop)
    await clean_up(shop.backends)
    shop.stripe.faults.add(Fault(FaultKind.SERVER_ERROR, times=None))
    await shop.install()
    shop.stripe.faults.clear()
    shop.clock.advance(3601)
    await clean_up(shop.backends)
    assert endpoints_at_stripe(shop) == {}
    assert await stands(shop) is EndpointCondition.MISSING


async def test_a_repair_while_stripe_is_silent_replaces_nothing(shop: World):
    before = await created(shop)
    shop.stripe.faults.add(Fault(FaultKind.REQUEST_LOST, "GET", "/v1/webhook_endpoints/.*", times=None))
    with pytest.raises(Unavailable):
        await repair_endpoint(shop.backends, shop.installation, ID)
    shop.stripe.faults.clear()
    assert await stored(shop) == before
    assert set(endpoints_at_stripe(shop)) == {before.endpoint_id}
