from datetime import timedelta

import pytest

from saleor_stripe_app.domain.errors import Refusal
from saleor_stripe_app.storage import channels
from saleor_stripe_app.usecases.clean_up import clean_up
from saleor_stripe_app.usecases.delete_configuration import Deletion, delete_configuration
from tests.acceptance.world import World
from tests.usecases.merchant import ID, created, endpoints_at_stripe, paid_with, rows, stored

CHANNEL = "Q2hhbm5lbDox"


async def delete(shop: World, *, force: bool = False) -> Deletion:
    return await delete_configuration(shop.backends, shop.installation, ID, force=force)


async def days(shop: World, number: float) -> None:
    shop.clock.advance(timedelta(days=number).total_seconds())
    await clean_up(shop.backends)


async def test_a_configuration_without_payments_is_deleted_with_its_endpoint(shop: World):
    await created(shop)
    await channels.assign(shop.backends.storage, shop.saleor.api_url, CHANNEL, ID)
    assert await delete(shop) is Deletion.DELETED
    assert await clean_up(shop.backends) == 1
    assert await rows(shop) == (0, 0)
    assert endpoints_at_stripe(shop) == {}
    assert await channels.channels_of(shop.backends.storage, shop.saleor.api_url) == {}


async def test_one_with_payments_is_archived_and_serves_them_until_they_are_past_disputes(shop: World):
    kept = await created(shop)
    await paid_with(shop, kept)
    await channels.assign(shop.backends.storage, shop.saleor.api_url, CHANNEL, ID)
    assert await delete(shop) is Deletion.ARCHIVED
    assert await channels.channels_of(shop.backends.storage, shop.saleor.api_url) == {}
    await days(shop, 179)
    archived = await stored(shop)
    assert archived is not None
    assert archived.archived_at is not None
    assert (archived.secret_key, archived.endpoint_id) == (kept.secret_key, kept.endpoint_id)
    assert set(endpoints_at_stripe(shop)) == {kept.endpoint_id}
    await days(shop, 2)
    await clean_up(shop.backends)
    erased = await stored(shop)
    assert erased is not None
    assert (erased.secret_key, erased.endpoint_id, erased.endpoint_secrets) == ("", None, ())
    assert endpoints_at_stripe(shop) == {}
    assert await rows(shop) == (1, 0)


async def test_force_erases_at_once_as_far_as_records_allow(shop: World):
    await paid_with(shop, await created(shop))
    assert await delete(shop, force=True) is Deletion.ERASED
    erased = await stored(shop)
    assert erased is not None
    assert (erased.secret_key, erased.endpoint_secrets) == ("", ())
    await clean_up(shop.backends)
    assert endpoints_at_stripe(shop) == {}
    assert await rows(shop) == (1, 0)


async def test_an_archived_one_is_erased_by_force_later(shop: World):
    await paid_with(shop, await created(shop))
    await delete(shop)
    assert await delete(shop) is Deletion.ARCHIVED
    assert await delete(shop, force=True) is Deletion.ERASED
    assert await delete(shop, force=True) is Deletion.ERASED


async def test_an_unknown_configuration_is_refused(shop: World):
    with pytest.raises(Refusal) as refused:
        await delete(shop)
    assert refused.value.code == "UnknownConfiguration"


async def test_an_endpoint_that_cannot_be_deleted_is_tried_again_and_given_up_in_the_end(shop: World):
    configuration = await created(shop)
    await delete(shop)
    del shop.stripe.registry.keys[shop.account.secret_key]
    for _ in range(20):
        await days(shop, 0.5)
        assert await rows(shop) == (0, 1)
    await days(shop, 0.5)
    assert await rows(shop) == (0, 0)
    assert set(endpoints_at_stripe(shop)) == {configuration.endpoint_id}


async def test_an_endpoint_that_is_somebody_elses_is_left_alone(shop: World):
    configuration = await created(shop)
    endpoint = endpoints_at_stripe(shop)[configuration.endpoint_id]
    endpoint.metadata = {"saleorAppConfigurationId": "another"}
    await delete(shop)
    assert await clean_up(shop.backends) == 0
    assert set(endpoints_at_stripe(shop)) == {endpoint.id}
    assert await rows(shop) == (0, 0)
