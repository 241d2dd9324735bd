"""Webhook endpoints at Stripe that are no longer wanted. They are noted here first, so that a deletion can be retried.

Each note keeps a sealed copy of the key that may delete it: the configuration may be gone, or have another key by then.
"""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, Row, and_, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from saleor_stripe_app.storage.engine import Storage
from saleor_stripe_app.storage.sealed import KeyRing, Where
from saleor_stripe_app.storage.tables import endpoints_to_delete

BEING_MADE: ColumnElement[bool] = and_(endpoints_to_delete.c.endpoint_id.is_(None), endpoints_to_delete.c.attempts == 0)


@dataclass(frozen=True, slots=True)
class EndpointToDelete:
    """An endpoint to be deleted from `not_before` on.

    Without `endpoint_id` it stands for every endpoint whose metadata names the configuration but for the one that the
    configuration records: noted before an endpoint is made, it cleans up after a crash. Until it is first claimed
    (`attempts` 0) whoever noted it may still record the new endpoint and strike it; after that nobody can.
    """

    id: str
    configuration_id: str
    endpoint_id: str | None
    secret_key: str = field(repr=False)
    not_before: datetime
    attempts: int = 0


async def delete_later(storage: Storage, endpoint: EndpointToDelete) -> None:
    """Note an endpoint for deletion."""
    async with storage.begin() as connection:
        await delete_later_in(connection, storage.keys, endpoint)


async def delete_later_in(connection: AsyncConnection, keys: KeyRing, endpoint: EndpointToDelete) -> None:
    """Note an endpoint for deletion, as part of a transaction."""
    statement = endpoints_to_delete.insert().values(
        id=endpoint.id,
        configuration_id=endpoint.configuration_id,
        endpoint_id=endpoint.endpoint_id,
        secret_key=keys.seal(endpoint.secret_key, _place(endpoint.id)),
        not_before=endpoint.not_before,
        attempts=endpoint.attempts,
    )
    await connection.execute(statement)


async def to_delete(storage: Storage, now: datetime, limit: int) -> tuple[EndpointToDelete, ...]:
    """The endpoints whose time has come, oldest first. Two replicas may get the same: deleting twice does no harm."""
    statement = (
        select(endpoints_to_delete)
        .where(endpoints_to_delete.c.not_before <= now)
        .order_by(endpoints_to_delete.c.not_before)
        .limit(limit)
    )
    async with storage.read() as connection:
        rows = (await connection.execute(statement)).all()
    return tuple(_endpoint(row, storage.keys) for row in rows)


async def being_made(storage: Storage, configuration_id: str) -> bool:
    """Whether an endpoint of this configuration is being made, so that one which is not recorded may yet be."""
    statement = (
        select(endpoints_to_delete.c.id)
        .where(endpoints_to_delete.c.configuration_id == configuration_id, BEING_MADE)
        .limit(1)
    )
    async with storage.read() as connection:
        return (await connection.execute(statement)).first() is not None


async def more_of(storage: Storage, configuration_id: str, note_id: str) -> bool:
    """Whether an endpoint of this configuration is noted besides this note."""
    statement = (
        select(endpoints_to_delete.c.id)
        .where(endpoints_to_delete.c.configuration_id == configuration_id, endpoints_to_delete.c.id != note_id)
        .limit(1)
    )
    async with storage.read() as connection:
        return (await connection.execute(statement)).first() is not None


async def is_being_made_in(connection: AsyncConnection, note_id: str) -> bool:
    """Whether the note is there and was never claimed; it cannot be until the transaction ends."""
    statement = select(endpoints_to_delete.c.id).where(endpoints_to_delete.c.id == note_id, BEING_MADE)
    return (await connection.execute(statement.with_for_update())).one_or_none() is not None


async def deleted(storage: Storage, note_id: str) -> None:
    """Strike the note: the endpoint is gone, or is wanted after all."""
    async with storage.begin() as connection:
        await deleted_in(connection, note_id)


async def deleted_in(connection: AsyncConnection, note_id: str) -> None:
    """Strike the note as part of a transaction."""
    await connection.execute(delete(endpoints_to_delete).where(endpoints_to_delete.c.id == note_id))


async def delete_again(storage: Storage, note_id: str, not_before: datetime) -> bool:
    """Claim the note: count a try, and try again from then on unless it is struck before. False if it was struck."""
    statement = (
        update(endpoints_to_delete)
        .where(endpoints_to_delete.c.id == note_id)
        .values(not_before=not_before, attempts=endpoints_to_delete.c.attempts + 1)
    )
    async with storage.begin() as connection:
        return bool((await connection.execute(statement)).rowcount)


def _place(note_id: str) -> Where:
    return Where("endpoints_to_delete", "secret_key", note_id)


def _endpoint(row: Row[*tuple[object, ...]], keys: KeyRing) -> EndpointToDelete:
    return EndpointToDelete(
        id=row.id,
        configuration_id=row.configuration_id,
        endpoint_id=row.endpoint_id,
        secret_key=keys.unseal(row.secret_key, _place(row.id)),
        not_before=row.not_before,
        attempts=row.attempts,
    )
