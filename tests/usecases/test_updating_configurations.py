import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from saleor_stripe_app.domain.channel_options import ChannelChoices
from saleor_stripe_app.domain.errors import Refusal, Unavailable
from saleor_stripe_app.sandbox.stripe.faults import Fault, FaultKind
from saleor_stripe_app.usecases.assign_channel import assign_channel
from saleor_stripe_app.usecases.clean_up import clean_up
from saleor_stripe_app.usecases.delete_configuration import delete_configuration
from saleor_stripe_app.usecases.entered import HandMadeEndpoint, Saved
from saleor_stripe_app.usecases.update_configuration import Changes, update_configuration
from saleor_stripe_app.usecases.webhook_endpoint import with_new_endpoint
from tests.acceptance.world import APP_URL, World
from tests.usecases.merchant import ID, created, endpoints_at_stripe, paid_with, restricted_key, rows, stored

URL = f"{APP_URL}/api/webhooks/stripe/{ID}"
BY_HAND = HandMadeEndpoint(URL, "whsec_byhand")


async def update(shop: World, **changes) -> Saved:
    return await update_configuration(shop.backends, shop.installation, ID, Changes(**changes))


async def test_a_new_name_changes_nothing_else(shop: World):
    before = await created(shop)
    asked = len(shop.stripe.records)
    after = (await update(shop, name="Renamed", secret_key="", publishable_key="")).configuration
    assert after.name == "Renamed"
    assert (after.secret_key, after.endpoint_id) == (before.secret_key, before.endpoint_id)
    assert len(shop.stripe.records) == asked
    assert await stored(shop) == after


async def test_a_new_secret_key_brings_a_new_endpoint_and_the_old_one_works_on_for_a_while(shop: World):
    before, key = await created(shop), restricted_key(shop)
    after = (await update(shop, secret_key=key)).configuration
    assert after.secret_key == key
    assert after.endpoint_id != before.endpoint_id
    assert set(endpoints_at_stripe(shop)) == {before.endpoint_id, after.endpoint_id}
    assert after.endpoint_secrets[1:] == before.endpoint_secrets
    await clean_up(shop.backends)
    assert len(endpoints_at_stripe(shop)) == 2
    shop.clock.advance(3601)
    assert await clean_up(shop.backends) == 1
    assert set(endpoints_at_stripe(shop)) == {after.endpoint_id}
    kept = await stored(shop)
    assert kept is not None
    assert kept.endpoint_secrets == after.endpoint_secrets[:1]
    assert await rows(shop) == (1, 0)


async def test_the_old_endpoint_is_deleted_though_the_old_key_was_revoked(shop: World):
    old = restricted_key(shop)
    await created(shop, secret_key=old)
    after = (await update(shop, secret_key=shop.account.secret_key)).configuration
    del shop.stripe.registry.keys[old]
    shop.clock.advance(3601)
    assert await clean_up(shop.backends) == 1
    assert set(endpoints_at_stripe(shop)) == {after.endpoint_id}


async def test_a_rolled_publishable_key_keeps_the_endpoint(shop: World):
    before = await created(shop)
    rolled = shop.stripe.create_key(shop.account.id, "pk").value
    after = (await update(shop, publishable_key=rolled)).configuration
    assert after.publishable_key == rolled
    assert after.endpoint_id == before.endpoint_id


async def test_keys_of_another_account_are_taken_before_the_first_payment(shop: World):
    before = await created(shop)
    other = shop.stripe.create_account()
    after = (await update(shop, publishable_key=other.publishable_key, secret_key=other.secret_key)).configuration
    assert after.stripe_account == other.id
    assert set(endpoints_at_stripe(shop, other.id)) == {after.endpoint_id}
    shop.clock.advance(3601)
    await clean_up(shop.backends)
    assert before.endpoint_id not in endpoints_at_stripe(shop)
    assert await rows(shop) == (1, 0)


async def test_keys_of_another_account_come_with_a_warning_where_a_channel_names_what_they_do_not_know(shop: World):
    await created(shop)
    cards = shop.hands.add_configuration(shop.account.id, "Cards", ["card"]).id
    for channel in ("default-channel", "channel-pln"):
        chosen = ChannelChoices(method_configuration=cards)
        await assign_channel(shop.backends, shop.installation, shop.saleor.channel(channel).id, ID, chosen)
    assert (await update(shop, secret_key=restricted_key(shop))).warnings == ()
    other = shop.stripe.create_account()
    saved = await update(shop, publishable_key=other.publishable_key, secret_key=other.secret_key)
    (warning,) = saved.warnings
    assert warning.startswith(f"A channel names {cards}. The Stripe account has no payment method configuration")
    assert saved.configuration.stripe_account == other.id


