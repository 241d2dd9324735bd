"""Checkouts becoming orders, by hand and by themselves."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from saleor_stripe_app.sandbox.saleor.errors import MutationError
from saleor_stripe_app.sandbox.saleor.purchases import (
    Item,
    checkout_of,
    complete_checkout,
    create_checkout,
    create_order,
)
from saleor_stripe_app.sandbox.saleor.saleor import total


@pytest.fixture
def pay(courier, app, scripted):
    async def with_answer(checkout, result, amount=None):
        scripted.will_answer("transaction_initialize_session", {"result": result, "pspReference": "pi_1"})
        wanted = None if amount is None else Decimal(amount)
        return (await courier.initialize(checkout.id, app.identifier, amount=wanted)).transaction

    return with_answer


@pytest.mark.parametrize(
    ("result", "order_charge", "order_authorize"),
    [
        ("CHARGE_SUCCESS", "FULL", "FULL"),
        ("AUTHORIZATION_SUCCESS", "NONE", "FULL"),
        ("CHARGE_REQUEST", "NONE", "NONE"),
        ("AUTHORIZATION_REQUEST", "NONE", "NONE"),
    ],
)
async def test_pending_amounts_complete_a_checkout_but_do_not_pay_the_order(
    saleor, pay, result, order_charge, order_authorize
):
    checkout = checkout_of(saleor, "120")
    transaction = await pay(checkout, result)
    assert checkout.authorize_status == "FULL"
    order = complete_checkout(saleor, checkout.token)
    assert (order.charge_status, order.authorize_status) == (order_charge, order_authorize)
    assert (order.status, order.checkout_id) == ("UNFULFILLED", checkout.id)
    assert (transaction.order, transaction.checkout) == (order.token, None)
    assert complete_checkout(saleor, checkout.token) is order


async def test_a_checkout_that_is_not_covered_is_not_completed_unless_the_channel_allows(saleor, pay):
    checkout = checkout_of(saleor, "120")
    await pay(checkout, "CHARGE_SUCCESS", 119)
    assert (checkout.charge_status, checkout.authorize_status) == ("PARTIAL", "PARTIAL")
    with pytest.raises(MutationError) as refused:
        complete_checkout(saleor, checkout.token)
    assert refused.value.code == "CHECKOUT_NOT_FULLY_PAID"
    checkout.channel.order_settings.allow_unpaid_orders = True
    assert complete_checkout(saleor, checkout.token).charge_status == "PARTIAL"


async def test_too_much_is_overcharged(saleor, pay):
    checkout = checkout_of(saleor, "120")
    await pay(checkout, "CHARGE_SUCCESS", 121)
    assert checkout.charge_status == "OVERCHARGED"
    assert checkout.total_balance.amount == 1


async def test_an_unknown_or_empty_checkout_is_not_completed(saleor):
    with pytest.raises(MutationError, match="resolve"):
        complete_checkout(saleor, "none")
    empty = create_checkout(saleor, [])
    with pytest.raises(MutationError, match="lines"):
        complete_checkout(saleor, empty.token)


async def test_a_channel_completes_paid_checkouts_by_itself_after_its_delay(saleor, courier, clock, pay):
    settings = saleor.channel("default-channel").checkout_settings
    settings.automatically_complete_fully_paid_checkouts = True
    settings.automatic_completion_delay = 1
    checkout = checkout_of(saleor, "120")
    await pay(checkout, "CHARGE_SUCCESS")
    await courier.work()
    assert saleor.orders == {}
    clock.advance(60)
    await courier.work()
    [order] = saleor.orders.values()
    assert order.checkout_id == checkout.id
    assert complete_checkout(saleor, checkout.token) is order


async def test_without_that_setting_a_paid_checkout_stays(saleor, courier, clock, pay):
    await pay(checkout_of(saleor, "120"), "CHARGE_SUCCESS")
    clock.advance(600)
    await courier.work()
    assert saleor.orders == {}


async def test_an_order_from_a_draft_knows_no_checkout(saleor):
    order = create_order(saleor, [Item("Tee", Decimal(70))])
    assert (order.origin, order.checkout_id, order.total.gross.amount) == ("DRAFT", None, 70)


async def test_a_discount_lowers_lines_and_total(saleor):
    checkout = create_checkout(saleor, [Item("Tee", Decimal(20), 6, discount=Decimal(1))], voucher_code="VCO")
    assert (checkout.discount.amount, checkout.total_price.gross.amount) == (6, 114)
    order = create_order(saleor, [Item("Tee", Decimal(20), 6, discount=Decimal(1))])
    assert [discount.total.amount for discount in order.discounts] == [6]
    assert order.undiscounted_total.gross.amount == 120


async def test_totals_of_the_ledger_are_added_up(saleor, pay):
    for amount in (30, 50):
        await pay(checkout_of(saleor, str(amount)), "CHARGE_SUCCESS")
    assert total(list(saleor.transactions.values()), "charged") == 80


def test_time_comes_from_the_clock_alone(saleor):
    assert saleor.now().replace(microsecond=0) == datetime(2026, 11, 24, 12, tzinfo=UTC)
