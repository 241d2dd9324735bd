"""Authorize an order's payment anew, with what its customer saved, before the hold on their money runs out."""

import logging
from collections.abc import Sequence

from saleor_stripe_app.domain import deadline, money, reauthorization
from saleor_stripe_app.domain.errors import Declined, Refusal, Unavailable
from saleor_stripe_app.domain.operation import Operation, OperationState, next_attempt
from saleor_stripe_app.domain.order import Order
from saleor_stripe_app.domain.payment import Payment
from saleor_stripe_app.domain.payment_method import REUSABLE
from saleor_stripe_app.domain.reauthorization import GIVEN_UP, RENEWED, Stage, Standing
from saleor_stripe_app.domain.shop import Configuration, Installation, TransactionRecord
from saleor_stripe_app.domain.transaction import Transaction
from saleor_stripe_app.saleor import transaction_sessions
from saleor_stripe_app.saleor import transactions as saleor_transactions
from saleor_stripe_app.storage import leases, transactions
from saleor_stripe_app.storage.leases import Lease
from saleor_stripe_app.stripe_gateway import payment_methods
from saleor_stripe_app.usecases import replacement, resolve, tell_staff
from saleor_stripe_app.usecases.backends import LEASE, Backends
from saleor_stripe_app.usecases.cancellation import cancellation
from saleor_stripe_app.usecases.carry_out import carry_out
from saleor_stripe_app.usecases.say_on_transaction import say, was_said

log = logging.getLogger(__name__)

TOO_LATE = "Stripe or Saleor did not answer in time"
NOT_SAVED = "the customer has not saved what they paid with"


async def reauthorize(
    backends: Backends,
    installation: Installation,
    configuration: Configuration,
    record: TransactionRecord,
    lease: Lease,
    payment: Payment,
    transaction: Transaction,
    known: Sequence[Operation],
) -> bool:
    """If it is time; True if another payment holds the money now and this one was canceled: Saleor has to hear of it.

    Called by the look, once both ledgers agree; `known` are the operations of the payment. What came of it is read from
    Saleor and Stripe at every look, so that it goes on wherever it was left. Raises Unavailable, which has the look
    repeated, and what `SaleorClient.execute` raises.
    """
    now, order = backends.clock(), transaction.order
    if payment.amount_received and deadline.was_renewable(payment, now):
        await replacement.weigh_again(backends, record)
    too_late = deadline.has_run_out(payment)
    if not (too_late or deadline.is_renewed(payment, now)) or was_said(transaction, f"{payment.id}-{GIVEN_UP}"):
        return False
    if any(operation.state is OperationState.OPEN for operation in known):
        return False
    new = await transactions.replacement(backends.storage, record.id)
    if order is None or (new is None and not _is_wanted(configuration, record, payment, order)):
        return False
    stands = await replacement.standing(backends, new)
    if stands.stage is Stage.ASK and too_late:
        stands = Standing(Stage.FAILED, TOO_LATE)
    elif stands.stage is Stage.ASK:
        stands = await _asked(backends, installation, configuration, record, lease, payment, order, new)
        new = await transactions.replacement(backends.storage, record.id)
    if stands.stage is Stage.FAILED:
        await _give_up(backends, installation, record, payment, transaction, new, stands.why)
    if stands.stage is not Stage.HELD or new is None or too_late:
        return False
    await replacement.require_booked(backends, installation, new)
    return await _let_go(backends, installation, configuration, record, lease, payment, known)


def _is_wanted(configuration: Configuration, record: TransactionRecord, payment: Payment, order: Order) -> bool:
    """By option, for customers with an account: a guest has nothing that could be used again."""
    if not configuration.options.reauthorize or record.user_id is None or not payment.amount_capturable:
        return False
    return reauthorization.is_wanted(order, money.to_decimal(payment.amount_capturable, payment.currency))


