"""Movements of the account's balance (https://docs.stripe.com/api/balance_transactions)."""

from saleor_stripe_app.sandbox.stripe.call import Call
from saleor_stripe_app.sandbox.stripe.context import Context
from saleor_stripe_app.sandbox.stripe.errors import missing
from saleor_stripe_app.sandbox.stripe.form import Json
from saleor_stripe_app.sandbox.stripe.objects import BalanceTransaction
from saleor_stripe_app.sandbox.stripe.pages import page

AVAILABLE_AFTER = 2 * 24 * 3600
"""Seconds until the money of a payment can be used."""


def processing_fee(amount: int) -> int:
    """2.9 % and 30 minor units, as the stand-in's own price list has it."""
    return amount * 29 // 1000 + 30


def record(
    context: Context,
    kind: str,
    source: str,
    amount: int,
    currency: str,
    category: str | None = None,
    *,
    fee: int = 0,
    application_fee: int = 0,
    available_on: int | None = None,
    settles: bool = False,
) -> BalanceTransaction:
    """Book a movement, reported under a category where its kind is none; it counts at once unless told otherwise.

    `fee` is Stripe's, `application_fee` the platform's. What `settles` is turned into the account's own currency where
    the account does not keep the one it was charged in.
    """
    presented, rate = amount, None
    if settles and (conversion := context.books.account.conversions.get(currency)):
        amount, currency, rate = conversion.of(amount, currency), conversion.currency, conversion.rate
    transaction = BalanceTransaction(
        id=context.ids.new("txn"),
        type=kind,
        source=source,
        amount=amount,
        fee=fee + application_fee,
        currency=currency,
        created=context.now,
        reporting_category=category or ("charge" if kind == "payment" else kind),
        available_on=context.now if available_on is None else available_on,
        presented=presented,
        exchange_rate=rate,
        application_fee=application_fee,
    )
    context.books.balance_transactions[transaction.id] = transaction
    return transaction


def retrieve_transaction(call: Call) -> dict[str, Json]:
    """GET /v1/balance_transactions/{id}."""
    found = call.books.balance_transactions.get(call.path[0])
    if found is None:
        raise missing("balance transaction", call.path[0], "id")
    return render(call.context, found)


def list_transactions(call: Call) -> dict[str, Json]:
    """GET /v1/balance_transactions, by source, type, currency and the automatic payout that paid them out."""
    wanted = {name: call.parameters.text(name) for name in ("source", "type", "currency", "payout")}
    found = [
        transaction
        for transaction in reversed(call.books.balance_transactions.values())
        if wanted["source"] in (None, transaction.source)
        and wanted["type"] in (None, transaction.type)
        and wanted["currency"] in (None, transaction.currency)
        and wanted["payout"] in (None, transaction.payout)
    ]
    return page(call, found, lambda transaction: render(call.context, transaction))


def render(context: Context, transaction: BalanceTransaction) -> dict[str, Json]:
    """https://docs.stripe.com/api/balance_transactions/object."""
    parts = {
        "stripe_fee": (transaction.fee - transaction.application_fee, "Stripe processing fees"),
        "application_fee": (transaction.application_fee, "Application fee"),
    }
    fees: list[Json] = [
        {
            "amount": amount,
            "application": application_of(context.books.account.platform) if kind == "application_fee" else None,
            "currency": transaction.currency,
            "description": description,
            "type": kind,
        }
        for kind, (amount, description) in parts.items()
        if amount
    ]
    return {
        "id": transaction.id,
        "object": "balance_transaction",
        "amount": transaction.amount,
        "available_on": transaction.available_on,
        "balance_type": "payments",
        "created": transaction.created,
        "currency": transaction.currency,
        "description": None,
        "exchange_rate": float(transaction.exchange_rate) if transaction.exchange_rate else None,
        "fee": transaction.fee,
        "fee_details": fees,
        "net": transaction.net,
        "reporting_category": transaction.reporting_category,
        "source": transaction.source or None,
        "status": "available" if transaction.available_on <= context.now else "pending",
        "type": transaction.type,
    }


def application_of(platform: str | None) -> str | None:
    """The id of a platform's application, as objects of its connected accounts show it."""
    return f"ca_{platform.removeprefix('acct_')}" if platform else None
