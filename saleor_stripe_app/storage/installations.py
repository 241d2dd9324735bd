"""Installations: the Saleors that installed the app. Their tokens are sealed."""

from datetime import datetime

from sqlalchemy import Row, bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from saleor_stripe_app.domain.shop import Installation
from saleor_stripe_app.storage.engine import Storage, insert
from saleor_stripe_app.storage.sealed import KeyRing, Where
from saleor_stripe_app.storage.tables import installations

_BY_URL = select(installations).where(installations.c.saleor_api_url == bindparam("url"))


async def save(storage: Storage, installation: Installation) -> None:
    """Record an installation, or install again over what was known of this Saleor, removed or not."""
    values = {
        "app_id": installation.app_id,
        "token": storage.keys.seal(installation.token, _place(installation.saleor_api_url)),
        "key_set": installation.key_set,
        "version_major": installation.version[0],
        "version_minor": installation.version[1],
        "installed_at": installation.installed_at,
        "webhooks_digest": installation.webhooks_digest,
        "removed_at": None,
    }
    async with storage.begin() as connection:
        statement = insert(connection.dialect.name, installations).values(
            saleor_api_url=installation.saleor_api_url, **values
        )
        await connection.execute(statement.on_conflict_do_update(index_elements=["saleor_api_url"], set_=values))


async def by_url(storage: Storage, saleor_api_url: str) -> Installation | None:
    """The installation of this Saleor, also a removed one: `removed_at` tells."""
    async with storage.read() as connection:
        return await by_url_in(connection, storage.keys, saleor_api_url)


async def by_url_in(connection: AsyncConnection, keys: KeyRing, saleor_api_url: str) -> Installation | None:
    """`by_url` over a connection that is open."""
    row = (await connection.execute(_BY_URL, {"url": saleor_api_url})).one_or_none()
    return None if row is None else _installation(row, keys)


async def all_active(storage: Storage) -> tuple[Installation, ...]:
    """Every installation that is not removed, by URL."""
    statement = (
        select(installations).where(installations.c.removed_at.is_(None)).order_by(installations.c.saleor_api_url)
    )
    async with storage.read() as connection:
        rows = (await connection.execute(statement)).all()
    return tuple(_installation(row, storage.keys) for row in rows)


async def mark_removed(storage: Storage, saleor_api_url: str, app_id: str, now: datetime) -> bool:
    """Mark it as removed if it is still the app of this id: word of an earlier app's end may come late."""
    statement = (
        update(installations)
        .where(
            installations.c.saleor_api_url == saleor_api_url,
            installations.c.app_id == app_id,
            installations.c.removed_at.is_(None),
        )
        .values(removed_at=now)
    )
    async with storage.begin() as connection:
        return bool((await connection.execute(statement)).rowcount)


async def update_key_set(storage: Storage, saleor_api_url: str, key_set: str) -> None:
    """Keep the JSON Web Key Set as it was fetched."""
    await _set(storage, saleor_api_url, key_set=key_set)


async def update_version(storage: Storage, saleor_api_url: str, version: tuple[int, int]) -> None:
    """Keep Saleor's major and minor version as it was last seen."""
    await _set(storage, saleor_api_url, version_major=version[0], version_minor=version[1])


async def update_webhooks_digest(storage: Storage, saleor_api_url: str, digest: str) -> None:
    """Keep the digest of the webhooks that this Saleor has of us."""
    await _set(storage, saleor_api_url, webhooks_digest=digest)


async def _set(storage: Storage, saleor_api_url: str, **values: str | int) -> None:
    statement = update(installations).where(installations.c.saleor_api_url == saleor_api_url).values(**values)
    async with storage.begin() as connection:
        await connection.execute(statement)


def _place(saleor_api_url: str) -> Where:
    return Where("installations", "token", saleor_api_url)


def _installation(row: Row[*tuple[object, ...]], keys: KeyRing) -> Installation:
    return Installation(
        saleor_api_url=row.saleor_api_url,
        app_id=row.app_id,
        token=keys.unseal(row.token, _place(row.saleor_api_url)),
        key_set=row.key_set,
        version=(row.version_major, row.version_minor),
        installed_at=row.installed_at,
        webhooks_digest=row.webhooks_digest,
        removed_at=row.removed_at,
    )
