"""Customers (https://docs.stripe.com/api/customers), as far as payments refer to them."""

from saleor_stripe_app.sandbox.stripe.call import Call
from saleor_stripe_app.sandbox.stripe.customer_objects import Customer
from saleor_stripe_app.sandbox.stripe.form import Json
from saleor_stripe_app.sandbox.stripe.pages import page
from saleor_stripe_app.sandbox.stripe.parameters import merged_metadata

_FIELDS = ("address", "description", "email", "name", "phone", "shipping")


def create(call: Call) -> dict[str, Json]:
    """POST /v1/customers."""
    context = call.context
    customer = Customer(
        id=context.ids.new("cus", 14),
        created=context.now,
        livemode=call.books.livemode,
        fields={name: call.parameters.value(name) for name in _FIELDS},
        metadata=merged_metadata({}, call.parameters),
    )
    call.books.customers[customer.id] = customer
    context.emit("customer.created", render(customer))
    return render(customer)


def retrieve(call: Call) -> dict[str, Json]:
    """GET /v1/customers/{customer}, even of one that was deleted."""
    return render(call.books.customer(call.path[0], even_deleted=True))


def update(call: Call) -> dict[str, Json]:
    """POST /v1/customers/{customer}."""
    customer = call.books.customer(call.path[0])
    customer.metadata = merged_metadata(customer.metadata, call.parameters)
    customer.fields |= {name: call.parameters.value(name) for name in _FIELDS if name in call.parameters}
    call.context.emit("customer.updated", render(customer))
    return render(customer)


def delete(call: Call) -> dict[str, Json]:
    """DELETE /v1/customers/{customer}: for good, and what the customer paid with cannot be used any more."""
    customer = call.books.customer(call.path[0])
    call.context.emit("customer.deleted", render(customer))
    customer.deleted = True
    for method in call.books.payment_methods.values():
        if method.customer == customer.id:
            method.customer, method.used_up = None, True
    return render(customer)


def list_all(call: Call) -> dict[str, Json]:
    """GET /v1/customers, by e-mail."""
    email = call.parameters.text("email")
    found = [
        customer
        for customer in reversed(call.books.customers.values())
        if not customer.deleted and email in (None, customer.fields["email"])
    ]
    return page(call, found, render)


def render(customer: Customer) -> dict[str, Json]:
    """https://docs.stripe.com/api/customers/object; of a deleted one only that it was one."""
    if customer.deleted:
        return {"id": customer.id, "object": "customer", "deleted": True}
    return {
        "id": customer.id,
        "object": "customer",
        "balance": 0,
        "created": customer.created,
        "currency": None,
        "default_source": None,
        "delinquent": False,
        "discount": None,
        "invoice_prefix": customer.id[-8:].upper(),
        "invoice_settings": {
            "custom_fields": None,
            "default_payment_method": None,
            "footer": None,
            "rendering_options": None,
        },
        "livemode": customer.livemode,
        "metadata": customer.metadata,
        "next_invoice_sequence": 1,
        "preferred_locales": [],
        "tax_exempt": "none",
        "test_clock": None,
        **customer.fields,
    }
