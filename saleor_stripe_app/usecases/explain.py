"""Explain how payments were divided: each line, rule, amount and rounding, and how each vendor's part stands."""

from dataclasses import dataclass

from saleor_stripe_app.domain import money
from saleor_stripe_app.domain.marketplace.explained_text import as_text
from saleor_stripe_app.domain.marketplace.explanation import Explanation, explained
from saleor_stripe_app.domain.marketplace.held import Held
from saleor_stripe_app.domain.marketplace.split import ShareStanding, ShareState, Split
from saleor_stripe_app.domain.shop import TransactionRecord
from saleor_stripe_app.storage import shares, splits, transactions
from saleor_stripe_app.storage.engine import Storage


@dataclass(frozen=True, slots=True)
class Explained:
    """A payment with its split; `explanation` is None while it is only planned."""

    record: TransactionRecord
    split: Split
    explanation: Explanation | None
    standings: tuple[ShareStanding, ...]

    @property
    def text(self) -> str:
        """All of it for people, ending in a line break."""
        split, record = self.split, self.record
        lines = [
            f"Transaction {record.transaction_id} (Stripe {record.payment_intent_id or '-'})",
            f"Order {split.order_id or '-'}, version {split.version}: {split.reason}",
            "",
            as_text(self.explanation).rstrip("\n")
            if self.explanation
            else "Nothing is divided before there is an order.",
        ]
        if self.standings:
            lines += ["", *(_stands(one) for one in self.standings)]
        return "\n".join(lines) + "\n"


async def explain(storage: Storage, named: str, saleor_api_url: str | None = None) -> tuple[Explained, ...]:
    """The payments named so: by Saleor's id of the transaction or of its order, or by Stripe's of the payment intent.

    Of one Saleor, or of all. Empty where none of them is divided among vendors.
    """
    found = []
    for split in await splits.named(storage, named, saleor_api_url):
        record = await transactions.by_id(storage, split.transaction)
        if record is not None:
            explanation = explained(split.allocation) if split.allocation else None
            standings = await shares.of_transaction(storage, record.id)
            found.append(Explained(record, split, explanation, standings))
    return tuple(found)


def why(one: ShareStanding) -> str:
    """The reason of a part's state in words; "" for one that needs none."""
    if one.state is ShareState.HELD and one.reason in set(Held):
        return Held(one.reason).words
    return one.reason


def _stands(one: ShareStanding) -> str:
    should, has = (_signed(amount, one.currency) for amount in (one.amount, one.sent))
    said = why(one)
    return f"{one.vendor}: {one.state.value}, has {has} of {should}{f' ({said})' if said else ''}"


def _signed(amount: int, currency: str) -> str:
    shown = money.display(abs(amount), currency)
    return f"-{shown}" if amount < 0 else shown
