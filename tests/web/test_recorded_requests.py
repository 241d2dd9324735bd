"""Every recorded request of a running Saleor through the whole app: signature, decoding, Stripe, and a valid answer."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import httpx
import pytest

from saleor_stripe_app.app import create_app, open_backends
from saleor_stripe_app.domain.shop import Configuration, Installation, TransactionRecord
from saleor_stripe_app.domain.transaction import Flow
from saleor_stripe_app.saleor.events import ACTIONS, SESSIONS, WebhookEvent
from saleor_stripe_app.sandbox.stripe.api import Stripe
from saleor_stripe_app.sandbox.stripe.in_process import InProcessClient
from saleor_stripe_app.storage import channels, configurations, installations, transactions
from saleor_stripe_app.stripe_gateway.client import StripeConnections
from saleor_stripe_app.usecases.backends import Backends
from tests.acceptance.world import START, Clock, settings_for
from tests.contract.saleor.test_responses import assert_accepted
from tests.saleor.recordings import KEY_SET, SIGNED, Recording, read

URL = "http://127.0.0.1:8000/graphql/"
CHANNELS = ("Q2hhbm5lbDox", "Q2hhbm5lbDoy", "Q2hhbm5lbDoz", "Q2hhbm5lbDo0")
EVENTS = [r for r in SIGNED if r.event in set(SESSIONS | ACTIONS)]


@dataclass
class Recorded:
    """The app as the recordings' Saleor has it installed."""

    app: httpx.AsyncClient
    backends: Backends
    stripe: Stripe
    secret_key: str
    publishable_key: str

    async def post(self, recording: Recording) -> httpx.Response:
        """Send the recorded bytes with the recorded headers."""
        event = WebhookEvent(recording.event)
        return await self.app.post(
            f"/api/webhooks/saleor/{event.path}", content=recording.body, headers=recording.headers
        )

    async def pay(self, recording: Recording, amount: int, *, manual: bool) -> str:
        """Have the payment at Stripe that a recorded request is about; the intent's id."""
        client = self.backends.stripe.client(self.secret_key)
        options: Any = {"payment_method_options": {"card": {"capture_method": "manual"}}} if manual else {}
        intent = await client.v1.payment_intents.create_async(
            {
                "amount": amount,
                "currency": "usd",
                "confirm": True,
                "payment_method": "pm_card_visa",
                "return_url": "https://shop.example/",
                **options,
            },
            {"idempotency_key": recording.name},
        )
        record = TransactionRecord(
            id=recording.name,
            saleor_api_url=URL,
            transaction_id=json.loads(recording.body)["transaction"]["id"],
            configuration_id="configuration",
            stripe_account="acct_recorded",
            flow=Flow.CHARGE,
            created_at=START,
            payment_intent_id=intent.id,
        )
        await transactions.adopt(self.backends.storage, record)
        return intent.id


@pytest.fixture
async def recorded(sqlite_url: str) -> AsyncIterator[Recorded]:
    clock, stripe = Clock(), Stripe()
    account = stripe.create_account()
    settings = settings_for(sqlite_url)
    connections = StripeConnections(http_client=InProcessClient(stripe, clock.seconds))
    async with (
        open_backends(settings, clock=clock, connections=connections) as backends,
        httpx.AsyncClient(transport=httpx.ASGITransport(create_app(backends, settings)), base_url="http://app") as app,
    ):
        await installations.save(backends.storage, Installation(URL, "QXBwOjE=", "token", KEY_SET, (3, 24), START))
        await configurations.insert(
            backends.storage,
            Configuration(
                id="configuration",
                saleor_api_url=URL,
                name="Recorded",
                publishable_key=account.publishable_key,
                secret_key=account.secret_key,
                stripe_account="acct_recorded",
                livemode=False,
                endpoint_id=None,
                endpoint_secrets=("whsec_recorded",),
                created_at=START,
                updated_at=START,
            ),
        )
        for channel in CHANNELS:
            await channels.assign(backends.storage, URL, channel, "configuration")
        yield Recorded(app, backends, stripe, account.secret_key, account.publishable_key)
        assert stripe.findings == []


@pytest.mark.parametrize("recording", EVENTS, ids=lambda recording: recording.name)
async def test_every_recorded_request_gets_an_answer_that_saleor_takes(
    recorded: Recorded, recording: Recording
) -> None:
    response = await recorded.post(recording)
    assert response.status_code == 200, response.text
    assert_accepted(WebhookEvent(recording.event), response.content)


@pytest.mark.parametrize(
    ("name", "amount", "currency"),
    [
        ("checkout-customer-usd", 12000, "usd"),
        ("checkout-guest-usd", 12000, "usd"),
        ("checkout-jpy", 6497, "jpy"),
        ("checkout-kwd", 10630, "kwd"),
        ("checkout-pln-with-tax", 55379, "pln"),
        ("checkout-voucher", 11400, "usd"),
        ("order-discount", 100, "usd"),
        ("order-guest", 7000, "usd"),
    ],
)
async def test_a_recorded_initialize_makes_one_intent_of_the_exact_amount(
    recorded: Recorded, name: str, amount: int, currency: str
) -> None:
    recording = read(f"transaction-initialize-session.{name}")
    first, again = [await recorded.post(recording) for _ in range(2)]
    assert first.json() == again.json()
    answer = first.json()
    assert answer["result"] == "CHARGE_ACTION_REQUIRED"
    client = recorded.backends.stripe.client(recorded.secret_key)
    made = (await client.v1.payment_intents.list_async()).data
    assert [(intent.id, intent.amount, intent.currency) for intent in made] == [
        (answer["pspReference"], amount, currency)
    ]
    assert answer["data"]["paymentIntent"]["stripeClientSecret"] == made[0].client_secret


