"""How charges look (https://docs.stripe.com/api/charges/object)."""

from collections.abc import Mapping

from saleor_stripe_app.sandbox.stripe.balance import application_of
from saleor_stripe_app.sandbox.stripe.context import Context
from saleor_stripe_app.sandbox.stripe.form import Json
from saleor_stripe_app.sandbox.stripe.objects import Charge

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
        "transfer_data": _routed(charge.fields.get("transfer_data")),
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


def _routed(data: Json) -> Json:
    """Where the money goes, without what only the intent shows."""
    if not isinstance(data, Mapping):
        return None
    return {"amount": data.get("amount"), "destination": data.get("destination")}
