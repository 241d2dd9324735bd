"""How transfers, their reversals and the payments that they are to their accounts look.

https://docs.stripe.com/api/transfers/object and https://docs.stripe.com/api/transfer_reversals/object
"""

from saleor_stripe_app.sandbox.stripe.balance import application_of
from saleor_stripe_app.sandbox.stripe.books import Books
from saleor_stripe_app.sandbox.stripe.context import Context
from saleor_stripe_app.sandbox.stripe.form import Json
from saleor_stripe_app.sandbox.stripe.pages import listing
from saleor_stripe_app.sandbox.stripe.transfer_records import DestinationPayment, Transfer, TransferReversal

_SHOWN_REVERSALS = 10


def render(books: Books, transfer: Transfer) -> dict[str, Json]:
    """A transfer with its latest reversals, as its platform sees it."""
    latest = list(reversed(transfer.reversals))[:_SHOWN_REVERSALS]
    shown = [render_reversal(books.transfer_reversals[identifier]) for identifier in latest]
    more = len(transfer.reversals) > len(shown)
    return {
        "id": transfer.id,
        "object": "transfer",
        "amount": transfer.amount,
        "amount_reversed": transfer.amount_reversed,
        "balance_transaction": transfer.balance_transaction,
        "created": transfer.created,
        "currency": transfer.currency,
        "description": transfer.description,
        "destination": transfer.destination,
        "destination_payment": transfer.destination_payment,
        "livemode": transfer.livemode,
        "metadata": dict(transfer.metadata),
        "reversals": {
            **listing(f"/v1/transfers/{transfer.id}/reversals", shown, has_more=more),
            "total_count": len(transfer.reversals),
        },
        "reversed": transfer.left == 0,
        "source_transaction": transfer.source_transaction,
        "source_type": "card",
        "transfer_group": transfer.transfer_group,
    }


def render_reversal(reversal: TransferReversal) -> dict[str, Json]:
    """A reversal."""
    return {
        "id": reversal.id,
        "object": "transfer_reversal",
        "amount": reversal.amount,
        "balance_transaction": reversal.balance_transaction,
        "created": reversal.created,
        "currency": reversal.currency,
        "destination_payment_refund": reversal.destination_payment_refund,
        "metadata": dict(reversal.metadata),
        "source_refund": reversal.source_refund,
        "transfer": reversal.transfer,
    }


def render_payment(context: Context, payment: DestinationPayment) -> dict[str, Json]:
    """A transfer as the account sees it that it went to: a charge of no intent."""
    return {
        "id": payment.id,
        "object": "charge",
        "amount": payment.amount,
        "amount_captured": payment.amount,
        "amount_refunded": payment.amount_refunded,
        "application": application_of(context.books.account.platform),
        "application_fee": payment.application_fee,
        "application_fee_amount": payment.application_fee_amount,
        "balance_transaction": payment.balance_transaction,
        "billing_details": {
            "address": dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state")),
            "email": None,
            "name": None,
            "phone": None,
            "tax_id": None,
        },
        "calculated_statement_descriptor": None,
        "captured": True,
        "created": payment.created,
        "currency": payment.currency,
        "customer": None,
        "description": None,
        "disputed": False,
        "failure_balance_transaction": None,
        "failure_code": None,
        "failure_message": None,
        "fraud_details": {},
        "livemode": payment.livemode,
        "metadata": {},
        "on_behalf_of": None,
        "outcome": None,
        "paid": True,
        "payment_intent": None,
        "payment_method": None,
        "payment_method_details": {"stripe_account": {}, "type": "stripe_account"},
        "receipt_email": None,
        "receipt_number": None,
        "receipt_url": None,
        "refunded": payment.amount_refunded == payment.amount,
        "review": None,
        "shipping": None,
        "source_transfer": payment.source_transfer,
        "statement_descriptor": None,
        "statement_descriptor_suffix": None,
        "status": "succeeded",
        "transfer_data": None,
        "transfer_group": None,
    }
