"""Operations as they leave for Stripe."""

from datetime import UTC, datetime
from urllib.parse import parse_qsl

import pytest
import stripe

from saleor_stripe_app.domain import confirmation, metadata, plan
from saleor_stripe_app.domain.instruction import Instruction
from saleor_stripe_app.domain.operation import Operation, OperationKind
from saleor_stripe_app.domain.payment import IntentStatus, Payment, Refund
from saleor_stripe_app.domain.transaction import Flow
from saleor_stripe_app.stripe_gateway import payment_intents
from saleor_stripe_app.stripe_gateway.operations import perform
from tests.stripe_gateway.stripe_objects import a_charge, a_list, a_refund, an_intent

NOW = datetime(2026, 10, 9, 12, tzinfo=UTC)
OWNER = metadata.of_transaction(
    saleor_api_url="https://shop.example/graphql/",
    app_id="QXBwOjE=",
    transaction_id="VHJhbnNhY3Rpb246MQ==",
    source_id="Q2hlY2tvdXQ6MQ==",
    source_type="Checkout",
)


def an_operation(kind: OperationKind, parameters: plan.Parameters) -> Operation:
    return Operation("o1", "t1", kind, "r1", 1, "saleor-key-1", "ref-1", 500, NOW, parameters)


async def test_an_intent_is_made_with_exactly_the_planned_form(client, wire):
    wire.answer(an_intent())
    parameters = plan.create_parameters(
        amount=1250, currency="EUR", flow=Flow.CHARGE, metadata=OWNER, operation="ref-1"
    )

    payment = await perform(client, an_operation(OperationKind.CREATE, parameters), None)

    assert isinstance(payment, Payment)
    assert (payment.id, payment.status) == ("pi_1", IntentStatus.REQUIRES_PAYMENT_METHOD)
    [sent] = wire.sent
    assert (sent.method, sent.path) == ("post", "/v1/payment_intents")
    assert dict(sent.form) == {
        "amount": "1250",
        "currency": "eur",
        "automatic_payment_methods[enabled]": "true",
        "metadata[saleor_source_id]": "Q2hlY2tvdXQ6MQ==",
        "metadata[saleor_source_type]": "Checkout",
        "metadata[saleor_transaction_id]": "VHJhbnNhY3Rpb246MQ==",
        "metadata[saleor_api_url]": "https://shop.example/graphql/",
        "metadata[saleor_app_id]": "QXBwOjE=",
        "metadata[saleor_operation]": "ref-1",
    }


async def test_a_request_carries_key_version_and_idempotency_key_but_no_telemetry(client, wire):
    wire.answer(an_intent())
    parameters = plan.create_parameters(amount=1, currency="jpy", flow=Flow.CHARGE, metadata={}, operation="r")

    await payment_intents.create(client, parameters, "saleor-key-1")

    headers = wire.sent[0].headers
    assert headers["Idempotency-Key"] == "saleor-key-1"
    assert headers["Stripe-Version"] == stripe.api_version == "2026-10-28.endive"
    assert headers["Authorization"] == "Bearer sk_test_51Nm3yLqKzv0Qw2Er8TyU"
    assert "saleor-stripe-app/" in headers["User-Agent"]
    assert "X-Stripe-Client-Telemetry" not in headers
    assert "Stripe-Account" not in headers


async def test_a_request_for_a_connected_account_names_it(connections, wire):
    wire.answer(an_intent())
    client = connections.client("sk_test_51Nm3yLqKzv0Qw2Er8TyU", "acct_1Vendor")

    await payment_intents.cancel(client, "pi_1", plan.cancel_parameters(), "k")

    assert wire.sent[0].headers["Stripe-Account"] == "acct_1Vendor"


async def test_an_authorization_asks_for_manual_capture_per_method(client, wire):
    wire.answer(an_intent())
    parameters = plan.create_parameters(
        amount=1250, currency="eur", flow=Flow.AUTHORIZATION, metadata=OWNER, operation="ref-1"
    )

    await perform(client, an_operation(OperationKind.CREATE, parameters), None)

    form = dict(wire.sent[0].form)
    assert form["payment_method_options[card][request_multicapture]"] == "if_available"
    assert form["payment_method_options[klarna][capture_method]"] == "manual"
    assert not {"capture_method", "setup_future_usage", "payment_method_types[0]"} & form.keys()


async def test_a_capture_that_keeps_the_rest_open_is_not_final(client, wire):
    wire.answer(an_intent(status="requires_capture", amount_capturable=750, latest_charge=a_charge()))
    parameters = plan.capture_parameters(amount=500, operation="ref-1", keep_rest_open=True)

    payment = await perform(client, an_operation(OperationKind.CAPTURE, parameters), "pi_1")

    assert isinstance(payment, Payment)
    assert payment.amount_capturable == 750
    [sent] = wire.sent
    assert sent.path == "/v1/payment_intents/pi_1/capture"
    assert sent.form == [
        ("amount_to_capture", "500"),
        ("expand[0]", "latest_charge"),
        ("metadata[saleor_operation]", "ref-1"),
        ("final_capture", "false"),
    ]


