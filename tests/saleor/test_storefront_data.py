import json

import pytest

from saleor_stripe_app.domain.instruction import NO_INSTRUCTION, Instruction
from saleor_stripe_app.domain.transaction import Flow
from saleor_stripe_app.saleor.storefront_data import INITIALIZE, PROCESS, Said, UnreadableData, read


def said(mutation=INITIALIZE, **fields):
    return read(json.dumps({"paymentIntent": fields}).encode(), Flow.CHARGE, mutation)


@pytest.mark.parametrize("mutation", [INITIALIZE, PROCESS])
def test_every_field_of_the_list_is_read_and_no_other(mutation):
    read_now = said(
        mutation,
        paymentMethod="card",
        confirmationToken="ctoken_1NnQUf2eZvKYlo2C",
        returnUrl="https://shop.example/back?step=payment",
        savePaymentMethod=True,
        amount=1,
        customer="cus_1",
        setup_future_usage="off_session",
    )
    assert read_now == Said(
        "card",
        Instruction(
            confirmation_token="ctoken_1NnQUf2eZvKYlo2C",
            return_url="https://shop.example/back?step=payment",
            save=True,
        ),
    )


@pytest.mark.parametrize("given", ["pm_1Abc", "app:saleor.app.payment.stripe:pm_1Abc"])
def test_a_saved_method_is_named_as_stripe_or_as_saleor_names_it(given):
    assert said(paymentMethodId=given, offSession=True).instruction == Instruction(
        payment_method_id="pm_1Abc", off_session=True
    )


@pytest.mark.parametrize("data", [b"null", b"{}", b'{"paymentIntent":null}', b'{"paymentIntent":{}}', b'{"other":[1]}'])
@pytest.mark.parametrize("mutation", [INITIALIZE, PROCESS])
def test_nothing_said_is_nothing_asked_for(data, mutation):
    assert read(data, Flow.CHARGE, mutation) == Said()
    assert not NO_INSTRUCTION.confirms


@pytest.mark.parametrize("data", [b'"text"', b"7", b"[1]", b"true"])
def test_what_process_never_read_is_still_not_read(data):
    assert read(data, Flow.CHARGE, PROCESS) == Said()
    with pytest.raises(UnreadableData):
        read(data, Flow.CHARGE, INITIALIZE)


WRONG = [
    ({"confirmationToken": "tok_visa"}, "confirmationToken"),
    ({"confirmationToken": "ctoken_" + "a" * 300}, "confirmationToken"),
    ({"confirmationToken": ["ctoken_1"]}, "confirmationToken"),
    ({"paymentMethodId": "card_1"}, "paymentMethodId"),
    ({"paymentMethodId": "pm_1/../../customers"}, "paymentMethodId"),
    ({"paymentMethodId": "app:a b:pm_1"}, "paymentMethodId"),
    ({"paymentMethodId": "app:x:app:y:pm_1"}, "paymentMethodId"),
    ({"paymentMethodId": "pm_1\n"}, "paymentMethodId"),
    ({"paymentMethodId": "pm_1", "confirmationToken": "ctoken_1"}, "of which one is enough"),
    ({"returnUrl": "http://shop.example/"}, "returnUrl"),
    ({"returnUrl": "javascript:alert(1)"}, "returnUrl"),
    ({"returnUrl": "https://user:password@shop.example/"}, "returnUrl"),
    ({"returnUrl": "https://shop.example/" + "a" * 2048}, "returnUrl"),
    ({"returnUrl": "https://"}, "returnUrl"),
    ({"savePaymentMethod": "yes"}, "savePaymentMethod"),
    ({"offSession": 1}, "offSession"),
    ({"offSession": True}, "offSession needs a paymentMethodId"),
    ({"offSession": True, "confirmationToken": "ctoken_1"}, "offSession needs a paymentMethodId"),
]


@pytest.mark.parametrize(("fields", "place"), WRONG, ids=str)
@pytest.mark.parametrize("mutation", [INITIALIZE, PROCESS])
def test_a_wrong_shape_is_refused_with_its_place(fields, place, mutation):
    with pytest.raises(UnreadableData, match=f"given to {mutation}.*{place}") as refused:
        said(mutation, **fields)
    assert refused.value.code == "ParseError"
    assert refused.value.final == (mutation == INITIALIZE)


@pytest.mark.parametrize("url", ["http://localhost:3000/checkout", "http://127.0.0.1/", "http://[::1]:8000/"])
def test_a_developers_own_machine_needs_no_https(url):
    assert said(returnUrl=url).instruction.return_url == url
