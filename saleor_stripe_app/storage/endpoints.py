"""Webhook endpoints at Stripe that are no longer wanted. They are noted here first, so that a deletion can be retried.

Each note keeps a sealed copy of the key that may delete it: the configuration may be gone, or have another key by then.
"""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Row, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from saleor_stripe_app.storage.engine import Storage
from saleor_stripe_app.storage.sealed import KeyRing, Where
from saleor_stripe_app.storage.tables import endpoints_to_delete


@dataclass(frozen=True, slots=True)
class EndpointToDelete:
    """An endpoint to be deleted from `not_before` on.

    Without `endpoint_id` it stands for every endpoint whose metadata names the configuration but for the one that the
    configuration records: noted before an endpoint is made, it cleans up after a crash.
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


async def deleted(storage: Storage, note_id: str) -> None:
    """Strike the note: the endpoint is gone, or is wanted after all."""
    async with storage.begin() as connection:
        await connection.execute(delete(endpoints_to_delete).where(endpoints_to_delete.c.id == note_id))


async def delete_again(storage: Storage, note_id: str, not_before: datetime) -> None:
    """Count a try that failed, and try again from then on."""
    statement = (
        update(endpoints_to_delete)
        .where(endpoints_to_delete.c.id == note_id)
        .values(not_before=not_before, attempts=endpoints_to_delete.c.attempts + 1)
    )
    async with storage.begin() as connection:
        await connection.execute(statement)


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
