"""What Stripe is told of a purchase beside its amount, each by the merchant's choice, and never at a payment's cost:
whatever is incomplete or may be refused is left out.

https://docs.stripe.com/api/payment_intents/create and https://docs.stripe.com/payments/payments-line-items.
"""

import re
from collections.abc import Mapping
from dataclasses import replace

from saleor_stripe_app.domain import contact, metadata
from saleor_stripe_app.domain.amount_details import amount_details
from saleor_stripe_app.domain.options import Options
from saleor_stripe_app.domain.purchase import Address, Purchase
from saleor_stripe_app.domain.report import Json

REFERENCE = 25  # characters of an order reference that reach a card network, letters and digits alone
LONGEST_NUMBER = 255
# What says something of a payment and does not decide how it is made.
WORDS = (
    "amount_details",
    "description",
    "payment_details",
    "receipt_email",
    "shipping",
    "statement_descriptor_suffix",
)


def of_purchase(purchase: Purchase, options: Options, *, amount: int, currency: str) -> dict[str, Json]:
    """The parameters that describe what an intent of `amount` minor units pays for; empty if nothing may be told."""
    described: dict[str, Json] = {}
    if not options.send_shipping:
        purchase = replace(purchase, shipping_address=None)
    if options.send_order:
        described |= of_order(purchase.id, purchase.number)
        details = amount_details(purchase, amount, currency)
        if details is not None:
            described["amount_details"] = details
    if purchase.shipping_address is not None:
        shipping = _shipping(purchase.shipping_address, purchase.carrier)
        if shipping:
            described["shipping"] = shipping
    if options.receipt_email and contact.email(purchase.email):
        described["receipt_email"] = purchase.email
    return described


def is_word(parameter: str | None) -> bool:
    """Whether a parameter that Stripe names (`shipping[address][country]`) only describes the payment."""
    return parameter is not None and parameter.partition("[")[0] in WORDS


def without_words(parameters: Mapping[str, Json]) -> dict[str, Json]:
    """The parameters of an intent that only moves the money, for a Stripe that does not take their words."""
    return {name: value for name, value in parameters.items() if name not in WORDS}


def marks(order_id: str, number: str, options: Options) -> dict[str, str]:
    """The metadata that names an order; none before there is one, and none where orders are not told."""
    return metadata.of_order(order_id, number) if number and options.send_order else {}


def order_update(known: Mapping[str, str], order_id: str, number: str, options: Options) -> dict[str, Json]:
    """What an intent with this metadata has still to be told of its order; empty if it knows it."""
    missing = marks(order_id, number, options)
    if not missing or missing.items() <= known.items():
        return {}
    return {**of_order(order_id, number), "metadata": dict(missing)}


def of_order(source_id: str, number: str) -> dict[str, Json]:
    """Description and reference: of the order by its number, before there is one by the checkout."""
    reference = _reference(source_id, number)
    named = f"Order {number[:LONGEST_NUMBER]}" if number else f"Checkout {reference}"
    return {"description": named, "payment_details": {"order_reference": reference}}


def _reference(source_id: str, number: str) -> str:
    """The number, or the end of the checkout's id: the beginnings of Saleor's ids are all the same."""
    plain = "".join(re.findall(r"[A-Za-z0-9]+", number))
    return plain[:REFERENCE] or "".join(re.findall(r"[A-Za-z0-9]+", source_id))[-REFERENCE:]


def _shipping(address: Address, carrier: str) -> dict[str, Json]:
    """Name and address; nothing where Stripe's two necessary parts are missing."""
    if not address.name or not address.line1:
        return {}
    shipping: dict[str, Json] = {"name": address.name, "address": contact.place(address)}
    if phone := contact.phone(address.phone):
        shipping["phone"] = phone
    if carrier:
        shipping["carrier"] = carrier
    return shipping
