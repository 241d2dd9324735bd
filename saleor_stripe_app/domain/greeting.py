"""What a storefront learns of the shopper when it greets the gateway, to fill Stripe's Payment Element with.

https://docs.stripe.com/js/elements_object/create_payment_element, options.defaultValues.billingDetails
"""

from collections.abc import Mapping

from saleor_stripe_app.domain import contact
from saleor_stripe_app.domain.customer import LONGEST_NAME
from saleor_stripe_app.domain.report import Json
from saleor_stripe_app.domain.requests import GatewayRequest
from saleor_stripe_app.domain.shopper import is_present

ORDER = "Order"


def wants_customer_session(request: GatewayRequest) -> bool:
    """Whether the storefront asks for what this customer saved, and the customer is there to see it."""
    asks = isinstance(request.data, Mapping) and request.data.get("customerSession") is True
    return asks and is_present(request.principal, request.user)


def billing_details(request: GatewayRequest) -> dict[str, Json]:
    """`billingDetails` as Elements take them, as far as they are known.

    Whoever knows a checkout's id may read its address at Saleor; an order's is its customer's alone.
    """
    if request.source.type == ORDER and not is_present(request.principal, request.user):
        return {}
    told: dict[str, Json] = {}
    if email := contact.email(request.email):
        told["email"] = email
    if (address := request.billing_address) is not None:
        if address.name:
            told["name"] = address.name[:LONGEST_NAME]
        if phone := contact.phone(address.phone):
            told["phone"] = phone
        if place := contact.place(address):
            told["address"] = place
    return {"billingDetails": told} if told else {}
