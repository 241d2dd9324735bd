"""Divide a payment among vendors: from its order's lines, once there is an order; again when more is known of it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from saleor_stripe_app.domain import money
from saleor_stripe_app.domain.errors import Unavailable
from saleor_stripe_app.domain.marketplace.allocation import Allocation, allocate
from saleor_stripe_app.domain.marketplace.order_to_split import ToSplit
from saleor_stripe_app.domain.marketplace.returning import Cause, GivenBack, Lines, Return, returned
from saleor_stripe_app.domain.marketplace.split import Split
from saleor_stripe_app.domain.payment import Payment, RefundStatus
from saleor_stripe_app.domain.shop import TransactionRecord
from saleor_stripe_app.storage import splits
from saleor_stripe_app.usecases.backends import Backends
from saleor_stripe_app.usecases.marketplace_terms import Terms

PLACED = "The order was placed."


async def divide(
    backends: Backends, record: TransactionRecord, payment: Payment, order: ToSplit, terms: Terms
) -> Split:
    """The payment's split as it stands now, kept with the reason for each new version of it.

    What was allocated stays so whatever becomes of catalogue and terms; only another captured amount changes it. Raises
    Unavailable where another payment of the order is divided at the same moment.
    """
    before = await splits.of_transaction(backends.storage, record.id)
    split = before
    if split is None or split.allocation is None or split.allocation.captured != payment.amount_received:
        split = await _allocated(backends, record, payment, order, terms, before)
    returns = _returns(split, payment, order)
    if returns != split.returns:
        split = replace(split, returns=returns)
    if split == before:
        return split
    if before is None:
        kept = await splits.insert(backends.storage, split)
    else:
        kept = await splits.replace(backends.storage, split, before.version)
    if not kept:
        raise Unavailable("Another payment of this order is being divided.")
    return split


async def _allocated(
    backends: Backends,
    record: TransactionRecord,
    payment: Payment,
    order: ToSplit,
    terms: Terms,
    before: Split | None,
) -> Split:
    others = [
        one
        for one in await splits.of_order(backends.storage, record.saleor_api_url, order.id)
        if one.transaction != record.id and one.number is not None
    ]
    number = before.number if before and before.number is not None else None
    earlier = [one for one in others if number is None or (one.number or 0) < number]
    policy, seen = (before.policy, before.seen) if before else (terms.policy, {})
    purchase = order.purchase(policy.sources, seen)
    allocation = allocate(
        purchase,
        policy,
        terms.rules,
        terms.vendors,
        payment.amount_received,
        payment.currency,
        [one.allocation for one in earlier if one.allocation is not None],
    )
    now = backends.clock()
    lines = {
        vendor: tuple(line.id for line in purchase.lines if line.vendor == vendor) for vendor in _vendors(allocation)
    }
    known = {line.variant: priced.vendor for line, priced in zip(order.lines, purchase.lines, strict=True)}
    return Split(
        transaction=record.id,
        saleor_api_url=record.saleor_api_url,
        version=before.version + 1 if before else 1,
        reason=_reason(before, allocation),
        policy=policy,
        updated_at=now,
        seen={**seen, **{variant: vendor for variant, vendor in known.items() if variant}},
        order_id=order.id,
        number=number or max((one.number or 0 for one in others), default=0) + 1,
        allocation=allocation,
        lines=lines,
        captured_at=before.captured_at if before and before.captured_at else _captured_at(backends, payment),
    )


def _vendors(allocation: Allocation) -> list[str]:
    return [share.vendor for share in allocation.shares]


def _captured_at(backends: Backends, payment: Payment) -> datetime:
    """Stripe says when a charge was made, not when it was captured: what is captured later is so since it was seen."""
    if payment.charge is not None and not payment.authorizes_first:
        return payment.charge.created
    return backends.clock()


def _reason(before: Split | None, allocation: Allocation) -> str:
    if before is None:
        return PLACED
    if before.allocation is None:
        return _since_planned(before, allocation)
    was, now = (money.display(one.captured, allocation.currency) for one in (before.allocation, allocation))
    return f"{now} is captured instead of {was}."


def _since_planned(before: Split, allocation: Allocation) -> str:
    planned = {vendor for vendor in before.seen.values() if vendor}
    found = {entry.named for entry in allocation.entries if entry.named}
    if planned == found:
        return PLACED
    return f"The order is of {_names(found)}, and its checkout was of {_names(planned)}."


def _names(vendors: set[str]) -> str:
    return ", ".join(sorted(vendors)) or "no vendor"


def _returns(split: Split, payment: Payment, order: ToSplit) -> tuple[Return, ...]:
    """The returns that stand now. What was worked out stays as it was, as long as it is about the same amount."""
    assert split.allocation is not None
    given = {one.source: one for one in _given_back(payment, order)}
    stand = [one for one in split.returns if one.source in given and given[one.source].amount == one.amount]
    for source, one in given.items():
        if all(known.source != source for known in stand):
            stand.append(returned(split.allocation, stand, one, split.policy.refunded_commission))
    return tuple(stand)


def _given_back(payment: Payment, order: ToSplit) -> Sequence[GivenBack]:
    """What has gone back to the shopper, oldest first: refunds that succeeded, and what banks hold or have taken."""
    back = [
        (refund.created, GivenBack(refund.id, refund.amount, Cause.REFUND, _lines(refund.id, order)))
        for refund in payment.refunds
        if refund.status is RefundStatus.SUCCEEDED
    ]
    back += [
        (dispute.created, GivenBack(dispute.id, dispute.missing, Cause.DISPUTE))
        for dispute in payment.disputes
        if dispute.missing > 0
    ]
    return [one for _, one in sorted(back, key=lambda pair: (pair[0], pair[1].source))]


def _lines(refund: str, order: ToSplit) -> Lines | None:
    """The granted refund that it was made for; a refund of a mere amount is everybody's."""
    granted = next((one for one in order.granted if refund in one.references), None)
    if granted is None or not (granted.lines or granted.shipping):
        return None
    quantities: dict[str, int] = {}
    for line, quantity in granted.lines:
        quantities[line] = quantities.get(line, 0) + quantity
    return Lines(quantities, granted.shipping)
