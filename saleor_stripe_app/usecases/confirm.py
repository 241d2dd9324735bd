"""The app confirms a payment itself, since a storefront without Stripe.js, or an app of the shop, asks for it."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import uuid4

from saleor_stripe_app.domain import confirmation
from saleor_stripe_app.domain.errors import Declined, Unavailable
from saleor_stripe_app.domain.evidence import carried_out
from saleor_stripe_app.domain.instruction import Instruction
from saleor_stripe_app.domain.operation import Operation, OperationKind, OperationState, idempotency_key
from saleor_stripe_app.domain.payment import UNPAID, Decline, Payment
from saleor_stripe_app.domain.shop import Configuration, Installation, TransactionRecord
from saleor_stripe_app.storage import operations
from saleor_stripe_app.stripe_gateway import operations as stripe_operations
from saleor_stripe_app.stripe_gateway import payments
from saleor_stripe_app.usecases import stored_answer, tell_staff
from saleor_stripe_app.usecases.backends import LEASE, Backends
from saleor_stripe_app.usecases.resolve import NOT_FOUND, fail, note


async def confirm(
    backends: Backends,
    installation: Installation,
    configuration: Configuration,
    record: TransactionRecord,
    payment: Payment,
    instruction: Instruction,
) -> Payment:
    """The payment once it was confirmed as instructed, if it was to be; a decline is one of the payment's own.

    Under the payment's lease. A try whose outcome was not known before is asked for again under the same key, since
    somebody waits for it. Raises Unavailable while the outcome is not known.
    """
    if payment.status not in UNPAID:
        return payment
    earlier = await operations.of_transaction(backends.storage, record.id)
    for operation in earlier:
        if operation.kind is OperationKind.CONFIRM and operation.state is OperationState.OPEN:
            payment = await _resumed(backends, installation, configuration, payment, operation)
            earlier = await operations.of_transaction(backends.storage, record.id)
    if not confirmation.is_another_try(instruction, payment, earlier):
        return payment
    operation = _planned(backends, record, payment, instruction, earlier)
    stored, _ = await operations.begin(backends.storage, operation, backends.clock() + LEASE)
    return await _performed(backends, installation, configuration, payment, stored)


async def _resumed(
    backends: Backends,
    installation: Installation,
    configuration: Configuration,
    payment: Payment,
    operation: Operation,
) -> Payment:
    shown = carried_out(operation, payment)
    if shown is not None:
        await operations.close(backends.storage, operation.id, OperationState.SUCCEEDED, stripe_id=shown)
        return payment
    if operation.may_be_sent(backends.clock()):
        return await _performed(backends, installation, configuration, payment, operation)
    await fail(backends, operation, Declined(NOT_FOUND))
    return payment


async def _performed(
    backends: Backends,
    installation: Installation,
    configuration: Configuration,
    payment: Payment,
    operation: Operation,
) -> Payment:
    client = backends.stripe.client(configuration.secret_key)
    try:
        shown = await stripe_operations.perform(client, operation, payment.id)
    except Declined as declined:
        await fail(backends, operation, declined, stored_answer.codes(declined))
        await tell_staff.of_refused_key(backends, installation, configuration, declined)
        return _declined(await payments.read(client, payment.id) or payment, declined)
    except Unavailable as unavailable:
        await note(backends, operation, unavailable)
        raise
    await operations.close(backends.storage, operation.id, OperationState.SUCCEEDED, stripe_id=shown.id)
    assert isinstance(shown, Payment)
    return shown


def _declined(payment: Payment, declined: Declined) -> Payment:
    """The payment as it stands, with the reason of this very try: of a token that it refuses Stripe keeps none."""
    if payment.status not in confirmation.UNCONFIRMED:
        return payment
    return replace(payment, decline=Decline(str(declined), declined.stripe_code, declined.decline_code))


def _planned(
    backends: Backends,
    record: TransactionRecord,
    payment: Payment,
    instruction: Instruction,
    earlier: Sequence[Operation],
) -> Operation:
    identity, attempt = instruction.identity(), confirmation.attempt(instruction, earlier)
    return Operation(
        id=str(uuid4()),
        transaction=record.id,
        kind=OperationKind.CONFIRM,
        request=identity,
        attempt=attempt,
        idempotency_key=idempotency_key(record.saleor_api_url, f"confirm {payment.id} {identity}", attempt),
        reference=f"{payment.id}-confirm-{identity[:12]}",
        amount=payment.amount,
        created=backends.clock(),
        parameters=confirmation.parameters(instruction),
    )
