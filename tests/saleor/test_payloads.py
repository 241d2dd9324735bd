import hashlib
import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saleor_stripe_app.domain.errors import Malformed
from saleor_stripe_app.domain.history import Kind
from saleor_stripe_app.domain.reasons import Reason
from saleor_stripe_app.domain.requests import Source
from saleor_stripe_app.domain.transaction import Action, EventType, Flow
from saleor_stripe_app.saleor import payloads
from saleor_stripe_app.saleor.storefront_data import UnreadableData
from tests.saleor import recordings

DECODERS = {
    "payment_gateway_initialize_session": payloads.gateway_initialize,
    "transaction_initialize_session": payloads.transaction_initialize,
    "transaction_process_session": payloads.transaction_process,
    "transaction_charge_requested": payloads.action_requested,
    "transaction_cancelation_requested": payloads.action_requested,
    "transaction_refund_requested": payloads.action_requested,
    "app_deleted": payloads.app_deleted,
}
INITIALIZE = recordings.read("transaction-initialize-session.checkout-guest-usd")
CHARGE = recordings.read("transaction-charge-requested.order")


def changed(recording, **fields):
    return json.dumps({**json.loads(recording.body), **fields}).encode()


READ = [recording for recording in recordings.SIGNED if recording.body and recording.event in DECODERS]


def test_every_event_that_is_read_was_recorded():
    assert {recording.event for recording in READ} == set(DECODERS)


@pytest.mark.parametrize("recording", READ, ids=lambda recording: recording.name)
def test_every_recorded_request_decodes(recording):
    DECODERS[recording.event](recording.body)


@pytest.mark.parametrize(
    ("name", "amount", "currency", "source_type"),
    [
        ("checkout-customer-usd", "120.0", "USD", "Checkout"),
        ("checkout-guest-usd", "120.0", "USD", "Checkout"),
        ("checkout-jpy", "6497.0", "JPY", "Checkout"),
        ("checkout-kwd", "10.63", "KWD", "Checkout"),
        ("checkout-pln-with-tax", "553.79", "PLN", "Checkout"),
        ("checkout-voucher", "114.0", "USD", "Checkout"),
        ("order-discount", "1.0", "USD", "Order"),
        ("order-guest", "70.0", "USD", "Order"),
    ],
)
def test_an_initialize_names_amount_currency_and_source_exactly(name, amount, currency, source_type):
    request = payloads.transaction_initialize(recordings.read(f"transaction-initialize-session.{name}").body)
    assert request.amount == Decimal(amount)
    assert request.currency == currency
    assert request.source.type == source_type
    assert request.source.id
    assert request.source.channel_id
    assert request.flow is Flow.CHARGE
    assert request.version == (3, 24)
    assert request.app_id == "QXBwOjE="
    assert request.method is None
    assert request.reference == ""


def test_an_initialize_has_saleors_idempotency_key_and_the_newest_time_it_shows():
    request = payloads.transaction_initialize(INITIALIZE.body)
    assert request.idempotency_key == "672f0f30-6456-48e9-9cd3-8cda6834927c"
    assert request.newest == datetime(2026, 11, 23, 19, 32, 49, 504240, tzinfo=UTC)
    assert request.transaction_id.startswith("VHJhbnNhY3Rpb25JdGVt")


def test_a_process_has_the_reference_and_the_key_of_the_initialize_before_it():
    request = payloads.transaction_process(recordings.read("transaction-process-session.checkout-guest").body)
    assert request.reference == "pi_1_psp_462711030_6"
    assert request.idempotency_key == "2ddcce05-e023-40a5-9336-87b69f9e39d9"
    assert request.amount == Decimal(120)


def test_what_a_storefront_says_with_a_process_is_of_the_time_that_saleor_shows():
    recording = recordings.read("transaction-process-session.checkout-guest")
    said = payloads.transaction_process(changed(recording, data={"paymentIntent": {"paymentMethodId": "pm_1"}}))
    assert said.instruction.payment_method_id == "pm_1"
    assert said.instruction.after == said.newest is not None
    nothing = payloads.transaction_process(changed(recording, data=None))
    assert not nothing.instruction.confirms


