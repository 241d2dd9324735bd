"""Stored payment methods of a logged-in shopper, as Saleor lists, caches and deletes them."""

import json

import pytest
from starlette.responses import JSONResponse, Response

from saleor_stripe_app.sandbox.saleor.errors import MutationError
from saleor_stripe_app.sandbox.saleor.purchases import create_checkout
from saleor_stripe_app.sandbox.saleor.shopper import Shopper
from tests.sandbox.saleor.storefront import METHODS, SUBSCRIPTIONS, basket

LIST, DELETE = "list_stored_payment_methods", "stored_payment_method_delete_requested"
CARD = {"brand": "visa", "lastDigits": "4242", "expMonth": 12, "expYear": 2034}


@pytest.fixture
async def app(courier, scripted):
    scripted.manifest["webhooks"] += [
        {"name": name, "targetUrl": f"{scripted.base_url}/hooks", "query": query}
        for name, query in SUBSCRIPTIONS.items()
    ]
    return await courier.install(f"{scripted.base_url}/manifest")


@pytest.fixture
def shopper(courier, saleor, app):
    return Shopper(courier, saleor.add_user("ada@example.com", first_name="Ada"))


async def test_the_app_is_told_whose_methods_and_in_which_channel(shopper, scripted):
    scripted.will_answer(LIST, {"paymentMethods": []})
    assert await shopper.stored_payment_methods() == []
    [sent] = map(json.loads, scripted.bodies(LIST))
    assert sent["user"]["id"] == shopper.user.id
    assert sent["user"]["email"] == "ada@example.com"
    assert sent["channel"]["slug"] == "default-channel"
    assert sent["issuingPrincipal"] == {"__typename": "User", "id": shopper.user.id}


async def test_a_method_is_shown_under_an_id_that_names_its_app(shopper, app, scripted):
    scripted.will_answer(LIST, {"paymentMethods": [{"id": "pm_1", "type": "card", "creditCardInfo": CARD}]})
    [method] = await shopper.stored_payment_methods()
    assert (method.id, method.payment_method_id) == (f"app:{app.identifier}:pm_1", "pm_1")
    assert (method.gateway.id, method.gateway.currencies) == (app.identifier, ("USD",))
    assert method.credit_card_info.last_digits == "4242"


@pytest.mark.parametrize(
    "invalid",
    [
        {"type": "card"},
        {"id": "pm_2"},
        {"id": 7, "type": "card"},
        "pm_2",
        {"id": "pm_2", "type": "card", "supportedPaymentFlows": ["OFF_SESSION"]},
    ],
)
async def test_an_invalid_method_is_skipped_and_the_others_stay(shopper, scripted, invalid):
    scripted.will_answer(LIST, {"paymentMethods": [{"id": "pm_1", "type": "card"}, invalid]})
    assert [method.payment_method_id for method in await shopper.stored_payment_methods()] == ["pm_1"]


@pytest.mark.parametrize("wrong", [{"lastDigits": None}, {"expMonth": "soon"}, {"brand": None}])
async def test_a_card_with_a_wrong_detail_loses_all_of_them(shopper, scripted, wrong):
    scripted.will_answer(LIST, {"paymentMethods": [{"id": "pm_1", "type": "card", "creditCardInfo": CARD | wrong}]})
    [method] = await shopper.stored_payment_methods()
    assert method.credit_card_info is None


async def test_a_list_is_kept_for_five_minutes_for_one_user_and_channel(shopper, courier, saleor, scripted, clock):
    scripted.will_answer(LIST, {"paymentMethods": [{"id": "pm_1", "type": "card"}]})
    for _ in range(2):
        assert len(await shopper.stored_payment_methods()) == 1
    assert len(scripted.bodies(LIST)) == 1
    await Shopper(courier, shopper.user, channel="channel-pln").stored_payment_methods()
    await Shopper(courier, saleor.add_user("other@example.com")).stored_payment_methods()
    assert len(scripted.bodies(LIST)) == 3
    clock.advance(299)
    await shopper.stored_payment_methods()
    assert len(scripted.bodies(LIST)) == 3
    clock.advance(2)
    await shopper.stored_payment_methods()
    assert len(scripted.bodies(LIST)) == 4


@pytest.mark.parametrize("answer", [Response("no", 500), Response("[]"), Response("null")])
async def test_an_answer_of_no_use_is_an_empty_list(shopper, scripted, clock, answer):
    scripted.will_answer(LIST, answer, {"paymentMethods": [{"id": "pm_1", "type": "card"}]})
    assert await shopper.stored_payment_methods() == []
    clock.advance(301)
    assert len(await shopper.stored_payment_methods()) == 1


async def test_a_call_that_failed_is_repeated_after_a_second(shopper, scripted, clock):
    scripted.will_answer(LIST, Response("no", 503), {"paymentMethods": [{"id": "pm_1", "type": "card"}]})
    assert await shopper.stored_payment_methods() == []
    clock.advance(1)
    assert len(await shopper.stored_payment_methods()) == 1


