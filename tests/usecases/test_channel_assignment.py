from decimal import Decimal

import pytest

from saleor_stripe_app.domain.channel_options import ChannelChoices, ChannelOptions, Limits
from saleor_stripe_app.domain.errors import Refusal, Unavailable
from saleor_stripe_app.domain.shop import Assigned
from saleor_stripe_app.sandbox.saleor.faults import ApiFailure, ApiFault
from saleor_stripe_app.storage import channels, configurations
from saleor_stripe_app.usecases.assign_channel import Assignment, assign_channel, show_channels
from tests.acceptance.world import World
from tests.usecases.merchant import ID, created, paid_with, restricted_key


def dollars(shop: World) -> str:
    return shop.saleor.channel("default-channel").id


async def test_a_channel_pays_with_what_it_was_given(shop: World):
    configuration = await created(shop)
    done = await assign_channel(shop.backends, shop.installation, dollars(shop), ID)
    assert done.channel.slug == "default-channel"
    assert done.configuration == configuration
    assert done.taken_from is None
    storage = shop.backends.storage
    used = await configurations.for_channel(storage, shop.saleor.api_url, dollars(shop))
    assert used == Assigned(configuration, ChannelOptions())


async def test_taking_a_channel_from_another_configuration_is_told(shop: World):
    first, second = await created(shop), await created(shop, id=None)
    await assign_channel(shop.backends, shop.installation, dollars(shop), first.id)
    done = await assign_channel(shop.backends, shop.installation, dollars(shop), second.id)
    assert done.taken_from == first
    again = await assign_channel(shop.backends, shop.installation, dollars(shop), second.id)
    assert again.taken_from is None
    freed = await assign_channel(shop.backends, shop.installation, dollars(shop), None)
    assert (freed.configuration, freed.taken_from) == (None, second)


async def test_the_problem_that_a_channel_had_no_configuration_is_taken_back(shop: World):
    await created(shop)
    await shop.begin("10.00")
    (problem,) = shop.saleor.apps[-1].problem_list
    assert problem.dismissed is None
    await assign_channel(shop.backends, shop.installation, dollars(shop), ID)
    assert problem.dismissed is not None


async def test_a_saleor_that_does_not_take_the_problem_back_stops_no_assignment(shop: World):
    configuration = await created(shop)
    shop.served.courier.faults.add(ApiFault(ApiFailure.STATUS, "AppProblemDismiss"))
    done = await assign_channel(shop.backends, shop.installation, dollars(shop), ID)
    assert done.configuration == configuration
    assert shop.served.courier.faults.api == []


async def test_unknown_channels_and_configurations_are_refused(shop: World):
    await created(shop)
    with pytest.raises(Refusal) as refused:
        await assign_channel(shop.backends, shop.installation, "Q2hhbm5lbDo5OTk=", ID)
    assert refused.value.code == "UnknownChannel"
    with pytest.raises(Refusal) as refused:
        await assign_channel(shop.backends, shop.installation, dollars(shop), "unknown")
    assert refused.value.code == "UnknownConfiguration"
    assert await channels.channels_of(shop.backends.storage, shop.saleor.api_url) == {}


async def test_an_archived_configuration_is_given_to_no_channel(shop: World):
    await paid_with(shop, await created(shop))
    await configurations.archive(shop.backends.storage, ID, shop.clock())
    with pytest.raises(Refusal) as refused:
        await assign_channel(shop.backends, shop.installation, dollars(shop), ID)
    assert refused.value.code == "UnknownConfiguration"


async def test_all_channels_are_shown_with_what_they_pay_with(shop: World):
    configuration = await created(shop)
    await assign_channel(shop.backends, shop.installation, dollars(shop), ID)
    shown = await show_channels(shop.backends, shop.installation)
    assert {one.channel.slug for one in shown} == {channel.slug for channel in shop.saleor.channels}
    assert [one.configuration for one in shown if one.channel.id == dollars(shop)] == [configuration]
    assert sum(one.configuration is not None for one in shown) == 1


async def test_a_silent_saleor_is_said_to_be_so(shop: World):
    await created(shop)
    async with shop.served.down():
        with pytest.raises(Unavailable):
            await assign_channel(shop.backends, shop.installation, dollars(shop), ID)


