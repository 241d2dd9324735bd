"""Charge, refund and cancel requests: amounts, deliveries, retries, and what becomes of each answer."""

import json
from decimal import Decimal

import pytest
from starlette.responses import JSONResponse, Response

from saleor_stripe_app.sandbox.saleor import actions
from saleor_stripe_app.sandbox.saleor.errors import MutationError, PermissionDenied
from saleor_stripe_app.sandbox.saleor.events import EventType as T
from saleor_stripe_app.sandbox.saleor.faults import DeliveryFailure, DeliveryFault
from saleor_stripe_app.sandbox.saleor.purchases import checkout_of, complete_checkout, grant_refund
from saleor_stripe_app.sandbox.saleor.requestor import ANONYMOUS, Requestor
from saleor_stripe_app.sandbox.saleor.resolvers import RESOLVERS, Context

STAFF = Requestor(permissions=frozenset({"HANDLE_PAYMENTS"}))


@pytest.fixture
async def charged(saleor, courier, app, scripted):
    return await paid(saleor, courier, app, scripted, "CHARGE_SUCCESS")


@pytest.fixture
async def authorized(saleor, courier, app, scripted):
    return await paid(saleor, courier, app, scripted, "AUTHORIZATION_SUCCESS")


async def paid(saleor, courier, app, scripted, result):
    scripted.will_answer("transaction_initialize_session", {"pspReference": "pi_1", "result": result})
    checkout = checkout_of(saleor, "100")
    session = await courier.initialize(checkout.id, app.identifier)
    complete_checkout(saleor, checkout.token)
    return session.transaction


@pytest.fixture
def ask(saleor, courier):
    async def request(transaction, action, amount=None, **more):
        wanted = None if amount is None else Decimal(amount)
        actions.request_action(saleor, transaction.token, action, by=STAFF, amount=wanted, **more)
        await courier.work()

    return request


def types(transaction):
    return [event.type for event in transaction.events]


async def test_a_charge_is_cut_to_what_is_authorized(scripted, authorized, ask):
    await ask(authorized, "CHARGE", 250)
    assert json.loads(scripted.bodies("transaction_charge_requested")[0])["action"]["amount"] == 100.0


async def test_a_charge_with_nothing_authorized_arrives_with_amount_0(scripted, charged, ask):
    await ask(charged, "CHARGE", 50)
    assert json.loads(scripted.bodies("transaction_charge_requested")[0])["action"]["amount"] == 0.0


async def test_without_an_amount_or_with_0_all_of_it_is_asked_for(scripted, charged, ask):
    scripted.will_answer("transaction_refund_requested", {"result": "REFUND_FAILURE"})
    await ask(charged, "REFUND")
    await ask(charged, "REFUND", 0)
    sent = [json.loads(body)["action"]["amount"] for body in scripted.bodies("transaction_refund_requested")]
    assert sent == [100.0, 100.0]


async def test_available_actions_are_no_guard(scripted, charged, ask):
    charged.available_actions = ["refund"]
    await ask(charged, "CHARGE")
    assert len(scripted.bodies("transaction_charge_requested")) == 1


async def test_two_captures_under_one_reference_lose_the_second(scripted, authorized, ask):
    scripted.will_answer("transaction_charge_requested", {"pspReference": "pi_1", "result": "CHARGE_SUCCESS"})
    await ask(authorized, "CHARGE", 50)
    await ask(authorized, "CHARGE", 50)
    assert authorized.amounts.charged == 50
    assert types(authorized).count(T.CHARGE_SUCCESS) == 1
    assert types(authorized).count(T.CHARGE_REQUEST) == 3


async def test_two_captures_of_different_amounts_under_one_reference_make_a_failure(scripted, authorized, ask):
    scripted.will_answer("transaction_charge_requested", {"pspReference": "pi_1", "result": "CHARGE_SUCCESS"})
    await ask(authorized, "CHARGE", 50)
    await ask(authorized, "CHARGE", 20)
    assert types(authorized)[-1] is T.CHARGE_FAILURE
    assert authorized.amounts.charged == 50


async def test_an_asynchronous_answer_makes_the_request_pending_under_its_reference(scripted, charged, ask):
    scripted.will_answer("transaction_refund_requested", {"pspReference": "re_1"})
    await ask(charged, "REFUND", 30)
    assert charged.events[-1].type is T.REFUND_REQUEST
    assert (charged.amounts.refund_pending, charged.amounts.charged) == (30, 70)
    assert charged.psp_reference == "pi_1"


async def test_actions_in_an_asynchronous_answer_break_every_later_look_at_them(saleor, scripted, charged, ask):
    scripted.will_answer("transaction_refund_requested", {"pspReference": "re_1", "actions": ["REFUND"]})
    await ask(charged, "REFUND", 30)
    with pytest.raises(Exception, match='Expected a value of type "TransactionActionEnum" but received: REFUND'):
        RESOLVERS["TransactionItem", "actions"](charged, Context(saleor))


async def test_actions_of_a_failure_answer_replace_the_available_ones(scripted, charged, ask):
    scripted.will_answer(
        "transaction_refund_requested", {"pspReference": "f_1", "result": "REFUND_FAILURE", "actions": ["REFUND"]}
    )
    await ask(charged, "REFUND", 30)
    assert charged.available_actions == ["refund"]
    assert charged.amounts.charged == 100