async def _asked(
    backends: Backends,
    installation: Installation,
    configuration: Configuration,
    record: TransactionRecord,
    lease: Lease,
    payment: Payment,
    order: Order,
    new: TransactionRecord | None,
) -> Standing:
    """Have Saleor begin the new transaction, or ask us for it once more: how it stands after that."""
    method = await _saved_method(backends, installation, configuration, payment)
    if method is None:
        return Standing(Stage.FAILED, NOT_SAVED)
    if await leases.extend(backends.storage, lease, backends.clock(), LEASE) is None:
        raise Unavailable("another writer took this payment over")
    amount = await replacement.amount_asked(backends, new) if new else payment.amount_capturable
    try:
        begun = await transaction_sessions.authorize(
            backends.saleor,
            installation,
            order_id=order.id,
            gateway=backends.app_id,
            amount=money.to_decimal(amount, payment.currency),
            payment_method_id=method,
            idempotency_key=reauthorization.key(record.id),
        )
    except Refusal as refusal:
        return Standing(Stage.FAILED, str(refusal))
    new = await transactions.replacement(backends.storage, record.id)
    if new is None and begun.was_asked:
        return Standing(Stage.FAILED, begun.message)
    stands = await replacement.standing(backends, new)
    if stands.stage is Stage.ASK:
        raise Unavailable("It is not known yet whether the payment was authorized anew.")
    return stands


async def _saved_method(
    backends: Backends, installation: Installation, configuration: Configuration, payment: Payment
) -> str | None:
    """What this payment was made with, if its customer saved it. Raises Unavailable."""
    if payment.payment_method_id is None or payment.customer is None:
        return None
    client = backends.stripe.client(configuration.secret_key)
    try:
        found = await payment_methods.read(client, payment.payment_method_id)
    except Declined as declined:
        await tell_staff.of_refused_key(backends, installation, configuration, declined)
        raise Unavailable(f"What the customer saved cannot be read: {declined}") from declined
    usable = found is not None and found.customer == payment.customer and found.type in REUSABLE
    return payment.payment_method_id if usable else None


async def _let_go(
    backends: Backends,
    installation: Installation,
    configuration: Configuration,
    record: TransactionRecord,
    lease: Lease,
    payment: Payment,
    known: Sequence[Operation],
) -> bool:
    attempt = next_attempt(RENEWED, known)
    operation = cancellation(backends, record, payment, request=RENEWED, attempt=attempt, reason="duplicate")
    try:
        done = await carry_out(backends, configuration, lease, operation, payment.id)
    except Declined as declined:
        await tell_staff.of_refused_key(backends, installation, configuration, declined)
        raise Unavailable(f"A payment that was authorized anew cannot be canceled: {declined}") from declined
    log.info("authorized anew", extra={"transaction": record.transaction_id})
    return done


async def _give_up(
    backends: Backends,
    installation: Installation,
    record: TransactionRecord,
    payment: Payment,
    transaction: Transaction,
    new: TransactionRecord | None,
    why: str,
) -> None:
    """Nobody shall pay the new one; staff are told beside the app, and once on the payment that runs out."""
    if new is not None:
        await replacement.end(backends, new)
    until = deadline.expires(payment)
    advice = "Its money was released: have the customer pay again"
    if until is not None:
        held = money.display(payment.amount_capturable, payment.currency)
        advice = f"Capture {held} before {until:%Y-%m-%d %H:%M} UTC, or have the customer pay again"
    await tell_staff.of_reauthorization(backends, installation, record, why, advice)
    message = f"Not authorized anew: {why}. {advice}"
    await say(backends, installation, transaction, payment, f"{payment.id}-{GIVEN_UP}", message)


async def is_over(backends: Backends, installation: Installation, record_id: str) -> bool:
    """Whether what staff were told of is over: it was captured or canceled, or its order is paid or held otherwise.

    Raises Unavailable, Declined and what `SaleorClient.execute` raises.
    """
    record = await transactions.by_id(backends.storage, record_id)
    transaction = record and await saleor_transactions.read(backends.saleor, installation, record.transaction_id)
    if not record or not transaction:
        return True
    payment = await resolve.current(backends, record)
    if payment.amount_capturable > 0:
        return False
    return payment.amount_received > 0 or transaction.order is None or transaction.order.wants_no_payment
