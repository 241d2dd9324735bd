"""What keeps Saleor from making an order of a checkout, and channels that do it by themselves."""

from datetime import timedelta
from decimal import Decimal

import pytest

from saleor_stripe_app.sandbox.saleor.errors import MutationError
from saleor_stripe_app.sandbox.saleor.purchases import complete_checkout, create_checkout
from tests.sandbox.saleor.storefront import basket


@pytest.fixture
def pay(courier, app, scripted):
    async def charge(checkout):
        scripted.will_answer("transaction_initialize_session", {"result": "CHARGE_SUCCESS", "pspReference": "pi_1"})
        return await courier.initialize(checkout.id, app.identifier)

    return charge


def set_to(**values):
    def spoil(checkout):
        for name, value in values.items():
            setattr(checkout, name, value)

    return spoil


def sold_out(checkout):
    checkout.contents[0].variant.stock = 0


def unpublished(checkout):
    checkout.contents[0].variant.is_available = False


def closed(checkout):
    checkout.channel.is_active = False


@pytest.mark.parametrize(
    ("spoil", "code", "field"),
    [
        (set_to(email=None), "EMAIL_NOT_SET", None),
        (unpublished, "UNAVAILABLE_VARIANT_IN_CHANNEL", "lines"),
        (set_to(delivery=None), "SHIPPING_METHOD_NOT_SET", "shippingMethod"),
        (set_to(shipping_address=None), "SHIPPING_ADDRESS_NOT_SET", "shippingAddress"),
        (set_to(billing_address=None), "BILLING_ADDRESS_NOT_SET", "billingAddress"),
        (set_to(tax_error="no answer"), "TAX_ERROR", None),
        (closed, "CHANNEL_INACTIVE", "channel"),
        (sold_out, "INSUFFICIENT_STOCK", None),
    ],
)
async def test_a_paid_checkout_is_refused_for_what_is_missing(saleor, pay, spoil, code, field):
    checkout = create_checkout(saleor, basket("100"))
    await pay(checkout)
    spoil(checkout)
    with pytest.raises(MutationError) as refused:
        complete_checkout(saleor, checkout.token)
    assert (refused.value.code, refused.value.field) == (code, field)
    assert checkout.token in saleor.checkouts


async def test_what_is_sold_is_taken_from_the_stock(saleor, pay):
    checkout = create_checkout(saleor, basket("100"))
    variant = checkout.contents[0].variant
    variant.stock = 1
    await pay(checkout)
    complete_checkout(saleor, checkout.token)
    assert variant.stock == 0


async def test_a_channel_tries_again_until_the_stock_is_back(saleor, courier, clock, pay):
    saleor.channel("default-channel").checkout_settings.automatically_complete_fully_paid_checkouts = True
    checkout = create_checkout(saleor, basket("100"))
    checkout.contents[0].variant.stock = 0
    await pay(checkout)
    await courier.work()
    assert saleor.orders == {}
    checkout.contents[0].variant.stock = 3
    clock.advance(60)
    await courier.work()
    assert [order.checkout_id for order in saleor.orders.values()] == [checkout.id]


async def test_a_channel_leaves_older_checkouts_than_its_cut_off_alone(saleor, courier, clock, pay):
    settings = saleor.channel("default-channel").checkout_settings
    settings.automatically_complete_fully_paid_checkouts = True
    old = create_checkout(saleor, basket("100"))
    settings.automatic_completion_cut_off_date = saleor.now() + timedelta(seconds=1)
    clock.advance(2)
    new = create_checkout(saleor, basket("100"))
    for checkout in (old, new):
        await pay(checkout)
    await courier.work()
    assert [order.checkout_id for order in saleor.orders.values()] == [new.id]


async def test_nothing_to_pay_is_not_completed_by_the_channel(saleor, courier, pay):
    saleor.channel("default-channel").checkout_settings.automatically_complete_fully_paid_checkouts = True
    checkout = create_checkout(saleor, basket("100"), gift_card=Decimal(100))
    await pay(checkout)
    await courier.work()
    assert saleor.orders == {}
