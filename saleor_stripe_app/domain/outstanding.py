"""What Saleor has not been told yet: the heart of the app.

Both ledgers come in as they stand now, the missing reports go out. Nothing is remembered between two looks, so a lost,
late, doubled or reordered message changes nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from itertools import count

from saleor_stripe_app.domain import dispute_facts, expiry_facts, facts, radar_facts, transaction_metadata
from saleor_stripe_app.domain.answers import later
from saleor_stripe_app.domain.equality import available_actions, differences
from saleor_stripe_app.domain.facts import Fact, Look
from saleor_stripe_app.domain.history import Kind, history
from saleor_stripe_app.domain.links import external_url
from saleor_stripe_app.domain.operation import Operation, OperationState
from saleor_stripe_app.domain.payment import IntentStatus, Payment
from saleor_stripe_app.domain.report import Report
from saleor_stripe_app.domain.transaction import EventType, Metadata, Transaction


@dataclass(frozen=True, slots=True)
class Outstanding:
    """The missing reports in the order to send them; `discrepancy` says in words what no report can mend.

    `metadata` is what the transaction should say beside its ledger, where no report takes it along.
    """

    reports: tuple[Report, ...] = ()
    discrepancy: str | None = None
    metadata: Metadata = field(default_factory=Metadata)


def outstanding(
    payment: Payment,
    transaction: Transaction,
    operations: Sequence[Operation] = (),
    refused: Iterable[tuple[EventType, str]] = (),
    now: datetime | None = None,
) -> Outstanding:
    """The reports that make Saleor's ledger of this transaction equal to Stripe's.

    `refused` names reports (type, reference) that Saleor would not take: they are never repeated as they are, but go
    once more under another reference, and are then given up as a discrepancy. Without `now` nothing is said of
    deadlines.
    """
    look = Look(payment, transaction, history(transaction), operations, now)
    missing = [
        *facts.authorization(look),
        *facts.charges(look),
        *dispute_facts.funds(look),
        *facts.refunds(look),
        *facts.cancels(look),
        *facts.declines(look),
        *dispute_facts.notices(look),
        *radar_facts.reviews(look),
        *radar_facts.warnings(look),
        *expiry_facts.warnings(look),
    ]
    sendable, given_up = _named(look, missing, frozenset(refused))
    in_flight = any(o.state is OperationState.OPEN for o in operations)
    if sendable or in_flight or given_up:
        found = Outstanding(_dated(look, sendable), "; ".join(given_up) or None)
    else:
        found = _mended(look)
    return _with_metadata(found, transaction_metadata.missing(payment, transaction))


def _with_metadata(found: Outstanding, metadata: Metadata) -> Outstanding:
    """The first report takes the metadata along, so that it costs no request of its own."""
    if not found.reports:
        return replace(found, metadata=metadata)
    first, *others = found.reports
    return replace(found, reports=(replace(first, metadata=metadata), *others))


def _named(
    look: Look, missing: Sequence[Fact], refused: frozenset[tuple[EventType, str]]
) -> tuple[list[Fact], list[str]]:
    """The facts under references that Saleor will take, and in words those for which there is none.

    What Saleor refused, or has an uncounted event for (its own failures), has no effect under the same reference.
    """
    standing = look.history.standing
    used = {(fact.type, fact.reference) for fact in missing} | standing
    sendable, given_up = [], []
    for fact in missing:
        again: Fact | None = fact
        if fact.type is not EventType.INFO and (fact.type, fact.reference) in refused | standing:
            again = _renamed(fact, used, refused)
        if again is None:
            given_up.append(f"{fact.type} of {fact.amount} under {fact.reference} is refused by Saleor")
        else:
            used.add((again.type, again.reference))
            sendable.append(again)
    return sendable, given_up


def _renamed(fact: Fact, used: set[tuple[EventType, str]], refused: frozenset[tuple[EventType, str]]) -> Fact | None:
    if fact.type.endswith("_FAILURE"):  # means something only under the reference that it undoes
        return None
    references = (f"{fact.reference}-{number}" for number in count(2))
    other = replace(fact, reference=next(r for r in references if (fact.type, r) not in used))
    return None if (other.type, other.reference) in refused else other


def _mended(look: Look) -> Outstanding:
    """All references are known. If the amounts differ still, make Saleor recalculate once, then adjust."""
    differing = differences(look.payment, look.transaction)
    actions_differ = (
        look.payment.status in (IntentStatus.REQUIRES_CAPTURE, IntentStatus.SUCCEEDED, IntentStatus.CANCELED)
        and available_actions(look.payment) != look.transaction.actions
    )
    reference = f"{look.payment.id}-recalculate-{look.history.count}"
    if not differing and not actions_differ:
        return Outstanding()
    if reference not in look.history.informed:
        fact = Fact(EventType.INFO, reference, Decimal(0), "Compared with Stripe")
        return Outstanding(_dated(look, [fact]))
    if not differing:
        return Outstanding()
    return _adjusted(look, differing)


def _adjusted(look: Look, differing: dict[str, tuple[Decimal, Decimal]]) -> Outstanding:
    known = look.history
    taken = sum((known.booked(kind) + known.pending(kind) for kind in (Kind.CHARGE, Kind.CANCEL)), Decimal(0))
    amount = look.amount(look.payment.amount_capturable) + taken + known.reinstated
    tried = any(event.amount == amount for event in known.adjustments[-1:])
    if set(differing) == {"authorized"} and not tried:
        reference = f"{look.payment.id}-adjust-{len(known.adjustments) + 1}"
        fact = Fact(EventType.AUTHORIZATION_ADJUSTMENT, reference, amount, "Authorized amount as Stripe shows it")
        return Outstanding(_dated(look, [fact]))
    words = ", ".join(f"{name}: Stripe {stripe}, Saleor {saleor}" for name, (stripe, saleor) in differing.items())
    return Outstanding(discrepancy=words)


def _dated(look: Look, facts: Iterable[Fact]) -> tuple[Report, ...]:
    """Facts as reports, each later than everything Saleor has: its sums go by the time of events."""
    newest = look.transaction.newest
    reports = []
    for fact in facts:
        at = fact.at or look.payment.created
        newest = later(at, newest)
        reports.append(
            Report(
                type=fact.type,
                reference=fact.reference,
                amount=fact.amount,
                time=newest,
                message=fact.message,
                external_url=external_url(fact.about or look.payment.id, livemode=look.payment.livemode),
                actions=available_actions(look.payment),
                method=look.payment.charge.method if look.payment.charge else None,
            )
        )
    return tuple(reports)
