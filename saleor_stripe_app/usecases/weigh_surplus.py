"""Hold the money of a payment against its order: what nobody was waiting for is told to staff, or given back."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from saleor_stripe_app.domain import money, surplus
from saleor_stripe_app.domain.operation import Operation, OperationState
from saleor_stripe_app.domain.options import Unwanted
from saleor_stripe_app.domain.order import Order
from saleor_stripe_app.domain.payment import Payment
from saleor_stripe_app.domain.reasons import Reason
from saleor_stripe_app.domain.returned import Back
from saleor_stripe_app.domain.shop import Configuration, Installation, TransactionRecord
from saleor_stripe_app.domain.surplus import Part, Surplus
from saleor_stripe_app.domain.transaction import Transaction
from saleor_stripe_app.saleor import orders
from saleor_stripe_app.saleor import transactions as saleor_transactions
from saleor_stripe_app.storage import order_payments, transactions
from saleor_stripe_app.storage.leases import Lease
from saleor_stripe_app.usecases import resolve, tell_staff
from saleor_stripe_app.usecases.backends import Backends
from saleor_stripe_app.usecases.give_back import give_back
from saleor_stripe_app.usecases.say_on_transaction import say, was_said

WHY = {
    Surplus.ENDED: "its order was canceled or has expired",
    Surplus.COVERED: "other payments had paid for its order",
}
REASON = {Surplus.ENDED: Reason("Order canceled"), Surplus.COVERED: Reason("Duplicate payment")}


async def weigh_surplus(
    backends: Backends,
    installation: Installation,
    configuration: Configuration,
    record: TransactionRecord,
    lease: Lease,
    payment: Payment,
    transaction: Transaction,
    order: Order,
    known: Sequence[Operation],
) -> Back:
    """Weigh what came in since it was weighed last. ASK: money went back just now, so that Saleor has to hear of it.

    Called by the look, once both ledgers agree; `known` are the operations of the payment. What was found to be wanted,
    or was left to people, stays so. Raises Unavailable and what `SaleorClient.execute` raises.
    """
    await _say_returned(backends, installation, payment, transaction, known)
    why = surplus.of_ended(order, payment) or await _covered(
        backends, installation, record, payment, order, transaction
    )
    if why is None or was_said(transaction, f"{payment.id}-{why.request}"):
        return Back.DONE
    if configuration.options.surplus is Unwanted.RETURN:
        done = await give_back(
            backends, installation, configuration, record, lease, payment, request=why.request, reason=REASON[why]
        )
        if done is not Back.LEAVE:
            return done
    amount = money.display(payment.came_in, payment.currency)
    await tell_staff.of_surplus(backends, installation, record, amount, WHY[why])
    message = f"{amount} came in although {WHY[why]}: refund or cancel it, unless it is meant to stay"
    await say(backends, installation, transaction, payment, f"{payment.id}-{why.request}", message)
    return Back.LEAVE


async def is_surplus(backends: Backends, installation: Installation, record_id: str) -> bool:
    """Whether what staff were told of still holds: money is there that its order does not want.

    Raises Unavailable, Declined and what `SaleorClient.execute` raises.
    """
    record = await transactions.by_id(backends.storage, record_id)
    transaction = record and await saleor_transactions.read(backends.saleor, installation, record.transaction_id)
    if not record or not transaction or transaction.order is None:
        return False
    order = transaction.order
    return (order.ended or order.excess > 0) and (await resolve.current(backends, record)).holds_money


async def _say_returned(
    backends: Backends,
    installation: Installation,
    payment: Payment,
    transaction: Transaction,
    known: Sequence[Operation],
) -> None:
    for why in Surplus:
        if any(one.request == why.request and one.state is OperationState.SUCCEEDED for one in known):
            reference = f"{payment.id}-{why.request}-returned"
            await say(backends, installation, transaction, payment, reference, f"Returned, since {WHY[why]}")


async def _covered(
    backends: Backends,
    installation: Installation,
    record: TransactionRecord,
    payment: Payment,
    order: Order,
    transaction: Transaction,
) -> Surplus | None:
    """By the order's own sums first: only where more was paid than it costs are its payments read one by one."""
    if payment.came_in <= record.weighed or not payment.holds_money or order.excess <= 0 or len(order.transactions) < 2:
        return None
    # Read before the parts: the old payment may let go of its money at any moment.
    replaced = await _replaced(backends, installation, record)
    found = await orders.read(backends.saleor, installation, order.id)
    if found is None:
        return None
    shown, parts = found
    new = await order_payments.not_weighed_among(
        backends.storage, record.saleor_api_url, [part.transaction for part in parts]
    )
    held = [replace(part, taken=part.transaction not in new) for part in parts]
    return surplus.of_covered(shown, transaction.id, [_without(part, replaced) for part in held])


async def _replaced(backends: Backends, installation: Installation, record: TransactionRecord) -> Transaction | None:
    """The payment in whose place this one was made."""
    old = await transactions.by_id(backends.storage, record.replaces) if record.replaces else None
    return await saleor_transactions.read(backends.saleor, installation, old.transaction_id) if old else None


def _without(part: Part, replaced: Transaction | None) -> Part:
    """The part without what this payment is to replace: both hold the same money until the old one lets go of it."""
    if replaced is None or part.transaction != replaced.id:
        return part
    return replace(part, held=max(part.held - replaced.amounts.authorized, Decimal(0)))
