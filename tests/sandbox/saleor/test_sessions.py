"""Sessions as a storefront sees them: amounts, keys, repeated calls, and apps that do not answer well."""

import json
from decimal import Decimal

import pytest
from starlette.responses import JSONResponse, Response

from saleor_stripe_app.sandbox.saleor.errors import InternalServerError, MutationError, PermissionDenied
from saleor_stripe_app.sandbox.saleor.events import EventType as T
from saleor_stripe_app.sandbox.saleor.faults import DeliveryFailure, DeliveryFault
from saleor_stripe_app.sandbox.saleor.ids import global_id
from saleor_stripe_app.sandbox.saleor.purchases import Item, checkout_of, create_checkout
from saleor_stripe_app.sandbox.saleor.requestor import Requestor

SUCCESS = {"pspReference": "pi_1", "result": "CHARGE_SUCCESS", "data": {"ok": True}}
INITIALIZE = "transaction_initialize_session"
PROCESS = "transaction_process_session"


@pytest.fixture
def checkout(saleor):
    return checkout_of(saleor, "120")


async def test_the_payload_asks_for_what_is_left_to_pay(courier, app, scripted, checkout):
    scripted.will_answer(INITIALIZE, {"pspReference": "pi_1", "result": "CHARGE_SUCCESS", "amount": 30})
    await courier.initialize(checkout.id, app.identifier)
    await courier.initialize(checkout.id, app.identifier)
    assert [json.loads(body)["action"]["amount"] for body in scripted.bodies(INITIALIZE)] == [120.0, 90.0]


async def test_pending_amounts_are_taken_off_what_is_asked_for(courier, app, scripted, checkout):
    scripted.will_answer(INITIALIZE, {"pspReference": "pi_1", "result": "CHARGE_REQUEST"})
    await courier.initialize(checkout.id, app.identifier)
    await courier.initialize(checkout.id, app.identifier)
    assert json.loads(scripted.bodies(INITIALIZE)[1])["action"]["amount"] == 0.0


async def test_gift_cards_of_the_old_kind_lower_the_total_but_not_the_amount(saleor, courier, app, scripted):
    checkout = create_checkout(saleor, [Item("Tee", Decimal(120))], gift_card=Decimal(15))
    assert checkout.total_price.gross.amount == 105
    await courier.initialize(checkout.id, app.identifier)
    assert json.loads(scripted.bodies(INITIALIZE)[0])["action"]["amount"] == 120.0


@pytest.mark.parametrize("amount", ["0", "500", "9.999"])
async def test_any_amount_may_be_asked_for_in_the_currencys_precision(courier, app, scripted, checkout, amount):
    await courier.initialize(checkout.id, app.identifier, amount=Decimal(amount))
    asked = json.loads(scripted.bodies(INITIALIZE)[0])["action"]["amount"]
    assert asked == float(round(Decimal(amount), 2))


async def test_the_channel_decides_the_strategy_and_only_an_app_may_name_another(saleor, courier, app, scripted):
    checkout = checkout_of(saleor, "10", channel="channel-auth")
    await courier.initialize(checkout.id, app.identifier)
    with pytest.raises(PermissionDenied):
        await courier.initialize(checkout.id, app.identifier, action="CHARGE")
    await courier.initialize(checkout.id, app.identifier, action="CHARGE", by=Requestor.of_app(app))
    asked = [json.loads(body)["action"]["actionType"] for body in scripted.bodies(INITIALIZE)]
    assert asked == ["AUTHORIZATION", "CHARGE"]


async def test_the_same_key_calls_the_app_again_for_the_same_transaction(courier, app, scripted, checkout):
    scripted.will_answer(INITIALIZE, SUCCESS)
    first = await courier.initialize(checkout.id, app.identifier, amount=Decimal(10), idempotency_key="k")
    second = await courier.initialize(checkout.id, app.identifier, amount=Decimal(10), idempotency_key="k")
    assert first.transaction is second.transaction
    assert first.transaction.amounts.charged == 10
    assert [json.loads(body)["idempotencyKey"] for body in scripted.bodies(INITIALIZE)] == ["k", "k"]


