"""Accounts in v1: a key's own, and those that are connected to it (https://docs.stripe.com/api/accounts)."""

from saleor_stripe_app.sandbox.stripe.account_object import render
from saleor_stripe_app.sandbox.stripe.books import Account
from saleor_stripe_app.sandbox.stripe.call import Call
from saleor_stripe_app.sandbox.stripe.connect_objects import Connection
from saleor_stripe_app.sandbox.stripe.context import Context
from saleor_stripe_app.sandbox.stripe.errors import StripeFailure
from saleor_stripe_app.sandbox.stripe.form import Json
from saleor_stripe_app.sandbox.stripe.pages import page


def retrieve_own(call: Call) -> dict[str, Json]:
    """GET /v1/account."""
    return shown(call, call.books.account)


def retrieve(call: Call) -> dict[str, Json]:
    """GET /v1/accounts/{account}: the key's own, or one connected to it."""
    if call.path[0] == call.books.account.id:
        return retrieve_own(call)
    return shown(call, connected(call)[0])


def list_all(call: Call) -> dict[str, Json]:
    """GET /v1/accounts: those connected to the key's own, newest first."""
    found = [account for account in reversed(call.context.directory.accounts.values()) if is_connected(call, account)]
    return page(call, found, lambda account: render(account, to_platform=True))


def shown(call: Call, account: Account) -> dict[str, Json]:
    """An account as the caller sees it: a platform that speaks through Stripe-Account is still the platform."""
    return render(account, to_platform=call.key.account != account.id)


def connected(call: Call) -> tuple[Account, Connection]:
    """The account in the path; 403 unless it is connected to the caller's."""
    account = call.context.directory.accounts.get(call.path[0])
    if account is None or not is_connected(call, account):
        raise no_access(call.key.masked(), call.path[0])
    assert account.connection is not None
    return account, account.connection


def is_connected(call: Call, account: Account) -> bool:
    """Whether the caller's account is the platform of another."""
    return account.connection is not None and account.platform == call.books.account.id


def find_connected(context: Context, identifier: str | None) -> tuple[Account, Connection] | None:
    """An account that is connected to the one whose books these are."""
    account = context.directory.accounts.get(identifier or "")
    if account is None or account.platform != context.books.account.id or account.connection is None:
        return None
    return account, account.connection


def no_access(key: str, account: str) -> StripeFailure:
    """403 for an account that is not the key's, nor connected to it."""
    return StripeFailure(
        403,
        f"The provided key '{key}' does not have access to account '{account}' (or that account does not exist). "
        "Application access may have been revoked.",
        code="account_invalid",
        keeps=False,
    )
