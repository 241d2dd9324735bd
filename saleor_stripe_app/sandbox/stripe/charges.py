"""Charges: the tries to move an intent's money (https://docs.stripe.com/api/charges)."""

from saleor_stripe_app.sandbox.stripe.balance import AVAILABLE_AFTER, processing_fee, record
from saleor_stripe_app.sandbox.stripe.call import Call
from saleor_stripe_app.sandbox.stripe.charge_object import render
from saleor_stripe_app.sandbox.stripe.context import Context
from saleor_stripe_app.sandbox.stripe.customer_objects import PaymentMethod
from saleor_stripe_app.sandbox.stripe.destination_charges import split
from saleor_stripe_app.sandbox.stripe.form import Json
from saleor_stripe_app.sandbox.stripe.objects import BalanceTransaction, Charge, PaymentIntent
from saleor_stripe_app.sandbox.stripe.pages import page
from saleor_stripe_app.sandbox.stripe.parameters import merged_metadata
from saleor_stripe_app.sandbox.stripe.transfer_objects import render_payment

_COPIED = (
    "description",
    "receipt_email",
    "shipping",
    "statement_descriptor",
    "statement_descriptor_suffix",
    "transfer_group",
    "on_behalf_of",
    "application_fee_amount",
    "transfer_data",
)
_APPROVED: dict[str, Json] = {
    "advice_code": None,
    "network_advice_code": None,
    "network_decline_code": None,
    "network_status": "approved_by_network",
    "reason": None,
    "risk_level": "normal",
    "risk_score": 7,
    "seller_message": "Payment complete.",
    "type": "authorized",
}


def open_charge(context: Context, intent: PaymentIntent, method: PaymentMethod) -> Charge:
    """A new charge of an intent, its latest; metadata is copied from the intent this once."""
    card = intent.options.get("card", {}) if method.type == "card" else {}
    account = context.books.account
    multicapture = card.get("request_multicapture") == "if_available" and account.multicapture
    charge = Charge(
        id=context.ids.new("ch" if method.type in ("card", "link") else "py"),
        intent=intent.id,
        payment_method=method.id,
        type=method.type,
        amount=intent.amount,
        currency=intent.currency,
        created=context.now,
        livemode=intent.livemode,
        billing=method.billing,
        fields={name: intent.fields.get(name) for name in _COPIED},
        metadata=dict(intent.metadata),
        customer=intent.customer,
        outcome=dict(_APPROVED),
        multicapture=multicapture and method.behaviour.multicapture,
        incremental=card.get("request_incremental_authorization") == "if_available" and account.incremental,
        extended=card.get("request_extended_authorization") == "if_available" and account.extended,
    )
    context.books.charges[charge.id] = charge
    context.books.charges_of.setdefault(intent.id, []).append(charge.id)
    intent.latest_charge = charge.id
    return charge


def take(context: Context, charge: Charge, amount: int) -> None:
    """Take a part of the money: the balance moves, and the first movement is the one that the charge names."""
    charge.captures += 1
    charge.amount_captured += amount
    transaction = _book(context, charge, amount)
    charge.balance_transaction = charge.balance_transaction or transaction.id
    split(context, charge, transaction)


def settle(context: Context, charge: Charge) -> None:
    """Book an automatic charge: its balance transaction comes after the answer, and `charge.updated` tells of it.

    https://docs.stripe.com/payments/payment-intents/asynchronous-capture
    """
    transaction = _book(context, charge, charge.amount_captured)
    charge.balance_transaction = transaction.id
    split(context, charge, transaction)
    context.emit("charge.updated", render(context, charge), {"balance_transaction": None})


def _book(context: Context, charge: Charge, amount: int) -> BalanceTransaction:
    kind = "charge" if charge.id.startswith("ch_") else "payment"
    at_once = context.books.payment_methods[charge.payment_method].behaviour.available_at_once
    available_on = context.now + (0 if at_once else AVAILABLE_AFTER)
    conversion = context.books.account.conversions.get(charge.currency)
    fee = processing_fee(conversion.of(amount, charge.currency) if conversion else amount)
    return record(context, kind, charge.id, amount, charge.currency, fee=fee, available_on=available_on, settles=True)


def retrieve(call: Call) -> dict[str, Json]:
    """GET /v1/charges/{charge}; a transfer is a charge to the account that it went to."""
    transferred = call.books.destination_payments.get(call.path[0])
    if transferred is not None:
        return render_payment(call.context, transferred)
    return render(call.context, call.books.charge(call.path[0]))


def update(call: Call) -> dict[str, Json]:
    """POST /v1/charges/{charge}: description, receipt and metadata."""
    charge = call.books.charge(call.path[0])
    charge.metadata = merged_metadata(charge.metadata, call.parameters)
    for name in ("description", "receipt_email", "shipping", "transfer_group"):
        if name in call.parameters:
            charge.fields[name] = call.parameters.value(name)
    shown = render(call.context, charge)
    call.context.emit("charge.updated", shown)
    return shown


def list_all(call: Call) -> dict[str, Json]:
    """GET /v1/charges, by payment_intent, customer and transfer_group."""
    intent, customer = call.parameters.text("payment_intent"), call.parameters.text("customer")
    group = call.parameters.text("transfer_group")
    ids = call.books.charges_of.get(intent, []) if intent else list(call.books.charges)
    found = [
        charge
        for charge in (call.books.charges[identifier] for identifier in reversed(ids))
        if customer in (None, charge.customer) and group in (None, charge.fields["transfer_group"])
    ]
    return page(call, found, lambda charge: render(call.context, charge))
