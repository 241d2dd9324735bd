"""An intent learns its order, even where Stripe keeps the reference as it is."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from saleor_stripe_app.domain.transaction import Transaction
from saleor_stripe_app.sandbox.saleor import purchases
from saleor_stripe_app.sandbox.stripe.in_process import CaseInsensitive, InProcessClient
from saleor_stripe_app.stripe_gateway.client import StripeConnections
from saleor_stripe_app.usecases.tell_order import tell_order
from tests.acceptance import signed
from tests.acceptance.world import World, opened

ORDER = "T3JkZXI6MQ=="


class Refusing(InProcessClient):
    """A Stripe that refuses every update with one of these parameters."""

    refused: tuple[str, ...] = ()

    async def request_async(
        self, method: str, url: str, headers: Mapping[str, str], post_data: str | bytes | None = None
    ) -> tuple[bytes, int, Mapping[str, str]]:
        if any(name in str(post_data) for name in self.refused):
            error = {"error": {"type": "invalid_request_error", "message": "No."}}
            return msgspec.json.encode(error), 400, CaseInsensitive({})
        return await super().request_async(method, url, headers, post_data)


@pytest.fixture
async def world(database_url: str):
    async with opened(database_url) as world:
        await world.install()
        await world.configure()
        yield world


async def told(world: World, *refused: str) -> dict[str, Any]:
    """The intent of a paid checkout after it was told of its order by a Stripe that refuses some parameters."""
    session = await world.begin("20.00")
    await world.pay(session)
    await world.settle()
    payment, _ = await world.ledgers(session)
    http = Refusing(world.stripe, world.clock.seconds)
    http.refused = refused
    backends = replace(world.backends, stripe=StripeConnections(http_client=http))
    assert world.configuration is not None
    transaction = Transaction("t", payment.id, "USD", source_id=ORDER, order_number="35")
    await tell_order(backends, world.configuration, payment, transaction)
    return world.ask_stripe("GET", f"/v1/payment_intents/{payment.id}")


async def test_a_reference_that_stripe_keeps_costs_neither_description_nor_metadata(world: World) -> None:
    intent = await told(world, "payment_details")

    assert intent["description"] == "Order 35"
    assert intent["metadata"]["saleor_order_number"] == "35"
    assert intent["payment_details"]["order_reference"] != "35"


async def test_an_intent_that_cannot_be_told_anything_stays_as_it_was_and_fails_no_look(world: World) -> None:
    intent = await told(world, "description")

    assert intent["description"].startswith("Checkout ")


async def test_only_our_own_transactions_of_an_order_become_due(world: World) -> None:
    session = await world.begin("20.00")
    await world.pay(session)
    await world.settle()
    looked = len(world.stripe.records)
    assert world.installation is not None
    body = {"recipient": {"id": world.installation.app_id}, "order": {"transactions": [{"id": "somebody else's"}]}}

    assert (await signed.post(world, "order-created", body)).status_code == 200
    await world.settle()
    assert len(world.stripe.records) == looked
    purchases.complete_checkout(world.saleor, next(iter(world.saleor.checkouts)))
    await world.settle()
    assert len(world.stripe.records) > looked


async def test_an_order_of_another_app_is_not_taken(world: World) -> None:
    response = await signed.post(world, "order-created", {"recipient": {"id": "QXBwOjk5"}, "order": None})

    assert response.status_code == 403
