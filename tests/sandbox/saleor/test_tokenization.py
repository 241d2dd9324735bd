"""Storing a payment method without paying, as Saleor mediates it."""

import json

import pytest
from starlette.responses import JSONResponse, Response

from saleor_stripe_app.sandbox.saleor.errors import InternalServerError
from saleor_stripe_app.sandbox.saleor.shopper import Shopper
from tests.sandbox.saleor.storefront import SUBSCRIPTIONS

GATEWAY = "payment_gateway_initialize_tokenization_session"
INITIALIZE = "payment_method_initialize_tokenization_session"
PROCESS = "payment_method_process_tokenization_session"
LIST = "list_stored_payment_methods"
UNDELIVERED = "Failed to delivery request."


@pytest.fixture
async def app(courier, scripted):
    scripted.manifest["webhooks"] += [
        {"name": name, "targetUrl": f"{scripted.base_url}/hooks", "query": query}
        for name, query in SUBSCRIPTIONS.items()
    ]
    return await courier.install(f"{scripted.base_url}/manifest")


@pytest.fixture
def shopper(courier, saleor, app):
    return Shopper(courier, saleor.add_user("ada@example.com"))


def sent(scripted, event):
    return json.loads(scripted.bodies(event)[-1])


@pytest.mark.parametrize(
    ("answer", "result", "data", "error"),
    [
        ({"result": "SUCCESSFULLY_INITIALIZED", "data": {"pk": 1}}, "SUCCESSFULLY_INITIALIZED", {"pk": 1}, None),
        ({"result": "FAILED_TO_INITIALIZE", "error": "Not here."}, "FAILED_TO_INITIALIZE", None, "Not here."),
        ({"data": {}}, "FAILED_TO_INITIALIZE", None, "Missing or incorrect `result` in response."),
        (Response("no", 500), "FAILED_TO_DELIVER", None, UNDELIVERED),
    ],
)
async def test_a_gateway_says_what_a_storefront_needs(shopper, app, scripted, answer, result, data, error):
    scripted.will_answer(GATEWAY, answer)
    outcome = await shopper.payment_gateway_initialize_tokenization(app.identifier, data={"a": 1})
    assert (outcome.result, outcome.data, outcome.error) == (result, data, error)
    assert sent(scripted, GATEWAY)["data"] == {"a": 1}
    assert sent(scripted, GATEWAY)["user"]["id"] == shopper.user.id


async def test_a_method_is_stored_in_two_steps_under_one_id(shopper, app, scripted):
    begun = {"id": "seti_1", "result": "ADDITIONAL_ACTION_REQUIRED", "data": {"clientSecret": "s"}}
    scripted.will_answer(INITIALIZE, begun)
    first = await shopper.payment_method_initialize_tokenization(app.identifier)
    assert (first.result, first.id) == ("ADDITIONAL_ACTION_REQUIRED", f"app:{app.identifier}:seti_1")
    assert first.data == {"clientSecret": "s"}
    assert sent(scripted, INITIALIZE)["paymentFlowToSupport"] == "INTERACTIVE"
    scripted.will_answer(PROCESS, {"id": "pm_1", "result": "SUCCESSFULLY_TOKENIZED"})
    second = await shopper.payment_method_process_tokenization(first.id, data={"done": True})
    assert (second.result, second.id) == ("SUCCESSFULLY_TOKENIZED", f"app:{app.identifier}:pm_1")
    assert (sent(scripted, PROCESS)["id"], sent(scripted, PROCESS)["data"]) == ("seti_1", {"done": True})


@pytest.mark.parametrize(
    ("answer", "result", "error"),
    [
        ({"result": "SUCCESSFULLY_TOKENIZED"}, "FAILED_TO_TOKENIZE", "Missing payment method `id` in response."),
        ({"result": "ADDITIONAL_ACTION_REQUIRED"}, "FAILED_TO_TOKENIZE", "Missing payment method `id` in response."),
        ({"result": "PENDING"}, "PENDING", None),
        ({"result": "PENDING", "id": 5}, "FAILED_TO_TOKENIZE", "Missing payment method `id` in response."),
        ({"result": "FAILED_TO_TOKENIZE", "error": "Declined.", "data": {"a": 1}}, "FAILED_TO_TOKENIZE", "Declined."),
        ({"id": "seti_1"}, "FAILED_TO_TOKENIZE", "Missing or incorrect `result` in response."),
        (JSONResponse({"id": "pm_1", "result": "SUCCESSFULLY_TOKENIZED"}, 400), "FAILED_TO_DELIVER", UNDELIVERED),
    ],
)
async def test_an_answer_to_tokenization_is_taken_or_refused(shopper, app, scripted, answer, result, error):
    scripted.will_answer(INITIALIZE, answer)
    outcome = await shopper.payment_method_initialize_tokenization(app.identifier)
    assert (outcome.result, outcome.error, outcome.data, outcome.id) == (result, error, None, None)


async def test_an_answer_that_is_no_object_crashes_saleor(shopper, app, scripted):
    scripted.will_answer(INITIALIZE, Response("[]"))
    with pytest.raises(InternalServerError):
        await shopper.payment_method_initialize_tokenization(app.identifier)


async def test_an_app_without_these_webhooks_is_not_reached(shopper, app):
    app.permissions -= {"HANDLE_PAYMENTS"}
    for outcome in (
        await shopper.payment_gateway_initialize_tokenization(app.identifier),
        await shopper.payment_method_initialize_tokenization(app.identifier),
        await shopper.payment_method_process_tokenization(f"app:{app.identifier}:seti_1"),
        await shopper.payment_method_process_tokenization("seti_1"),
    ):
        assert outcome.result == "FAILED_TO_DELIVER"


@pytest.mark.parametrize(
    ("answer", "calls"),
    [
        ({"id": "pm_1", "result": "SUCCESSFULLY_TOKENIZED"}, 2),
        ({"result": "PENDING"}, 2),
        ({"id": "seti_1", "result": "ADDITIONAL_ACTION_REQUIRED"}, 1),
        ({"result": "FAILED_TO_TOKENIZE"}, 1),
    ],
)
async def test_a_stored_method_brings_a_fresh_list(shopper, app, scripted, answer, calls):
    scripted.will_answer(LIST, {"paymentMethods": []})
    scripted.will_answer(INITIALIZE, answer)
    await shopper.stored_payment_methods()
    await shopper.payment_method_initialize_tokenization(app.identifier)
    await shopper.stored_payment_methods()
    assert len(scripted.bodies(LIST)) == calls