async def test_another_reference_for_the_same_key_books_the_amount_twice(courier, app, scripted, checkout):
    scripted.will_answer(INITIALIZE, SUCCESS, SUCCESS | {"pspReference": "pi_2"})
    for _ in range(2):
        session = await courier.initialize(checkout.id, app.identifier, amount=Decimal(10), idempotency_key="k")
    assert session.transaction.amounts.charged == 20


async def test_a_key_for_another_amount_or_source_is_refused_without_calling_the_app(
    saleor, courier, app, scripted, checkout
):
    await courier.initialize(checkout.id, app.identifier, amount=Decimal(10), idempotency_key="k")
    for source, amount in ((checkout, 11), (checkout_of(saleor, "10"), 10)):
        with pytest.raises(MutationError) as refused:
            await courier.initialize(source.id, app.identifier, amount=Decimal(amount), idempotency_key="k")
        assert refused.value.code == "UNIQUE"
    assert len(scripted.bodies(INITIALIZE)) == 1


async def test_an_empty_key_is_invalid_and_a_missing_one_is_made_up(courier, app, scripted, checkout):
    with pytest.raises(MutationError) as refused:
        await courier.initialize(checkout.id, app.identifier, idempotency_key="")
    assert refused.value.code == "INVALID"
    await courier.initialize(checkout.id, app.identifier)
    assert len(json.loads(scripted.bodies(INITIALIZE)[0])["idempotencyKey"]) == 36


@pytest.mark.parametrize("status", [204, 302, 400, 500])
async def test_only_2xx_counts_and_the_data_of_the_rest_is_dropped(courier, app, scripted, checkout, status):
    scripted.will_answer(INITIALIZE, JSONResponse(SUCCESS, status) if status != 204 else Response(status_code=204))
    session = await courier.initialize(checkout.id, app.identifier)
    assert (session.event.type, session.event.message) == (T.CHARGE_FAILURE, "Failed to delivery request.")
    assert session.data is None


async def test_the_data_of_an_invalid_answer_still_reaches_the_storefront(courier, app, scripted, checkout):
    scripted.will_answer(INITIALIZE, SUCCESS | {"result": "charge_success"})
    session = await courier.initialize(checkout.id, app.identifier)
    assert session.event.type is T.CHARGE_FAILURE
    assert session.data == {"ok": True}


async def test_a_list_as_answer_crashes_the_mutation(saleor, courier, app, scripted, checkout):
    scripted.will_answer(INITIALIZE, JSONResponse([1]))
    with pytest.raises(InternalServerError):
        await courier.initialize(checkout.id, app.identifier)
    assert len(checkout.transactions[0].events) == 1


async def test_after_a_lost_answer_process_calls_the_app_again(courier, app, scripted, checkout):
    scripted.will_answer(INITIALIZE, SUCCESS)
    scripted.will_answer(PROCESS, SUCCESS)
    courier.faults.add(DeliveryFault(DeliveryFailure.ANSWER_LOST, INITIALIZE))
    session = await courier.initialize(checkout.id, app.identifier)
    assert session.event.message == "Failed to delivery request."
    again = await courier.process(session.transaction.token)
    assert again.event.type is T.CHARGE_SUCCESS
    assert session.transaction.amounts.charged == 120


async def test_action_required_may_be_processed_any_number_of_times(courier, app, scripted, checkout):
    scripted.will_answer(INITIALIZE, {"result": "CHARGE_ACTION_REQUIRED", "pspReference": "pi_1"})
    scripted.will_answer(
        PROCESS, {"result": "CHARGE_ACTION_REQUIRED"}, {"result": "CHARGE_REQUEST", "pspReference": "pi_1"}
    )
    session = await courier.initialize(checkout.id, app.identifier)
    await courier.process(session.transaction.token)
    await courier.process(session.transaction.token)
    assert session.transaction.amounts.charge_pending == 120
    assert len(scripted.bodies(PROCESS)) == 2


@pytest.mark.parametrize("result", ["CHARGE_SUCCESS", "CHARGE_REQUEST", "CHARGE_FAILURE", "AUTHORIZATION_SUCCESS"])
async def test_after_a_final_event_process_returns_it_without_calling(courier, app, scripted, checkout, result):
    scripted.will_answer(INITIALIZE, {"result": result, "pspReference": "pi_1"})
    session = await courier.initialize(checkout.id, app.identifier)
    again = await courier.process(session.transaction.token)
    assert (again.event, again.data) == (session.event, None)
    assert scripted.bodies(PROCESS) == []


