"""What comes to Stripe's door, from Stripe and from strangers."""

import json

import pytest
from stripe import WebhookSignature

from saleor_stripe_app.storage import tables
from tests.acceptance.world import APP_URL, World

FOREIGN = {
    "id": "evt_1",
    "object": "event",
    "type": "payment_intent.succeeded",
    "created": 1795510800,
    "livemode": False,
    "data": {"object": {"id": "pi_foreign", "object": "payment_intent", "metadata": {}}},
}


async def post(world: World, body: bytes, *, secret: str | None = None, configuration: str | None = None) -> int:
    """Send an event, signed now by the endpoint's secret unless another is named; the status."""
    assert world.configuration is not None
    header = WebhookSignature.generate_signature_header(
        payload=body.decode("latin-1"),
        secret=secret or world.configuration.endpoint_secrets[0],
        timestamp=world.clock.seconds(),
    )
    response = await world.app.post(
        f"{APP_URL}/api/webhooks/stripe/{configuration or world.configuration.id}",
        content=body,
        headers={"stripe-signature": header},
    )
    return response.status_code


async def rows(world: World, *names: str) -> dict[str, int]:
    """How many rows the named tables have."""
    async with world.backends.storage.read() as connection:
        return {name: len((await connection.execute(tables.metadata.tables[name].select())).all()) for name in names}


async def test_a_foreign_object_is_taken_and_left_alone(world: World) -> None:
    assert await post(world, json.dumps(FOREIGN).encode()) == 200
    assert await rows(world, "due", "transactions", "received") == {"due": 0, "transactions": 0, "received": 1}


async def test_an_object_of_another_saleor_is_taken_and_left_alone(world: World) -> None:
    marks = {"saleor_transaction_id": "VHI6MQ==", "saleor_api_url": "https://other.example/graphql/"}
    event = {**FOREIGN, "data": {"object": {**FOREIGN["data"]["object"], "metadata": marks}}}
    assert await post(world, json.dumps(event).encode()) == 200
    assert await rows(world, "due", "transactions") == {"due": 0, "transactions": 0}


async def test_an_event_of_a_type_or_object_unknown_to_the_app_is_taken(world: World) -> None:
    event = {**FOREIGN, "type": "tax.settings.updated", "data": {"object": {"object": "tax.settings"}}}
    assert await post(world, json.dumps(event).encode()) == 200


@pytest.mark.parametrize(
    ("secret", "configuration", "status"),
    [("whsec_wrong", None, 401), (None, "no-such-configuration", 404), (None, "%00", 404)],
)
async def test_strangers_do_nothing_beyond_their_status(
    world: World, secret: str | None, configuration: str | None, status: int
) -> None:
    before = len(world.stripe.records)
    assert await post(world, json.dumps(FOREIGN).encode(), secret=secret, configuration=configuration) == status
    assert await rows(world, "due", "received", "transactions") == {"due": 0, "received": 0, "transactions": 0}
    assert len(world.stripe.records) == before
    assert not world.saleor.apps[-1].problem_list


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'{"id": 1}'])
async def test_a_signed_body_that_is_no_event_is_bad_input(world: World, body: bytes) -> None:
    assert await post(world, body) == 400


async def test_the_payment_is_due_before_stripe_gets_its_200(world: World) -> None:
    session = await world.begin("20.00")
    await world.pay(session)
    await world.deliver_events()
    assert (await rows(world, "due"))["due"] == 1
    assert str(session.transaction.events[-1].type) != "CHARGE_SUCCESS"
    await world.settle()
    await world.assert_equal(session)
