"""Nothing secret is ever logged, whatever happens to a payment and at the most talkative level."""

import io
import logging
from collections.abc import Iterator

import pytest
import structlog
from sqlalchemy import text

from saleor_stripe_app import telemetry
from saleor_stripe_app.sandbox.saleor.faults import ApiFailure, ApiFault
from saleor_stripe_app.sandbox.stripe.faults import Fault, FaultKind
from saleor_stripe_app.storage import installations, tables
from tests.acceptance.test_shop_day import charged
from tests.acceptance.world import World, opened


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """All that this process logs: libraries speak as freely as we do, and nothing is masked afterwards."""
    root, handlers, level = logging.root, logging.root.handlers[:], logging.root.level
    levels = {name: logging.getLogger(name).level for name in telemetry.QUIET}
    monkeypatch.setattr(telemetry, "mask_secrets", lambda _, __, event: event)
    stream = io.StringIO()
    telemetry.configure("json", "debug", stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)
    structlog.reset_defaults()


async def secrets_in(logged: str, world: World) -> list[str]:
    """What must never be logged and is."""
    installation = await installations.by_url(world.backends.storage, world.saleor.api_url)
    assert installation is not None
    assert world.configuration is not None
    secrets = {
        "token": installation.token,
        "secret key": world.account.secret_key,
        "endpoint secret": world.configuration.endpoint_secrets[0],
        "client secret": "_secret_",
        "forged signature": "Zm9yZ2Vk",
        "e-mail address": "@",
    }
    return [name for name, secret in secrets.items() if secret in logged]


async def test_nothing_secret_is_logged_of_payments_and_forgeries(log: io.StringIO, world: World) -> None:
    paid = await charged(world)
    await world.act(paid, "REFUND", "10.00")
    world.stripe.faults.add(Fault(FaultKind.SERVER_ERROR, "POST", "/v1/refunds", times=3))
    await world.act(paid, "REFUND", "5.00")
    world.stripe.faults.clear()
    declined = await world.begin("30.00", channel="channel-pln")
    await world.pay(declined, "pm_card_chargeDeclined")
    await world.process(declined)
    world.served.courier.faults.add(ApiFault(ApiFailure.STATUS, times=3))
    await world.settle()

    assert world.configuration is not None
    forged = {
        "saleor-api-url": world.saleor.api_url,
        "saleor-signature": "eyJhbGciOiJSUzI1NiJ9..Zm9yZ2Vk",
        "stripe-signature": "t=1,v1=Zm9yZ2Vk",
        "authorization-bearer": "eyJhbGciOiJSUzI1NiJ9.e30.Zm9yZ2Vk",
    }
    for door in (
        "webhooks/saleor/transaction-refund-requested",
        f"webhooks/stripe/{world.configuration.id}",
        "graphql",
    ):
        answer = await world.app.post(f"/api/{door}", content=b'{"email": "jane@shop.example"}', headers=forged)
        assert answer.status_code in {400, 401, 403}

    logged = log.getvalue()
    assert '"event": "installed"' in logged
    assert '"level": "warning"' in logged
    assert await secrets_in(logged, world) == []


async def test_nothing_secret_is_in_the_traceback_of_a_defect(log: io.StringIO, sqlite_url: str) -> None:
    async with opened(sqlite_url) as world:
        await world.install()
        await world.configure()
        paid = await charged(world)
        async with world.backends.storage.begin() as connection:
            await connection.execute(text("DROP TABLE operations"))
        await world.act(paid, "REFUND", "10.00")
        assert paid.transaction.events[-1].type == "REFUND_FAILURE"
        assert "no such table: operations" in log.getvalue()
        assert await secrets_in(log.getvalue(), world) == []


CARD = "4000056655665556"


@pytest.mark.parametrize(
    "data",
    [
        {"card": {"number": CARD, "cvc": "987"}},
        {"paymentIntent": {"paymentMethod": "card", "card": {"number": CARD}}},
        {"paymentIntent": {"paymentMethod": CARD}},
        {"paymentIntent": {"paymentMethodId": CARD}},
        {"paymentIntent": {"confirmationToken": f"ctoken_{CARD}!"}},
        {"paymentIntent": {CARD: CARD}},
    ],
)
async def test_s2_a_card_number_that_a_storefront_sends_goes_nowhere(
    log: io.StringIO, world: World, data: dict[str, object]
) -> None:
    session = await world.begin("30.00", data=data)
    assert CARD not in log.getvalue()
    assert CARD not in f"{session.event} {session.data}"
    assert not [record for record in world.stripe.records if CARD in repr(record)]
    async with world.backends.storage.read() as connection:
        kept = [(await connection.execute(table.select())).all() for table in tables.metadata.sorted_tables]
    assert CARD not in repr(kept)
