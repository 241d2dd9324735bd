from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from saleor_stripe_app.domain.errors import Refusal
from saleor_stripe_app.domain.payment_method import PaymentMethod
from saleor_stripe_app.domain.report import Report
from saleor_stripe_app.domain.transaction import Action, Amounts, EventType, Metadata, Transaction, TransactionEvent
from saleor_stripe_app.saleor import reports, transaction_metadata, transactions, versions
from saleor_stripe_app.saleor.reports import AlreadyReported, Reported, ReportRefused

TIME = datetime(2026, 11, 24, 12, tzinfo=UTC)
REPORT = Report(
    type=EventType.CHARGE_SUCCESS,
    reference="pi_1",
    amount=Decimal("10.10"),
    time=TIME,
    message="Paid",
    external_url="https://dashboard.stripe.com/payments/pi_1",
    actions=frozenset({Action.REFUND}),
    method=PaymentMethod("card", "visa", "Visa", "4242", 12, 2034),
)


def money(amount):
    return {"amount": amount, "currency": "USD"}


def item(**changes):
    names = "authorized authorizePending charged chargePending refunded refundPending canceled cancelPending".split()
    return {
        "id": "VHJhbnM=",
        "pspReference": "pi_1",
        **{f"{name}Amount": money(number) for number, name in enumerate(names, start=1)},
        "actions": ["REFUND"],
        "events": [
            {
                "type": "CHARGE_SUCCESS",
                "pspReference": "pi_1",
                "amount": money(3.5),
                "createdAt": "2026-11-24T12:00:00+00:00",
                "idempotencyKey": None,
                "message": "Paid",
                "createdBy": {"__typename": "App"},
            },
            {
                "type": "CHARGE_FAILURE",
                "pspReference": "",
                "amount": money(4),
                "createdAt": "2026-11-24T11:00:00+00:00",
                "idempotencyKey": None,
                "message": "Failed to delivery request.",
                "createdBy": None,
            },
        ],
        "checkout": {"id": "Q2hlY2tvdXQ="},
        "order": None,
        **changes,
    }


async def test_a_transaction_is_read_with_its_amounts_and_history(client, saleor):
    saleor.says({"data": {"transaction": item()}})
    found = await transactions.read(client, saleor.installation(), "VHJhbnM=")
    assert saleor.asked[0].variables == {"id": "VHJhbnM="}
    assert found == Transaction(
        id="VHJhbnM=",
        reference="pi_1",
        currency="USD",
        amounts=Amounts(
            authorized=Decimal(1),
            authorize_pending=Decimal(2),
            charged=Decimal(3),
            charge_pending=Decimal(4),
            refunded=Decimal(5),
            refund_pending=Decimal(6),
            canceled=Decimal(7),
            cancel_pending=Decimal(8),
        ),
        events=(
            TransactionEvent(EventType.CHARGE_SUCCESS, "pi_1", Decimal("3.5"), TIME, True, "Paid"),
            TransactionEvent(
                EventType.CHARGE_FAILURE, "", Decimal(4), TIME.replace(hour=11), False, "Failed to delivery request."
            ),
        ),
        actions=frozenset({Action.REFUND}),
        source_id="Q2hlY2tvdXQ=",
    )


async def test_an_order_is_the_source_once_there_is_one(client, saleor):
    saleor.says({"data": {"transaction": item(order={"id": "T3JkZXI="})}})
    found = await transactions.read(client, saleor.installation(), "VHJhbnM=")
    assert found is not None
    assert found.source_id == "T3JkZXI="


async def test_a_transaction_that_saleor_does_not_show_is_none(client, saleor):
    saleor.says({"data": {"transaction": None}})
    assert await transactions.read(client, saleor.installation(), "VHJhbnM=") is None


def outcome(already=False, errors=()):
    return {"data": {"transactionEventReport": {"alreadyProcessed": already, "errors": list(errors)}}}


async def test_a_report_is_sent_with_everything_it_says(client, saleor):
    saleor.says(outcome())
    assert await reports.send(client, saleor.installation(), "VHJhbnM=", REPORT) == Reported()
    assert saleor.asked[0].variables == {
        "id": "VHJhbnM=",
        "type": "CHARGE_SUCCESS",
        "pspReference": "pi_1",
        "amount": 10.1,
        "time": "2026-11-24T12:00:00+00:00",
        "message": "Paid",
        "externalUrl": "https://dashboard.stripe.com/payments/pi_1",
        "availableActions": ["REFUND"],
        "paymentMethodDetails": {
            "card": {"name": "Visa", "brand": "visa", "lastDigits": "4242", "expMonth": 12, "expYear": 2034}
        },
    }
    assert '"amount":10.10' in saleor.asked[0].text


