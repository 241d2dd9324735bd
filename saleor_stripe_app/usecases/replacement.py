"""The payment that is to hold an order's money in place of one whose authorization runs out."""

from saleor_stripe_app.domain import reauthorization
from saleor_stripe_app.domain.errors import Declined, Unavailable
from saleor_stripe_app.domain.operation import OperationKind, OperationState, next_attempt
from saleor_stripe_app.domain.payment import UNPAID, Payment
from saleor_stripe_app.domain.reauthorization import GIVEN_UP, Stage, Standing
from saleor_stripe_app.domain.shop import Installation, TransactionRecord
from saleor_stripe_app.saleor import transactions as saleor_transactions
from saleor_stripe_app.storage import configurations, due, handover, operations, order_payments, transactions
from saleor_stripe_app.stripe_gateway import payments
from saleor_stripe_app.usecases.backends import Backends
from saleor_stripe_app.usecases.cancellation import cancellation
from saleor_stripe_app.usecases.carry_out import carry_out
from saleor_stripe_app.usecases.leased import wait_for_lease


async def standing(backends: Backends, new: TransactionRecord | None) -> Standing:
    """How the new payment stands. Raises Unavailable."""
    if new is None:
        return Standing(Stage.ASK)
    known = await operations.of_transaction(backends.storage, new.id)
    payment = await shown(backends, new)
    if payment is not None:
        return reauthorization.standing(payment, known)
    failed = next((one for one in known if one.state is OperationState.FAILED), None)
    return Standing(Stage.FAILED, failed.message) if failed else Standing(Stage.ASK)


async def shown(backends: Backends, new: TransactionRecord) -> Payment | None:
    """The new payment as it stands; None before its intent was made. Raises Unavailable."""
    configuration = await configurations.by_id(backends.storage, new.configuration_id)
    if configuration is None or not configuration.secret_key or new.payment_intent_id is None:
        return None
    try:
        return await payments.read(backends.stripe.client(configuration.secret_key), new.payment_intent_id)
    except Declined as declined:
        raise Unavailable(f"The new payment cannot be read: {declined}") from declined


async def amount_asked(backends: Backends, new: TransactionRecord) -> int:
    """What was asked for first: Saleor takes its key with no other amount."""
    known = await operations.of_transaction(backends.storage, new.id)
    return next(operation.amount for operation in known if operation.kind is OperationKind.CREATE)


async def require_booked(backends: Backends, installation: Installation, new: TransactionRecord) -> None:
    """Return once Saleor shows the money of the new payment, or its order would lose it for a moment.

    Raises Unavailable.
    """
    told = await saleor_transactions.read(backends.saleor, installation, new.transaction_id)
    if told is None or told.amounts.authorized + told.amounts.charged <= 0:
        await due.mark(backends.storage, new.id, backends.clock())
        raise Unavailable("Saleor does not show yet that the payment was authorized anew.")


async def weigh_again(backends: Backends, record: TransactionRecord) -> None:
    """Hold the new payment against its order once more: the old one was captured before it could be let go of."""
    new = await transactions.replacement(backends.storage, record.id)
    if new is not None and new.weighed:
        await order_payments.weigh(backends.storage, new.id, 0)
        await due.mark(backends.storage, new.id, backends.clock())


async def end(backends: Backends, new: TransactionRecord) -> None:
    """See to it that nobody pays the new one any more, of which Saleor hears by a look. Raises Unavailable."""
    lease = await wait_for_lease(backends, new.id)
    try:
        payment = await shown(backends, new)
        configuration = await configurations.by_id(backends.storage, new.configuration_id)
        if payment is None or configuration is None or payment.status not in UNPAID:
            return
        known = await operations.of_transaction(backends.storage, new.id)
        attempt = next_attempt(GIVEN_UP, known)
        operation = cancellation(backends, new, payment, request=GIVEN_UP, attempt=attempt, reason="abandoned")
        await carry_out(backends, configuration, lease, operation, payment.id)
    except Declined as declined:
        raise Unavailable(f"The new payment cannot be canceled: {declined}") from declined
    finally:
        await handover.answered(backends.storage, lease, backends.clock())
        backends.wake()