async def test_a_cancel_gives_its_reason(client, wire):
    wire.answer(an_intent(status="canceled", canceled_at=1_760_000_300))

    await perform(client, an_operation(OperationKind.CANCEL, plan.cancel_parameters(reason="abandoned")), "pi_1")

    [sent] = wire.sent
    assert sent.path == "/v1/payment_intents/pi_1/cancel"
    assert sent.form == [("expand[0]", "latest_charge"), ("cancellation_reason", "abandoned")]
    assert sent.headers["Idempotency-Key"] == "saleor-key-1"


async def test_a_refund_names_its_intent_amount_and_operation(client, wire):
    wire.answer(a_refund(metadata={"saleor_operation": "ref-1"}, status="pending"))
    parameters = plan.refund_parameters(payment_intent_id="pi_1", amount=500, metadata=OWNER, operation="ref-1")

    refund = await perform(client, an_operation(OperationKind.REFUND, parameters), None)

    assert isinstance(refund, Refund)
    assert refund.operation == "ref-1"
    [sent] = wire.sent
    assert sent.path == "/v1/refunds"
    assert (
        dict(sent.form).items()
        >= {
            "payment_intent": "pi_1",
            "amount": "500",
            "metadata[saleor_operation]": "ref-1",
            "metadata[saleor_transaction_id]": "VHJhbnNhY3Rpb246MQ==",
        }.items()
    )


async def test_a_confirmation_tells_what_the_shopper_has_to_do(client, wire):
    page = {"type": "redirect_to_url", "redirect_to_url": {"url": "https://hooks.stripe.com/1", "return_url": None}}
    wire.answer(an_intent(status="requires_action", next_action=page))
    instruction = Instruction(confirmation_token="ctoken_1", return_url="https://shop.example/back")
    asked = an_operation(OperationKind.CONFIRM, confirmation.parameters(instruction))

    payment = await perform(client, asked, "pi_1")

    assert isinstance(payment, Payment)
    assert (payment.next_action, payment.redirect_url) == ("redirect_to_url", "https://hooks.stripe.com/1")
    assert "hooks.stripe.com" not in repr(payment)
    [sent] = wire.sent
    assert (sent.method, sent.path) == ("post", "/v1/payment_intents/pi_1/confirm")
    assert dict(sent.form) == {
        "confirmation_token": "ctoken_1",
        "expand[0]": "latest_charge",
        "return_url": "https://shop.example/back",
        "use_stripe_sdk": "false",
    }
    assert sent.headers["Idempotency-Key"] == "saleor-key-1"


@pytest.mark.parametrize("kind", [OperationKind.CONFIRM, OperationKind.CAPTURE, OperationKind.CANCEL])
async def test_a_capture_or_cancel_without_its_intent_is_never_sent(client, wire, kind):
    with pytest.raises(ValueError, match="names its payment intent"):
        await perform(client, an_operation(kind, {}), None)

    assert wire.sent == []


async def test_a_stored_operation_is_resent_byte_for_byte(client, wire):
    parameters = plan.capture_parameters(amount=500, operation="ref-1")
    operation = an_operation(OperationKind.CAPTURE, parameters)
    for _ in range(2):
        wire.answer(an_intent(status="succeeded", amount_received=500))
        await perform(client, operation, "pi_1")

    assert wire.sent[0].form == wire.sent[1].form
    assert wire.sent[0].headers == wire.sent[1].headers


async def test_the_intents_of_an_account_are_listed_page_by_page(client, wire):
    wire.answer(a_list(an_intent(id="pi_3"), an_intent(id="pi_2", status="of_a_later_version"), has_more=True))
    wire.answer(a_list(an_intent(id="pi_1", metadata={"saleor_transaction_id": "t"})))

    found = [intent async for intent in payment_intents.list_created(client, NOW)]

    assert [(intent.id, intent.status) for intent in found] == [
        ("pi_3", "requires_payment_method"),
        ("pi_2", "of_a_later_version"),
        ("pi_1", "requires_payment_method"),
    ]
    assert found[2].metadata == {"saleor_transaction_id": "t"}
    assert wire.sent[0].form == parse_qsl(f"created[gte]={int(NOW.timestamp())}&limit=100")
    assert wire.sent[1].form[-1] == ("starting_after", "pi_2")


async def test_an_empty_list_ends_at_once(client, wire):
    wire.answer(a_list(has_more=True))

    assert [intent async for intent in payment_intents.list_created(client, NOW)] == []
