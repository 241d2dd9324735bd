"""What each failure of Stripe means: nothing moved, or not known."""

import asyncio

import pytest
import stripe

from saleor_stripe_app.domain import plan
from saleor_stripe_app.domain.errors import Declined, Unavailable
from saleor_stripe_app.stripe_gateway import payment_intents, payments
from saleor_stripe_app.stripe_gateway.calls import answered
from saleor_stripe_app.stripe_gateway.failures import OUR_FAULT, public_message

CAPTURE = plan.capture_parameters(amount=500, operation="ref-1")


async def captured(client: stripe.StripeClient) -> None:
    await payment_intents.capture(client, "pi_1", CAPTURE, "saleor-key-1")


async def test_a_declined_card_keeps_stripes_words_and_codes(client, wire):
    wire.fail(
        402,
        "card_error",
        code="card_declined",
        decline_code="insufficient_funds",
        message="Your card has insufficient funds.",
    )

    with pytest.raises(Declined, match=r"^Your card has insufficient funds\.$") as raised:
        await captured(client)

    declined = raised.value
    assert (declined.code, declined.stripe_code, declined.decline_code, declined.status) == (
        "StripeCardError",
        "card_declined",
        "insufficient_funds",
        402,
    )


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (
            {"code": "payment_intent_unexpected_state", "message": "This PaymentIntent could not be captured."},
            "This PaymentIntent could not be captured.",
        ),
        ({"code": "amount_too_small", "message": "Amount must be at least €0.50"}, "Amount must be at least €0.50"),
        ({"code": "parameter_unknown", "message": "Received unknown parameter: foo", "param": "foo"}, OUR_FAULT),
        ({"code": "parameter_missing", "message": "Missing required param: amount.", "param": "amount"}, OUR_FAULT),
        ({"message": ""}, OUR_FAULT),
    ],
)
async def test_a_refused_request_is_a_definite_answer(client, wire, error, message):
    wire.fail(400, **error)

    with pytest.raises(Declined) as raised:
        await captured(client)

    assert str(raised.value) == message
    assert (raised.value.code, raised.value.status) == ("StripeApiError", 400)
    assert raised.value.stripe_code == error.get("code")


async def test_a_key_used_with_other_parameters_did_nothing(client, wire):
    wire.fail(
        400, "idempotency_error", message="Keys for idempotent requests can only be used with the same parameters"
    )

    with pytest.raises(Declined) as raised:
        await captured(client)

    assert (str(raised.value), raised.value.stripe_code) == (OUR_FAULT, "idempotency_error")


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        (
            (
                "The provided key 'rk_test_***x' does not have the required permissions for this endpoint on account "
                "'acct_1A'. Having the 'rak_payment_intent_write' permission would allow this request to continue."
            ),
            "The shop's Stripe key lacks the permission PaymentIntents: Write.",
        ),
        (
            "Having the 'rak_later_read' permission would help.",
            "The shop's Stripe key lacks the permission rak_later_read.",
        ),
        ("Not allowed on acct_1A.", "The shop's Stripe key lacks a permission."),
    ],
)
async def test_a_missing_permission_is_named_and_the_account_is_not(client, wire, message, shown):
    wire.fail(403, message=message)

    with pytest.raises(Declined) as raised:
        await captured(client)

    assert (str(raised.value), raised.value.status) == (shown, 403)


@pytest.mark.parametrize(
    ("error", "shown"),
    [
        (
            {"code": "api_key_expired", "message": "Expired API Key provided: sk_***"},
            "The shop's Stripe key has expired.",
        ),
        ({"message": "Invalid API Key provided: sk_***"}, "Stripe does not accept the shop's key."),
    ],
)
async def test_a_key_that_does_not_work_is_a_definite_answer(client, wire, error, shown):
    wire.fail(401, **error)

    with pytest.raises(Declined) as raised:
        await captured(client)

    assert (str(raised.value), raised.value.status, raised.value.stripe_code) == (shown, 401, error.get("code"))


async def test_a_fault_of_stripe_is_kept_under_the_key_of_its_request(client, wire):
    wire.answer(b"{}", 500, stripe_should_retry="false")

    with pytest.raises(Unavailable) as raised:
        await captured(client)

    assert raised.value.stored
    assert len(wire.sent) == 1


