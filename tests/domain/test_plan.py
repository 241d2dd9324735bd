"""What is asked of Stripe: always valid by its API description, never anything a shopper could have chosen."""

import json
from decimal import Decimal
from functools import cache
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stripe._encode import _api_encode

from saleor_stripe_app.domain import metadata, plan
from saleor_stripe_app.domain.channel_options import NO_CHOICE, ChannelOptions, Limits, of_elements, of_payment
from saleor_stripe_app.domain.errors import Unrepresentable
from saleor_stripe_app.domain.money import CURRENCIES, minor_step
from saleor_stripe_app.domain.options import Options, ThreeDSecure, checked
from saleor_stripe_app.domain.payment_method import EXCLUDABLE, MANUAL_CAPTURE
from saleor_stripe_app.domain.transaction import Flow
from saleor_stripe_app.sandbox.stripe import description
from saleor_stripe_app.sandbox.stripe.validator import Validator

HEADERS = {
    "Authorization": "Bearer sk_test_51Nm3yLqKzv0Qw2Er8TyU",
    "Content-Type": "application/x-www-form-urlencoded",
    "Idempotency-Key": "saleor-key-1",
    "Stripe-Version": description.API_VERSION,
}
identifiers = st.text("ABCDEFGHIJabcdefghij0123456789=", min_size=1, max_size=40)
currencies = st.sampled_from(sorted(CURRENCIES))
owners = st.builds(
    metadata.of_transaction,
    saleor_api_url=st.just("https://shop.example/graphql/"),
    app_id=identifiers,
    transaction_id=identifiers,
    source_id=identifiers,
    source_type=st.sampled_from(["Checkout", "Order"]),
)
suffixes = st.builds("{}A{}".format, st.text("abcXYZ 019.,&-", max_size=9), st.text("abcXYZ 019.,&-", max_size=9))
thresholds = st.dictionaries(st.sampled_from(["EUR", "USD"]), st.decimals(0, 1_000_000, places=2))
configurations_options = st.builds(
    Options,
    send_order=st.booleans(),
    send_shipping=st.booleans(),
    receipt_email=st.booleans(),
    statement_suffix=st.just("") | suffixes,
    three_d_secure=st.sampled_from(ThreeDSecure),
    three_d_secure_from=thresholds,
    extended_authorization=st.booleans(),
).map(checked)
channels_options = st.builds(
    ChannelOptions,
    method_configuration=st.sampled_from(["", "pmc_1AbC"]),
    excluded_methods=st.lists(st.sampled_from(sorted(EXCLUDABLE)), max_size=5).map(tuple),
    limits=st.just(Limits(Decimal(1))),
)
all_options = st.builds(of_payment, configurations_options, channels_options)


