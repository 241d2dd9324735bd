"""Learn the outcome of operations whose answer was lost."""

import logging
from collections.abc import Sequence
from datetime import timedelta

from saleor_stripe_app.domain import metadata
from saleor_stripe_app.domain.abandoned import still_meant
from saleor_stripe_app.domain.errors import Declined, Unavailable
from saleor_stripe_app.domain.evidence import carried_out
from saleor_stripe_app.domain.operation import Operation, OperationKind, OperationState
from saleor_stripe_app.domain.payment import Payment
from saleor_stripe_app.domain.shop import Configuration, TransactionRecord
from saleor_stripe_app.storage import configurations, operations, transactions
from saleor_stripe_app.stripe_gateway import operations as stripe_operations
from saleor_stripe_app.stripe_gateway import payment_intents, payments
from saleor_stripe_app.usecases import stored_answer
from saleor_stripe_app.usecases.backends import Backends

log = logging.getLogger(__name__)

NOT_FOUND = "Stripe shows nothing of this request"
KEYS_GONE = "The Stripe keys that this payment was made with were deleted. Look at it in Stripe's Dashboard."
# Stripe's clock and ours, and the time a request may have spent on its way.
CLOCKS_APART = timedelta(minutes=10)


async def current(
    backends: Backends,
    record: TransactionRecord,
    configuration: Configuration | None = None,
    new: Operation | None = None,
) -> Payment:
    """The payment as it stands now; its intent is made first if the request to make it was lost.

    `new` is the operation to make it, where it was written down a moment ago under this very lease.
    Raises Declined when Stripe declines or declined it, or knows no such intent; Unavailable when the outcome stays
    unknown.
    """
    used = configuration or await configurations.by_id(backends.storage, record.configuration_id)
    if used is None or not used.secret_key:
        raise Declined(KEYS_GONE, code="ConfigurationMissing")
    if record.payment_intent_id is not None:
        client = backends.stripe.client(used.secret_key)
        payment = await payments.read(client, record.payment_intent_id, warned=record.warned)
        if payment is None:
            raise Declined(f"Stripe knows no {record.payment_intent_id} with the keys of {used.name}.")
        return payment
    if new is not None:
        return await create(backends, used, record, new)
    known = await operations.of_transaction(backends.storage, record.id)
    latest = next((one for one in reversed(known) if one.kind is OperationKind.CREATE), None)
    if latest is None:
        raise Declined("No payment intent was made for this transaction.", code="UnknownPayment")
    if latest.state is OperationState.FAILED:
        raise stored_answer.declined(latest)
    return await create(backends, used, record, latest)


async def seen(
    backends: Backends,
    record: TransactionRecord,
    configuration: Configuration | None = None,
    new: Operation | None = None,
) -> Payment:
    """The same for a session, whose failure is final: a payment that exists and cannot be read has not failed.

    Raises Unavailable then, so that Saleor asks again; Declined only for an intent that was never made.
    """
    try:
        return await current(backends, record, configuration, new)
    except Declined as declined:
        if record.payment_intent_id is None:
            raise
        raise Unavailable(f"The payment cannot be seen: {declined}") from declined


async def create(
    backends: Backends, configuration: Configuration, record: TransactionRecord, operation: Operation
) -> Payment:
    """Make the intent of a stored operation, or find the one it made; record it. Raises Declined or Unavailable."""
    client = backends.stripe.client(configuration.secret_key)
    if operation.may_be_sent(backends.clock()):
        try:
            made = await stripe_operations.perform(client, operation, None)
        except Declined as declined:
            await fail(backends, operation, declined, stored_answer.codes(declined))
            raise
        except Unavailable as unavailable:
            await note(backends, operation, unavailable)
            raise
        assert isinstance(made, Payment)
        payment: Payment | None = made
    else:
        found = [
            candidate
            async for candidate in payment_intents.list_created(client, since=operation.created - CLOCKS_APART)
            if candidate.metadata.get(metadata.TRANSACTION) == record.transaction_id
            and candidate.metadata.get(metadata.API_URL) == record.saleor_api_url
        ]
        if not found:
            nothing = Declined(NOT_FOUND)
            await fail(backends, operation, nothing)
            raise nothing
        payment = await payments.read(client, found[0].id)
    if payment is None:
        raise Unavailable("Stripe showed the payment intent a moment ago and does not now.")
    if not await transactions.set_intent(backends.storage, record.id, payment.id, operation.id):
        raise Unavailable("Another writer recorded another payment intent for this transaction.")
    return payment


async def resolve(
    backends: Backends, configuration: Configuration, payment: Payment, pending: Sequence[Operation]
) -> Payment:
    """Close the open operations whose outcome can be known, and return the payment as it stands after that.

    What Stripe shows as done is adopted; what may be sent again is; the rest failed.
    """
    client = backends.stripe.client(configuration.secret_key)
    changed = False
    for operation in pending:
        shown = carried_out(operation, payment)
        if shown is not None:
            await operations.close(backends.storage, operation.id, OperationState.SUCCEEDED, stripe_id=shown)
        elif _may_be_sent_again(backends, operation, payment):
            changed = await _send_again(backends, configuration, payment, operation) or changed
        else:
            await fail(backends, operation, Declined(NOT_FOUND))
    again = await payments.read(client, payment.id, warned=bool(payment.warnings)) if changed else None
    return again or payment


def _may_be_sent_again(backends: Backends, operation: Operation, payment: Payment) -> bool:
    """Never a confirmation: the shopper was told that its outcome is not known, and may have paid otherwise by now."""
    if operation.kind is OperationKind.CONFIRM:
        return False
    return operation.may_be_sent(backends.clock()) and still_meant(operation, payment)


async def _send_again(backends: Backends, configuration: Configuration, payment: Payment, operation: Operation) -> bool:
    client = backends.stripe.client(configuration.secret_key)
    try:
        shown = await stripe_operations.perform(client, operation, payment.id)
    except Declined as declined:
        await fail(backends, operation, declined)
        return True
    except Unavailable as unavailable:
        log.warning("outcome still unknown", extra={"operation": operation.id, "kind": str(operation.kind)})
        await note(backends, operation, unavailable)
        return False
    await operations.close(backends.storage, operation.id, OperationState.SUCCEEDED, stripe_id=shown.id)
    return True


async def fail(backends: Backends, operation: Operation, declined: Declined, answer: str | None = None) -> None:
    """Close an operation that moved nothing; `answer` is what a repeated request will hear."""
    await operations.close(
        backends.storage,
        operation.id,
        OperationState.FAILED,
        message=str(declined),
        code=declined.code,
        answer=answer,
    )


async def note(backends: Backends, operation: Operation, unavailable: Unavailable) -> None:
    """Remember that Stripe stored a 5xx under the key: the same request would only repeat it."""
    if unavailable.stored:
        await operations.unresendable(backends.storage, operation.id)
