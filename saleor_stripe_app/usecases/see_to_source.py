"""See to what is paid for: money waits for an order, an order may not want it, and nobody may want to pay any more."""

from collections.abc import Sequence

from saleor_stripe_app.domain.abandoned import is_wanted
from saleor_stripe_app.domain.operation import Operation
from saleor_stripe_app.domain.order import Order
from saleor_stripe_app.domain.order_awaited import first_look
from saleor_stripe_app.domain.payment import UNPAID, Payment
from saleor_stripe_app.domain.returned import Back
from saleor_stripe_app.domain.shop import Configuration, Installation, TransactionRecord
from saleor_stripe_app.domain.transaction import Transaction
from saleor_stripe_app.storage import order_payments, orders_awaited, transactions
from saleor_stripe_app.storage.leases import Lease
from saleor_stripe_app.usecases.backends import Backends
from saleor_stripe_app.usecases.weigh_surplus import weigh_surplus

CHECKOUT = "Checkout"


async def see_to_source(
    backends: Backends,
    installation: Installation,
    configuration: Configuration,
    record: TransactionRecord,
    lease: Lease,
    payment: Payment,
    transaction: Transaction,
    known: Sequence[Operation],
) -> bool:
    """Note what follows from how checkout and order stand; True if money moved, so that Saleor has to hear of it.

    Raises Unavailable and what `SaleorClient.execute` raises.
    """
    if payment.status in UNPAID:
        if not is_wanted(transaction) and record.replaces is None:
            await transactions.check_abandoned(backends.storage, record.id, backends.clock())
        return False
    order = transaction.order
    if order is None:
        if payment.holds_money and record.source_type == CHECKOUT and record.source_id:
            await _await_order(backends, configuration, record, gone=transaction.source_id is None)
        return False
    if record.source_type == CHECKOUT:
        await _has_order(backends, record)
    done = await weigh_surplus(backends, installation, configuration, record, lease, payment, transaction, order, known)
    if payment.came_in > record.weighed and done not in (Back.ASK, Back.WAIT):
        await _weighed(backends, record, payment, order)
    return done is Back.ASK


async def _weighed(backends: Backends, record: TransactionRecord, payment: Payment, order: Order) -> None:
    """Its money is accounted for. Where the order wants no more, those are canceled that nobody has paid yet."""
    await order_payments.weigh(backends.storage, record.id, payment.came_in)
    if not order.wants_no_payment:
        return
    others = [one for one in order.transactions if one != record.transaction_id]
    for unpaid in await order_payments.unpaid_among(backends.storage, record.saleor_api_url, others):
        await transactions.check_abandoned(backends.storage, unpaid, backends.clock())


async def _await_order(
    backends: Backends, configuration: Configuration, record: TransactionRecord, *, gone: bool
) -> None:
    now = backends.clock()
    first = now if gone else first_look(configuration.options, now)
    await orders_awaited.expect(backends.storage, record.saleor_api_url, record.source_id, now, first)


async def _has_order(backends: Backends, record: TransactionRecord) -> None:
    awaited = await orders_awaited.of_checkout(backends.storage, record.saleor_api_url, record.source_id)
    if awaited is None:
        return
    if awaited.told:
        # Staff were told that there is none: whoever sees to it takes that back.
        await orders_awaited.look_now(backends.storage, record.saleor_api_url, record.source_id, backends.clock())
    else:
        await orders_awaited.forget(backends.storage, record.saleor_api_url, record.source_id)
