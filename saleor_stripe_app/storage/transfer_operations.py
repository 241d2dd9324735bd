"""What was asked of Stripe to move money between platform and vendors, written before the call."""

import json
from datetime import datetime

from sqlalchemy import Row, select, update

from saleor_stripe_app.domain.marketplace.outstanding_transfers import Move
from saleor_stripe_app.domain.marketplace.transfer_operation import TransferOperation
from saleor_stripe_app.domain.operation import OperationState
from saleor_stripe_app.storage import due
from saleor_stripe_app.storage.engine import Storage, insert_if_new
from saleor_stripe_app.storage.transfer_tables import transfer_operations


async def begin(storage: Storage, operation: TransferOperation, due_at: datetime) -> bool:
    """Write it down and have its payment looked at from `due_at` on, should we die. False if this try was begun."""
    row = {
        "id": operation.id,
        "transaction": operation.transaction,
        "vendor": operation.vendor,
        "move": operation.move.value,
        "identity": operation.identity,
        "attempt": operation.attempt,
        "amount": operation.amount,
        "idempotency_key": operation.idempotency_key,
        "created": operation.created,
        "parameters": json.dumps(operation.parameters),
        "transfer": operation.transfer,
        "state": operation.state.value,
        "resendable": operation.resendable,
        "stripe_id": operation.stripe_id,
        "message": operation.message,
        "code": operation.code,
    }
    async with storage.begin() as connection:
        created = await insert_if_new(connection, transfer_operations, row)
        await due.mark_in(connection, operation.transaction, due_at)
    return created


async def of_transaction(storage: Storage, transaction: str) -> tuple[TransferOperation, ...]:
    """Every one of a payment, in the order they were begun."""
    statement = (
        select(transfer_operations)
        .where(transfer_operations.c.transaction == transaction)
        .order_by(transfer_operations.c.created, transfer_operations.c.attempt, transfer_operations.c.id)
    )
    async with storage.read() as connection:
        rows = (await connection.execute(statement)).all()
    return tuple(_operation(row) for row in rows)


async def close(
    storage: Storage,
    operation_id: str,
    state: OperationState,
    *,
    stripe_id: str | None = None,
    message: str = "",
    code: str | None = None,
) -> None:
    """Record the outcome of an open operation; one that was closed before stands."""
    statement = update(transfer_operations).where(
        transfer_operations.c.id == operation_id, transfer_operations.c.state == OperationState.OPEN.value
    )
    values = {"state": state.value, "stripe_id": stripe_id, "message": message, "code": code}
    async with storage.begin() as connection:
        await connection.execute(statement.values(values))


async def unresendable(storage: Storage, operation_id: str) -> None:
    """Never send it again: Stripe has stored a 5xx under its key."""
    statement = update(transfer_operations).where(transfer_operations.c.id == operation_id).values(resendable=False)
    async with storage.begin() as connection:
        await connection.execute(statement)


def _operation(row: Row[*tuple[object, ...]]) -> TransferOperation:
    return TransferOperation(
        id=row.id,
        transaction=row.transaction,
        vendor=row.vendor,
        move=Move(row.move),
        identity=row.identity,
        attempt=row.attempt,
        amount=row.amount,
        idempotency_key=row.idempotency_key,
        created=row.created,
        parameters=json.loads(row.parameters),
        transfer=row.transfer,
        state=OperationState(row.state),
        resendable=row.resendable,
        stripe_id=row.stripe_id,
        message=row.message,
        code=row.code,
    )