async def test_a_channel_that_moves_takes_its_options_along(shop: World):
    first, second = await created(shop), await created(shop, id=None)
    chosen = ChannelChoices(excluded_methods=("klarna",), limits=Limits(Decimal(5)))
    done = await assign_channel(shop.backends, shop.installation, dollars(shop), first.id, chosen)
    assert done.options == ChannelOptions("", ("klarna",), Limits(Decimal("5.00")))
    moved = await assign_channel(shop.backends, shop.installation, dollars(shop), second.id)
    assert (moved.taken_from, moved.options) == (first, done.options)
    used = await configurations.for_channel(shop.backends.storage, shop.saleor.api_url, dollars(shop))
    assert used == Assigned(second, done.options)
    shown = {one.channel.slug: one.options for one in await show_channels(shop.backends, shop.installation)}
    assert (shown["default-channel"], shown["channel-pln"]) == (done.options, ChannelOptions())


async def test_a_method_configuration_is_looked_up_at_stripe_when_it_is_set(shop: World):
    await created(shop)
    cards = shop.hands.add_configuration(shop.account.id, "Cards", ["card"]).id
    done = await named(shop, cards)
    assert done.options.method_configuration == cards
    with pytest.raises(Refusal, match="no payment method configuration pmc_elsewhere") as refused:
        await named(shop, "pmc_elsewhere")
    assert refused.value.code == "InvalidMethodConfiguration"
    archived = shop.hands.add_configuration(shop.account.id, "Archived").id
    shop.hands.set_configuration_active(archived, active=False)
    with pytest.raises(Refusal, match=f"{archived} is not active") as refused:
        await named(shop, archived)
    assert refused.value.code == "InvalidMethodConfiguration"
    kept = await channels.channels_of(shop.backends.storage, shop.saleor.api_url)
    assert kept[dollars(shop)].options.method_configuration == cards


async def test_what_does_not_change_is_saved_without_asking_stripe(shop: World):
    await created(shop)
    cards = shop.hands.add_configuration(shop.account.id, "Cards", ["card"]).id
    await named(shop, cards)
    asked = len(shop.stripe.records)
    limited = ChannelChoices(method_configuration=cards, limits=Limits(Decimal(5)))
    done = await assign_channel(shop.backends, shop.installation, dollars(shop), ID, limited)
    assert done.options == ChannelOptions(cards, (), Limits(Decimal("5.00")))
    assert len(shop.stripe.records) == asked


async def test_a_key_that_may_not_look_method_configurations_up_is_told_what_it_lacks(shop: World):
    await created(shop, secret_key=restricted_key(shop))
    cards = shop.hands.add_configuration(shop.account.id, "Cards", ["card"]).id
    with pytest.raises(Refusal, match="rak_payment_method_configuration_read") as refused:
        await named(shop, cards)
    assert refused.value.code == "MissingPermissions"
    assert await channels.channels_of(shop.backends.storage, shop.saleor.api_url) == {}


async def test_a_channel_does_not_move_to_an_account_that_does_not_know_its_method_configuration(shop: World):
    first, other = await created(shop), shop.stripe.create_account()
    keys = {"publishable_key": other.publishable_key, "secret_key": other.secret_key}
    second = await created(shop, id=None, **keys)
    cards = shop.hands.add_configuration(shop.account.id, "Cards", ["card"]).id
    await named(shop, cards)
    with pytest.raises(Refusal, match=f"no payment method configuration {cards}"):
        await assign_channel(shop.backends, shop.installation, dollars(shop), second.id)
    used = await configurations.for_channel(shop.backends.storage, shop.saleor.api_url, dollars(shop))
    assert used == Assigned(first, ChannelOptions(cards))
    emptied = ChannelChoices(method_configuration="")
    moved = await assign_channel(shop.backends, shop.installation, dollars(shop), second.id, emptied)
    assert (moved.configuration, moved.taken_from, moved.options) == (second, first, ChannelOptions())


async def named(shop: World, method_configuration: str) -> Assignment:
    """The dollars' channel is assigned with this payment method configuration."""
    choices = ChannelChoices(method_configuration=method_configuration)
    return await assign_channel(shop.backends, shop.installation, dollars(shop), ID, choices)
