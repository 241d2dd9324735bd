"""What becomes of the payments of a checkout that is no order: it is said on each, or the money goes back."""

from collections.abc import Sequence

from saleor_stripe_app.domain.errors import Unavailable
from saleor_stripe_app.domain.order_awaited import REQUEST
from saleor_stripe_app.domain.reasons import Reason
from saleor_stripe_app.domain.returned import Back
from saleor_stripe_app.domain.shop import Installation, TransactionRecord
from saleor_stripe_app.domain.transaction import Transaction
from saleor_stripe_app.saleor import transactions as saleor_transactions
from saleor_stripe_app.storage import configurations, due, leases
from saleor_stripe_app.storage.leases import Lease
from saleor_stripe_app.usecases import resolve
from saleor_stripe_app.usecases.backends import LEASE, Backends
from saleor_stripe_app.usecases.give_back import give_back
from saleor_stripe_app.usecases.say_on_transaction import say, was_said

RETURNED = "Returned, since no order was made of the checkout"
REASON = Reason("No order was made of the checkout")


async def say_without_order(
    backends: Backends, installation: Installation, record: TransactionRecord, transaction: Transaction, why: str
) -> None:
    """Say it on the transaction, once. Raises Unavailable, also while another writer has the payment, and Declined."""
    reference = _reference(record)
    if was_said(transaction, reference):
        return
    lease = await _taken(backends, record)
    try:
        payment = await resolve.current(backends, record)
        await say(backends, installation, transaction, payment, reference, f"There is no order for this payment: {why}")
    finally:
        await leases.release(backends.storage, lease)


async def return_money(
    backends: Backends, installation: Installation, holding: Sequence[tuple[TransactionRecord, Transaction]]
) -> bool:
    """Give it back, unless there is an order by now; whether some of it is left to people.

    Raises Unavailable and Declined.
    """
    left = False
    for record, _ in holding:
        lease = await _taken(backends, record)
        try:
            left = await _returned(backends, installation, record, lease) is Back.LEAVE or left
        finally:
            await leases.release(backends.storage, lease)
    return left


async def _returned(backends: Backends, installation: Installation, record: TransactionRecord, lease: Lease) -> Back:
    configuration = await configurations.by_id(backends.storage, record.configuration_id)
    transaction = await saleor_transactions.read(backends.saleor, installation, record.transaction_id)
    if configuration is None or transaction is None or transaction.order is not None:
        return Back.DONE
    payment = await resolve.current(backends, record, configuration)
    done = await give_back(
        backends, installation, configuration, record, lease, payment, request=REQUEST, reason=REASON
    )
    if done is Back.ASK:
        payment = await resolve.current(backends, record, configuration)
        await say(backends, installation, transaction, payment, f"{_reference(record)}-returned", RETURNED)
        await due.mark(backends.storage, record.id, backends.clock())
        backends.wake()
    return done


async def _taken(backends: Backends, record: TransactionRecord) -> Lease:
    lease = await leases.take(backends.storage, record.id, backends.owner, backends.clock(), LEASE)
    if lease is None:
        raise Unavailable("another writer has this payment")
    return lease


def _reference(record: TransactionRecord) -> str:
    return f"{record.payment_intent_id}-{REQUEST}"
