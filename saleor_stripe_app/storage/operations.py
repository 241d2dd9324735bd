"""Operations: what was asked of Stripe, written before the call. Parameters are kept as the JSON that they came as."""

import json
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Row, Select, String, bindparam, case, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from saleor_stripe_app.domain.operation import Operation, OperationKind, OperationState
from saleor_stripe_app.storage import due
from saleor_stripe_app.storage.engine import Storage, insert_if_new
from saleor_stripe_app.storage.tables import operations

_OF_TRANSACTION = (
    select(operations)
    .where(operations.c.transaction == bindparam("of"))
    .order_by(operations.c.created, operations.c.attempt, operations.c.id)
)
_OPEN_OF = _OF_TRANSACTION.where(operations.c.state == OperationState.OPEN.value)
_ATTEMPT = select(operations).where(
    operations.c.transaction == bindparam("of"),
    operations.c.request == bindparam("asked"),
    operations.c.attempt == bindparam("number"),
)
_BY_REQUEST = (
    select(operations)
    .where(operations.c.transaction == bindparam("of"), operations.c.request == bindparam("asked"))
    .order_by(operations.c.attempt.desc())
    .limit(1)
)
_CLOSING = (
    update(operations)
    .where(operations.c.id == bindparam("operation"), operations.c.state == OperationState.OPEN.value)
    .values(
        state=bindparam("outcome"),
        stripe_id=func.coalesce(bindparam("made", type_=String), operations.c.stripe_id),
        reference=func.coalesce(bindparam("told_as", type_=String), operations.c.reference),
        message=bindparam("said"),
        code=bindparam("public_code"),
        answer=func.coalesce(operations.c.answer, bindparam("answered", type_=String)),
        # What was told of the shopper and their goods is at Stripe, and is needed here only to send it once more.
        parameters=case((operations.c.kind == OperationKind.CREATE.value, "{}"), else_=operations.c.parameters),
    )
)


async def begin(storage: Storage, operation: Operation, due_at: datetime) -> tuple[Operation, bool]:
    """Write an operation down and have its transaction looked at from `due_at` on, should we die.

    Of one (transaction, request, attempt) there is only one: it is given back as stored, with whether it is new.
    """
    async with storage.begin() as connection:
        stored, created = await insert_in(connection, operation)
        await due.mark_in(connection, operation.transaction, due_at)
    return stored, created


async def insert_in(connection: AsyncConnection, operation: Operation) -> tuple[Operation, bool]:
    """Write an operation down as part of a transaction; see `begin`."""
    row = {
        "id": operation.id,
        "transaction": operation.transaction,
        "kind": operation.kind.value,
        "request": operation.request,
        "attempt": operation.attempt,
        "idempotency_key": operation.idempotency_key,
        "reference": operation.reference,
        "amount": operation.amount,
        "created": operation.created,
        "parameters": json.dumps(operation.parameters),
        "state": operation.state.value,
        "resendable": operation.resendable,
        "stripe_id": operation.stripe_id,
        "message": operation.message,
        "code": operation.code,
        "answer": operation.answer,
    }
    if await insert_if_new(connection, operations, row):
        return operation, True
    stored = await attempt_in(connection, operation.transaction, operation.request, operation.attempt)
    assert stored is not None
    return stored, False


async def attempt_in(connection: AsyncConnection, transaction: str, request: str, attempt: int) -> Operation | None:
    """One attempt of a request, as part of a transaction."""
    which = {"of": transaction, "asked": request, "number": attempt}
    row = (await connection.execute(_ATTEMPT, which)).one_or_none()
    return None if row is None else _operation(row)


async def by_request(storage: Storage, transaction: str, request: str) -> Operation | None:
    """The newest attempt of a request."""
    async with storage.read() as connection:
        row = (await connection.execute(_BY_REQUEST, {"of": transaction, "asked": request})).one_or_none()
    return None if row is None else _operation(row)


async def of_transaction(storage: Storage, transaction: str) -> tuple[Operation, ...]:
    """Every operation of a transaction, in the order they were begun."""
    async with storage.read() as connection:
        return await of_transaction_in(connection, transaction)


async def of_transaction_in(connection: AsyncConnection, transaction: str) -> tuple[Operation, ...]:
    """`of_transaction` over a connection that is open."""
    return await _all_in(connection, _OF_TRANSACTION, transaction)


async def open_of(storage: Storage, transaction: str) -> tuple[Operation, ...]:
    """The operations of a transaction whose outcome is not known, in the order they were begun."""
    async with storage.read() as connection:
        return await _all_in(connection, _OPEN_OF, transaction)


async def close(
    storage: Storage,
    operation_id: str,
    state: OperationState,
    *,
    stripe_id: str | None = None,
    reference: str | None = None,
    message: str = "",
    code: str | None = None,
    answer: str | None = None,
) -> bool:
    """Record the outcome of an open operation; what is None stays. False if it was closed before, which stands.

    An answer that was kept before stands too. The parameters of a new payment, which hold the shopper's address, are
    forgotten.
    """
    async with storage.begin() as connection:
        return await close_in(
            connection,
            operation_id,
            state,
            stripe_id=stripe_id,
            reference=reference,
            message=message,
            code=code,
            answer=answer,
        )


async def close_in(
    connection: AsyncConnection,
    operation_id: str,
    state: OperationState,
    *,
    stripe_id: str | None = None,
    reference: str | None = None,
    message: str = "",
    code: str | None = None,
    answer: str | None = None,
) -> bool:
    """`close` as part of a transaction."""
    outcome = {
        "operation": operation_id,
        "outcome": state.value,
        "made": stripe_id,
        "told_as": reference,
        "said": message,
        "public_code": code,
        "answered": answer,
    }
    return bool((await connection.execute(_CLOSING, outcome)).rowcount)


async def unresendable(storage: Storage, operation_id: str) -> None:
    """Never send it again: Stripe has stored a 5xx under its key."""
    statement = update(operations).where(operations.c.id == operation_id).values(resendable=False)
    async with storage.begin() as connection:
        await connection.execute(statement)


def of_record(operation: Operation, transaction: str) -> Operation:
    """The operation as one of this record: another request may have begun the transaction first."""
    return operation if operation.transaction == transaction else replace(operation, transaction=transaction)


async def _all_in(
    connection: AsyncConnection, statement: Select[*tuple[object, ...]], transaction: str
) -> tuple[Operation, ...]:
    rows = (await connection.execute(statement, {"of": transaction})).all()
    return tuple(_operation(row) for row in rows)


def _operation(row: Row[*tuple[object, ...]]) -> Operation:
    return Operation(
        id=row.id,
        transaction=row.transaction,
        kind=OperationKind(row.kind),
        request=row.request,
        attempt=row.attempt,
        idempotency_key=row.idempotency_key,
        reference=row.reference,
        amount=row.amount,
        created=row.created,
        parameters=json.loads(row.parameters),
        state=OperationState(row.state),
        resendable=row.resendable,
        stripe_id=row.stripe_id,
        message=row.message,
        code=row.code,
        answer=row.answer,
    )
