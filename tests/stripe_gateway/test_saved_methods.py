"""What customers saved, and setup intents, as they come from Stripe."""

from datetime import UTC, datetime

import pytest

from saleor_stripe_app.domain.errors import Declined, Unavailable
from saleor_stripe_app.domain.tokenization import SetupStatus
from saleor_stripe_app.stripe_gateway import payment_methods, setup_intents

MISSING = {"code": "resource_missing", "message": "No such object"}
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


def a_method(number=1, **fields):
    base = {
        "id": f"pm_{number}",
        "object": "payment_method",
        "type": "card",
        "created": 1700000000,
        "customer": "cus_1",
    }
    return {**base, **fields}


def a_setup(**fields):
    return {
        "id": "seti_1",
        "object": "setup_intent",
        "status": "succeeded",
        "client_secret": "seti_1_secret_2",
        **fields,
    }


def a_list(*items, more=False):
    return {"object": "list", "url": "/v1/payment_methods", "has_more": more, "data": list(items)}


async def test_everything_a_customer_saved_is_read_page_by_page(client, wire):
    card = {"brand": "visa", "last4": "4242", "exp_month": 8, "exp_year": 2034, "fingerprint": "f", "wallet": None}
    wire.answer(
        a_list(a_method(2, card={**card, "wallet": {"type": "apple_pay"}}, allow_redisplay="always"), more=True)
    )
    wire.answer(a_list(a_method(1, type="paypal", paypal={"payer_email": "ada@shop.example"})))

    newest, oldest = await payment_methods.of_customer(client, "cus_1")

    assert (newest.wallet, newest.redisplay, newest.fingerprint, newest.exp_year) == ("apple_pay", "always", "f", 2034)
    assert (oldest.type, oldest.holder, oldest.redisplay) == ("paypal", "ada@shop.example", "unspecified")
    assert dict(wire.sent[1].form)["starting_after"] == "pm_2"
    assert "ada@shop.example" not in repr(oldest)


async def test_a_type_of_a_later_version_is_shown_by_its_name_alone(client, wire):
    wire.answer(a_list(a_method(type="newest_pay", newest_pay={"last4": "1"})))

    [method] = await payment_methods.of_customer(client, "cus_1")

    assert (method.type, method.last_digits, method.identity) == ("newest_pay", None, ("newest_pay", "pm_1"))


async def test_a_customer_that_stripe_does_not_know_has_saved_nothing(client, wire):
    wire.fail(404, **MISSING)
    assert await payment_methods.of_customer(client, "cus_1") == ()
    wire.fail(404, **MISSING)
    assert await setup_intents.begun_since(client, "cus_1", NOW, 10) == 0


async def test_what_is_taken_already_is_taken_and_what_stays_is_an_error(client, wire):
    wire.fail(400, message="The payment method you provided is not attached to a customer.")
    wire.answer(a_method(customer=None))
    await payment_methods.detach(client, "pm_1")

    wire.fail(400, message="No.")
    wire.answer(a_method())
    with pytest.raises(Declined):
        await payment_methods.detach(client, "pm_1")


async def test_microdeposits_come_with_the_page_where_they_are_confirmed(client, wire):
    url = "https://payments.stripe.com/microdeposit/1"
    action = {"type": "verify_with_microdeposits", "verify_with_microdeposits": {"hosted_verification_url": url}}
    wire.answer(a_setup(status="requires_action", next_action=action))

    setup = await setup_intents.read(client, "seti_1")

    assert (setup.status, setup.action, setup.verification_url) == (SetupStatus.REQUIRES_ACTION, action["type"], url)
    assert "secret" not in repr(setup)


async def test_why_a_try_failed_is_told_without_anything_private(client, wire):
    error = {"message": "Card of ada@shop.example was declined by acct_1Nm3yLqKzv0.", "code": "card_declined"}
    wire.answer(a_setup(status="requires_payment_method", last_setup_error=error))

    setup = await setup_intents.read(client, "seti_1")

    assert setup.error == "Card of (hidden) was declined by (hidden)."


async def test_a_state_that_nobody_knows_is_not_taken_for_one_that_is_known(client, wire):
    wire.answer(a_setup(status="requires_patience"))
    with pytest.raises(Unavailable):
        await setup_intents.read(client, "seti_1")
