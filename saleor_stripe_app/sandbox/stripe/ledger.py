"""What each payment comes to, read from the stand-in's books: the figures that Saleor's ledger must equal."""

from collections.abc import Iterable
from dataclasses import dataclass

from saleor_stripe_app.sandbox.stripe.books import Books
from saleor_stripe_app.sandbox.stripe.objects import PaymentIntent


@dataclass(frozen=True, slots=True)
class Entry:
    """One payment, in minor units.

    `charged` is what was received less refunds that succeeded or are on their way and what disputes hold (`disputed`);
    `released` is what was authorised or asked for and will not be taken any more; `moved` is what the account's balance
    says was taken, which equals `received` once everything is settled.
    """

    account: str
    payment_intent: str
    status: str
    currency: str
    amount: int
    capturable: int
    received: int
    charged: int
    refunded: int
    refund_pending: int
    disputed: int
    released: int
    processing: int
    moved: int


def entries(books: Books) -> list[Entry]:
    """The payments of an account, oldest first."""
    moved: dict[str, int] = {}
    for transaction in books.balance_transactions.values():
        charge = books.charges.get(transaction.source)
        if charge and transaction.type in ("charge", "payment"):
            moved[charge.intent] = moved.get(charge.intent, 0) + transaction.presented
    return [_entry(books, intent, moved.get(intent.id, 0)) for intent in books.payment_intents.values()]


def _entry(books: Books, intent: PaymentIntent, moved: int) -> Entry:
    refunds = [
        books.refunds[identifier]
        for charge in books.charges_of.get(intent.id, [])
        for identifier in books.refunds_of.get(charge, [])
    ]
    refunded = sum(refund.amount for refund in refunds if refund.status == "succeeded")
    pending = sum(refund.amount for refund in refunds if refund.status in ("pending", "requires_action"))
    disputed = -sum(
        books.balance_transactions[moved].presented
        for dispute in books.disputes.values()
        if dispute.intent == intent.id
        for moved in dispute.balance_transactions
    )
    over = intent.status in ("succeeded", "canceled")
    return Entry(
        account=books.account.id,
        payment_intent=intent.id,
        status=intent.status,
        currency=intent.currency,
        amount=intent.amount,
        capturable=intent.amount_capturable,
        received=intent.amount_received,
        charged=intent.amount_received - refunded - pending - disputed,
        refunded=refunded,
        refund_pending=pending,
        disputed=disputed,
        released=max(0, intent.amount - intent.amount_received) if over else 0,
        processing=intent.amount if intent.status == "processing" else 0,
        moved=moved,
    )


def totals(found: Iterable[Entry]) -> dict[str, dict[str, int]]:
    """Sums by currency."""
    names = [
        name for name in Entry.__slots__ if name not in ("account", "payment_intent", "status", "currency", "amount")
    ]
    sums: dict[str, dict[str, int]] = {}
    for entry in found:
        sum_of = sums.setdefault(entry.currency, dict.fromkeys(names, 0))
        for name in names:
            sum_of[name] += int(getattr(entry, name))
    return sums
