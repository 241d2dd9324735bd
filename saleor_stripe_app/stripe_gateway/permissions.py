"""Permissions of restricted keys: the ones this app needs, by the names that Stripe's Dashboard shows.

Stripe's 403 names a permission by its internal word, as in "Having the 'rak_charge_write' permission would allow this
request to continue", and the account it was asked on (https://docs.stripe.com/keys#limit-access).
"""

import re

# Writing includes reading (https://docs.stripe.com/keys#limit-access).
NEEDED = {
    "rak_payment_intent_write": "PaymentIntents: Write",
    "rak_charge_write": "Charges and Refunds: Write",
    "rak_dispute_read": "Disputes: Read",
    "rak_webhook_write": "Webhook Endpoints: Write",
}
# A key without these takes payments: customers are not told to Stripe then, and nothing can be saved.
SAVING = {
    "rak_customer_write": "Customers: Write",
    "rak_payment_method_write": "Payment Methods: Write",
    "rak_setup_intent_write": "Setup Intents: Write",
    "rak_customer_session_write": "Customer Session: Write",
}
# Asked for only where there are vendors.
CONNECT = {
    "rak_connected_account_write": "Connect: Write",
    "rak_transfer_write": "Transfers: Write",
    "rak_accounts_kyc_basic_read": "Accounts: Read",
    "rak_account_link_write": "Account Links: Write",
    "rak_account_session_write": "Account Sessions: Write",
}
# Of vendors' accounts. A key without these pays vendors: staff do not see what they have then.
VENDORS_MONEY = {"rak_balance_read": "Balance: Read", "rak_payout_read": "Payouts: Read"}
ACCOUNT_READ = "Accounts: Read"
EVENTS_READ = "Events: Read"
# A key without these works: what it may not read is left out.
USEFUL = {"rak_balance_transaction_source_read": "Balance Transaction Sources: Read"}
_OTHER_NAMES = {
    "rak_payment_intent_read": "PaymentIntents: Read",
    "rak_customer_read": "Customers: Read",
    "rak_payment_method_read": "Payment Methods: Read",
    "rak_charge_read": "Charges and Refunds: Read",
    "rak_webhook_read": "Webhook Endpoints: Read",
    "rak_connected_account_read": "Connect: Read",
    "rak_event_read": EVENTS_READ,
}
_NAMED = re.compile(r"'(rak_[a-z0-9_]+)'")
_ACCOUNT = re.compile(r"\bacct_[A-Za-z0-9]+\b")


def missing_permission(message: str) -> str | None:
    """The permission that a 403 names, as the Dashboard shows it, else in Stripe's own word; None if it names none."""
    found = _NAMED.search(message)
    if found is None:
        return None
    return (NEEDED | SAVING | USEFUL | CONNECT | VENDORS_MONEY | _OTHER_NAMES).get(found[1], found[1])


def account_named(message: str) -> str | None:
    """The account that a 403 says the key belongs to."""
    found = _ACCOUNT.search(message)
    return found[0] if found else None
