"""The endpoints of payment methods (https://docs.stripe.com/api/payment_methods)."""

from saleor_stripe_app.sandbox.stripe import method_making, saving
from saleor_stripe_app.sandbox.stripe.call import Call
from saleor_stripe_app.sandbox.stripe.customer_objects import PaymentMethod
from saleor_stripe_app.sandbox.stripe.decline_errors import card_error
from saleor_stripe_app.sandbox.stripe.errors import invalid, missing
from saleor_stripe_app.sandbox.stripe.form import Json
from saleor_stripe_app.sandbox.stripe.method_object import billing, render
from saleor_stripe_app.sandbox.stripe.method_types import SAVED_AS
from saleor_stripe_app.sandbox.stripe.pages import page
from saleor_stripe_app.sandbox.stripe.parameters import merged_metadata


def create(call: Call) -> dict[str, Json]:
    """POST /v1/payment_methods."""
    return render(method_making.from_data(call.context, call.parameters))


def retrieve(call: Call) -> dict[str, Json]:
    """GET /v1/payment_methods/{payment_method}."""
    return render(method_making.find(call.context, call.path[0]))


def update(call: Call) -> dict[str, Json]:
    """POST /v1/payment_methods/{payment_method}: only of one that a customer has."""
    method = method_making.find(call.context, call.path[0])
    if method.customer is None:
        raise invalid("You must save this PaymentMethod to a customer before you can update it.")
    method.metadata = merged_metadata(method.metadata, call.parameters)
    method.allow_redisplay = call.parameters.text("allow_redisplay") or method.allow_redisplay
    if "billing_details" in call.parameters:
        method.billing = billing(call.parameters.hash("billing_details"))
    card = call.parameters.hash("card")
    for name in ("exp_month", "exp_year"):
        if method.type == "card" and name in card:
            method.details[name] = card.required_integer(name)
    call.context.emit("payment_method.updated", render(method))
    return render(method)


def attach(call: Call) -> dict[str, Json]:
    """POST /v1/payment_methods/{payment_method}/attach: the card is checked with its issuer."""
    method = method_making.find(call.context, call.path[0])
    customer = call.books.customer(call.parameters.required_text("customer"), 400)
    if method.customer is not None:
        raise invalid("The payment method you provided has already been attached to a customer.")
    if method.used_up:
        raise invalid(
            "This PaymentMethod was previously used without being attached to a Customer or was detached from a "
            "Customer, and may not be used again."
        )
    if SAVED_AS.get(method.type) != method.type:
        raise invalid(
            f"Payment methods of type {method.type} cannot be saved to customers.",
            "payment_method",
            "payment_method_unsupported_type",
        )
    if method.behaviour.decline and not method.behaviour.can_be_kept:
        raise card_error(method.behaviour.decline)
    saving.attach(call.context, method, customer.id)
    return render(method)


def detach(call: Call) -> dict[str, Json]:
    """POST /v1/payment_methods/{payment_method}/detach: it cannot be used any more."""
    method = method_making.find(call.context, call.path[0])
    if method.customer is None:
        raise invalid("The payment method you provided is not attached to a customer so detachment is impossible.")
    customer, method.customer, method.used_up = method.customer, None, True
    call.context.emit("payment_method.detached", render(method), {"customer": customer})
    return render(method)


def list_all(call: Call) -> dict[str, Json]:
    """GET /v1/payment_methods, of a customer."""
    customer = call.books.customer(call.parameters.required_text("customer"), 400)
    return _page(call, customer.id)


def of_customer(call: Call) -> dict[str, Json]:
    """GET /v1/customers/{customer}/payment_methods."""
    return _page(call, call.books.customer(call.path[0]).id)


def one_of_customer(call: Call) -> dict[str, Json]:
    """GET /v1/customers/{customer}/payment_methods/{payment_method}."""
    customer, method = call.books.customer(call.path[0]), call.books.payment_methods.get(call.path[1])
    if method is None or method.customer != customer.id:
        raise missing("PaymentMethod", call.path[1], "payment_method")
    return render(method)


def _page(call: Call, customer: str) -> dict[str, Json]:
    """Newest first, by `type` and `allow_redisplay`."""
    wanted, shown = call.parameters.text("type"), call.parameters.text("allow_redisplay")

    def fits(method: PaymentMethod) -> bool:
        return wanted in (None, method.type) and shown in (None, method.allow_redisplay)

    found = [method for method in reversed(call.books.payment_methods.values()) if method.customer == customer]
    return page(call, [method for method in found if fits(method)], render)