async def test_an_older_saleor_is_not_told_the_method(client, saleor):
    saleor.says(outcome())
    await reports.send(client, saleor.installation((3, 21)), "VHJhbnM=", REPORT)
    assert "paymentMethodDetails" not in saleor.asked[0].text


async def test_another_method_than_a_card_is_reported_by_name(client, saleor):
    saleor.says(outcome())
    report = Report(EventType.INFO, "pi_1", Decimal(0), TIME, method=PaymentMethod("ideal"), external_url="")
    await reports.send(client, saleor.installation(), "VHJhbnM=", report)
    assert saleor.asked[0].variables["paymentMethodDetails"] == {"other": {"name": "ideal"}}
    assert "externalUrl" not in saleor.asked[0].variables
    assert saleor.asked[0].variables["availableActions"] == []


async def test_a_report_that_saleor_has_already_is_no_error(client, saleor):
    saleor.says(outcome(already=True))
    assert await reports.send(client, saleor.installation(), "VHJhbnM=", REPORT) == AlreadyReported()


@pytest.mark.parametrize("code", ["INCORRECT_DETAILS", "ALREADY_EXISTS", "NOT_FOUND", "INVALID", "REQUIRED"])
async def test_a_refused_report_has_saleors_code_and_words(client, saleor, code):
    saleor.says(outcome(errors=[{"field": "pspReference", "code": code, "message": "The transaction is odd."}]))
    with pytest.raises(ReportRefused, match="The transaction is odd") as refused:
        await reports.send(client, saleor.installation(), "VHJhbnM=", REPORT)
    assert refused.value.code == code


async def test_metadata_of_others_that_is_no_text_is_left_out(client, saleor):
    shown = item(metafields={"stripe.charge": "ch_1", "erp": 7}, privateMetafields=None)
    saleor.says({"data": {"transaction": shown}})
    found = await transactions.read(client, saleor.installation(), "VHJhbnM=")
    assert found is not None
    assert found.metadata == Metadata({"stripe.charge": "ch_1"})


@pytest.mark.parametrize("version", versions.KNOWN)
async def test_a_report_takes_metadata_along_for_every_version(client, saleor, version):
    saleor.says(outcome())
    report = replace(REPORT, metadata=Metadata({"stripe.charge": "ch_1"}, {"stripe.fee": "0.30"}))
    await reports.send(client, saleor.installation(version), "VHJhbnM=", report)
    assert saleor.asked[0].variables["metadata"] == [{"key": "stripe.charge", "value": "ch_1"}]
    assert saleor.asked[0].variables["privateMetadata"] == [{"key": "stripe.fee", "value": "0.30"}]
    assert "transactionPrivateMetadata: $privateMetadata" in saleor.asked[0].body["query"]


async def test_metadata_alone_is_one_request(client, saleor):
    saleor.says({"data": {"updatePrivateMetadata": {"errors": []}}})
    await transaction_metadata.write(
        client, saleor.installation(), "VHJhbnM=", Metadata(private={"stripe.fee": "0.30"})
    )
    (asked,) = saleor.asked
    assert asked.variables == {
        "id": "VHJhbnM=",
        "public": [],
        "private": [{"key": "stripe.fee", "value": "0.30"}],
        "somePublic": False,
        "somePrivate": True,
    }


async def test_refused_metadata_has_saleors_words(client, saleor):
    error = {"field": "input", "code": "REQUIRED", "message": "Metadata key cannot be empty."}
    saleor.says({"data": {"updateMetadata": {"errors": [error]}}})
    with pytest.raises(Refusal, match=r"REQUIRED.*cannot be empty"):
        await transaction_metadata.write(client, saleor.installation(), "VHJhbnM=", Metadata({"": "x"}))


async def test_a_wallet_stands_in_the_name_of_the_card(client, saleor):
    saleor.says(outcome())
    card = PaymentMethod("card", "visa", None, "4242", wallet="apple_pay")
    await reports.send(client, saleor.installation(), "VHJhbnM=", replace(REPORT, method=card))
    assert saleor.asked[0].variables["paymentMethodDetails"]["card"]["name"] == "card (Apple Pay)"
