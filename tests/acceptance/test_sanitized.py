"""Nothing is asked of Stripe, and least of all deleted there, from a sanitized copy."""

import pytest

from saleor_stripe_app.app import open_backends
from saleor_stripe_app.sandbox.stripe.faults import Fault, FaultKind
from saleor_stripe_app.storage.endpoints import EndpointToDelete, delete_later
from saleor_stripe_app.storage.sanitation import Sanitized, sanitize
from saleor_stripe_app.usecases.cancel_abandoned import cancel_abandoned
from saleor_stripe_app.usecases.schedule import compare_due
from saleor_stripe_app.usecases.sweep import sweep
from saleor_stripe_app.usecases.upkeep import upkeep
from tests.acceptance.world import World, settings_for


async def test_a_sanitized_copy_asks_nothing_of_stripe(world: World) -> None:
    configuration, storage = world.configuration, world.backends.storage
    assert configuration is not None
    assert configuration.endpoint_id is not None
    await world.begin("40.00")
    note = EndpointToDelete(
        "note", configuration.id, configuration.endpoint_id, configuration.secret_key, world.clock()
    )
    await delete_later(storage, note)
    world.clock.advance(3 * 86400)
    await sanitize(storage, world.clock())
    asked: list[object] = []

    def seen(parameters: object) -> bool:
        asked.append(parameters)
        return False

    world.stripe.faults.add(Fault(FaultKind.REQUEST_LOST, times=None, when=seen))
    for _ in range(3):
        await upkeep(world.backends)
        assert await cancel_abandoned(world.backends) == 0
        assert await compare_due(world.backends) == 0
        assert (await sweep(world.backends)).looked == 0
        world.clock.advance(3600)
    assert asked == []
    world.stripe.faults.clear()
    assert world.ask_stripe("GET", f"/v1/webhook_endpoints/{configuration.endpoint_id}")["status"] == "enabled"


async def test_the_app_does_not_start_on_a_sanitized_copy(database_url: str) -> None:
    async with open_backends(settings_for(database_url)) as backends:
        await sanitize(backends.storage, backends.clock())
    with pytest.raises(Sanitized, match="a copy without secrets"):
        async with open_backends(settings_for(database_url)):
            pass
