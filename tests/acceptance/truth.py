"""What must be true of both ledgers once the dust has settled, read without the app: from the two stand-ins' books."""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from saleor_stripe_app.sandbox.saleor.currencies import fraction_digits, minor_units
from saleor_stripe_app.sandbox.saleor.deliveries import Reply
from saleor_stripe_app.sandbox.saleor.ledger import Amounts
from saleor_stripe_app.sandbox.saleor.saleor import transaction_id
from saleor_stripe_app.sandbox.saleor.transactions import Transaction
from saleor_stripe_app.sandbox.stripe.books import Books
from saleor_stripe_app.sandbox.stripe.controls import Controls
from saleor_stripe_app.sandbox.stripe.ledger import Entry
from saleor_stripe_app.sandbox.stripe.objects import Dispute, PaymentIntent, Refund
from tests.acceptance.world import World

OPERATION = "saleor_operation"
TRANSACTION = "saleor_transaction_id"
CHARGE, REFUND = "transaction_charge_requested", "transaction_refund_requested"
ACTIONS = frozenset({CHARGE, REFUND, "transaction_cancelation_requested"})

BAD_GATEWAY = 502
"""Not the app's own answer: of what stands before it."""


@dataclass
class ByHand:
    """What staff did in Stripe's own dashboard: amounts in minor units by intent."""

    captured: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    refunded: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))


@dataclass(frozen=True)
class Asked:
    """An action request as Saleor sent it. `digest` is the SHA-256 of its body."""

    event: str
    transaction: str
    amount: int
    digest: str


def wrong(world: World, by_hand: ByHand) -> list[str]:
    """Everything that is not as it must be, in words; empty when all is well."""
    found = [f"Stripe's description is violated: {finding}" for finding in world.stripe.findings]
    found += [
        f"{sent.call.event} was answered {sent.outcome.status}"
        for sent in world.saleor.sent
        if sent.call.event in ACTIONS
        and isinstance(sent.outcome, Reply)
        and sent.outcome.status >= 500
        and sent.outcome.status != BAD_GATEWAY
    ]
    asked = list(_asked(world))
    entries = {entry.payment_intent: entry for entry in Controls(world.stripe).ledger(world.account.id)}
    for transaction in world.saleor.transactions.values():
        name = transaction_id(transaction)
        intents = [
            intent for intent in _books(world).payment_intents.values() if intent.metadata.get(TRANSACTION) == name
        ]
        if len(intents) > 1:
            found.append(f"{name} has {len(intents)} payment intents")
        found += _unequal(transaction, entries[intents[0].id] if intents else None)
        own = [one for one in asked if one.transaction == name]
        for intent in intents:
            found += _captured_twice(_books(world), intent, own, by_hand)
            found += _refunded_twice(_books(world), intent, own, by_hand)
    return found


def intent_of(world: World, transaction: Transaction) -> PaymentIntent | None:
    """The payment intent of a transaction, whether the shop has heard of it or not."""
    name = transaction_id(transaction)
    found = (intent for intent in _books(world).payment_intents.values() if intent.metadata.get(TRANSACTION) == name)
    return next(found, None)


def refunds_of(world: World, intent: PaymentIntent) -> list[Refund]:
    """The refunds of an intent, oldest first."""
    return [refund for refund in _books(world).refunds.values() if refund.intent == intent.id]


def disputes_of(world: World, intent: PaymentIntent) -> list[Dispute]:
    """The disputes of an intent, oldest first."""
    return [dispute for dispute in _books(world).disputes.values() if dispute.intent == intent.id]


def expected(entry: Entry | None, currency: str) -> Amounts:
    """The eight amounts that Saleor must show for what Stripe's books say."""
    if entry is None:
        return Amounts()

    def amount(minor: int) -> Decimal:
        return Decimal(minor).scaleb(-fraction_digits(currency))

    return Amounts(
        authorized=amount(entry.capturable),
        charged=amount(entry.charged),
        refunded=amount(entry.refunded),
        canceled=amount(entry.released),
        charge_pending=amount(entry.processing),
        refund_pending=amount(entry.refund_pending),
    )


def _unequal(transaction: Transaction, entry: Entry | None) -> Iterator[str]:
    stripe, saleor = expected(entry, transaction.currency), transaction.amounts
    if stripe == saleor:
        return
    names = [name for name in Amounts.__slots__ if getattr(stripe, name) != getattr(saleor, name)]
    words = ", ".join(f"{name} {getattr(stripe, name)} != {getattr(saleor, name)}" for name in names)
    events = "\n".join(
        f"    {event.created_at:%d %H:%M:%S.%f} {event.type} {event.amount} {event.psp_reference or '-'} "
        f"{'' if event.counted else '(not counted) '}{event.message}"
        for event in transaction.events
    )
    yield f"{transaction_id(transaction)} differs (Stripe != Saleor): {words}\n  {entry}\n{events}"


def _books(world: World) -> Books:
    return next(books for books in world.stripe.registry.all_books() if books.account.id == world.account.id)


def _asked(world: World) -> Iterator[Asked]:
    seen = set()
    for sent in world.saleor.sent:
        body = sent.call.body
        if sent.call.event not in ACTIONS or not body or body in seen:
            continue
        seen.add(body)
        decoded: Any = json.loads(body, parse_float=Decimal)
        action = decoded["action"]
        amount = minor_units(Decimal(action["amount"]), action["currency"]) if action.get("amount") is not None else 0
        digest = hashlib.sha256(body).hexdigest()
        yield Asked(sent.call.event, decoded["transaction"]["id"], amount, digest)


def _captured_twice(books: Books, intent: PaymentIntent, asked: list[Asked], by_hand: ByHand) -> Iterator[str]:
    charge = books.charges.get(intent.latest_charge or "")
    taken = Counter(
        movement.amount
        for movement in books.balance_transactions.values()
        if charge is not None and movement.source == charge.id and movement.type in ("charge", "payment")
    )
    if charge is None or charge.capture_before is None:
        allowed = Counter([intent.amount])
    else:
        allowed = Counter(one.amount for one in asked if one.event == CHARGE) + Counter(by_hand.captured[intent.id])
    if taken - allowed:
        yield f"{intent.id}: captured {sorted(taken.elements())}, but asked for were {sorted(allowed.elements())}"


def _refunded_twice(books: Books, intent: PaymentIntent, asked: list[Asked], by_hand: ByHand) -> Iterator[str]:
    requests = {f"{intent.id}-refund-{one.digest[:12]}": one.amount for one in asked if one.event == REFUND}
    elsewhere = Counter(by_hand.refunded[intent.id])
    for refund in books.refunds.values():
        if refund.intent != intent.id:
            continue
        operation = refund.metadata.get(OPERATION)
        if operation is None:
            elsewhere[refund.amount] -= 1
        elif requests.pop(operation, None) != refund.amount:
            yield f"{refund.id} of {refund.amount} answers no request, or one that was answered before: {operation}"
    if any(elsewhere.values()):
        yield f"{intent.id}: refunds of the dashboard are more or less by {dict(elsewhere)}"