@pytest.mark.parametrize("name", ["checkout-guest", "order"])
async def test_a_recorded_greeting_is_answered_with_the_publishable_key(recorded: Recorded, name: str) -> None:
    response = await recorded.post(read(f"payment-gateway-initialize-session.{name}"))
    data = response.json()["data"]
    assert data.pop("stripePublishableKey") == recorded.publishable_key
    # An order's address is its customer's alone, and nobody was logged in.
    assert set(data) == ({"billingDetails"} if name == "checkout-guest" else set())


async def test_the_recorded_requests_of_stored_methods_are_answered_for_their_customer(recorded: Recorded) -> None:
    """The recordings name a setup intent and a payment method of their own, which are not this customer's."""
    assert (await recorded.post(read("list-stored-payment-methods"))).json() == {"paymentMethods": []}
    greeted = (await recorded.post(read("payment-gateway-initialize-tokenization-session"))).json()
    assert greeted == {
        "result": "SUCCESSFULLY_INITIALIZED",
        "data": {"stripePublishableKey": recorded.publishable_key},
    }
    begun = (await recorded.post(read("payment-method-initialize-tokenization-session"))).json()
    again = (await recorded.post(read("payment-method-initialize-tokenization-session"))).json()
    assert (begun["result"], begun["id"]) == ("ADDITIONAL_ACTION_REQUIRED", again["id"])
    processed = (await recorded.post(read("payment-method-process-tokenization-session"))).json()
    assert processed == {
        "result": "FAILED_TO_TOKENIZE",
        "error": "There is no such attempt to save a payment method.",
    }
    deleted = (await recorded.post(read("stored-payment-method-delete-requested"))).json()
    assert deleted == {"result": "FAILED_TO_DELETE", "error": "There is no such saved payment method."}


async def test_the_recorded_capture_takes_what_was_asked_for(recorded: Recorded) -> None:
    recording = read("transaction-charge-requested.order")
    intent = await recorded.pay(recording, 12000, manual=True)
    first, again = [(await recorded.post(recording)).json() for _ in range(2)]
    assert first == again
    assert (first["result"], first["pspReference"]) == ("CHARGE_SUCCESS", intent)
    assert Decimal(str(first["amount"])) == 60
    assert "60.00 USD was released" in first["message"]


async def test_the_recorded_refund_is_made_once_however_often_it_is_sent(recorded: Recorded) -> None:
    recording = read("transaction-refund-requested.granted")
    intent = await recorded.pay(recording, 12000, manual=False)
    first, again = [(await recorded.post(recording)).json() for _ in range(2)]
    assert first == again
    assert first["result"] == "REFUND_SUCCESS"
    client = recorded.backends.stripe.client(recorded.secret_key)
    made = (await client.v1.refunds.list_async({"payment_intent": intent})).data
    assert [(refund.id, refund.amount) for refund in made] == [(first["pspReference"], 2000)]


async def test_the_recorded_cancel_releases_everything(recorded: Recorded) -> None:
    recording = read("transaction-cancelation-requested.order")
    intent = await recorded.pay(recording, 12000, manual=True)
    answer = (await recorded.post(recording)).json()
    assert (answer["result"], Decimal(str(answer["amount"]))) == ("CANCEL_SUCCESS", 120)
    assert answer["pspReference"] != intent


async def test_the_recorded_process_tells_how_the_payment_stands(recorded: Recorded) -> None:
    recording = read("transaction-process-session.checkout-guest")
    await recorded.pay(recording, 12000, manual=False)
    answer = (await recorded.post(recording)).json()
    under_way = json.loads(recording.body)["transaction"]["pspReference"]
    assert (answer["result"], answer["pspReference"]) == ("CHARGE_SUCCESS", under_way)
    assert answer["paymentMethodDetails"]["lastDigits"] == "4242"


async def test_the_recorded_retry_without_a_body_is_refused_and_moves_nothing(recorded: Recorded) -> None:
    response = await recorded.post(read("transaction-charge-requested.retry-with-empty-body"))
    assert response.status_code == 200
    assert response.json()["result"] == "CHARGE_FAILURE"
    assert "Look at the payment in Stripe" in response.json()["message"]
    assert not [record for record in recorded.stripe.records if record.method == "POST"]


async def test_word_of_another_apps_end_is_taken_and_changes_nothing(recorded: Recorded) -> None:
    response = await recorded.post(read("app-deleted"))
    assert response.status_code == 200
    installation = await installations.by_url(recorded.backends.storage, URL)
    assert installation is not None
    assert installation.removed_at is None


async def test_a_changed_byte_is_refused_before_anything_is_read(recorded: Recorded) -> None:
    recording = read("transaction-refund-requested.granted")
    changed = recording.body.replace(b'"amount": 20.0', b'"amount": 99.0')
    response = await recorded.post(Recording(recording.name, recording.headers, changed))
    assert response.status_code == 401
    assert not recorded.stripe.records


async def test_a_request_for_another_app_is_refused(recorded: Recorded) -> None:
    other = Installation(URL, "QXBwOjk=", "token", KEY_SET, (3, 24), START)
    await installations.save(recorded.backends.storage, other)
    response = await recorded.post(read("transaction-charge-requested.order"))
    assert response.status_code == 403


async def test_a_saleor_that_did_not_install_the_app_is_refused(recorded: Recorded) -> None:
    recording = read("transaction-charge-requested.order")
    headers = {**recording.headers, "saleor-api-url": "https://other.example/graphql/"}
    response = await recorded.post(Recording(recording.name, headers, recording.body))
    assert response.status_code == 401
