"""Movements of the account's balance (https://docs.stripe.com/api/balance_transactions)."""

from collections import defaultdict

from saleor_stripe_app.sandbox.stripe.call import Call
from saleor_stripe_app.sandbox.stripe.context import Context
from saleor_stripe_app.sandbox.stripe.errors import missing
from saleor_stripe_app.sandbox.stripe.form import Json
from saleor_stripe_app.sandbox.stripe.objects import BalanceTransaction
from saleor_stripe_app.sandbox.stripe.pages import page

_AVAILABLE_AFTER = 2 * 24 * 3600


def record(
    context: Context, kind: str, source: str, amount: int, currency: str, category: str | None = None
) -> BalanceTransaction:
    """Book a movement, reported under a category where its kind is none.

    Charges bear a fee of 2.9 % and 30 minor units, as the stand-in's own price list has it.
    """
    fee = amount * 29 // 1000 + 30 if kind in ("charge", "payment") else 0
    transaction = BalanceTransaction(
        id=context.ids.new("txn"),
        type=kind,
        source=source,
        amount=amount,
        fee=fee,
        currency=currency,
        created=context.now,
        reporting_category=category or ("charge" if kind == "payment" else kind),
    )
    context.books.balance_transactions[transaction.id] = transaction
    return transaction


def retrieve_transaction(call: Call) -> dict[str, Json]:
    """GET /v1/balance_transactions/{id}."""
    found = call.books.balance_transactions.get(call.path[0])
    if found is None:
        raise missing("balance transaction", call.path[0], "id")
    return render(found)


def list_transactions(call: Call) -> dict[str, Json]:
    """GET /v1/balance_transactions, by source, type and currency."""
    wanted = {name: call.parameters.text(name) for name in ("source", "type", "currency")}
    found = [
        transaction
        for transaction in reversed(call.books.balance_transactions.values())
        if wanted["source"] in (None, transaction.source)
        and wanted["type"] in (None, transaction.type)
        and wanted["currency"] in (None, transaction.currency)
    ]
    return page(call, found, render)


def retrieve(call: Call) -> dict[str, Json]:
    """GET /v1/balance: everything is pending, as in an account that has not been paid out yet."""
    totals: dict[str, int] = defaultdict(int)
    for transaction in call.books.balance_transactions.values():
        totals[transaction.currency] += transaction.amount - transaction.fee
    totals.setdefault(call.books.account.currency, 0)
    return {
        "object": "balance",
        "available": [{"amount": 0, "currency": name, "source_types": {"card": 0}} for name in totals],
        "livemode": call.books.livemode,
        "pending": [
            {"amount": amount, "currency": name, "source_types": {"card": amount}} for name, amount in totals.items()
        ],
    }


def render(transaction: BalanceTransaction) -> dict[str, Json]:
    """https://docs.stripe.com/api/balance_transactions/object."""
    fees: list[Json] = []
    if transaction.fee:
        fees.append(
            {
                "amount": transaction.fee,
                "application": None,
                "currency": transaction.currency,
                "description": "Stripe processing fees",
                "type": "stripe_fee",
            }
        )
    return {
        "id": transaction.id,
        "object": "balance_transaction",
        "amount": transaction.amount,
        "available_on": transaction.created + _AVAILABLE_AFTER,
        "balance_type": "payments",
        "created": transaction.created,
        "currency": transaction.currency,
        "description": None,
        "exchange_rate": None,
        "fee": transaction.fee,
        "fee_details": fees,
        "net": transaction.amount - transaction.fee,
        "reporting_category": transaction.reporting_category,
        "source": transaction.source,
        "status": "pending",
        "type": transaction.type,
    }
