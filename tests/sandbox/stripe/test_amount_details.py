"""Line items add up to the amount, or the request is refused as Stripe refuses it."""

from typing import Any

import pytest
import stripe

from tests.sandbox.stripe.conftest import Shop

MISMATCH = "amount_details_amount_mismatch"


def item(cost: int, quantity: int = 1, **more: Any) -> dict[str, Any]:
    return {"product_name": "Mug", "unit_cost": cost, "quantity": quantity, **more}


def made(shop: Shop, amount: int, **details: Any) -> stripe.PaymentIntent:
    return shop.v1.payment_intents.create({"amount": amount, "currency": "eur", "amount_details": details})


def refusal(shop: Shop, amount: int, **details: Any) -> str | None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        made(shop, amount, **details)
    return refused.value.code


def test_items_taxes_discounts_and_shipping_make_up_the_amount(shop: Shop) -> None:
    lines = [item(300, 2, discount_amount=50, tax={"total_tax_amount": 40}), item(100)]

    intent = made(shop, 790, line_items=lines, shipping={"amount": 100})

    assert intent.amount_details is not None
    assert intent.amount_details.shipping.amount == 100
    assert "error" not in intent.amount_details


@pytest.mark.parametrize("off", [-1, 1])
def test_a_cent_too_few_or_too_many_is_refused(shop: Shop, off: int) -> None:
    assert refusal(shop, 600 + off, line_items=[item(300, 2)]) == MISMATCH


def test_a_mismatch_is_shown_instead_where_the_request_allows_it(shop: Shop) -> None:
    intent = made(shop, 601, line_items=[item(300, 2)], enforce_arithmetic_validation=False)

    assert intent.amount_details is not None
    assert intent.amount_details.error.code == MISMATCH
    assert intent.status == "requires_payment_method"


def test_more_tax_discount_and_shipping_than_the_amount_is_refused(shop: Shop) -> None:
    code = refusal(shop, 100, line_items=[item(1000, discount_amount=900)])

    assert code == "amount_details_tax_shipping_discount_greater_than_amount"


@pytest.mark.parametrize(
    "details",
    [
        {"line_items": [item(1)] * 201},
        {"line_items": [item(100, 0)]},
        {"line_items": [item(100, discount_amount=0)]},
        {"line_items": [item(120, discount_amount=20)], "discount_amount": 20},
        {"line_items": [item(80, tax={"total_tax_amount": 20})], "tax": {"total_tax_amount": 20}},
    ],
    ids=["too many", "no quantity", "no discount", "two discounts", "two taxes"],
)
def test_what_no_arithmetic_excuses_is_refused_in_any_case(shop: Shop, details: dict[str, Any]) -> None:
    assert refusal(shop, 100, **details, enforce_arithmetic_validation=False) is None


def test_an_update_and_a_capture_are_held_to_their_own_amount(shop: Shop) -> None:
    held = shop.authorize(600)
    lines = {"line_items": [item(300)]}

    with pytest.raises(stripe.InvalidRequestError, match="come to 300"):
        shop.v1.payment_intents.update(held.id, {"amount_details": lines})
    with pytest.raises(stripe.InvalidRequestError, match="come to 300"):
        shop.v1.payment_intents.capture(held.id, {"amount_details": lines})
    captured = shop.v1.payment_intents.capture(held.id, {"amount_to_capture": 300, "amount_details": lines})
    assert captured.amount_received == 300