async def test_a_fault_that_stripe_wants_tried_again_is_not_kept(client, wire):
    for _ in range(2):
        wire.fail(503, "api_error", message="try again")
        wire._answers[-1][2]["stripe-should-retry"] = "true"

    with pytest.raises(Unavailable) as raised:
        await captured(client)

    assert not raised.value.stored
    assert [sent.headers["Idempotency-Key"] for sent in wire.sent] == ["saleor-key-1"] * 2


async def test_a_fault_while_reading_is_not_kept(client, wire):
    for _ in range(2):
        wire.fail(500, "api_error", message="An unknown error occurred")

    with pytest.raises(Unavailable) as raised:
        await payments.read(client, "pi_1")

    assert not raised.value.stored


async def test_a_key_still_in_use_leaves_the_outcome_open(client, wire):
    for _ in range(2):
        wire.fail(409, code="idempotency_key_in_use", message="There is currently another in-progress request")

    with pytest.raises(Unavailable, match="busy") as raised:
        await captured(client)

    assert not raised.value.stored


async def test_a_lost_connection_is_tried_once_more_under_the_same_key(client, wire):
    for _ in range(2):
        wire.lose(stripe.APIConnectionError("reset", should_retry=True))

    with pytest.raises(Unavailable, match="could not be reached") as raised:
        await captured(client)

    assert not raised.value.stored
    assert [sent.headers["Idempotency-Key"] for sent in wire.sent] == ["saleor-key-1"] * 2


async def test_an_answer_that_is_no_json_leaves_the_outcome_open(client, wire):
    wire.answer(b"<html>", 200)

    with pytest.raises(Unavailable):
        await captured(client)


async def test_a_limited_request_is_made_again_with_growing_pauses():
    answers = [stripe.RateLimitError("slow down", http_status=429)] * 3
    pauses = []

    async def call() -> str:
        if answers:
            raise answers.pop()
        return "done"

    async def pause(seconds: float) -> None:
        pauses.append(seconds)

    assert await answered(call, pause=pause) == "done"
    assert [0.1 <= pauses[0] <= 0.2, 0.2 <= pauses[1] <= 0.4, 0.4 <= pauses[2] <= 0.8] == [True] * 3


async def test_a_locked_object_is_tried_again_over_the_wire(client, wire):
    wire.fail(429, code="lock_timeout", message="This object cannot be accessed right now")
    wire.fail(404, code="resource_missing", message="No such payment_intent")

    assert await payments.read(client, "pi_1") is None
    assert len(wire.sent) == 2


async def test_a_limit_that_outlasts_the_time_given_leaves_the_outcome_open(client, wire):
    wire.fail(429, "rate_limit_error", message="Too many requests")

    with pytest.raises(Unavailable, match="limiting requests") as raised:
        await payments.read(client, "pi_1", within=0.05)

    assert not raised.value.stored


async def test_no_answer_within_the_time_given_leaves_the_outcome_open():
    with pytest.raises(Unavailable, match="in time"):
        await answered(asyncio.Event().wait, within=0.01)


async def test_a_cancellation_from_outside_passes_through():
    started = asyncio.Event()

    async def call() -> None:
        started.set()
        await asyncio.Event().wait()

    task = asyncio.create_task(answered(call))
    await started.wait()
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task


@pytest.mark.parametrize(
    "private",
    [
        "sk_test_****8TyU",
        "rk_live_51abc",
        "pk_test_51abc",
        "whsec_abc",
        "acct_1Nm3yLqKzv0",
        "pi_1_secret_2",
        "seti_1_secret_abc",
        "jane.doe+shop@example.com",
    ],
)
def test_a_public_message_hides(private):
    shown = public_message(f"The thing '{private}' is wrong.")

    assert shown == "The thing '(hidden)' is wrong."


def test_a_public_message_keeps_ids_and_is_never_long():
    assert public_message("No such payment_intent: 'pi_1'") == "No such payment_intent: 'pi_1'"
    assert len(public_message("x" * 5000)) == 500
    assert public_message(None) == OUR_FAULT