@st.composite
def money(draw: st.DrawFn) -> tuple[int, str]:
    currency = draw(currencies)
    step = minor_step(currency)
    return draw(st.integers(1, 99_999_999 // step)) * step, currency


@cache
def validator() -> Validator:
    return Validator(description.load())


def problems(path: str, parameters: plan.Parameters) -> list[str]:
    stored = json.loads(json.dumps(parameters))
    assert stored == parameters
    return [str(found) for found in validator().request("POST", path, urlencode(list(_api_encode(stored))), HEADERS)]


@settings(deadline=None)
@given(money(), owners, identifiers, st.sampled_from(Flow), all_options)
def test_every_planned_intent_is_valid_and_carries_its_marks(amount_and_currency, owner, operation, flow, options):
    amount, currency = amount_and_currency
    parameters = plan.create_parameters(
        amount=amount, currency=currency.upper(), flow=flow, metadata=owner, operation=operation, options=options
    )

    assert problems("/v1/payment_intents", parameters) == []
    assert (parameters["amount"], parameters["currency"]) == (amount, currency)
    assert parameters["metadata"] == {**owner, "saleor_operation": operation}
    assert parameters["automatic_payment_methods"] == {"enabled": True}


@settings(deadline=None)
@given(money(), owners, identifiers, st.sampled_from(Flow), all_options)
def test_no_planned_intent_says_what_elements_was_not_told(amount_and_currency, owner, operation, flow, options):
    amount, currency = amount_and_currency
    parameters = plan.create_parameters(
        amount=amount, currency=currency, flow=flow, metadata=owner, operation=operation, options=options
    )
    told = of_elements(options)

    assert parameters.keys() <= {
        "amount",
        "currency",
        "automatic_payment_methods",
        "metadata",
        "payment_method_options",
        "payment_method_configuration",
        "excluded_payment_method_types",
        "statement_descriptor_suffix",
    }
    assert parameters.get("payment_method_configuration") == told.get("paymentMethodConfiguration")
    assert parameters.get("excluded_payment_method_types") == told.get("excludedPaymentMethodTypes")
    for method_options in parameters.get("payment_method_options", {}).values():
        assert "setup_future_usage" not in method_options


def test_an_authorization_holds_every_method_that_can_be_held():
    options = plan.create_parameters(amount=100, currency="eur", flow=Flow.AUTHORIZATION, metadata={}, operation="r")[
        "payment_method_options"
    ]

    assert options == {
        **{method: {"capture_method": "manual"} for method in MANUAL_CAPTURE},
        "card": {"capture_method": "manual", "request_multicapture": "if_available"},
    }


def test_a_charge_leaves_every_method_as_it_is():
    parameters = plan.create_parameters(amount=100, currency="eur", flow=Flow.CHARGE, metadata={}, operation="r")

    assert "payment_method_options" not in parameters


def planned(
    flow: Flow = Flow.CHARGE, amount: int = 100_00, channel: ChannelOptions = NO_CHOICE, **chosen
) -> plan.Parameters:
    options = of_payment(checked(Options(**chosen)), channel)
    return plan.create_parameters(amount=amount, currency="eur", flow=flow, metadata={}, operation="r", options=options)


@pytest.mark.parametrize("asked", [ThreeDSecure.ANY, ThreeDSecure.CHALLENGE])
def test_three_d_secure_is_asked_for_from_the_amount_on(asked):
    chosen = {"three_d_secure": asked, "three_d_secure_from": {"EUR": Decimal(100)}}
    assert planned(**chosen)["payment_method_options"] == {"card": {"request_three_d_secure": asked.value}}
    assert "payment_method_options" not in planned(amount=99_99, **chosen)
    assert "payment_method_options" not in planned(three_d_secure=ThreeDSecure.AUTOMATIC)


def test_an_extended_authorization_is_asked_for_where_cards_are_authorized():
    card = planned(Flow.AUTHORIZATION, extended_authorization=True)["payment_method_options"]["card"]
    assert card == {
        "capture_method": "manual",
        "request_multicapture": "if_available",
        "request_extended_authorization": "if_available",
    }
    assert "payment_method_options" not in planned(Flow.CHARGE, extended_authorization=True)


def test_nothing_is_said_of_a_method_that_is_excluded():
    parameters = planned(
        Flow.AUTHORIZATION,
        channel=ChannelOptions(excluded_methods=("card", "klarna")),
        statement_suffix="SHOP",
        three_d_secure=ThreeDSecure.ANY,
    )
    assert parameters["excluded_payment_method_types"] == ["card", "klarna"]
    assert parameters["payment_method_options"].keys() == set(MANUAL_CAPTURE) - {"card", "klarna"}
    assert "statement_descriptor_suffix" not in parameters


def test_the_suffix_and_the_method_configuration_are_the_merchants():
    parameters = planned(statement_suffix="SHOP", channel=ChannelOptions("pmc_1AbC"))
    assert parameters["statement_descriptor_suffix"] == "SHOP"
    assert parameters["payment_method_configuration"] == "pmc_1AbC"


@settings(deadline=None)
@given(st.integers(1, 99_999_999), identifiers, st.booleans())
def test_every_planned_capture_is_valid_and_final_unless_the_rest_stays_open(amount, operation, keep_rest_open):
    parameters = plan.capture_parameters(amount=amount, operation=operation, keep_rest_open=keep_rest_open)

    assert problems("/v1/payment_intents/pi_1/capture", parameters) == []
    assert parameters["amount_to_capture"] == amount
    assert parameters.get("final_capture", True) is not keep_rest_open


@pytest.mark.parametrize("reason", [None, "abandoned", "duplicate", "fraudulent", "requested_by_customer"])
def test_every_planned_cancel_is_valid(reason):
    parameters = plan.cancel_parameters(reason=reason)

    assert problems("/v1/payment_intents/pi_1/cancel", parameters) == []
    assert parameters.get("cancellation_reason") == reason


@settings(deadline=None)
@given(st.integers(1, 99_999_999), owners, identifiers)
def test_every_planned_refund_is_valid_and_carries_its_marks(amount, owner, operation):
    parameters = plan.refund_parameters(payment_intent_id="pi_1", amount=amount, metadata=owner, operation=operation)

    assert problems("/v1/refunds", parameters) == []
    assert parameters == {
        "payment_intent": "pi_1",
        "amount": amount,
        "metadata": {**owner, "saleor_operation": operation},
    }


@pytest.mark.parametrize("amount", [0, -1, 10**12])
def test_an_amount_that_stripe_cannot_take_is_never_planned(amount):
    with pytest.raises(Unrepresentable):
        plan.create_parameters(amount=amount, currency="eur", flow=Flow.CHARGE, metadata={}, operation="r")
    with pytest.raises(Unrepresentable):
        plan.capture_parameters(amount=amount, operation="r")
    with pytest.raises(Unrepresentable):
        plan.refund_parameters(payment_intent_id="pi_1", amount=amount, metadata={}, operation="r")


def test_a_currency_that_stripe_does_not_take_is_never_planned():
    with pytest.raises(Unrepresentable):
        plan.create_parameters(amount=1, currency="xxx", flow=Flow.CHARGE, metadata={}, operation="r")
