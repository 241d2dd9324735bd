"""Line items: to the minor unit or not at all."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saleor_stripe_app.domain.amount_details import LONGEST_CODE, LONGEST_NAME, MOST_LINES, amount_details
from saleor_stripe_app.domain.money import CURRENCIES, minor_step, to_decimal, to_minor
from saleor_stripe_app.domain.purchase import Line, Purchase


def sold(*lines: Line, shipping: str = "0", total: str | None = None) -> Purchase:
    paid = sum((line.net + line.tax for line in lines), Decimal(shipping))
    return Purchase("Q2hlY2tvdXQ6MQ==", Decimal(total) if total else paid, Decimal(shipping), lines)


def line(net: str, tax: str = "0", *, quantity: int = 1, undiscounted: str | None = None, **more: str) -> Line:
    known = Decimal(undiscounted) if undiscounted else None
    return Line(more.get("name", "Tee"), quantity, Decimal(net), Decimal(tax), known, more.get("sku", ""))


def as_stripe_adds_it_up(details) -> int:
    """https://docs.stripe.com/payments/payments-line-items."""
    items = sum(
        item["quantity"] * item["unit_cost"] - item.get("discount_amount", 0) + item["tax"]["total_tax_amount"]
        for item in details["line_items"]
    )
    return items + details.get("shipping", {}).get("amount", 0)


@st.composite
def purchases(draw) -> tuple[Purchase, int, str]:
    currency = draw(st.sampled_from(sorted(CURRENCIES)))
    step = minor_step(currency)

    def money(most: int) -> Decimal:
        return to_decimal(draw(st.integers(0, most)) * step, currency)

    lines = []
    for _ in range(draw(st.integers(1, 6))):
        net = money(5000)
        undiscounted = draw(st.sampled_from([None, net, net + money(9000), net - money(3), net * Decimal("1.2345678")]))
        sku = draw(st.sampled_from(["", "328223580", "A-VERY-LONG-SKU-0001"]))
        name = draw(st.text(max_size=1100))
        lines.append(Line(name, draw(st.integers(1, 40)), net, money(900), undiscounted, sku))
    shipping = money(700)
    total = sum((item.net + item.tax for item in lines), shipping)
    return Purchase("Q2hlY2tvdXQ6MQ==", total, shipping, tuple(lines)), to_minor(total, currency), currency


@settings(deadline=None)
@given(purchases())
def test_what_is_told_of_any_whole_purchase_adds_up_by_stripes_rule(made):
    purchase, amount, currency = made

    details = amount_details(purchase, amount, currency)

    assert details is not None
    assert as_stripe_adds_it_up(details) == amount
    discounts = 0
    for item in details["line_items"]:
        assert item["quantity"] >= 1
        assert item["unit_cost"] >= 0
        assert item["unit_cost"] % minor_step(currency) == 0
        assert item.get("discount_amount", 1) > 0
        assert 0 < len(item["product_name"]) <= LONGEST_NAME
        assert 0 < len(item.get("product_code", "-")) <= LONGEST_CODE
        discounts += item.get("discount_amount", 0) + item["tax"]["total_tax_amount"]
    assert discounts + details.get("shipping", {}).get("amount", 0) <= amount


@settings(deadline=None)
@given(purchases(), st.integers(-300, 300).filter(bool))
def test_nothing_is_told_of_a_part_or_of_prices_that_do_not_add_up(made, off):
    purchase, amount, currency = made
    step = minor_step(currency)

    assert amount_details(purchase, amount + off * step, currency) is None
    more = Line("Unpriced", 1, to_decimal(step, currency), Decimal(0))
    assert (
        amount_details(Purchase("", purchase.total, purchase.shipping, (*purchase.lines, more)), amount, currency)
        is None
    )


def test_what_does_not_divide_into_equal_units_is_sold_as_one():
    details = amount_details(sold(line("10.00", quantity=3, name="Sticker")), 1000, "EUR")

    assert details is not None
    assert details["line_items"] == [
        {"product_name": "3 \u00d7 Sticker", "quantity": 1, "unit_cost": 1000, "tax": {"total_tax_amount": 0}}
    ]


def test_a_price_with_tax_in_it_is_told_net_with_its_tax_and_discount():
    tee = line("45.38", "8.62", quantity=2, undiscounted="50.4201680672", name="Tee, M", sku="TEE-M")

    details = amount_details(sold(tee, shipping="4.90"), 5890, "EUR")

    assert details == {
        "line_items": [
            {
                "product_name": "Tee, M",
                "quantity": 2,
                "unit_cost": 2521,
                "tax": {"total_tax_amount": 862},
                "discount_amount": 504,
                "product_code": "TEE-M",
            }
        ],
        "shipping": {"amount": 490},
        "enforce_arithmetic_validation": False,
    }


def test_saleors_rounding_is_no_discount():
    details = amount_details(sold(line("99.99", quantity=3, undiscounted="100.00")), 9999, "USD")

    assert details is not None
    assert details["line_items"][0] == {
        "product_name": "Tee",
        "quantity": 3,
        "unit_cost": 3333,
        "tax": {"total_tax_amount": 0},
    }


def test_discounts_above_the_amount_are_left_out_and_the_prices_paid_are_told():
    details = amount_details(sold(line("10.00", undiscounted="100.00")), 1000, "USD")

    assert details is not None
    assert details["line_items"][0]["unit_cost"] == 1000
    assert "discount_amount" not in details["line_items"][0]


@pytest.mark.parametrize(
    ("currency", "net", "amount", "cost"), [("JPY", "1999", 1999, 1999), ("KWD", "3.120", 3120, 3120)]
)
def test_units_are_the_currencys(currency, net, amount, cost):
    details = amount_details(sold(line(net)), amount, currency)

    assert details is not None
    assert details["line_items"][0]["unit_cost"] == cost


def test_a_price_finer_than_stripe_takes_leaves_the_items_out_though_the_total_could_be_taken():
    assert amount_details(sold(line("3.125"), line("3.125")), 6250, "KWD") is None


def test_a_gift_card_that_pays_for_a_part_leaves_the_items_out():
    assert amount_details(sold(line("120.00"), total="105.00"), 10500, "USD") is None
    assert amount_details(sold(line("120.00"), total="105.00"), 12000, "USD") is None


@pytest.mark.parametrize(("count", "told"), [(0, False), (MOST_LINES, True), (MOST_LINES + 1, False)])
def test_stripe_takes_two_hundred_lines(count, told):
    purchase = sold(*[line("1.00")] * count, shipping="1.00")

    assert (amount_details(purchase, 100 * count + 100, "USD") is not None) is told


@pytest.mark.parametrize("quantity", [0, -1])
def test_a_line_without_a_quantity_leaves_the_items_out(quantity):
    assert amount_details(sold(line("1.00", quantity=quantity)), 100, "USD") is None


def test_a_price_before_discounts_below_the_price_paid_is_no_discount():
    details = amount_details(sold(line("1.00"), line("0", undiscounted="-0.01")), 100, "USD")

    assert details is not None
    assert [item.get("discount_amount") for item in details["line_items"]] == [None, None]
