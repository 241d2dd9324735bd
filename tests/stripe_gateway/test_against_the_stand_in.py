"""The gateway against the stand-in of Stripe: whole journeys, and what faults in the middle leave behind."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import stripe

from saleor_stripe_app.domain import metadata, plan
from saleor_stripe_app.domain.errors import Declined, Refusal, Unavailable
from saleor_stripe_app.domain.operation import Operation, OperationKind
from saleor_stripe_app.domain.payment import IntentStatus, Payment, Refund, RefundStatus
from saleor_stripe_app.domain.transaction import Flow
from saleor_stripe_app.sandbox.stripe.api import Stripe
from saleor_stripe_app.sandbox.stripe.books import Account
from saleor_stripe_app.sandbox.stripe.faults import Fault, FaultKind
from saleor_stripe_app.sandbox.stripe.in_process import InProcessClient
from saleor_stripe_app.stripe_gateway import accounts, payment_intents, payments, refunds, webhook_endpoints
from saleor_stripe_app.stripe_gateway.client import StripeConnections
from saleor_stripe_app.stripe_gateway.events import verified
from saleor_stripe_app.stripe_gateway.operations import perform
from saleor_stripe_app.stripe_gateway.permissions import NEEDED, SAVING
from saleor_stripe_app.stripe_gateway.webhook_endpoints import EndpointState

NOW = datetime(2026, 10, 9, 12, tzinfo=UTC)
SECONDS = int(NOW.timestamp())
OWNER = metadata.of_transaction(
    saleor_api_url="https://shop.example/graphql/",
    app_id="QXBwOjE=",
    transaction_id="VHJhbnNhY3Rpb246MQ==",
    source_id="Q2hlY2tvdXQ6MQ==",
    source_type="Checkout",
)
URL = "https://app.example/api/webhooks/stripe/c1"


@pytest.fixture
def stand_in() -> Stripe:
    return Stripe()


@pytest.fixture
def merchant(stand_in: Stripe) -> Account:
    return stand_in.create_account()


@pytest.fixture
async def shop(stand_in: Stripe) -> AsyncIterator[StripeConnections]:
    async with StripeConnections(http_client=InProcessClient(stand_in, clock=lambda: SECONDS)) as connections:
        yield connections
    assert [str(finding) for finding in stand_in.findings] == []


@pytest.fixture
def till(shop: StripeConnections, merchant: Account) -> stripe.StripeClient:
    return shop.client(merchant.secret_key)


def an_operation(kind: OperationKind, parameters: plan.Parameters, number: int = 1) -> Operation:
    return Operation(
        f"o{number}", "t1", kind, "r1", number, f"saleor-key-{number}", f"ref-{number}", 1, NOW, parameters
    )


async def made(till: stripe.StripeClient, flow: Flow, amount: int = 1000) -> str:
    parameters = plan.create_parameters(amount=amount, currency="usd", flow=flow, metadata=OWNER, operation="ref-0")
    payment = await perform(till, an_operation(OperationKind.CREATE, parameters, 0), None)
    return payment.id


async def paid(till: stripe.StripeClient, flow: Flow, card: str = "pm_card_visa") -> str:
    intent = await made(till, flow)
    await till.v1.payment_intents.confirm_async(intent, {"payment_method": card, "return_url": "https://shop.example/"})
    return intent


async def read(till: stripe.StripeClient, intent: str) -> Payment:
    payment = await payments.read(till, intent)
    assert payment is not None
    return payment


def unsettled(payment: Payment) -> Payment:
    """A payment as an answer shows it, which does not ask for what the charge came to on the balance."""
    assert payment.charge is not None
    assert payment.charge.record.settlement is not None
    return replace(payment, charge=replace(payment.charge, record=replace(payment.charge.record, settlement=None)))


async def test_a_new_intent_waits_for_the_shopper_and_is_not_made_twice(till):
    intent = await made(till, Flow.CHARGE)

    assert await made(till, Flow.CHARGE) == intent
    payment = await read(till, intent)
    assert payment.status is IntentStatus.REQUIRES_PAYMENT_METHOD
    assert payment.metadata == {**OWNER, "saleor_operation": "ref-0"}
    assert payment.client_secret
    assert payment.refunds == ()


async def test_an_authorization_is_captured_in_parts_and_the_rest_released(till):
    intent = await paid(till, Flow.AUTHORIZATION)
    payment = await read(till, intent)
    assert payment.authorizes_first
    assert payment.charge is not None
    assert (payment.amount_capturable, payment.charge.multicapture) == (1000, True)

    first = plan.capture_parameters(amount=300, operation="ref-1", keep_rest_open=True)
    await perform(till, an_operation(OperationKind.CAPTURE, first, 1), intent)
    payment = await read(till, intent)
    assert (payment.status, payment.amount_received, payment.amount_capturable) == (
        IntentStatus.REQUIRES_CAPTURE,
        300,
        700,
    )

    last = plan.capture_parameters(amount=500, operation="ref-2")
    answer = await perform(till, an_operation(OperationKind.CAPTURE, last, 2), intent)
    payment = await read(till, intent)
    assert answer == unsettled(payment)
    assert (payment.status, payment.amount_received, payment.released) == (IntentStatus.SUCCEEDED, 800, 200)


async def test_a_cancelled_authorization_releases_everything(till):
    intent = await paid(till, Flow.AUTHORIZATION)

    answer = await perform(till, an_operation(OperationKind.CANCEL, plan.cancel_parameters()), intent)

    assert isinstance(answer, Payment)
    assert (answer.status, answer.released) == (IntentStatus.CANCELED, 1000)
    assert answer.canceled_at == NOW


async def test_two_equal_refunds_are_two_and_each_is_found_by_its_reference(till):
    intent = await paid(till, Flow.CHARGE)
    for number in (1, 2, 2):
        parameters = plan.refund_parameters(
            payment_intent_id=intent, amount=200, metadata=OWNER, operation=f"ref-{number}"
        )
        refund = await perform(till, an_operation(OperationKind.REFUND, parameters, number), None)
        assert isinstance(refund, Refund)

    payment = await read(till, intent)
    assert [refund.operation for refund in payment.refunds] == ["ref-1", "ref-2"]
    assert (payment.refunded, payment.refundable) == (400, 600)
    found = await refunds.find(till, intent, "ref-2")
    assert found == payment.refunds[1]
    assert found.status is RefundStatus.SUCCEEDED


async def test_more_than_was_taken_is_not_given_back(till):
    intent = await paid(till, Flow.CHARGE)
    parameters = plan.refund_parameters(payment_intent_id=intent, amount=1001, metadata={}, operation="ref-1")

    with pytest.raises(Declined) as raised:
        await perform(till, an_operation(OperationKind.REFUND, parameters), None)

    assert raised.value.code == "StripeApiError"


async def test_a_capture_in_the_wrong_state_is_a_definite_answer(till):
    intent = await made(till, Flow.AUTHORIZATION)
    parameters = plan.capture_parameters(amount=1, operation="ref-1")

    with pytest.raises(Declined) as raised:
        await perform(till, an_operation(OperationKind.CAPTURE, parameters), intent)

    assert raised.value.stripe_code == "payment_intent_unexpected_state"


async def test_a_decline_stays_readable_at_the_intent(till):
    intent = await made(till, Flow.CHARGE)
    with pytest.raises(stripe.CardError):
        await till.v1.payment_intents.confirm_async(
            intent,
            {"payment_method": "pm_card_chargeDeclinedInsufficientFunds", "return_url": "https://shop.example/"},
        )

    payment = await read(till, intent)

    assert payment.status is IntentStatus.REQUIRES_PAYMENT_METHOD
    assert payment.decline is not None
    assert (payment.decline.code, payment.decline.decline_code) == ("card_declined", "insufficient_funds")


@pytest.mark.parametrize("kind", [FaultKind.REQUEST_LOST, FaultKind.ANSWER_LOST])
async def test_a_connection_lost_once_takes_the_money_once(stand_in, till, kind):
    intent = await paid(till, Flow.AUTHORIZATION)
    stand_in.faults.add(Fault(kind, path=".*/capture"))
    parameters = plan.capture_parameters(amount=1000, operation="ref-1")

    payment = await perform(till, an_operation(OperationKind.CAPTURE, parameters), intent)

    assert isinstance(payment, Payment)
    assert payment.amount_received == 1000


async def test_an_outcome_that_stays_unknown_is_known_after_the_same_request_again(stand_in, till):
    intent = await paid(till, Flow.CHARGE)
    parameters = plan.refund_parameters(payment_intent_id=intent, amount=400, metadata=OWNER, operation="ref-1")
    operation = an_operation(OperationKind.REFUND, parameters)
    stand_in.faults.add(Fault(FaultKind.ANSWER_LOST, path="/v1/refunds", method="POST", times=2))

    with pytest.raises(Unavailable) as raised:
        await perform(till, operation, None)
    refund = await perform(till, operation, None)

    assert not raised.value.stored
    assert (await read(till, intent)).refunds == (refund,)


@pytest.mark.parametrize(
    ("kind", "given_back"), [(FaultKind.SERVER_ERROR, 0), (FaultKind.SERVER_ERROR_AFTER_WORK, 400)]
)
async def test_a_stored_fault_only_repeats_itself_and_the_truth_is_found_at_stripe(stand_in, till, kind, given_back):
    intent = await paid(till, Flow.CHARGE)
    parameters = plan.refund_parameters(payment_intent_id=intent, amount=400, metadata=OWNER, operation="ref-1")
    operation = an_operation(OperationKind.REFUND, parameters)
    stand_in.faults.add(Fault(kind, path="/v1/refunds", method="POST"))

    for _ in range(2):
        with pytest.raises(Unavailable) as raised:
            await perform(till, operation, None)
        assert raised.value.stored

    found = await refunds.find(till, intent, "ref-1")
    assert (found.amount if found else 0) == given_back


@pytest.mark.parametrize("kind", [FaultKind.RATE_LIMIT, FaultKind.LOCK_TIMEOUT])
async def test_a_busy_stripe_is_asked_again_within_the_time_given(stand_in, till, kind):
    intent = await paid(till, Flow.AUTHORIZATION)
    stand_in.faults.add(Fault(kind, path=".*/capture"))
    parameters = plan.capture_parameters(amount=1000, operation="ref-1")

    payment = await perform(till, an_operation(OperationKind.CAPTURE, parameters), intent)

    assert payment == unsettled(await read(till, intent))


async def test_every_intent_of_the_account_is_listed_from_a_time_on(till):
    for number in range(3):
        parameters = plan.create_parameters(
            amount=100 + number, currency="usd", flow=Flow.CHARGE, metadata=OWNER, operation=f"ref-{number}"
        )
        await payment_intents.create(till, parameters, f"key-{number}")

    found = [intent async for intent in payment_intents.list_created(till, NOW)]

    assert [intent.metadata["saleor_operation"] for intent in found] == ["ref-2", "ref-1", "ref-0"]


async def test_a_charge_arrives_as_events_that_name_its_intent(stand_in, till):
    endpoint = await webhook_endpoints.create(
        till,
        URL,
        configuration_id="c1",
        saleor_api_url="https://shop.example/graphql/",
        app_id="QXBwOjE=",
        name="Main",
    )
    assert endpoint.secret
    intent = await paid(till, Flow.CHARGE)

    events = [
        verified(post.body, post.headers["Stripe-Signature"], [endpoint.secret], NOW)
        for post in stand_in.pending_deliveries(SECONDS)
    ]

    assert {event.payment_intent for event in events} == {intent}
    assert {event.type for event in events} >= {"payment_intent.succeeded", "charge.succeeded"}
    assert {event.api_version for event in events} == {stripe.api_version}


async def test_an_endpoint_lives_from_creation_to_removal(till):
    endpoint = await webhook_endpoints.create(
        till,
        URL,
        configuration_id="c1",
        saleor_api_url="https://shop.example/graphql/",
        app_id="QXBwOjE=",
        name="Main",
    )
    assert await webhook_endpoints.state(till, endpoint.id, configuration_id="c1", url=URL) is EndpointState.OK
    assert [found.id for found in await webhook_endpoints.find(till, "c1")] == [endpoint.id]
    assert await webhook_endpoints.find(till, "c2") == ()

    moved = f"{URL}?moved"
    await webhook_endpoints.repair(till, endpoint.id, configuration_id="c1", url=moved, name="Main")
    assert await webhook_endpoints.state(till, endpoint.id, configuration_id="c1", url=moved) is EndpointState.OK

    assert await webhook_endpoints.delete(till, endpoint.id, configuration_id="c1")
    assert await webhook_endpoints.state(till, endpoint.id, configuration_id="c1", url=URL) is EndpointState.MISSING


async def test_the_keys_of_a_merchant_are_examined_and_nothing_stays_open(shop, till, merchant):
    report = await accounts.examine_keys(shop, merchant.publishable_key, merchant.secret_key)

    assert report == accounts.KeyReport(
        merchant.id, livemode=False, restricted=False, missing=(), warnings=report.warnings
    )
    assert [intent.status async for intent in payment_intents.list_created(till, NOW)] == ["canceled"]


async def test_keys_of_two_merchants_are_told_apart_and_nothing_stays_open(stand_in, shop, till, merchant):
    other = stand_in.create_account("Other")

    with pytest.raises(Refusal) as raised:
        await accounts.examine_keys(shop, other.publishable_key, merchant.secret_key)

    assert raised.value.code == "KeysOfTwoAccounts"
    assert [intent.status async for intent in payment_intents.list_created(till, NOW)] == ["canceled"]


@pytest.mark.parametrize("lacking", NEEDED | SAVING)
async def test_the_one_permission_that_a_restricted_key_lacks_is_named(stand_in, shop, merchant, lacking):
    key = stand_in.create_key(merchant.id, permissions=set(NEEDED | SAVING) - {lacking})

    report = await accounts.examine_keys(shop, merchant.publishable_key, key.value)

    assert report.missing == ((NEEDED | SAVING)[lacking],)
    assert (report.account, report.restricted) == (merchant.id, True)
