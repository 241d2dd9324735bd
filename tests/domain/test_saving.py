"""Keeping the method of a payment: when, for which types, and what Elements are told."""

from decimal import Decimal

import pytest

from saleor_stripe_app.domain import plan, saving
from saleor_stripe_app.domain.channel_options import ChannelOptions, PaymentOptions
from saleor_stripe_app.domain.instruction import NO_INSTRUCTION, Instruction
from saleor_stripe_app.domain.options import SaveMethods
from saleor_stripe_app.domain.payment_method import REUSABLE
from saleor_stripe_app.domain.purchase import Purchase
from saleor_stripe_app.domain.transaction import Flow

AGREED = Instruction(save=True)
CONSENT = {"paymentIntent": {"savePaymentMethod": True}}


def options(choice=SaveMethods.ASK, *, send_customer=True, excluded=()):
    return PaymentOptions(
        save_methods=choice, send_customer=send_customer, channel=ChannelOptions(excluded_methods=excluded)
    )


def created(flow=Flow.CHARGE, *, saves=True, **more):
    chosen = options(**more)
    return plan.create_parameters(
        amount=1000, currency="EUR", flow=flow, metadata={}, operation="t", options=chosen, saves=saves
    )


@pytest.mark.parametrize(
    ("choice", "instruction", "kept"),
    [
        (SaveMethods.NEVER, AGREED, False),
        (SaveMethods.ASK, NO_INSTRUCTION, False),
        (SaveMethods.ASK, AGREED, True),
        (SaveMethods.ALWAYS, NO_INSTRUCTION, True),
        (SaveMethods.ALWAYS, Instruction(payment_method_id="pm_1", off_session=True), False),
        (SaveMethods.ASK, Instruction(payment_method_id="pm_1", off_session=True, save=True), False),
    ],
)
def test_the_merchant_and_the_shopper_decide(choice, instruction, kept):
    assert saving.saves(options(choice), instruction) == kept
    assert not saving.saves(options(choice, send_customer=False), instruction)


def test_a_method_is_kept_by_type_and_never_for_the_whole_intent():
    parameters = created()
    assert "setup_future_usage" not in parameters
    assert parameters["payment_method_options"] == {name: {"setup_future_usage": "off_session"} for name in REUSABLE}
    assert "payment_method_options" not in created(saves=False)


def test_a_method_that_is_authorised_first_is_kept_as_well():
    shown = created(Flow.AUTHORIZATION)["payment_method_options"]
    assert shown["card"] == {
        "capture_method": "manual",
        "request_multicapture": "if_available",
        "setup_future_usage": "off_session",
    }
    assert shown["affirm"] == {"capture_method": "manual"}
    assert shown["sepa_debit"] == {"setup_future_usage": "off_session"}


def test_excluded_methods_are_left_out_on_both_sides():
    shown = created(excluded=("klarna",))["payment_method_options"]
    assert "klarna" not in shown
    assert saving.of_elements(options(excluded=("klarna",)), CONSENT) == {"paymentMethodOptions": shown}


@pytest.mark.parametrize(
    ("choice", "said", "told"),
    [
        (SaveMethods.ASK, None, False),
        (SaveMethods.ASK, CONSENT, True),
        (SaveMethods.ASK, {"paymentIntent": {"savePaymentMethod": "true"}}, False),
        (SaveMethods.ASK, ["paymentIntent"], False),
        (SaveMethods.ALWAYS, None, True),
        (SaveMethods.NEVER, CONSENT, False),
    ],
)
def test_elements_are_told_where_the_method_will_be_kept(choice, said, told):
    assert bool(saving.of_elements(options(choice), said)) == told


def test_a_guest_is_a_customer_of_one_transaction():
    purchase = Purchase("Q2hlY2tvdXQ6MQ==", Decimal(10), Decimal(0), email="guest@shop.example")
    assert saving.guest_parameters(purchase, "https://shop.example/graphql/", "VHJhbnM6MQ==") == {
        "email": "guest@shop.example",
        "metadata": {"saleor_api_url": "https://shop.example/graphql/", "saleor_transaction_id": "VHJhbnM6MQ=="},
    }
