"""Ask Stripe for one transfer or reversal: written down before, so that it is done once whatever happens."""

import logging
from dataclasses import replace
from uuid import uuid4

from saleor_stripe_app.domain import metadata
from saleor_stripe_app.domain.errors import Declined, Unavailable
from saleor_stripe_app.domain.marketplace.outstanding_transfers import Move, Movement
from saleor_stripe_app.domain.marketplace.transfer import ShownTransfer, group
from saleor_stripe_app.domain.marketplace.transfer_operation import (
    TransferOperation,
    reversal_parameters,
    source,
    transfer_parameters,
)
from saleor_stripe_app.domain.marketplace.vendor import Vendor
from saleor_stripe_app.domain.operation import OperationState, idempotency_key
from saleor_stripe_app.domain.payment import Payment
from saleor_stripe_app.domain.shop import Installation, TransactionRecord
from saleor_stripe_app.storage import transfer_operations
from saleor_stripe_app.stripe_gateway import transfers
from saleor_stripe_app.stripe_gateway.client import Client
from saleor_stripe_app.usecases.backends import LEASE, Backends

log = logging.getLogger(__name__)


def planned(
    backends: Backends,
    installation: Installation,
    record: TransactionRecord,
    payment: Payment,
    movement: Movement,
    vendor: Vendor | None,
    shown: tuple[ShownTransfer, ...],
    identity: str,
    attempt: int,
) -> TransferOperation:
    """One attempt at a movement, with the exact parameters."""
    number = str(uuid4())
    marks = metadata.of_transaction(
        saleor_api_url=record.saleor_api_url,
        app_id=installation.app_id,
        transaction_id=record.transaction_id,
        source_id=record.source_id,
        source_type=record.source_type,
    )
    charge = payment.charge.id if payment.charge else ""
    if movement.move is Move.REVERSE:
        parameters = reversal_parameters(
            amount=movement.amount, fee=movement.fee, metadata=marks, vendor=movement.vendor, operation=number
        )
    else:
        parameters = transfer_parameters(
            amount=movement.amount,
            currency=payment.currency,
            destination=(vendor.stripe_account if vendor else None) or "",
            group=group(record.transaction_id),
            charge=source(charge, payment.amount_received, movement.amount, shown),
            metadata=marks,
            vendor=movement.vendor,
            operation=number,
        )
    return TransferOperation(
        id=number,
        transaction=record.id,
        vendor=movement.vendor,
        move=movement.move,
        identity=identity,
        attempt=attempt,
        amount=movement.amount,
        idempotency_key=idempotency_key(record.saleor_api_url, f"{record.id} {identity}", attempt),
        created=backends.clock(),
        parameters=parameters,
        transfer=movement.transfer,
    )


async def ask(backends: Backends, client: Client, operation: TransferOperation) -> TransferOperation:
    """The operation with what became of it: carried out, refused, or still open where that is not known.

    A look is due when the lease ends, should we die. Only the database makes this raise.
    """
    if operation.state is OperationState.OPEN:
        await transfer_operations.begin(backends.storage, operation, backends.clock() + LEASE)
    fields = {"operation": operation.id, "move": operation.move.value, "amount": operation.amount}
    parameters, key = operation.parameters, operation.idempotency_key
    try:
        if operation.move is Move.REVERSE:
            made = (await transfers.reverse(client, operation.transfer, parameters, key)).id
        else:
            made = (await transfers.create(client, parameters, key)).id
    except Declined as declined:
        log.warning("vendor's money was not moved", extra={**fields, "reason": str(declined)})
        message, code = str(declined), declined.stripe_code
        await transfer_operations.close(
            backends.storage, operation.id, OperationState.FAILED, message=message, code=code
        )
        return replace(operation, state=OperationState.FAILED, message=message, code=code)
    except Unavailable as unavailable:
        log.warning("it is not known whether a vendor's money moved", extra={**fields, "reason": str(unavailable)})
        if unavailable.stored:
            await transfer_operations.unresendable(backends.storage, operation.id)
        return replace(operation, resendable=operation.resendable and not unavailable.stored)
    log.info("vendor's money moved", extra={**fields, "stripe_id": made})
    await transfer_operations.close(backends.storage, operation.id, OperationState.SUCCEEDED, stripe_id=made)
    return replace(operation, state=OperationState.SUCCEEDED, stripe_id=made)
