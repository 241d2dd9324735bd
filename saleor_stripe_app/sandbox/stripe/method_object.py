"""How a payment method looks (https://docs.stripe.com/api/payment_methods/object)."""

from collections.abc import Mapping

from saleor_stripe_app.sandbox.stripe.customer_objects import PaymentMethod
from saleor_stripe_app.sandbox.stripe.form import Json
from saleor_stripe_app.sandbox.stripe.parameters import Parameters

_ADDRESS = ("city", "country", "line1", "line2", "postal_code", "state")


def render(method: PaymentMethod) -> dict[str, Json]:
    """https://docs.stripe.com/api/payment_methods/object."""
    return {
        "id": method.id,
        "object": "payment_method",
        "allow_redisplay": method.allow_redisplay,
        "billing_details": method.billing,
        method.type: method.details,
        "created": method.created,
        "customer": method.customer,
        "customer_account": None,
        "livemode": method.livemode,
        "metadata": method.metadata,
        "type": method.type,
    }


def billing(data: Parameters) -> Mapping[str, Json]:
    """Billing details as objects show them."""
    address = data.hash("address")
    return {
        "address": {name: address.text(name) for name in _ADDRESS},
        "email": data.text("email"),
        "name": data.text("name"),
        "phone": data.text("phone"),
        "tax_id": None,
    }
