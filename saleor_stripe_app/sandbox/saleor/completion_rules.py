"""What must hold before Saleor makes an order of a checkout, and the code of each refusal (CheckoutErrorCode).

Source: saleor/graphql/checkout/mutations/checkout_complete.py, saleor/checkout/checkout_cleaner.py and
saleor/checkout/complete_checkout.py, whose order this is.
"""

from collections import Counter

from saleor_stripe_app.sandbox.saleor.catalogue import ProductVariant
from saleor_stripe_app.sandbox.saleor.checkouts import Checkout
from saleor_stripe_app.sandbox.saleor.errors import MutationError


def check(checkout: Checkout) -> None:
    """Raises MutationError for the first thing that is missing; stock is looked at last."""
    _check_contents(checkout)
    _check_addresses(checkout)
    if not checkout.channel.is_active:
        raise MutationError("channel", "Cannot complete checkout with inactive channel.", "CHANNEL_INACTIVE")
    if checkout.tax_error is not None:
        raise MutationError(None, f"Unable to calculate taxes - {checkout.tax_error}", "TAX_ERROR")
    if checkout.authorize_status != "FULL" and not checkout.channel.order_settings.allow_unpaid_orders:
        message = "The authorized amount doesn't cover the checkout's total amount."
        raise MutationError("id", message, "CHECKOUT_NOT_FULLY_PAID")
    _check_stock(checkout)


def _check_contents(checkout: Checkout) -> None:
    if not checkout.email:
        raise MutationError(None, "Checkout email must be set.", "EMAIL_NOT_SET")
    if any(not line.variant.is_available for line in checkout.contents):
        message = "Some of the checkout lines variants are unavailable."
        raise MutationError("lines", message, "UNAVAILABLE_VARIANT_IN_CHANNEL")
    if not checkout.contents:
        raise MutationError("lines", "Cannot complete checkout without lines.", "NO_LINES")


def _check_addresses(checkout: Checkout) -> None:
    if checkout.is_shipping_required:
        if checkout.delivery is None:
            raise MutationError("shippingMethod", "Shipping method is not set", "SHIPPING_METHOD_NOT_SET")
        if checkout.shipping_address is None:
            raise MutationError("shippingAddress", "Shipping address is not set", "SHIPPING_ADDRESS_NOT_SET")
    if checkout.billing_address is None:
        raise MutationError("billingAddress", "Billing address is not set", "BILLING_ADDRESS_NOT_SET")


def _wanted(checkout: Checkout) -> Counter[ProductVariant]:
    wanted: Counter[ProductVariant] = Counter()
    for line in checkout.contents:
        wanted[line.variant] += line.quantity
    return wanted


def _check_stock(checkout: Checkout) -> None:
    short = [v.product.name for v, count in _wanted(checkout).items() if v.stock is not None and v.stock < count]
    if short:
        raise MutationError(None, f"Insufficient product stock: {', '.join(short)}", "INSUFFICIENT_STOCK")


def allocate(checkout: Checkout) -> None:
    """Take what is sold out of the stock."""
    for variant, count in _wanted(checkout).items():
        if variant.stock is not None:
            variant.stock -= count
