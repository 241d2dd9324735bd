"""What Stripe is told beside the amount: only what is complete and what the merchant chose."""

import dataclasses
from decimal import Decimal

import pytest

from saleor_stripe_app.domain import described
from saleor_stripe_app.domain.options import Options
from saleor_stripe_app.domain.purchase import Address, Line, Purchase

ADA = Address("Ada", "Lovelace", "Engines", "Main St 1", "Apt 4", "Austin", "78701", "TX", "US", "+15125550100")
PURCHASE = Purchase(
    id="Q2hlY2tvdXQ6YjBjMWQzZmQtN2U1Yy00NDA4LWIwMmItNTE3ZmUzZjNiMTBm",
    total=Decimal("20.00"),
    shipping=Decimal("5.00"),
    lines=(Line("Tee", 1, Decimal("15.00"), Decimal("0.00")),),
    email="ada@example.com",
    shipping_address=ADA,
    carrier="UPS",
)
ALL = Options(receipt_email=True)


def told(purchase: Purchase = PURCHASE, options: Options = ALL):
    return described.of_purchase(purchase, options, amount=2000, currency="USD")


def at(**changes: str) -> Purchase:
    return dataclasses.replace(PURCHASE, shipping_address=dataclasses.replace(ADA, **changes))


def test_a_checkout_is_described_by_the_end_of_its_id_and_an_order_by_its_number():
    assert told()["description"] == "Checkout 4LWIwMmItNTE3ZmUzZjNiMTBm"
    assert told()["payment_details"] == {"order_reference": "4LWIwMmItNTE3ZmUzZjNiMTBm"}
    order = dataclasses.replace(PURCHASE, number="35")
    assert told(order)["description"] == "Order 35"
    assert told(order)["payment_details"] == {"order_reference": "35"}


def test_a_reference_is_what_a_card_network_shows_of_it():
    number = "2026/11-000000000000000000000000035"

    assert described.of_order("", number) == {
        "description": f"Order {number}",
        "payment_details": {"order_reference": "2026110000000000000000000"},
    }


def test_each_choice_of_the_merchant_keeps_its_part_back():
    everything = set(told())

    assert everything == {"description", "payment_details", "amount_details", "shipping", "receipt_email"}
    assert set(told(options=dataclasses.replace(ALL, send_order=False))) == {"shipping", "receipt_email"}
    assert everything - set(told(options=dataclasses.replace(ALL, send_shipping=False))) == {"shipping"}
    assert everything - set(told(options=Options())) == {"receipt_email"}


@pytest.mark.parametrize("unfit", ["", "78701-123456", "〒100-0001", "- 1"])
def test_the_postal_code_of_the_destination_is_told_as_card_networks_take_it(unfit: str):
    assert told(at(postal_code=" SW1A 1AA "))["amount_details"]["shipping"] == {
        "amount": 500,
        "to_postal_code": "SW1A 1AA",
    }
    assert told(at(postal_code=unfit))["amount_details"]["shipping"] == {"amount": 500}
    kept_back = told(options=dataclasses.replace(ALL, send_shipping=False))
    assert kept_back["amount_details"]["shipping"] == {"amount": 500}


def test_shipping_is_told_with_all_its_parts():
    assert told()["shipping"] == {
        "name": "Ada Lovelace",
        "phone": "+15125550100",
        "carrier": "UPS",
        "address": {
            "line1": "Main St 1",
            "line2": "Apt 4",
            "city": "Austin",
            "postal_code": "78701",
            "state": "TX",
            "country": "US",
        },
    }


@pytest.mark.parametrize("missing", [{"line1": ""}, {"first_name": "", "last_name": "", "company": ""}])
def test_shipping_without_a_name_or_a_street_is_not_told(missing):
    assert "shipping" not in told(at(**missing))


def test_a_company_receives_what_no_person_is_named_for():
    assert told(at(first_name="", last_name=""))["shipping"]["name"] == "Engines"


def test_parts_of_an_address_that_stripe_may_refuse_are_left_out():
    shipping = told(at(country="USA", phone="+1 512 555 0100 ext 123456", line2="", state=""))["shipping"]

    assert set(shipping) == {"name", "carrier", "address"}
    assert set(shipping["address"]) == {"line1", "city", "postal_code"}


@pytest.mark.parametrize(
    "email", ["", "ada", "ada@localhost", "ädä@example.com", "ada lovelace@example.com", "a@b@c.de", "a..b@c.de"]
)
def test_an_address_that_stripe_may_refuse_gets_no_receipt(email):
    assert "receipt_email" not in told(dataclasses.replace(PURCHASE, email=email))


def test_who_the_shopper_is_shows_in_no_representation():
    assert "ada" not in repr(PURCHASE).lower()


def test_an_intent_is_told_its_order_once_and_again_when_the_number_changes():
    update = described.order_update({"saleor_transaction_id": "t"}, "T3JkZXI6MQ==", "35", ALL)

    assert update == {
        "description": "Order 35",
        "payment_details": {"order_reference": "35"},
        "metadata": {"saleor_order_id": "T3JkZXI6MQ==", "saleor_order_number": "35"},
    }
    assert described.order_update(update["metadata"], "T3JkZXI6MQ==", "35", ALL) == {}
    assert described.order_update(update["metadata"], "T3JkZXI6MQ==", "36", ALL) != {}


def test_an_intent_is_told_nothing_of_an_order_without_a_number_or_where_orders_are_not_told():
    assert described.order_update({}, "T3JkZXI6MQ==", "", ALL) == {}
    assert described.order_update({}, "T3JkZXI6MQ==", "35", Options(send_order=False)) == {}