async def test_keys_of_another_account_are_refused_while_payments_need_the_present_ones(shop: World):
    before = await created(shop)
    await paid_with(shop, before)
    other = shop.stripe.create_account()
    with pytest.raises(Refusal, match="new configuration") as refused:
        await update(shop, publishable_key=other.publishable_key, secret_key=other.secret_key)
    assert refused.value.code == "PaymentsNeedTheKeys"
    assert await stored(shop) == before
    shop.clock.advance(timedelta(days=181).total_seconds())
    await update(shop, publishable_key=other.publishable_key, secret_key=other.secret_key)


async def test_a_new_key_of_the_same_account_is_taken_whatever_was_paid(shop: World):
    await paid_with(shop, await created(shop))
    await update(shop, secret_key=restricted_key(shop))


async def test_another_mode_needs_both_keys(shop: World):
    before = await created(shop)
    live = shop.stripe.create_key(shop.account.id, "sk", livemode=True).value
    with pytest.raises(Refusal) as refused:
        await update(shop, secret_key=live)
    assert refused.value.code == "KeysOfTwoModes"
    assert await stored(shop) == before


async def test_an_endpoint_made_by_hand_takes_the_place_of_the_apps_own(shop: World):
    before = await created(shop)
    after = (await update(shop, hand_made=BY_HAND)).configuration
    assert after.endpoint_id is None
    assert after.endpoint_secrets == ("whsec_byhand", *before.endpoint_secrets)
    shop.clock.advance(3601)
    await clean_up(shop.backends)
    assert endpoints_at_stripe(shop) == {}
    kept = await stored(shop)
    assert kept is not None
    assert kept.endpoint_secrets == ("whsec_byhand",)


async def test_a_new_key_leaves_an_endpoint_made_by_hand_alone(shop: World):
    before = await created(shop, hand_made=BY_HAND)
    after = (await update(shop, secret_key=restricted_key(shop, without="rak_webhook_write"))).configuration
    assert after.endpoint_secrets == before.endpoint_secrets
    assert endpoints_at_stripe(shop) == {}


async def test_an_endpoint_made_by_hand_cannot_move_to_another_account(shop: World):
    await created(shop, hand_made=BY_HAND)
    other = shop.stripe.create_account()
    keys = {"publishable_key": other.publishable_key, "secret_key": other.secret_key}
    with pytest.raises(Refusal) as refused:
        await update(shop, **keys)
    assert refused.value.code == "EndpointNeeded"
    after = (await update(shop, **keys, hand_made=HandMadeEndpoint(URL, "whsec_there"))).configuration
    assert after.endpoint_secrets == ("whsec_there",)


async def test_a_failed_update_changes_nothing(shop: World):
    before = await created(shop)
    shop.stripe.faults.add(Fault(FaultKind.ANSWER_LOST, "POST", "/v1/webhook_endpoints", times=None))
    with pytest.raises(Unavailable):
        await update(shop, secret_key=restricted_key(shop))
    shop.stripe.faults.clear()
    assert await stored(shop) == before
    shop.clock.advance(61)
    await clean_up(shop.backends)
    assert set(endpoints_at_stripe(shop)) == {before.endpoint_id}


async def test_of_two_updates_at_once_one_is_told_of_the_other(shop: World):
    seen_by_both = await created(shop)
    first = (await update(shop, secret_key=restricted_key(shop))).configuration
    with pytest.raises(Refusal) as refused:
        await with_new_endpoint(shop.backends, seen_by_both, replace(seen_by_both, secret_key=restricted_key(shop)))
    assert refused.value.code == "ChangedMeanwhile"
    assert await stored(shop) == first
    shop.clock.advance(3601)
    await clean_up(shop.backends)
    assert set(endpoints_at_stripe(shop)) == {first.endpoint_id}
    assert await rows(shop) == (1, 0)


async def test_updates_at_once_never_leave_more_than_the_endpoint_that_is_recorded(shop: World):
    await created(shop)
    keys = [restricted_key(shop) for _ in range(3)]
    await asyncio.gather(*(update(shop, secret_key=key) for key in keys), return_exceptions=True)
    shop.clock.advance(3601)
    await clean_up(shop.backends)
    kept = await stored(shop)
    assert kept is not None
    assert kept.secret_key in keys
    assert set(endpoints_at_stripe(shop)) == {kept.endpoint_id}
    assert await rows(shop) == (1, 0)


async def test_a_deleted_configuration_cannot_be_changed(shop: World):
    await paid_with(shop, await created(shop))
    await delete_configuration(shop.backends, shop.installation, ID)
    with pytest.raises(Refusal) as refused:
        await update(shop, name="Again")
    assert refused.value.code == "UnknownConfiguration"