async def test_a_deleted_method_is_named_to_the_app_as_the_app_named_it(shopper, app, scripted):
    scripted.will_answer(LIST, {"paymentMethods": [{"id": "pm_1", "type": "card"}]})
    scripted.will_answer(DELETE, {"result": "SUCCESSFULLY_DELETED"})
    [method] = await shopper.stored_payment_methods()
    outcome = await shopper.stored_payment_method_request_delete(method.id)
    assert outcome.result == "SUCCESSFULLY_DELETED"
    assert json.loads(scripted.bodies(DELETE)[0])["paymentMethodId"] == "pm_1"
    scripted.will_answer(LIST, {"paymentMethods": []})
    assert await shopper.stored_payment_methods() == []


@pytest.mark.parametrize(
    ("answer", "result", "error"),
    [
        ({"result": "FAILED_TO_DELETE", "error": "Not yours."}, "FAILED_TO_DELETE", "Not yours."),
        ({"result": "GONE"}, "FAILED_TO_DELETE", "Incorrect value (GONE) for field: result."),
        ({"result": "FAILED_TO_DELETE", "error": 5}, "FAILED_TO_DELETE", "Incorrect value (5) for field: error."),
        (Response("[]"), "FAILED_TO_DELETE", "Incorrect value (None) for field: result."),
        (JSONResponse({"result": "SUCCESSFULLY_DELETED"}, 400), "FAILED_TO_DELIVER", "Failed to delivery request."),
    ],
)
async def test_an_answer_to_a_deletion_is_taken_or_refused(shopper, app, scripted, answer, result, error):
    scripted.will_answer(DELETE, answer)
    outcome = await shopper.stored_payment_method_request_delete(f"app:{app.identifier}:pm_1")
    assert (outcome.result, outcome.error) == (result, error)


@pytest.mark.parametrize("unknown", ["pm_1", "app:other.app:pm_1", "app:test.payments:pm:1", "app::pm_1"])
async def test_what_names_no_app_is_not_delivered(shopper, scripted, unknown):
    outcome = await shopper.stored_payment_method_request_delete(unknown)
    assert outcome.result == "FAILED_TO_DELIVER"
    assert scripted.bodies(DELETE) == []


async def test_a_channel_must_be_there_and_active(courier, saleor, shopper, app):
    with pytest.raises(MutationError) as refused:
        await Shopper(courier, shopper.user, channel="nowhere").stored_payment_method_request_delete("app:a:b")
    assert refused.value.code == "NOT_FOUND"
    saleor.channel("default-channel").is_active = False
    with pytest.raises(MutationError) as refused:
        await shopper.stored_payment_method_request_delete("app:a:b")
    assert refused.value.code == "CHANNEL_INACTIVE"


@pytest.mark.parametrize(
    ("result", "calls"),
    [("CHARGE_SUCCESS", 2), ("AUTHORIZATION_SUCCESS", 2), ("CHARGE_REQUEST", 2), ("CHARGE_ACTION_REQUIRED", 1)],
)
async def test_a_payment_of_the_user_brings_a_fresh_list(shopper, saleor, app, scripted, result, calls):
    scripted.will_answer(LIST, {"paymentMethods": []})
    await shopper.stored_payment_methods()
    scripted.will_answer("transaction_initialize_session", {"result": result, "pspReference": "pi_1"})
    checkout = create_checkout(saleor, basket("20"), user=shopper.user)
    await shopper.transaction_initialize(checkout.id, app.identifier)
    await shopper.stored_payment_methods()
    assert len(scripted.bodies(LIST)) == calls


async def test_a_guests_payment_changes_no_list(shopper, courier, saleor, app, scripted):
    scripted.will_answer(LIST, {"paymentMethods": []})
    await shopper.stored_payment_methods()
    scripted.will_answer("transaction_initialize_session", {"result": "CHARGE_SUCCESS", "pspReference": "pi_1"})
    await courier.initialize(create_checkout(saleor, basket("20")).id, app.identifier)
    await shopper.stored_payment_methods()
    assert len(scripted.bodies(LIST)) == 1


async def test_the_recorded_payload_has_the_same_fields(shopper, scripted, recording, app):
    scripted.will_answer(LIST, {"paymentMethods": []})
    recorded = json.loads(recording("list-stored-payment-methods.body.json"))
    app.permissions |= {"MANAGE_USERS"}
    app.webhook_for("LIST_STORED_PAYMENT_METHODS").query = METHODS
    await shopper.stored_payment_methods()
    sent = json.loads(scripted.bodies(LIST)[0])
    assert list(sent) == list(recorded)
    assert list(sent["user"]) == list(recorded["user"])
    assert list(sent["channel"]) == list(recorded["channel"])
