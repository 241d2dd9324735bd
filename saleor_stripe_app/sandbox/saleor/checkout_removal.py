"""Checkouts that nobody will complete: deleted by staff, or by Saleor once they are old and no money is in them.

Source: saleor/checkout/tasks.py (delete_expired_checkouts) and `checkoutDelete` (3.23).
"""

from datetime import timedelta

from saleor_stripe_app.sandbox.saleor.checkouts import Checkout
from saleor_stripe_app.sandbox.saleor.saleor import Saleor

EMPTY, GUEST, KNOWN = timedelta(hours=6), timedelta(days=30), timedelta(days=90)
"""How long nothing may have changed: without lines, of nobody known, with an e-mail or a user."""


def delete_checkout(saleor: Saleor, checkout: Checkout) -> None:
    """Its transactions stay, with neither checkout nor order, whatever money is in them."""
    saleor.remove_checkout(checkout)


def expire_checkouts(saleor: Saleor) -> list[Checkout]:
    """Saleor's daily cleaning; a checkout with money, or with money on its way, is kept. Returns what was deleted."""
    gone = [each for each in saleor.checkouts.values() if _is_old(saleor, each) and not _has_money(each)]
    for checkout in gone:
        saleor.remove_checkout(checkout)
    return gone


def _is_old(saleor: Saleor, checkout: Checkout) -> bool:
    known = bool(checkout.email or checkout.user)
    allowed = EMPTY if not checkout.contents else KNOWN if known else GUEST
    return saleor.now() - checkout.updated_at > allowed


def _has_money(checkout: Checkout) -> bool:
    return any(
        amount > 0
        for transaction in checkout.transactions
        for amount in (
            transaction.amounts.authorized,
            transaction.amounts.authorize_pending,
            transaction.amounts.charged,
            transaction.amounts.charge_pending,
            transaction.amounts.refund_pending,
            transaction.amounts.cancel_pending,
        )
    )
