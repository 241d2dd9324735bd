"""Transactions: which payment intent belongs to which of Saleor's transactions, and what it was made with."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from sqlalchemy import Row, Select, bindparam, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from saleor_stripe_app.domain.abandoned import UNPAID_FOR
from saleor_stripe_app.domain.errors import Refusal
from saleor_stripe_app.domain.operation import Operation, OperationState
from saleor_stripe_app.domain.shop import TransactionRecord
from saleor_stripe_app.domain.transaction import Flow
from saleor_stripe_app.storage import due, leases, operations
from saleor_stripe_app.storage.due import Due
from saleor_stripe_app.storage.engine import Storage, insert_if_new
from saleor_stripe_app.storage.leases import Lease
from saleor_stripe_app.storage.tables import installations, transactions

_FIELDS = tuple(field.name for field in fields(TransactionRecord))
_BY_ID = select(transactions).where(transactions.c.id == bindparam("id"))
_BY_TRANSACTION = select(transactions).where(
    transactions.c.saleor_api_url == bindparam("url"), transactions.c.transaction_id == bindparam("transaction")
)
_BY_INTENT = select(transactions).where(
    transactions.c.stripe_account == bindparam("account"), transactions.c.payment_intent_id == bindparam("intent")
)
_REPLACEMENT = select(transactions).where(transactions.c.replaces == bindparam("replaced"))
_SETTING_INTENT = (
    update(transactions)
    .where(
        transactions.c.id == bindparam("record"),
        or_(transactions.c.payment_intent_id.is_(None), transactions.c.payment_intent_id == bindparam("intent")),
    )
    .values(payment_intent_id=bindparam("intent"))
)


@dataclass(frozen=True, slots=True)
class Begun:
    """What `begin` found or made. Without `lease` another speaks for the payment now, and nothing else was written.

    `operation` is None only then. `created` is false for a repeated request. `look` is what was marked for a crash.
    """

    record: TransactionRecord
    operation: Operation | None
    created: bool
    lease: Lease | None
    look: Due | None = None


async def begin(
    storage: Storage,
    record: TransactionRecord,
    operation: Operation,
    owner: str,
    now: datetime,
    ttl: timedelta,
    due_at: datetime | None = None,
) -> Begun:
    """Begin a payment in one SQL transaction: record, lease, create operation, and a look should we die meanwhile.

    The look is due when the lease ends, unless `due_at` says otherwise.
    A record that exists stands, and the operation becomes one of its. The operation is written only under the lease.
    """
    async with storage.begin() as connection:
        stored = await _insert_or_find(connection, record)
        operation = operations.of_record(operation, stored.id)
        lease = await leases.take_in(connection, stored.id, owner, now, ttl)
        if lease is None:
            found = await operations.attempt_in(connection, stored.id, operation.request, operation.attempt)
            return Begun(stored, found, created=False, lease=None)
        kept, created = await operations.insert_in(connection, operation)
        look = await due.mark_in(connection, stored.id, due_at or lease.expires)
    return Begun(stored, kept, created, lease, look)


async def adopt(storage: Storage, record: TransactionRecord) -> TransactionRecord:
    """Record a payment that was begun elsewhere. Gives back the record that holds its transaction or its intent."""
    async with storage.begin() as connection:
        return await _insert_or_find(connection, record)


async def set_intent(storage: Storage, record_id: str, payment_intent_id: str, operation_id: str | None = None) -> bool:
    """Record the intent of a transaction and, in the same SQL transaction, close the operation that made it.

    False, and nothing is changed, if it has another intent, or if the intent is another transaction's.
    """
    values = {"record": record_id, "intent": payment_intent_id}
    try:
        async with storage.begin() as connection:
            done = bool((await connection.execute(_SETTING_INTENT, values)).rowcount)
            if done and operation_id is not None:
                await operations.close_in(
                    connection, operation_id, OperationState.SUCCEEDED, stripe_id=payment_intent_id
                )
            return done
    except IntegrityError:
        return False


async def by_id(storage: Storage, record_id: str) -> TransactionRecord | None:
    """The record of this id."""
    async with storage.read() as connection:
        return await by_id_in(connection, record_id)


async def by_id_in(connection: AsyncConnection, record_id: str) -> TransactionRecord | None:
    """`by_id` over a connection that is open."""
    return await _one_in(connection, _BY_ID, {"id": record_id})


async def by_transaction(storage: Storage, saleor_api_url: str, transaction_id: str) -> TransactionRecord | None:
    """The record of Saleor's transaction."""
    async with storage.read() as connection:
        return await by_transaction_in(connection, saleor_api_url, transaction_id)


async def by_transaction_in(
    connection: AsyncConnection, saleor_api_url: str, transaction_id: str
) -> TransactionRecord | None:
    """`by_transaction` over a connection that is open."""
    return await _one_in(connection, _BY_TRANSACTION, {"url": saleor_api_url, "transaction": transaction_id})


async def by_intent(storage: Storage, stripe_account: str, payment_intent_id: str) -> TransactionRecord | None:
    """The record of a payment intent, with whichever configuration of this Stripe account it was made."""
    return await _one(storage, _BY_INTENT, {"account": stripe_account, "intent": payment_intent_id})


