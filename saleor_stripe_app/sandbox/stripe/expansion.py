"""Objects in the place of ids, where asked for (https://docs.stripe.com/api/expanding_objects).

A restricted key sees no more by expanding than it may read on its own.
"""

from collections.abc import Callable, Sequence

from saleor_stripe_app.sandbox.stripe import (
    application_fees,
    balance,
    charge_object,
    customers,
    disputes,
    keys,
    method_making,
    method_object,
    payouts,
    refund_object,
    reviews,
    transfer_objects,
)
from saleor_stripe_app.sandbox.stripe.account_object import render as render_account
from saleor_stripe_app.sandbox.stripe.context import Context
from saleor_stripe_app.sandbox.stripe.errors import invalid
from saleor_stripe_app.sandbox.stripe.form import Json
from saleor_stripe_app.sandbox.stripe.intent_object import render as render_intent
from saleor_stripe_app.sandbox.stripe.keys import Key
from saleor_stripe_app.sandbox.stripe.pages import listing
from saleor_stripe_app.sandbox.stripe.related import holder
from saleor_stripe_app.sandbox.stripe.setup_object import render as render_setup

_EXPANDABLE = {
    "payment_intent": {"latest_charge", "payment_method", "customer", "review", "application", "on_behalf_of"},
    "charge": {
        "balance_transaction",
        "refunds",
        "payment_intent",
        "customer",
        "failure_balance_transaction",
        "application",
        "application_fee",
        "review",
        "source_transfer",
        "transfer",
    },
    "refund": {
        "charge",
        "payment_intent",
        "balance_transaction",
        "failure_balance_transaction",
        "source_transfer_reversal",
        "transfer_reversal",
    },
    "dispute": {"charge", "payment_intent"},
    "review": {"charge", "payment_intent"},
    "balance_transaction": {"source"},
    "payment_method": {"customer"},
    "setup_intent": {"payment_method", "customer", "application", "on_behalf_of"},
    "customer_session": {"customer"},
    "radar.early_fraud_warning": {"charge", "payment_intent"},
    "transfer": {"balance_transaction", "source_transaction", "destination", "destination_payment"},
    "transfer_reversal": {"balance_transaction", "transfer", "source_refund"},
    "application_fee": {"balance_transaction", "originating_transaction", "account", "charge"},
    "fee_refund": {"balance_transaction", "fee"},
    "payout": {"balance_transaction", "failure_balance_transaction"},
}


def expand(context: Context, key: Key, shown: dict[str, Json], paths: Sequence[str]) -> None:
    """Put objects in place, in an answer just made.

    A property that has none of its own is refused with 400, an object that the key may not read with 403.
    """
    for path in paths:
        _walk(context, key, shown, path.split("."), path)


def _walk(context: Context, key: Key, node: dict[str, Json], parts: list[str], path: str) -> None:
    name, rest = parts[0], parts[1:]
    if node.get("object") == "list" and name == "data":
        items = node["data"]
        assert isinstance(items, Sequence)
        for item in items:
            if isinstance(item, dict) and rest:
                _walk(context, key, item, rest, path)
        return
    if name not in _EXPANDABLE.get(str(node.get("object")), ()):
        raise invalid(f"This property cannot be expanded ({path}).", "expand")
    if name == "refunds" and "refunds" not in node:
        node["refunds"] = _refunds(context, str(node["id"]))
    value = node.get(name)
    if isinstance(value, str):
        node[name] = value = _find(context, key, value)
    if rest and isinstance(value, dict):
        _walk(context, key, value, rest, path)


def _find(context: Context, key: Key, identifier: str) -> Json:
    """The object with an id; an id of a kind that is not kept here stays an id."""
    prefix = identifier.partition("_")[0]
    if key.kind == keys.RESTRICTED and prefix in _PERMISSIONS:
        keys.authorize(key, _PERMISSIONS[prefix], context.books.account.id, publishable=False)
    render = _BY_PREFIX.get(prefix)
    return render(context, identifier) if render else identifier


_PERMISSIONS = {
    "pi": "rak_payment_intent_read",
    "ch": "rak_charge_read",
    "py": "rak_charge_read",
    "pm": "rak_payment_method_read",
    "seti": "rak_setup_intent_read",
    "txn": "rak_balance_transaction_source_read",
    "re": "rak_charge_read",
    "pyr": "rak_charge_read",
    "cus": "rak_customer_read",
    "tr": "rak_transfer_read",
    "trr": "rak_transfer_read",
    "fee": "rak_application_fee_read",
    "po": "rak_payout_read",
    "acct": "rak_accounts_kyc_basic_read",
}


def _charge(context: Context, identifier: str) -> Json:
    place = holder(context, "destination_payments", identifier)
    transferred = place.books.destination_payments.get(identifier)
    if transferred is not None:
        return transfer_objects.render_payment(place, transferred)
    return charge_object.render(context, context.books.charge(identifier))


def _moved(context: Context, identifier: str) -> Json:
    place = holder(context, "balance_transactions", identifier)
    return balance.render(place, place.books.balance_transactions[identifier])


def _transfer(context: Context, identifier: str) -> Json:
    place = holder(context, "transfers", identifier)
    return transfer_objects.render(place.books, place.books.transfers[identifier])


_BY_PREFIX: dict[str, Callable[[Context, str], Json]] = {
    "pi": lambda context, identifier: render_intent(context.books.intent(identifier)),
    "ch": _charge,
    "py": _charge,
    "pm": lambda context, identifier: method_object.render(method_making.find(context, identifier)),
    "txn": _moved,
    "re": lambda context, identifier: refund_object.render(context.books.refund(identifier)),
    "pyr": lambda context, identifier: refund_object.render(context.books.refund(identifier)),
    "seti": lambda context, identifier: render_setup(context.books.setup_intents[identifier]),
    "du": lambda context, identifier: disputes.render(context, context.books.dispute(identifier)),
    "prv": lambda context, identifier: reviews.render(context.books.review(identifier)),
    "tr": _transfer,
    "trr": lambda context, identifier: transfer_objects.render_reversal(context.books.transfer_reversals[identifier]),
    "fee": lambda context, identifier: application_fees.render(
        context.books, context.books.application_fees[identifier]
    ),
    "po": lambda context, identifier: payouts.render(context.books.payouts[identifier]),
    "acct": lambda context, identifier: render_account(context.directory.accounts[identifier], to_platform=True),
    "cus": lambda context, identifier: customers.render(context.books.customer(identifier, even_deleted=True)),
}


def _refunds(context: Context, charge: str) -> Json:
    made = [context.books.refunds[identifier] for identifier in reversed(context.books.refunds_of.get(charge, []))]
    shown = [refund_object.render(refund) for refund in made[:10]]
    return listing(f"/v1/charges/{charge}/refunds", shown, has_more=len(made) > len(shown))
