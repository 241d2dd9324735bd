"""What follows when a transaction's amounts have changed: others are told, lists are forgotten, checkouts complete.

Source: saleor/checkout/actions.py (transaction_amounts_for_checkout_updated), saleor/order/actions.py
(order_transaction_updated) and saleor/payment/utils.py.
"""

from saleor_stripe_app.sandbox.saleor import announcing
from saleor_stripe_app.sandbox.saleor.automatic_completion import schedule_completion
from saleor_stripe_app.sandbox.saleor.checkouts import Checkout
from saleor_stripe_app.sandbox.saleor.events import EventType, TransactionEvent
from saleor_stripe_app.sandbox.saleor.purchases import tell_of_payment
from saleor_stripe_app.sandbox.saleor.saleor import Saleor
from saleor_stripe_app.sandbox.saleor.transactions import Transaction
from saleor_stripe_app.sandbox.saleor.webhook_events import CheckoutFullyAuthorized, CheckoutFullyPaid

_PAID = frozenset({"FULL", "OVERCHARGED"})
_STORES_A_METHOD = frozenset(
    {
        EventType.AUTHORIZATION_SUCCESS,
        EventType.AUTHORIZATION_REQUEST,
        EventType.CHARGE_SUCCESS,
        EventType.CHARGE_REQUEST,
    }
)


def follow(saleor: Saleor, transaction: Transaction, event: TransactionEvent | None = None) -> None:
    """Do what Saleor does after a transaction has changed by `event`, whose purchase may be gone by now."""
    checkout = saleor.checkouts.get(transaction.checkout or "")
    order = saleor.orders.get(transaction.order or "")
    source = checkout or order
    if event is not None and event.type in _STORES_A_METHOD and source is not None and source.user is not None:
        saleor.method_cache.forget(source.user.key, source.channel.slug, transaction.app_identifier)
    if checkout is not None:
        _tell_of_checkout(saleor, checkout)
        schedule_completion(saleor, checkout)
    if order is not None:
        tell_of_payment(saleor, order)


def _tell_of_checkout(saleor: Saleor, checkout: Checkout) -> None:
    before = checkout.known_charge_status, checkout.known_authorize_status
    checkout.known_charge_status, checkout.known_authorize_status = checkout.charge_status, checkout.authorize_status
    checkout.updated_at = saleor.now()
    if checkout.charge_status in _PAID and before[0] not in _PAID:
        announcing.of_checkout(saleor, "CHECKOUT_FULLY_PAID", CheckoutFullyPaid, checkout)
    if checkout.authorize_status == "FULL" and before[1] != "FULL":
        announcing.of_checkout(saleor, "CHECKOUT_FULLY_AUTHORIZED", CheckoutFullyAuthorized, checkout)
