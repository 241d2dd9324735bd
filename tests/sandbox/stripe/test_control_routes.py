"""The controls of saved payment methods over HTTP, without sockets."""

from collections.abc import AsyncIterator

import httpx
import pytest

from saleor_stripe_app.sandbox.stripe.asgi import create_sandbox
from tests.sandbox.stripe.conftest import Shop


@pytest.fixture
async def http(shop: Shop) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(create_sandbox(shop.server, shop.clock))
    async with httpx.AsyncClient(transport=transport, base_url="http://sandbox") as client:
        yield client


async def do(http: httpx.AsyncClient, path: str, **body: object) -> dict:
    answer = await http.post(f"/_sandbox/{path}", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_shopper_pays_and_ticks_the_box(shop: Shop, http: httpx.AsyncClient) -> None:
    customer = shop.v1.customers.create({}).id
    intent = shop.v1.payment_intents.create({"amount": 1000, "currency": "eur", "customer": customer})
    shown = await do(http, f"payment_intents/{intent.id}/confirm", method="pm_card_mastercard", save="off_session")
    assert shown["status"] == "succeeded"
    [kept] = shop.v1.customers.payment_methods.list(customer).data
    assert kept.card.brand == "mastercard"


async def test_a_shoppers_decline_is_answered_as_stripe_answers_it(shop: Shop, http: httpx.AsyncClient) -> None:
    intent = shop.v1.payment_intents.create({"amount": 1000, "currency": "eur"})
    body = {"method": "pm_card_chargeDeclined"}
    answer = await http.post(f"/_sandbox/payment_intents/{intent.id}/confirm", json=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (402, "card_declined")


async def test_a_card_is_set_up_with_a_challenge(shop: Shop, http: httpx.AsyncClient) -> None:
    setup = shop.v1.setup_intents.create({})
    shown = await do(http, f"setup_intents/{setup.id}/confirm", method="pm_card_authenticationRequired")
    assert shown["status"] == "requires_action"
    assert (await do(http, f"setup_intents/{setup.id}/authenticate"))["status"] == "succeeded"


async def test_the_page_of_a_setup_sends_the_shopper_back(shop: Shop, http: httpx.AsyncClient) -> None:
    setup = shop.v1.setup_intents.create({})
    shop.controls.shopper.confirm_setup(setup.id, shop.clock.now, "ideal")
    page = f"/_sandbox/pages/{setup.id}"
    assert "Setup" in (await http.get(page)).text
    answer = await http.post(page, data={"outcome": "succeed"})
    back = httpx.URL(answer.headers["location"])
    assert (answer.status_code, back.params["setup_intent"], back.params["redirect_status"]) == (
        303,
        setup.id,
        "succeeded",
    )
    assert shop.v1.setup_intents.retrieve(setup.id).status == "succeeded"


async def test_a_token_a_configuration_and_a_warning_are_made(shop: Shop, http: httpx.AsyncClient) -> None:
    token = (await do(http, f"accounts/{shop.account.id}/confirmation_tokens", save="off_session"))["id"]
    assert shop.v1.confirmation_tokens.retrieve(token).setup_future_usage == "off_session"
    made = await do(http, f"accounts/{shop.account.id}/configurations", name="Cards", methods=["card"])
    assert shop.v1.payment_method_configurations.retrieve(made["id"]).ideal.available is False
    assert (await do(http, f"configurations/{made['id']}/archive"))["active"] is False
    assert (await do(http, f"configurations/{made['id']}/activate"))["active"] is True
    warned = await do(http, f"payment_intents/{shop.pay().id}/warn", reason="made_with_lost_card")
    assert shop.v1.radar.early_fraud_warnings.retrieve(warned["id"]).fraud_type == "made_with_lost_card"