def test_wrong_data_of_a_process_is_not_final():
    recording = recordings.read("transaction-process-session.checkout-guest")
    with pytest.raises(UnreadableData, match="given to transactionProcess") as refused:
        payloads.transaction_process(changed(recording, data={"paymentIntent": 7}))
    assert not refused.value.final


def test_a_gateway_request_names_its_channel():
    request = payloads.gateway_initialize(recordings.read("payment-gateway-initialize-session.order").body)
    assert request.source == Source(
        "Order", "T3JkZXI6ZTJhOTU4MzEtODQ1Ny00ZjBiLWI1NzYtZGMxMTE2ZmQ5YzQ4", "Q2hhbm5lbDox", "default-channel"
    )
    assert request.amount == Decimal(70)
    assert request.data is None


@pytest.mark.parametrize("data", [None, "text", 7, True, [1, {"a": None}], {"a": {"b": []}}])
def test_data_of_a_gateway_request_may_be_any_json(data):
    recording = recordings.read("payment-gateway-initialize-session.order")
    assert payloads.gateway_initialize(changed(recording, data=data)).data == data


@pytest.mark.parametrize(
    ("name", "kind", "amount"),
    [
        ("transaction-charge-requested.order", Kind.CHARGE, 60),
        ("transaction-cancelation-requested.order", Kind.CANCEL, 120),
        ("transaction-refund-requested.granted", Kind.REFUND, 20),
    ],
)
def test_an_action_shows_the_transaction_as_saleor_has_it(name, kind, amount):
    recording = recordings.read(name)
    request = payloads.action_requested(recording.body)
    assert request.kind is kind
    assert request.amount == Decimal(amount)
    assert request.currency == "USD"
    assert request.digest == hashlib.sha256(recording.body).hexdigest()
    assert request.source is not None
    assert request.source.type == "Order"
    assert request.source.channel_slug == "default-channel"
    assert request.transaction.source_id == request.source.id
    assert request.transaction.currency == "USD"
    assert len(request.transaction.events) == 3


def test_amounts_and_events_of_a_charge_are_those_recorded():
    transaction = payloads.action_requested(CHARGE.body).transaction
    assert transaction.amounts.authorized == Decimal(120)
    assert transaction.amounts.charged == 0
    assert transaction.actions == {Action.CHARGE, Action.CANCEL}
    assert transaction.reference == "psp_3a18c7215497"
    assert [(event.type, event.reference, event.amount) for event in transaction.events] == [
        (EventType.CHARGE_REQUEST, "", Decimal(60)),
        (EventType.AUTHORIZATION_SUCCESS, "psp_3a18c7215497", Decimal(120)),
        (EventType.AUTHORIZATION_REQUEST, "psp_3a18c7215497", Decimal(120)),
    ]
    assert transaction.newest == datetime(2026, 11, 23, 19, 33, 40, 939730, tzinfo=UTC)


def test_each_of_the_eight_amounts_is_read_from_its_own_field():
    body = json.loads(CHARGE.body)
    names = "authorized authorizePending charged chargePending refunded refundPending canceled cancelPending".split()
    for number, name in enumerate(names, start=1):
        body["transaction"][f"{name}Amount"]["amount"] = number
    amounts = payloads.action_requested(json.dumps(body).encode()).transaction.amounts
    assert (amounts.authorized, amounts.authorize_pending) == (1, 2)
    assert (amounts.charged, amounts.charge_pending) == (3, 4)
    assert (amounts.refunded, amounts.refund_pending) == (5, 6)
    assert (amounts.canceled, amounts.cancel_pending) == (7, 8)


def test_a_checkout_is_the_source_while_there_is_no_order():
    body = json.loads(CHARGE.body)
    body["transaction"]["checkout"], body["transaction"]["order"] = body["transaction"]["order"], None
    request = payloads.action_requested(json.dumps(body).encode())
    assert request.source is not None
    assert request.source.type == "Checkout"


