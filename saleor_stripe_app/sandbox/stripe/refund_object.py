"""How refunds look (https://docs.stripe.com/api/refunds/object)."""

from saleor_stripe_app.sandbox.stripe.form import Json
from saleor_stripe_app.sandbox.stripe.objects import Refund


def render(refund: Refund) -> dict[str, Json]:
    """https://docs.stripe.com/api/refunds/object."""
    shown: dict[str, Json] = {
        "id": refund.id,
        "object": "refund",
        "amount": refund.amount,
        "balance_transaction": refund.balance_transaction,
        "charge": refund.charge,
        "created": refund.created,
        "currency": refund.currency,
        "destination_details": _destination(refund),
        "metadata": refund.metadata,
        "payment_intent": refund.intent or None,
        "reason": refund.reason,
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": refund.status,
        "transfer_reversal": refund.transfer_reversal,
    }
    optional = ("failure_balance_transaction", "failure_reason", "instructions_email", "pending_reason")
    shown |= {name: value for name in optional if (value := getattr(refund, name)) is not None}
    if refund.status == "requires_action":
        shown["next_action"] = {
            "type": "display_details",
            "display_details": {
                "email_sent": {"email_sent_at": refund.created, "email_sent_to": refund.instructions_email or ""},
                "expires_at": refund.created + 30 * 24 * 3600,
            },
        }
    return shown


def _destination(refund: Refund) -> Json:
    if refund.type != "card":
        return {"type": refund.type}
    return {
        "card": {
            "reference": "1234567890123456",
            "reference_status": "available",
            "reference_type": "acquirer_reference_number",
            "type": "refund",
        },
        "type": "card",
    }
