"""See to the vendors of what is paid for: their shares are worked out once there is an order, and moved to them.

Where nobody sells through this Saleor but its owner, all of it is one question to the database.
"""

from collections.abc import Mapping, Sequence

from saleor_stripe_app.domain.errors import Declined, Unavailable
from saleor_stripe_app.domain.marketplace.allocation import Allocation, with_stripe_fee
from saleor_stripe_app.domain.marketplace.circumstances import Circumstances
from saleor_stripe_app.domain.marketplace.order_to_split import ToSplit
from saleor_stripe_app.domain.marketplace.policy import Party
from saleor_stripe_app.domain.marketplace.share_standing import look_again, stands
from saleor_stripe_app.domain.marketplace.split import ShareStanding, Split
from saleor_stripe_app.domain.marketplace.standing import standing
from saleor_stripe_app.domain.operation import Operation, OperationKind, OperationState
from saleor_stripe_app.domain.payment import IntentStatus, Payment
from saleor_stripe_app.domain.shop import Configuration, Installation, TransactionRecord
from saleor_stripe_app.domain.transaction import Transaction
from saleor_stripe_app.saleor import orders_to_split
from saleor_stripe_app.storage import shares, splits
from saleor_stripe_app.storage.leases import Lease
from saleor_stripe_app.usecases import tell_staff
from saleor_stripe_app.usecases.backends import Backends
from saleor_stripe_app.usecases.divide import divide
from saleor_stripe_app.usecases.keep_vendor_books import keep_vendor_books
from saleor_stripe_app.usecases.marketplace_terms import terms_of
from saleor_stripe_app.usecases.move_to_vendors import Job, Moved, move

# Nothing more is captured of it; a release of what was left cancels the intent.
DONE = frozenset({IntentStatus.SUCCEEDED, IntentStatus.CANCELED})


async def see_to_vendors(
    backends: Backends,
    installation: Installation,
    configuration: Configuration,
    record: TransactionRecord,
    lease: Lease,
    payment: Payment,
    transaction: Transaction,
    known: Sequence[Operation],
) -> None:
    """Called by the look, once both ledgers agree; `known` are the operations of the payment.

    Raises Unavailable, which has the look repeated, and what `SaleorClient.execute` raises.
    """
    if payment.status not in DONE or not payment.amount_received or transaction.order is None:
        return
    if not await splits.may_concern(backends.storage, record.saleor_api_url):
        return
    order = await orders_to_split.read_order(backends.saleor, installation, transaction.order.id)
    if order is None:
        return
    terms = await terms_of(backends, record.saleor_api_url, order.channel)
    split = await divide(backends, record, payment, order, terms)
    assert split.allocation is not None
    before = {one.vendor: one for one in await shares.of_transaction(backends.storage, record.id)}
    if not split.allocation.shares and not before:
        return
    job = Job(
        installation=installation,
        record=record,
        lease=lease,
        client=backends.stripe.client(configuration.secret_key),
        payment=payment,
        split=split,
        allocation=_with_fee(split, payment),
        circumstances=_circumstances(split, payment, order, known, before, ended=transaction.order.ended),
        vendors=terms.vendors,
        before=before,
    )
    try:
        moved = await move(backends, job)
    except Declined as declined:
        await tell_staff.of_refused_key(backends, installation, configuration, declined)
        raise Unavailable(f"Transfers cannot be seen: {declined}") from declined
    await keep_vendor_books(backends, job, moved)
    await _keep(backends, job, moved)


def _with_fee(split: Split, payment: Payment) -> Allocation:
    """Stripe's fee is known once the charge is on the balance; in another currency it is borne by the platform."""
    assert split.allocation is not None
    settled = payment.charge.record.settlement if payment.charge else None
    if settled is None or settled.currency != payment.currency:
        return split.allocation
    return with_stripe_fee(split.allocation, settled.fee, split.policy)


def _circumstances(
    split: Split,
    payment: Payment,
    order: ToSplit,
    known: Sequence[Operation],
    before: Mapping[str, ShareStanding],
    *,
    ended: bool,
) -> Circumstances:
    settled = payment.charge.record.settlement if payment.charge else None
    fee_awaited = split.policy.stripe_fee is Party.VENDOR and settled is None
    captures = [one for one in known if one.kind is OperationKind.CAPTURE and one.state is OperationState.SUCCEEDED]
    return Circumstances(
        captured=None if fee_awaited else split.captured_at,
        captures=len(captures),
        refunded=payment.refunded + payment.refund_pending,
        disputed=any(one.forbids_refunds and one.status != "lost" for one in payment.disputes),
        balance_currency=settled.currency if settled else None,
        has_order=not ended,
        fulfilled=frozenset(vendor for vendor, lines in split.lines.items() if order.fulfilled(lines)),
        released=frozenset(vendor for vendor, one in before.items() if one.released_at is not None),
    )


async def _keep(backends: Backends, job: Job, moved: Moved) -> None:
    """Keep how each vendor's part stands, for staff, and when to look again."""
    now = backends.clock()
    allocation = job.allocation
    should_have = {one.vendor: standing(allocation, one, job.split.returns) for one in allocation.shares}
    should_have |= {one.vendor: 0 for one in moved.made.transfers if one.vendor not in should_have}
    standings = [
        stands(
            job.split,
            vendor,
            amount,
            allocation.currency,
            moved.made,
            [one for one in moved.movements if one.vendor == vendor],
            moved.refused.get(vendor),
            is_open=vendor in moved.unanswered,
            before=job.before.get(vendor),
            now=now,
        )
        for vendor, amount in sorted(should_have.items())
    ]
    if standings != list(job.before.values()):
        await shares.save(backends.storage, job.record.id, standings)
    again = look_again(job.split, standings, now)
    if again != job.split.look_at:
        await splits.look_at(backends.storage, job.record.id, again)
    if moved.unanswered:
        raise Unavailable("It is not known yet whether a vendor was paid.")