def test_a_deleted_app_is_named():
    assert payloads.app_deleted(recordings.read("app-deleted").body) == payloads.AppDeletedEvent("QXBwOjQ=", "case.app")


def test_errors_beside_good_data_are_tolerated():
    body = changed(CHARGE, errors=[{"message": "Cannot return null"}], grantedRefund=None)
    assert payloads.action_requested(body).amount == Decimal(60)


def test_a_refund_was_granted_for_the_reason_that_saleor_recorded():
    body = recordings.read("transaction-refund-requested.granted").body
    assert payloads.action_requested(body).reason == Reason("granted by drive.py")


def test_a_refund_that_was_not_granted_has_the_words_of_its_own_request():
    recording = recordings.read("transaction-refund-requested.granted")
    shown = json.loads(recording.body)["transaction"]
    request, *others = shown["events"]
    request |= {"message": "too small", "reasonReference": {"title": "Wrong size"}}
    earlier = {**request, "createdAt": "2026-11-23T19:35:12.900000+00:00", "message": "another refund"}
    broken = [{"message": "'NoneType' object has no attribute 'pk'", "path": ["event", "grantedRefund"]}]
    body = changed(
        recording, grantedRefund=None, errors=broken, transaction={**shown, "events": [earlier, request, *others]}
    )
    assert payloads.action_requested(body).reason == Reason("too small", "Wrong size")


def test_a_page_without_a_title_is_no_reason_to_refuse_a_refund():
    recording = recordings.read("transaction-refund-requested.granted")
    body = changed(recording, grantedRefund={"reason": None, "reasonReference": {"title": None}})
    assert payloads.action_requested(body).reason == Reason()


def test_an_event_type_of_a_newer_saleor_counts_for_nothing_but_keeps_its_time():
    body = json.loads(CHARGE.body)
    body["transaction"]["events"][0]["type"] = "SOMETHING_NEW"
    transaction = payloads.action_requested(json.dumps(body).encode()).transaction
    assert transaction.events[0].type is EventType.INFO
    assert transaction.newest == datetime(2026, 11, 23, 19, 33, 40, 939730, tzinfo=UTC)


def test_an_action_that_names_no_amount_has_none():
    body = changed(CHARGE, action={"actionType": "CANCEL", "amount": None, "currency": "USD"})
    assert payloads.action_requested(body).amount is None


@settings(deadline=None)
@given(st.decimals(min_value=0, max_value=10**12, places=3))
def test_an_amount_is_never_rounded(amount):
    body = CHARGE.body.replace(b'"amount": 60.0, "currency"', f'"amount": {amount}, "currency"'.encode(), 1)
    assert payloads.action_requested(body).amount == amount


def test_a_session_that_names_no_version_is_taken_for_the_oldest():
    assert payloads.transaction_initialize(changed(INITIALIZE, version=None)).version == (3, 21)


@pytest.mark.parametrize("event", DECODERS)
@pytest.mark.parametrize(
    "body", [b"", b"null", b"[]", b'"text"', b"{}", b"{", b"\xff\xfe", b'{"recipient": null}', b"[" * 100_000]
)
def test_a_body_that_is_not_saleors_is_malformed(event, body):
    with pytest.raises(Malformed):
        DECODERS[event](body)


@pytest.mark.parametrize(
    "fields",
    [
        {"recipient": None},
        {"sourceObject": None},
        {"sourceObject": {"__typename": "Basket", "id": "a", "channel": {"id": "c", "slug": "s"}}},
        {"sourceObject": {"__typename": "Order", "id": "a", "channel": None}},
        {"action": {"actionType": "REFUND", "amount": 1, "currency": "USD"}},
        {"action": {"actionType": "CHARGE", "amount": "NaN", "currency": "USD"}},
        {"action": {"actionType": "CHARGE", "amount": "Infinity", "currency": "USD"}},
        {"action": {"actionType": "CHARGE", "amount": None, "currency": "USD"}},
        {"transaction": None},
        {"idempotencyKey": ""},
        {"idempotencyKey": None},
    ],
    ids=str,
)
def test_an_initialize_that_lacks_what_it_needs_is_malformed(fields):
    with pytest.raises(Malformed):
        payloads.transaction_initialize(changed(INITIALIZE, **fields))


