"""The endpoints of Connect, and what a restricted key needs for each."""

from collections.abc import Callable

from saleor_stripe_app.sandbox.stripe import (
    account_links,
    account_sessions,
    accounts,
    accounts_v2,
    application_fees,
    capabilities,
    connected_accounts,
    payouts,
    transfer_reversals,
    transfers,
)
from saleor_stripe_app.sandbox.stripe.call import Call
from saleor_stripe_app.sandbox.stripe.form import Json

Endpoint = Callable[[Call], dict[str, Json]]

TABLE: tuple[tuple[str, str, Endpoint], ...] = (
    ("POST", "accounts", connected_accounts.create),
    ("GET", "accounts", accounts.list_all),
    ("POST", "accounts/*", connected_accounts.update),
    ("DELETE", "accounts/*", connected_accounts.delete),
    ("POST", "accounts/*/reject", connected_accounts.reject),
    ("GET", "accounts/*/capabilities", capabilities.list_all),
    ("GET", "accounts/*/capabilities/*", capabilities.retrieve),
    ("POST", "accounts/*/capabilities/*", capabilities.update),
    ("POST", "accounts/*/login_links", account_sessions.create_login_link),
    ("POST", "account_links", account_links.create),
    ("POST", "account_sessions", account_sessions.create),
    ("POST", "transfers", transfers.create),
    ("GET", "transfers", transfers.list_all),
    ("GET", "transfers/*", transfers.retrieve),
    ("POST", "transfers/*", transfers.update),
    ("POST", "transfers/*/reversals", transfer_reversals.create),
    ("GET", "transfers/*/reversals", transfer_reversals.list_all),
    ("GET", "transfers/*/reversals/*", transfer_reversals.retrieve),
    ("POST", "transfers/*/reversals/*", transfer_reversals.update),
    ("GET", "application_fees", application_fees.list_all),
    ("GET", "application_fees/*", application_fees.retrieve),
    ("POST", "application_fees/*/refunds", application_fees.create_refund),
    ("GET", "application_fees/*/refunds", application_fees.list_refunds),
    ("GET", "application_fees/*/refunds/*", application_fees.retrieve_refund),
    ("POST", "payouts", payouts.create),
    ("GET", "payouts", payouts.list_all),
    ("GET", "payouts/*", payouts.retrieve),
    ("POST", "payouts/*", payouts.update),
    ("POST", "payouts/*/cancel", payouts.cancel),
    ("POST", "/v2/core/accounts", accounts_v2.create),
    ("GET", "/v2/core/accounts", accounts_v2.list_all),
    ("GET", "/v2/core/accounts/*", accounts_v2.retrieve),
    ("POST", "/v2/core/accounts/*", accounts_v2.update),
    ("POST", "/v2/core/accounts/*/close", accounts_v2.close),
    ("POST", "/v2/core/account_links", accounts_v2.create_link),
)

PERMISSIONS: dict[str, str] = {
    "account_links": "rak_account_link",
    "account_sessions": "rak_account_session",
    "payouts": "rak_payout",
    "transfers": "rak_transfer",
    "application_fees": "rak_application_fee",
}
"""Stems by the first word of the path, as the router has them."""

_CONNECT = "rak_connected_account"
SINGLE: dict[Endpoint, str] = {
    connected_accounts.create: _CONNECT,
    accounts.list_all: _CONNECT,
    connected_accounts.update: _CONNECT,
    connected_accounts.delete: _CONNECT,
    connected_accounts.reject: _CONNECT,
    capabilities.list_all: _CONNECT,
    capabilities.retrieve: _CONNECT,
    capabilities.update: _CONNECT,
    account_sessions.create_login_link: _CONNECT,
    accounts_v2.create: _CONNECT,
    accounts_v2.list_all: _CONNECT,
    accounts_v2.retrieve: _CONNECT,
    accounts_v2.update: _CONNECT,
    accounts_v2.close: _CONNECT,
    accounts_v2.create_link: "rak_account_link",
}
"""Stems of endpoints that need another permission than their path says."""
