"""Whatever step a process dies at, what it leaves behind is cleaned up and the next save succeeds."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from saleor_stripe_app.domain.errors import AppError
from saleor_stripe_app.sandbox.stripe.faults import Fault, FaultKind
from saleor_stripe_app.storage import configurations, endpoints
from saleor_stripe_app.storage.endpoints import EndpointToDelete
from saleor_stripe_app.usecases.backends import Backends
from saleor_stripe_app.usecases.clean_up import clean_up
from saleor_stripe_app.usecases.create_configuration import create_configuration
from saleor_stripe_app.usecases.delete_configuration import delete_configuration
from saleor_stripe_app.usecases.repair_endpoint import repair_endpoint
from saleor_stripe_app.usecases.update_configuration import Changes, update_configuration
from tests.acceptance.world import World
from tests.usecases.dying import dies
from tests.usecases.merchant import ID, created, endpoints_at_stripe, entered, restricted_key, rows, stored

MOST_STEPS = 200


async def cleaned(world: World) -> None:
    """Let two rounds of the sweep pass, the second after the overlap of a replaced endpoint."""
    for seconds in (601, 3601):
        world.clock.advance(seconds)
        await clean_up(world.backends)


async def assert_nothing_is_orphaned(world: World) -> None:
    """Every endpoint is recorded, every row in use has its endpoint, and nothing is noted any more."""
    kept = await stored(world)
    recorded = {kept.endpoint_id: kept.endpoint_secrets} if kept else {}
    at_stripe = {endpoint.id: (endpoint.secret,) for endpoint in endpoints_at_stripe(world).values()}
    assert recorded == at_stripe
    assert await rows(world) == (1 if kept else 0, 0)


async def at_every_step(
    world: World,
    story: Callable[[Backends], Awaitable[object]],
    before: Callable[[], Awaitable[object]] | None = None,
) -> None:
    for step in range(MOST_STEPS):
        if before is not None:
            await before()
        died = await dies(world, step, story)
        await cleaned(world)
        await assert_nothing_is_orphaned(world)
        if not died:
            return
    raise AssertionError("the story has no end")


async def test_a_process_that_dies_while_it_creates_leaves_nothing_behind(shop: World):
    async def create(backends: Backends) -> None:
        await create_configuration(backends, shop.installation, entered(shop))

    async def none_is_there() -> None:
        if await stored(shop) is not None:
            await delete_configuration(shop.backends, shop.installation, ID)
            await cleaned(shop)

    await at_every_step(shop, create, none_is_there)
    assert await stored(shop) is not None


async def test_a_process_that_dies_while_it_replaces_keys_leaves_nothing_behind(shop: World):
    await created(shop)

    async def update(backends: Backends) -> None:
        key = restricted_key(shop)
        await update_configuration(backends, shop.installation, ID, Changes(secret_key=key))

    await at_every_step(shop, update)


async def test_a_process_that_dies_while_it_repairs_leaves_nothing_behind(shop: World):
    await created(shop)

    async def lose_the_endpoint() -> None:
        endpoints_at_stripe(shop).clear()

    async def repair(backends: Backends) -> None:
        await repair_endpoint(backends, shop.installation, ID)

    for step in range(MOST_STEPS):
        await lose_the_endpoint()
        died = await dies(shop, step, repair)
        await repair_endpoint(shop.backends, shop.installation, ID)
        await cleaned(shop)
        await assert_nothing_is_orphaned(shop)
        if not died:
            return
    raise AssertionError("the story has no end")


async def test_a_process_that_dies_while_it_cleans_up_is_followed_by_one_that_ends_it(shop: World):
    async def half_done() -> None:
        await created(shop, id=None)
        await dies(shop, 19, lambda backends: create_configuration(backends, shop.installation, entered(shop, id=None)))
        shop.clock.advance(601)

    for step in range(MOST_STEPS):
        await half_done()
        died = await dies(shop, step, clean_up)
        for _ in range(2):
            shop.clock.advance(3601)
            await clean_up(shop.backends)
        configurations, notes = await rows(shop)
        assert notes == 0
        assert configurations == len(endpoints_at_stripe(shop)) == 1
        (left,) = endpoints_at_stripe(shop).values()
        await delete_configuration(shop.backends, shop.installation, left.metadata["saleorAppConfigurationId"])
        await cleaned(shop)
        if not died:
            return
    raise AssertionError("the story has no end")


@pytest.mark.parametrize(
    "kind",
    [FaultKind.REQUEST_LOST, FaultKind.ANSWER_LOST, FaultKind.SERVER_ERROR, FaultKind.SERVER_ERROR_AFTER_WORK],
)
async def test_a_request_that_fails_anywhere_in_a_save_leaves_nothing_behind(shop: World, kind: FaultKind):
    for skip in range(MOST_STEPS):
        # A try and its repetition fail both.
        shop.stripe.faults.add(Fault(kind, times=2, skip=skip))
        with suppress(AppError):
            await created(shop)
        through = bool(shop.stripe.faults.requests)
        shop.stripe.faults.clear()
        await cleaned(shop)
        await assert_nothing_is_orphaned(shop)
        if await stored(shop) is not None:
            await delete_configuration(shop.backends, shop.installation, ID)
            await cleaned(shop)
        if through:
            return
    raise AssertionError("the story has no end")


async def test_an_endpoint_that_is_being_made_is_not_taken_for_a_leftover(shop: World):
    before = await created(shop)

    async def update(backends: Backends) -> None:
        await update_configuration(backends, shop.installation, ID, Changes(secret_key=restricted_key(shop)))

    async def cut_off_before_it_is_recorded() -> str:
        """A save that has made its endpoint and stops there."""
        known = set(endpoints_at_stripe(shop))
        for step in range(MOST_STEPS):
            await dies(shop, step, update)
            if made := set(endpoints_at_stripe(shop)) - known:
                return made.pop()
        raise AssertionError("no endpoint was made")

    async def notes() -> tuple[EndpointToDelete, ...]:
        return await endpoints.to_delete(shop.backends.storage, shop.clock() + timedelta(days=1), 100)

    leftover = await cut_off_before_it_is_recorded()
    shop.clock.advance(300)
    being_made = await cut_off_before_it_is_recorded()
    (under_way,) = [note.id for note in await notes()][-1:]
    shop.clock.advance(301)
    await clean_up(shop.backends)
    assert set(endpoints_at_stripe(shop)) == {before.endpoint_id, leftover, being_made}
    endpoint = endpoints_at_stripe(shop)[being_made]
    recorded = replace(before, endpoint_id=endpoint.id, endpoint_secrets=(endpoint.secret,))
    assert await configurations.update(shop.backends.storage, recorded, making=under_way)
    shop.clock.advance(601)
    await clean_up(shop.backends)
    shop.clock.advance(601)
    await clean_up(shop.backends)
    assert set(endpoints_at_stripe(shop)) == {being_made}
    assert await rows(shop) == (1, 0)


async def test_a_save_that_was_given_up_can_record_nothing_any_more(shop: World):
    before = await created(shop)
    note = EndpointToDelete("note", ID, None, before.secret_key, shop.clock())
    await endpoints.delete_later(shop.backends.storage, note)
    await clean_up(shop.backends)
    await endpoints.delete_later(shop.backends.storage, note)
    await endpoints.delete_again(shop.backends.storage, note.id, shop.clock())
    late = replace(before, endpoint_id="we_late")
    assert not await configurations.update(shop.backends.storage, late, making=note.id)
    assert await stored(shop) == before
