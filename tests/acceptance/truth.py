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
USER = "saleor_user_id"
RETURNED = ("without-order", "surplus-ended", "surplus-covered")
"""The app's own names for giving back money that has no order, or that its order does not want."""
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
    return [*found, *_customers_made_twice(_books(world)), *_used_by_others(world)]


def saved_methods(world: World) -> list[tuple[str, str]]:
    """Each payment method that a user of the shop has saved, oldest first, with the user's id."""
    books = _books(world)
    owners = {customer.id: customer.metadata.get(USER) for customer in books.customers.values()}
    return [
        (method.id, owner)
        for method in books.payment_methods.values()
        if method.customer and (owner := owners.get(method.customer))
    ]


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


def _customers_made_twice(books: Books) -> Iterator[str]:
    made = Counter(customer.metadata[USER] for customer in books.customers.values() if USER in customer.metadata)
    for user, times in made.items():
        if times > 1:
            yield f"{user} is {times} customers"


def _used_by_others(world: World) -> Iterator[str]:
    """A method that a user saved has paid for somebody else's purchase, or a purchase is on another user's customer."""
    books, owners = _books(world), dict(saved_methods(world))
    buyers = {
        transaction_id(transaction): buyer.user.id if buyer.user else None
        for buyer in (*world.saleor.checkouts.values(), *world.saleor.orders.values())
        for transaction in buyer.transactions
    }
    for charge in books.charges.values():
        name = books.payment_intents[charge.intent].metadata.get(TRANSACTION, "")
        owner = owners.get(charge.payment_method)
        if name in buyers and owner not in (None, buyers[name]):
            yield f"{charge.id} for {buyers[name]} was paid with {charge.payment_method} of {owner}"
    for intent in books.payment_intents.values():
        customer = books.customers.get(intent.customer or "")
        owner = customer.metadata.get(USER) if customer else None
        name = intent.metadata.get(TRANSACTION, "")
        if name in buyers and owner not in (None, buyers[name]):
            yield f"{intent.id} for {buyers[name]} is on the customer of {owner}"


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
    returns = 0
    elsewhere = Counter(by_hand.refunded[intent.id])
    for refund in books.refunds.values():
        if refund.intent != intent.id:
            continue
        operation = refund.metadata.get(OPERATION)
        if operation is None:
            elsewhere[refund.amount] -= 1
        elif operation.startswith(tuple(f"{intent.id}-{name}-" for name in RETURNED)):
            returns += 1
            if returns > 1 or refund.amount != intent.amount_received:
                yield f"{refund.id} of {refund.amount} returns money that was returned, or a part: {operation}"
        elif requests.pop(operation, None) != refund.amount:
            yield f"{refund.id} of {refund.amount} answers no request, or one that was answered before: {operation}"
    if any(elsewhere.values()):
        yield f"{intent.id}: refunds of the dashboard are more or less by {dict(elsewhere)}"
