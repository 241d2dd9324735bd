"""Charges: the tries to move an intent's money (https://docs.stripe.com/api/charges)."""

from saleor_stripe_app.sandbox.stripe.balance import AVAILABLE_AFTER, application_of, processing_fee, record
from saleor_stripe_app.sandbox.stripe.call import Call
from saleor_stripe_app.sandbox.stripe.context import Context
from saleor_stripe_app.sandbox.stripe.customer_objects import PaymentMethod
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
_SHOWN = ("bank_code", "branch_code", "country", "last4", "bank", "bank_name", "account_type", "routing_number")
_CHALLENGED: dict[str, Json] = {
    "authentication_flow": "challenge",
    "electronic_commerce_indicator": "05",
    "exemption_indicator": None,
    "result": "authenticated",
    "result_reason": None,
    "transaction_id": "85f91e29-3ca5-4bd6-b0cb-6d1a5f8b1f54",
    "version": "2.2.0",
}
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


def settle(context: Context, charge: Charge) -> None:
    """Book an automatic charge: its balance transaction comes after the answer, and `charge.updated` tells of it.

    https://docs.stripe.com/payments/payment-intents/asynchronous-capture
    """
    transaction = _book(context, charge, charge.amount_captured)
    charge.balance_transaction = transaction.id
    context.emit("charge.updated", render(context, charge), {"balance_transaction": None})


def _book(context: Context, charge: Charge, amount: int) -> BalanceTransaction:
    kind = "charge" if charge.id.startswith("ch_") else "payment"
    at_once = context.books.payment_methods[charge.payment_method].behaviour.available_at_once
    available_on = context.now + (0 if at_once else AVAILABLE_AFTER)
    fee = processing_fee(amount)
    return record(context, kind, charge.id, amount, charge.currency, fee=fee, available_on=available_on)


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


def render(context: Context, charge: Charge) -> dict[str, Json]:
    """https://docs.stripe.com/api/charges/object; refunds are shown on request only."""
    pages, account = context.pages, context.books.account.id
    return {
        "id": charge.id,
        "object": "charge",
        "amount": charge.amount,
        "amount_captured": charge.amount_captured,
        "amount_refunded": charge.amount_refunded,
        "application": application_of(context.books.account.platform),
        "application_fee": charge.application_fee,
        "balance_transaction": charge.balance_transaction,
        "billing_details": charge.billing,
        "calculated_statement_descriptor": _on_statements(charge),
        "captured": charge.captured,
        "created": charge.created,
        "currency": charge.currency,
        "customer": charge.customer,
        "disputed": charge.disputed,
        "failure_balance_transaction": charge.failure_balance_transaction,
        "failure_code": charge.failure_code,
        "failure_message": charge.failure_message,
        "fraud_details": {},
        "livemode": charge.livemode,
        "metadata": charge.metadata,
        "outcome": charge.outcome,
        "paid": charge.paid,
        "payment_intent": charge.intent,
        "payment_method": charge.payment_method,
        "payment_method_details": {charge.type: _details(context, charge), "type": charge.type},
        "receipt_number": None,
        "receipt_url": f"{pages}/receipts/{account}/{charge.id}" if charge.paid else None,
        "refunded": charge.refunded,
        "review": context.books.payment_intents[charge.intent].review,
        "source_transfer": None,
        "status": charge.status,
        **charge.fields,
        **({"transfer": charge.transfer} if charge.transfer else {}),
    }


def _on_statements(charge: Charge) -> str:
    """https://docs.stripe.com/get-started/account/statement-descriptors: a suffix is for cards."""
    suffix = charge.fields.get("statement_descriptor_suffix") if charge.type == "card" else None
    return f"SANDBOX* {suffix}"[:22] if suffix else "SANDBOX"


def _details(context: Context, charge: Charge) -> dict[str, Json]:
    method = context.books.payment_methods[charge.payment_method]
    if charge.type != "card":
        shown = {name: value for name, value in method.details.items() if name in _SHOWN}
        return shown if charge.generated is None else {**shown, "generated_sepa_debit": charge.generated}
    details = {
        name: method.details[name]
        for name in ("brand", "checks", "country", "exp_month", "exp_year", "fingerprint", "funding", "last4")
    }
    return details | {
        "amount_authorized": charge.amount if charge.paid else None,
        "authorization_code": "123456" if charge.paid else None,
        "capture_before": charge.capture_before,
        "extended_authorization": {"status": "enabled" if charge.extended else "disabled"},
        "incremental_authorization": {"status": "available" if charge.incremental else "unavailable"},
        "installments": None,
        "mandate": None,
        "multicapture": {"status": "available" if charge.multicapture else "unavailable"},
        "network": method.details["brand"],
        "network_token": {"used": False},
        "network_transaction_id": None,
        "overcapture": {"maximum_amount_capturable": charge.amount, "status": "unavailable"},
        "regulated_status": "unregulated",
        "three_d_secure": dict(_CHALLENGED) if charge.authenticated else None,
        "wallet": None,
    }
