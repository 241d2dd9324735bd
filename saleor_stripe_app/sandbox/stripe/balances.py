"""What an account has, by currency (https://docs.stripe.com/api/balance)."""

from collections.abc import Callable

from saleor_stripe_app.sandbox.stripe.books import Books
from saleor_stripe_app.sandbox.stripe.call import Call
from saleor_stripe_app.sandbox.stripe.context import Context
from saleor_stripe_app.sandbox.stripe.form import Json


def retrieve(call: Call) -> dict[str, Json]:
    """GET /v1/balance."""
    books, context = call.books, call.context
    found = {moved.currency for moved in books.balance_transactions.values()} | {books.account.currency}
    currencies = sorted(found, key=lambda name: (name != books.account.currency, name))
    held = {name: reserved(context, name) for name in currencies}
    shown: dict[str, Json] = {
        "object": "balance",
        "available": [_amount(available(context, name) - held[name], name) for name in currencies],
        "livemode": books.livemode,
        "pending": [_amount(pending(context, name), name) for name in currencies],
    }
    if any(held.values()):
        shown["connect_reserved"] = [_amount(amount, name) for name, amount in held.items()]
    return shown


def available(context: Context, currency: str) -> int:
    """What can be used now, in minor units."""
    return _sum(context.books, currency, lambda on: on <= context.now)


def pending(context: Context, currency: str) -> int:
    """What will be usable once payments have settled."""
    return _sum(context.books, currency, lambda on: on > context.now)


def usable(context: Context, currency: str) -> int:
    """What a platform can transfer or pay out: what is available, less what stands in for accounts in debt."""
    return available(context, currency) - reserved(context, currency)


def reserved(context: Context, currency: str) -> int:
    """What a platform's balance holds back for connected accounts below zero.

    https://docs.stripe.com/connect/account-balances#understanding-connected-reserve-balances
    """
    platform = context.books.account.id
    debts = [
        min(0, available(context.within(account.id), currency))
        for account in context.directory.accounts.values()
        if account.platform == platform and account.connection is not None and account.connection.reserves
    ]
    return -sum(debts)


def _sum(books: Books, currency: str, counts: Callable[[int], bool]) -> int:
    return sum(
        moved.net
        for moved in books.balance_transactions.values()
        if moved.currency == currency and counts(moved.available_on)
    )


def _amount(amount: int, currency: str) -> Json:
    return {"amount": amount, "currency": currency, "source_types": {"card": amount}}