async def test_a_reported_failure_stops_process_for_good_even_after_a_success(saleor, courier, app, scripted, checkout):
    scripted.will_answer(INITIALIZE, {"result": "CHARGE_ACTION_REQUIRED", "pspReference": "pi_1"})
    session = await courier.initialize(checkout.id, app.identifier)
    for type_ in (T.CHARGE_FAILURE, T.CHARGE_SUCCESS):
        event = session.transaction.record(type_, Decimal(120), saleor.now())
        event.psp_reference = "pi_1"
    session.transaction.recalculate(saleor.now())
    assert session.transaction.amounts.charged == 120
    again = await courier.process(session.transaction.token)
    assert again.event.type is T.CHARGE_FAILURE
    assert scripted.bodies(PROCESS) == []


async def test_an_app_without_the_permission_is_silently_never_asked(courier, app, scripted, checkout):
    app.permissions = frozenset()
    session = await courier.initialize(checkout.id, app.identifier)
    assert session.event.message == "Failed to delivery request."
    assert scripted.bodies(INITIALIZE) == []


async def test_a_field_without_permission_in_a_non_null_chain_silences_the_webhook(courier, app, scripted, checkout):
    query = """subscription { event { ... on TransactionInitializeSession {
        sourceObject { ... on Checkout { privateMetadata { key } } } } } }"""
    webhook = app.webhook_for("TRANSACTION_INITIALIZE_SESSION")
    webhook.query = query
    await courier.initialize(checkout.id, app.identifier)
    assert scripted.bodies(INITIALIZE) == []
    app.permissions |= {"MANAGE_CHECKOUTS"}
    await courier.initialize(checkout.id, app.identifier)
    assert len(scripted.bodies(INITIALIZE)) == 1


async def test_unknown_apps_sources_and_transactions_are_refused(courier, app, checkout):
    with pytest.raises(MutationError, match="identifier not found"):
        await courier.initialize(checkout.id, "nobody")
    with pytest.raises(MutationError, match="not found"):
        await courier.initialize(global_id("Checkout", "none"), app.identifier)
    with pytest.raises(MutationError, match="resolve"):
        await courier.process("none")


async def test_a_hundred_transactions_are_the_limit(courier, app, checkout):
    for _ in range(100):
        await courier.initialize(checkout.id, app.identifier)
    with pytest.raises(MutationError, match="limit of 100"):
        await courier.initialize(checkout.id, app.identifier)


async def test_every_gateway_is_asked_when_none_is_named(courier, app, scripted, checkout):
    scripted.will_answer("payment_gateway_initialize_session", {"data": {"key": "pk"}})
    [config] = await courier.initialize_gateways(checkout.id)
    assert (config.id, config.data, config.errors) == (app.identifier, {"key": "pk"}, ())
    assert json.loads(scripted.bodies("payment_gateway_initialize_session")[0])["amount"] == 120.0


@pytest.mark.parametrize(
    ("answer", "data", "message"),
    [
        ({}, None, None),
        ({"other": 1}, None, "Field required"),
        (Response(status_code=500), None, "Unable to process a payment gateway response."),
        ({"data": [1]}, [1], None),
    ],
)
async def test_a_gateways_data_is_needed_unless_the_answer_is_empty(
    courier, app, scripted, checkout, answer, data, message
):
    scripted.will_answer("payment_gateway_initialize_session", answer)
    [config] = await courier.initialize_gateways(checkout.id)
    assert config.data == data
    assert (message in config.errors[0].message) if message else not config.errors


async def test_a_gateway_that_is_not_there_gets_an_error_of_its_own(courier, app, scripted, checkout):
    scripted.will_answer("payment_gateway_initialize_session", {"data": 1})
    configs = await courier.initialize_gateways(checkout.id, gateways={"nobody": None, app.identifier: {"a": 1}})
    assert [bool(config.errors) for config in configs] == [True, False]
