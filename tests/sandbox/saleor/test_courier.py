"""How calls travel: patience, apps that cannot be reached, and apps that work on unheard."""

import asyncio

import httpx
import pytest

from saleor_stripe_app.sandbox.saleor.courier import Courier
from saleor_stripe_app.sandbox.saleor.deliveries import Call, NoReply, Reply, backoff
from saleor_stripe_app.sandbox.saleor.errors import MutationError
from saleor_stripe_app.sandbox.saleor.faults import DeliveryFailure, DeliveryFault
from saleor_stripe_app.sandbox.saleor.purchases import checkout_of
from saleor_stripe_app.sandbox.saleor.sessions import initialize


async def test_an_app_that_is_given_up_on_works_on_and_is_not_heard(saleor, http, app, scripted):
    impatient = Courier(saleor, http, patience=0)
    release, done = asyncio.Event(), asyncio.Event()

    async def slow(_):
        await release.wait()
        done.set()
        return {"result": "CHARGE_SUCCESS", "pspReference": "pi_1"}

    scripted.will_answer("transaction_initialize_session", slow)
    session = await impatient.initialize(checkout_of(saleor, "10").id, app.identifier)
    assert session.event.message == "Failed to delivery request."
    assert not done.is_set()
    release.set()
    await impatient.settle()
    assert done.is_set()
    assert session.transaction.amounts.charged == 0
    assert saleor.sent[-1].outcome == NoReply("timed out")


async def test_an_app_that_fails_after_it_was_given_up_on_disturbs_nobody(saleor, http, app, scripted):
    impatient = Courier(saleor, http, patience=0)
    release = asyncio.Event()

    async def broken(_):
        await release.wait()
        raise RuntimeError("nobody is listening")

    scripted.will_answer("transaction_initialize_session", broken)
    await impatient.initialize(checkout_of(saleor, "10").id, app.identifier)
    release.set()
    await impatient.settle()


async def test_an_app_that_never_gets_the_call_knows_of_nothing(saleor, courier, app, scripted):
    courier.faults.add(DeliveryFault(DeliveryFailure.UNREACHABLE, "transaction_initialize_session"))
    session = await courier.initialize(checkout_of(saleor, "10").id, app.identifier)
    assert session.event.message == "Failed to delivery request."
    assert scripted.bodies("transaction_initialize_session") == []


async def test_a_refused_connection_is_no_reply(saleor):
    async with httpx.AsyncClient() as http:
        outcome = await Courier(saleor, http).send(Call("GET", "http://127.0.0.1:1/", {}))
    assert isinstance(outcome, NoReply)
    assert "ConnectError" in outcome.reason


async def test_redirects_are_not_followed(saleor, http, scripted):
    outcome = await Courier(saleor, http).send(Call("GET", f"{scripted.base_url}/manifest/", {}))
    assert isinstance(outcome, Reply)
    assert outcome.status == 307
    assert not outcome.ok


async def test_what_the_core_refuses_is_raised_before_anything_is_sent(saleor, courier, app, scripted):
    with pytest.raises(MutationError):
        await courier.converse(initialize(saleor, "nonsense", app.identifier))
    assert scripted.bodies("transaction_initialize_session") == []


async def test_the_core_can_be_driven_by_hand(saleor, app):
    """A conversation yields calls and takes outcomes; nothing else is needed to carry it."""
    conversation = initialize(saleor, checkout_of(saleor, "10").id, app.identifier)
    call = next(conversation)
    assert (call.method, call.event) == ("POST", "transaction_initialize_session")
    with pytest.raises(StopIteration) as finished:
        conversation.send(Reply(200, b'{"result": "CHARGE_SUCCESS", "pspReference": "pi_1"}'))
    assert finished.value.value.transaction.amounts.charged == 10


def test_retries_wait_twice_as_long_each_time():
    assert [backoff(attempt) for attempt in range(1, 6)] == [10, 20, 40, 80, 160]


async def test_faults_happen_as_often_as_they_were_asked_for(saleor, courier, app):
    courier.faults.add(DeliveryFault(DeliveryFailure.ANSWER_LOST, times=2))
    checkout = checkout_of(saleor, "10")
    messages = [(await courier.initialize(checkout.id, app.identifier)).event.message for _ in range(3)]
    assert [message == "Failed to delivery request." for message in messages] == [True, True, False]