async def test_a_5xx_is_retried_after_10_and_20_seconds_with_a_signed_empty_body(
    saleor, clock, courier, scripted, charged, ask
):
    scripted.will_answer(
        "transaction_refund_requested",
        Response(status_code=500),
        Response(status_code=503),
        {"pspReference": "re_1", "result": "REFUND_SUCCESS"},
    )
    await ask(charged, "REFUND", 30)
    clock.advance(9)
    assert await courier.work() == 0
    clock.advance(1)
    assert await courier.work() == 1
    clock.advance(19)
    assert await courier.work() == 0
    clock.advance(1)
    assert await courier.work() == 1
    bodies = scripted.bodies("transaction_refund_requested")
    assert [len(body) > 0 for body in bodies] == [True, False, False]
    headers = scripted.requests[-1][1]
    assert headers["saleor-signature"] == saleor.key.detached(b"")
    assert charged.amounts.refunded == 30


async def test_after_five_retries_the_request_has_failed(clock, courier, scripted, charged, ask):
    scripted.will_answer("transaction_refund_requested", Response(status_code=500))
    await ask(charged, "REFUND", 30)
    for _ in range(5):
        clock.advance(200)
        await courier.work()
    assert len(scripted.bodies("transaction_refund_requested")) == 6
    failure = charged.events[-1]
    assert (failure.type, failure.message) == (T.REFUND_FAILURE, "Failed to delivery request.")
    assert (failure.counted, failure.app_id) == (False, None)


async def test_the_body_of_a_4xx_is_taken_like_that_of_a_2xx(scripted, authorized, ask):
    answer = JSONResponse({"pspReference": "pi_1", "result": "CHARGE_SUCCESS"}, 400)
    scripted.will_answer("transaction_charge_requested", answer)
    await ask(authorized, "CHARGE", 60)
    assert authorized.amounts.charged == 60


@pytest.mark.parametrize("status", [204, 302, 404])
async def test_an_answer_without_json_fails_at_once(scripted, authorized, ask, status):
    scripted.will_answer("transaction_charge_requested", Response(status_code=status))
    await ask(authorized, "CHARGE", 60)
    assert (authorized.events[-1].type, authorized.events[-1].counted) == (T.CHARGE_FAILURE, False)


async def test_a_lost_answer_fails_at_once_and_is_not_repeated(saleor, courier, scripted, authorized, ask):
    courier.faults.add(DeliveryFault(DeliveryFailure.ANSWER_LOST, "transaction_charge_requested"))
    await ask(authorized, "CHARGE", 60)
    assert authorized.events[-1].message == "Failed to delivery request."
    assert len(scripted.bodies("transaction_charge_requested")) == 1
    assert saleor.jobs.next_due() is None


async def test_a_list_as_answer_kills_the_task_and_leaves_the_request_hanging(scripted, authorized, ask):
    scripted.will_answer("transaction_charge_requested", JSONResponse(["CHARGE_SUCCESS"]))
    await ask(authorized, "CHARGE", 60)
    assert types(authorized)[-1] is T.CHARGE_REQUEST
    assert not authorized.events[-1].counted


async def test_a_second_failure_without_reference_leaves_its_request_hanging(scripted, charged, ask):
    scripted.will_answer("transaction_refund_requested", {"result": "REFUND_FAILURE"})
    await ask(charged, "REFUND", 30)
    await ask(charged, "REFUND", 30)
    assert types(charged)[-3:] == [T.REFUND_REQUEST, T.REFUND_FAILURE, T.REFUND_REQUEST]


async def test_the_request_names_neither_who_asked_nor_a_reference_but_a_key_and_the_reason(scripted, charged, ask):
    await ask(charged, "REFUND", 30, refund_reason="torn")
    newest = json.loads(scripted.bodies("transaction_refund_requested")[0])["transaction"]["events"][0]
    assert (newest["type"], newest["pspReference"], newest["message"]) == ("REFUND_REQUEST", "", "torn")
    assert newest["idempotencyKey"]


async def test_a_reason_belongs_to_refunds_alone(saleor, charged):
    with pytest.raises(MutationError, match="REFUND"):
        actions.request_action(saleor, charged.token, "CHARGE", by=STAFF, refund_reason="torn")


async def test_actions_need_the_permission(saleor, charged):
    with pytest.raises(PermissionDenied):
        actions.request_action(saleor, charged.token, "REFUND", by=ANONYMOUS)


async def test_without_the_apps_webhook_the_request_fails_on_the_spot(saleor, app, charged):
    app.webhooks.clear()
    with pytest.raises(MutationError, match="No app or plugin"):
        actions.request_action(saleor, charged.token, "REFUND", by=STAFF)
    assert charged.events[-1].type is T.REFUND_FAILURE


async def test_a_reinstalled_app_gets_the_actions_of_its_old_transactions(saleor, courier, app, scripted, charged, ask):
    await courier.uninstall(app)
    again = await courier.install(f"{scripted.base_url}/manifest")
    scripted.will_answer("transaction_refund_requested", {"pspReference": "re_1", "result": "REFUND_SUCCESS"})
    await ask(charged, "REFUND", 30)
    assert json.loads(scripted.bodies("transaction_refund_requested")[0])["recipient"]["id"] == again.id
    assert charged.amounts.refunded == 30


async def test_a_granted_refund_follows_its_request(saleor, courier, scripted, charged):
    refund = grant_refund(saleor, charged, Decimal(20), reason="broken")
    assert refund.status == "NONE"
    actions.request_granted_refund(saleor, refund, by=STAFF)
    assert refund.status == "PENDING"
    scripted.will_answer("transaction_refund_requested", {"pspReference": "re_1", "result": "REFUND_SUCCESS"})
    await courier.work()
    assert refund.status == "SUCCESS"
    with pytest.raises(MutationError):
        actions.request_granted_refund(saleor, refund, by=STAFF)