@pytest.mark.parametrize(
    "fields",
    [
        {"action": {"actionType": "VOID", "amount": 1, "currency": "USD"}},
        {"action": {"actionType": "CHARGE", "amount": "NaN", "currency": "USD"}},
        {"transaction": None},
    ],
    ids=str,
)
def test_an_action_that_lacks_what_it_needs_is_malformed(fields):
    with pytest.raises(Malformed):
        payloads.action_requested(changed(CHARGE, **fields))


def test_an_amount_of_the_ledger_that_is_no_number_is_malformed():
    body = json.loads(CHARGE.body)
    body["transaction"]["chargedAmount"]["amount"] = "NaN"
    with pytest.raises(Malformed):
        payloads.action_requested(json.dumps(body).encode())


def test_saleors_retry_with_an_empty_body_is_malformed():
    with pytest.raises(Malformed, match="empty"):
        payloads.action_requested(recordings.read("transaction-charge-requested.retry-with-empty-body").body)


@pytest.mark.parametrize(
    ("data", "method"),
    [
        (None, None),
        ({}, None),
        ({"paymentIntent": None}, None),
        ({"paymentIntent": {}}, None),
        ({"paymentIntent": {"paymentMethod": None}}, None),
        ({"label": "channel-jpy", "on_behalf_of": "acct_1"}, None),
        ({"paymentIntent": {"paymentMethod": "ideal", "transfer_data": {"destination": "acct_1"}}}, "ideal"),
        *(
            ({"paymentIntent": {"paymentMethod": name}}, name)
            for name in "card apple_pay google_pay klarna paypal link us_bank_account sepa_debit".split()
        ),
    ],
    ids=str,
)
def test_the_storefront_may_name_a_payment_method_and_nothing_else_is_read(data, method):
    assert payloads.transaction_initialize(changed(INITIALIZE, data=data)).method == method


@pytest.mark.parametrize(
    "data",
    [
        "text",
        7,
        True,
        ["card"],
        {"paymentIntent": "card"},
        {"paymentIntent": ["card"]},
        {"paymentIntent": {"paymentMethod": 7}},
        {"paymentIntent": {"paymentMethod": ["card"]}},
        {"paymentIntent": {"paymentMethod": ""}},
        {"paymentIntent": {"paymentMethod": "Card; drop"}},
        {"paymentIntent": {"paymentMethod": "a" * 65}},
    ],
    ids=str,
)
@pytest.mark.parametrize("flow", Flow)
def test_data_of_a_wrong_shape_is_a_refusal_that_says_where_and_knows_the_flow(data, flow):
    body = changed(INITIALIZE, data=data, action={"actionType": flow, "amount": 1, "currency": "USD"})
    with pytest.raises(UnreadableData, match="data") as refused:
        payloads.transaction_initialize(body)
    assert refused.value.code == "ParseError"
    assert refused.value.flow is flow


def test_the_place_of_a_wrong_type_is_named_as_the_storefront_knows_it():
    with pytest.raises(UnreadableData, match=r"data\.paymentIntent\.paymentMethod"):
        payloads.transaction_initialize(changed(INITIALIZE, data={"paymentIntent": {"paymentMethod": 7}}))


def test_an_order_names_the_transactions_that_pay_for_it():
    body = {
        "recipient": {"id": "QXBwOjE="},
        "order": {"id": "T3JkZXI6MQ==", "transactions": [{"id": "a"}, {"id": "b"}]},
    }

    assert payloads.order_created(json.dumps(body).encode()) == payloads.OrderCreatedEvent("QXBwOjE=", ("a", "b"))
    body["order"] = None
    assert payloads.order_created(json.dumps(body).encode()).transactions == ()
