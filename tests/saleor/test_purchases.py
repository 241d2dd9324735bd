"""What a checkout or an order shows is read as a purchase, and whatever is missing costs nothing."""

import json
from decimal import Decimal

import pytest

from saleor_stripe_app.domain import money
from saleor_stripe_app.domain.amount_details import amount_details
from saleor_stripe_app.domain.purchase import Address, Line
from saleor_stripe_app.saleor import payloads
from tests.saleor import recordings

INITIALIZE = "transaction-initialize-session"
WHOLE = ["checkout-guest-usd", "checkout-customer-usd", "checkout-jpy", "checkout-pln-with-tax", "checkout-voucher"]


def request(name: str):
    return payloads.transaction_initialize(recordings.read(f"{INITIALIZE}.{name}").body)


def changed(name: str, **source):
    body = json.loads(recordings.read(f"{INITIALIZE}.{name}").body)
    body["sourceObject"] |= source
    return payloads.transaction_initialize(json.dumps(body).encode())


def price(gross: float, net: float):
    return {"gross": {"amount": gross}, "net": {"amount": net}}


def sold(quantity: int, gross: float, net: float, undiscounted: float):
    return {
        "quantity": quantity,
        "totalPrice": price(gross, net),
        "undiscountedTotalPrice": {"amount": undiscounted},
        "variant": {"name": "S", "sku": "1", "product": {"name": "Tee"}},
    }


def test_a_recorded_checkout_is_read_with_all_it_costs():
    purchase = request("checkout-voucher").purchase

    assert purchase is not None
    assert (purchase.total, purchase.shipping, purchase.number) == (114, 0, "")
    assert (purchase.email, purchase.carrier) == ("guest@example.com", "Default")
    assert purchase.lines == (
        Line("Monospace Tee, S", 1, Decimal(19), Decimal(0), Decimal(20), "328223580"),
        Line("Paul's Balance 420, 39", 2, Decimal(95), Decimal(0), Decimal(100), "118223581"),
    )
    assert purchase.shipping_address == Address(
        "Ada", "Lovelace", "", "2000 Main St", "Apt 4", "AUSTIN", "78701", "TX", "US", "+15125550100"
    )


def test_a_recorded_order_is_read_with_its_number():
    purchase = request("order-guest").purchase

    assert purchase is not None
    assert (purchase.number, purchase.total, purchase.email) == ("31", 70, "draft@example.com")
    assert [line.name for line in purchase.lines] == ["Monospace Tee, S", "Paul's Balance 420, 39"]


@pytest.mark.parametrize("name", [*WHOLE, "order-guest"])
def test_the_lines_of_a_recorded_whole_payment_add_up(name):
    asked = request(name)
    assert asked.purchase is not None

    assert amount_details(asked.purchase, money.to_minor(asked.amount, asked.currency), asked.currency) is not None


@pytest.mark.parametrize(("name", "why"), [("checkout-kwd", "3.125 is too fine"), ("order-discount", "a part")])
def test_the_lines_of_a_recorded_payment_that_cannot_be_told_are_left_out(name, why):
    asked = request(name)
    assert asked.purchase is not None

    assert amount_details(asked.purchase, money.to_minor(asked.amount, asked.currency), asked.currency) is None, why


@pytest.mark.parametrize(
    ("lines", "discount", "undiscounted"),
    [
        ([sold(1, 119, 100, 119)], 0, [Decimal(100)]),
        ([sold(1, 119, 100, 100)], 0, [Decimal(100)]),
        ([sold(2, 107.1, 90, 119)], 11.9, [Decimal(100)]),
        ([sold(2, 107.1, 90, 100)], 10, [Decimal(100)]),
        ([sold(1, 107.1, 90, 130)], 10, [None]),
        ([sold(1, 0, 0, 10)], 10, [Decimal(10)]),
        ([sold(1, 119, 100, 119), sold(1, 0, 0, 10)], 10, [Decimal(100), Decimal(10)]),
    ],
    ids=["with tax", "without tax", "with tax, less", "without tax, less", "neither", "a gift", "with a gift"],
)
def test_prices_before_discounts_are_net_where_the_sums_show_how_they_were_entered(lines, discount, undiscounted):
    purchase = changed("checkout-voucher", lines=lines, discount={"amount": discount}).purchase

    assert purchase is not None
    assert [line.undiscounted for line in purchase.lines] == undiscounted


@pytest.mark.parametrize(
    "nulls",
    [
        {"totalPrice": None},
        {"lines": None},
        {"email": None, "shippingAddress": None, "delivery": None, "discount": None, "shippingPrice": None},
        {"delivery": {"shippingMethod": None}, "shippingAddress": {"country": None}},
        {"lines": [{"quantity": 1, "totalPrice": None, "variant": None}]},
        {"lines": [{**sold(1, 1, 1, 1), "variant": None, "undiscountedTotalPrice": None}]},
    ],
)
def test_what_saleor_does_not_show_costs_nothing_but_its_mention(nulls):
    asked = changed("checkout-voucher", **nulls)

    assert asked.amount == 114
    if asked.purchase is not None:
        amount_details(asked.purchase, 11400, "USD")


def test_a_line_of_an_order_without_a_price_leaves_all_lines_out():
    purchase = changed("order-guest", orderLines=[{"quantity": 1, "totalPrice": None}]).purchase

    assert purchase is not None
    assert purchase.lines == ()