async def of_installation(
    storage: Storage,
    saleor_api_url: str,
    *,
    after: str = "",
    limit: int = 100,
    since: datetime | None = None,
    until: datetime | None = None,
) -> tuple[TransactionRecord, ...]:
    """A page of a Saleor's records by id: those after the last id of the page before, begun from `since` to `until`."""
    statement = (
        select(transactions)
        .where(transactions.c.saleor_api_url == saleor_api_url, transactions.c.id > after)
        .order_by(transactions.c.id)
        .limit(limit)
    )
    if since is not None:
        statement = statement.where(transactions.c.created_at >= since)
    if until is not None:
        statement = statement.where(transactions.c.created_at <= until)
    async with storage.read() as connection:
        rows = (await connection.execute(statement)).all()
    return tuple(_record(row) for row in rows)


async def any_since(storage: Storage, configuration_id: str, since: datetime) -> bool:
    """Whether a payment was begun with this configuration at `since` or later, so that refunds may still come."""
    statement = (
        select(transactions.c.id)
        .where(transactions.c.configuration_id == configuration_id, transactions.c.created_at >= since)
        .limit(1)
    )
    async with storage.read() as connection:
        return (await connection.execute(statement)).first() is not None


async def perhaps_abandoned(storage: Storage, now: datetime, limit: int) -> tuple[TransactionRecord, ...]:
    """A few payments that may have been left unpaid, of Saleors that have the app; the longest waiting first."""
    statement = (
        select(transactions)
        .join(installations)
        .where(transactions.c.abandoned_after <= now, installations.c.removed_at.is_(None))
        .order_by(transactions.c.abandoned_after, transactions.c.id)
        .limit(limit)
    )
    async with storage.read() as connection:
        rows = (await connection.execute(statement)).all()
    return tuple(_record(row) for row in rows)


async def check_abandoned(storage: Storage, record_id: str, at: datetime | None) -> None:
    """See at that time whether nobody paid; None: never again."""
    statement = update(transactions).where(transactions.c.id == record_id).values(abandoned_after=at)
    async with storage.begin() as connection:
        await connection.execute(statement)


async def of_source(storage: Storage, saleor_api_url: str, source_id: str) -> tuple[TransactionRecord, ...]:
    """Our payments that were begun for a checkout or an order, oldest first."""
    statement = (
        select(transactions)
        .where(transactions.c.saleor_api_url == saleor_api_url, transactions.c.source_id == source_id)
        .order_by(transactions.c.created_at, transactions.c.id)
    )
    async with storage.read() as connection:
        rows = (await connection.execute(statement)).all()
    return tuple(_record(row) for row in rows)


async def replacement(storage: Storage, record_id: str) -> TransactionRecord | None:
    """The payment that was begun in place of this one."""
    return await _one(storage, _REPLACEMENT, {"replaced": record_id})


async def intents_begun(
    storage: Storage, configuration_id: str, since: datetime, until: datetime, limit: int
) -> tuple[str, ...]:
    """The ids of the payment intents begun with this configuration in the period, newest first."""
    statement = (
        select(transactions.c.payment_intent_id)
        .where(
            transactions.c.configuration_id == configuration_id,
            transactions.c.created_at.between(since, until),
            transactions.c.payment_intent_id.is_not(None),
        )
        .order_by(transactions.c.created_at.desc(), transactions.c.id)
        .limit(limit)
    )
    async with storage.read() as connection:
        return tuple((await connection.execute(statement)).scalars())


async def warn_in(connection: AsyncConnection, record_id: str) -> None:
    """Remember that a bank warned of fraud, as a part of a caller's SQL transaction."""
    await connection.execute(update(transactions).where(transactions.c.id == record_id).values(warned=True))


async def warn(storage: Storage, record_id: str) -> None:
    """The same on its own."""
    async with storage.begin() as connection:
        await warn_in(connection, record_id)


async def _insert_or_find(connection: AsyncConnection, record: TransactionRecord) -> TransactionRecord:
    if await insert_if_new(connection, transactions, _row(record)):
        return record
    same_transaction = {"url": record.saleor_api_url, "transaction": record.transaction_id}
    row = (await connection.execute(_BY_TRANSACTION, same_transaction)).one_or_none()
    if row is None:
        same_intent = {"account": record.stripe_account, "intent": record.payment_intent_id}
        row = (await connection.execute(_BY_INTENT, same_intent)).one_or_none()
    if row is None:
        raise Refusal(f"Another payment was begun in place of {record.replaces}.", code="AlreadyReplaced")
    return _record(row)


def _row(record: TransactionRecord) -> dict[str, object]:
    # dataclasses.asdict copies every value deeply, which costs as much as the statement.
    values = {name: getattr(record, name) for name in _FIELDS}
    return values | {"flow": record.flow.value, "abandoned_after": record.created_at + UNPAID_FOR}


async def _one(
    storage: Storage, statement: Select[*tuple[object, ...]], values: Mapping[str, str]
) -> TransactionRecord | None:
    async with storage.read() as connection:
        return await _one_in(connection, statement, values)


async def _one_in(
    connection: AsyncConnection, statement: Select[*tuple[object, ...]], values: Mapping[str, str]
) -> TransactionRecord | None:
    row = (await connection.execute(statement, values)).one_or_none()
    return None if row is None else _record(row)


def _record(row: Row[*tuple[object, ...]]) -> TransactionRecord:
    return TransactionRecord(
        id=row.id,
        saleor_api_url=row.saleor_api_url,
        transaction_id=row.transaction_id,
        configuration_id=row.configuration_id,
        stripe_account=row.stripe_account,
        flow=Flow(row.flow),
        created_at=row.created_at,
        payment_intent_id=row.payment_intent_id,
        source_id=row.source_id,
        source_type=row.source_type,
        weighed=row.weighed,
        warned=row.warned,
        user_id=row.user_id,
        address=row.address,
        look_at=row.look_at,
        replaces=row.replaces,
    )
