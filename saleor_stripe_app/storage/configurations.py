"""Configurations: a merchant's Stripe accounts. Secret keys and the secrets of webhook endpoints are sealed.

A configuration whose endpoint the app makes itself is saved in two steps: a draft is recorded, the endpoint is made at
Stripe, the draft is completed. What a crash leaves in between is a draft, and the sweep cleans it up.
"""

import json
from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import ColumnElement, Row, and_, bindparam, exists, or_, select
from sqlalchemy import delete as sql_delete
from sqlalchemy import update as sql_update
from sqlalchemy.ext.asyncio import AsyncConnection

from saleor_stripe_app.domain.channel_options import ChannelOptions
from saleor_stripe_app.domain.options import Options
from saleor_stripe_app.domain.shop import Assigned, Configuration
from saleor_stripe_app.storage import endpoints
from saleor_stripe_app.storage.endpoints import EndpointToDelete
from saleor_stripe_app.storage.engine import Storage, insert_if_new
from saleor_stripe_app.storage.marketplace_tables import vendors
from saleor_stripe_app.storage.sealed import KeyRing, Where
from saleor_stripe_app.storage.tables import channels, configurations, installations, transactions

channel_options = msgspec.json.Decoder(ChannelOptions)
_options = msgspec.json.Decoder(Options)

IN_USE: ColumnElement[bool] = and_(configurations.c.draft.is_(False), configurations.c.archived_at.is_(None))
_BY_ID = select(configurations).where(configurations.c.id == bindparam("id"))
_FOR_CHANNEL = (
    select(
        configurations,
        channels.c.options.label("channel_options"),
        exists().where(vendors.c.saleor_api_url == channels.c.saleor_api_url).label("has_vendors"),
    )
    .join(channels, channels.c.configuration_id == configurations.c.id)
    .where(channels.c.saleor_api_url == bindparam("url"), channels.c.channel_id == bindparam("channel"), IN_USE)
)


async def insert(storage: Storage, configuration: Configuration) -> bool:
    """Record a configuration that is complete at once. False if there is one of this id."""
    return await _insert(storage, configuration, draft=False)


async def insert_draft(storage: Storage, configuration: Configuration) -> bool:
    """Record a configuration before its webhook endpoint is made; no channel can use it yet.

    False if there is one of this id, draft or not.
    """
    return await _insert(storage, configuration, draft=True)


async def complete(
    storage: Storage,
    configuration_id: str,
    endpoint_id: str | None,
    endpoint_secrets: tuple[str, ...],
    now: datetime,
    *,
    making: str | None = None,
) -> bool:
    """Record the endpoint of a draft, which thereby comes into use. False if it is no draft any more.

    `making` is the note that has the new endpoint deleted: struck with this, and False if it was claimed already.
    """
    statement = (
        sql_update(configurations)
        .where(configurations.c.id == configuration_id, configurations.c.draft.is_(True))
        .values(
            endpoint_id=endpoint_id,
            endpoint_secrets=_sealed_list(storage.keys, configuration_id, endpoint_secrets),
            draft=False,
            updated_at=now,
        )
    )
    async with storage.begin() as connection:
        if making is not None and not await endpoints.is_being_made_in(connection, making):
            return False
        done = bool((await connection.execute(statement)).rowcount)
        if done and making is not None:
            await endpoints.deleted_in(connection, making)
    return done


async def abandon(storage: Storage, configuration_id: str) -> bool:
    """Delete a draft. False if it is none: completed meanwhile, or gone."""
    statement = sql_delete(configurations).where(
        configurations.c.id == configuration_id, configurations.c.draft.is_(True)
    )
    async with storage.begin() as connection:
        return bool((await connection.execute(statement)).rowcount)


async def drafts(storage: Storage, older_than: datetime) -> tuple[Configuration, ...]:
    """Drafts that were begun before this moment and never completed."""
    statement = select(configurations).where(configurations.c.draft.is_(True), configurations.c.created_at < older_than)
    async with storage.read() as connection:
        rows = (await connection.execute(statement)).all()
    return tuple(_configuration(row, storage.keys) for row in rows)


async def update(
    storage: Storage,
    configuration: Configuration,
    superseded: Sequence[EndpointToDelete] = (),
    *,
    making: str | None = None,
    unchanged_since: datetime | None = None,
) -> bool:
    """Save everything but id, installation, creation and archiving; a replaced endpoint is noted for deletion at once.

    False, and nothing is changed, if there is no such configuration in this installation, if it was updated after
    `unchanged_since`, or if the note `making`, which has its new endpoint deleted and is struck here, was claimed.
    """
    statement = (
        sql_update(configurations)
        .where(configurations.c.id == configuration.id, configurations.c.saleor_api_url == configuration.saleor_api_url)
        .values(**_changeable(storage.keys, configuration))
    )
    if unchanged_since is not None:
        statement = statement.where(configurations.c.updated_at == unchanged_since)
    async with storage.begin() as connection:
        if making is not None and not await endpoints.is_being_made_in(connection, making):
            return False
        found = bool((await connection.execute(statement)).rowcount)
        if found and making is not None:
            await endpoints.deleted_in(connection, making)
        for endpoint in superseded if found else ():
            await endpoints.delete_later_in(connection, storage.keys, endpoint)
    return found


async def archive(storage: Storage, configuration_id: str, now: datetime) -> bool:
    """Take it out of use, and its channels with it, while its payments still need it. False if it is so already."""
    statement = (
        sql_update(configurations)
        .where(configurations.c.id == configuration_id, configurations.c.archived_at.is_(None))
        .values(archived_at=now, updated_at=now)
    )
    async with storage.begin() as connection:
        done = bool((await connection.execute(statement)).rowcount)
        await connection.execute(sql_delete(channels).where(channels.c.configuration_id == configuration_id))
    return done


async def delete(storage: Storage, configuration_id: str, superseded: Sequence[EndpointToDelete] = ()) -> bool:
    """Delete it for good, its endpoints being noted for deletion with it. False if a payment or vendor refers to it."""
    statement = sql_delete(configurations).where(
        configurations.c.id == configuration_id,
        ~exists().where(transactions.c.configuration_id == configuration_id),
        ~exists().where(vendors.c.configuration_id == configuration_id),
    )
    async with storage.begin() as connection:
        done = bool((await connection.execute(statement)).rowcount)
        for endpoint in superseded if done else ():
            await endpoints.delete_later_in(connection, storage.keys, endpoint)
    return done


async def by_id(storage: Storage, configuration_id: str, saleor_api_url: str | None = None) -> Configuration | None:
    """The configuration, also an archived one or a draft; with a URL only if it is that Saleor's."""
    async with storage.read() as connection:
        found = await by_id_in(connection, storage.keys, configuration_id)
    return found if found is not None and saleor_api_url in (None, found.saleor_api_url) else None


async def by_id_in(connection: AsyncConnection, keys: KeyRing, configuration_id: str) -> Configuration | None:
    """`by_id` over a connection that is open."""
    row = (await connection.execute(_BY_ID, {"id": configuration_id})).one_or_none()
    return None if row is None else _configuration(row, keys)


async def of_installation(
    storage: Storage, saleor_api_url: str, *, archived: bool = False
) -> tuple[Configuration, ...]:
    """The configurations in use, by creation; with `archived` those too. Never drafts."""
    chosen = configurations.c.draft.is_(False) if archived else IN_USE
    statement = (
        select(configurations)
        .where(configurations.c.saleor_api_url == saleor_api_url, chosen)
        .order_by(configurations.c.created_at, configurations.c.id)
    )
    async with storage.read() as connection:
        rows = (await connection.execute(statement)).all()
    return tuple(_configuration(row, storage.keys) for row in rows)


async def with_endpoint_after_removal(storage: Storage) -> tuple[Configuration, ...]:
    """Configurations of Saleors that removed the app whose endpoint at Stripe is still recorded, archived ones too."""
    statement = (
        select(configurations)
        .join(installations, installations.c.saleor_api_url == configurations.c.saleor_api_url)
        .where(
            installations.c.removed_at.is_not(None),
            or_(configurations.c.endpoint_id.is_not(None), configurations.c.connect_endpoint_id.is_not(None)),
            configurations.c.draft.is_(False),
        )
        .order_by(configurations.c.id)
    )
    async with storage.read() as connection:
        rows = (await connection.execute(statement)).all()
    return tuple(_configuration(row, storage.keys) for row in rows)


async def for_channel(storage: Storage, saleor_api_url: str, channel_id: str) -> Assigned | None:
    """The configuration that this channel pays with, and the channel's own options, in one query."""
    async with storage.read() as connection:
        row = (await connection.execute(_FOR_CHANNEL, {"url": saleor_api_url, "channel": channel_id})).one_or_none()
    if row is None:
        return None
    configuration = _configuration(row, storage.keys)
    return Assigned(configuration, channel_options.decode(row.channel_options), has_vendors=bool(row.has_vendors))


async def _insert(storage: Storage, configuration: Configuration, *, draft: bool) -> bool:
    row = _changeable(storage.keys, configuration) | {
        "id": configuration.id,
        "saleor_api_url": configuration.saleor_api_url,
        "created_at": configuration.created_at,
        "archived_at": configuration.archived_at,
        "draft": draft,
    }
    async with storage.begin() as connection:
        return await insert_if_new(connection, configurations, row)


def _changeable(keys: KeyRing, configuration: Configuration) -> dict[str, str | bool | datetime | None]:
    return {
        "name": configuration.name,
        "publishable_key": configuration.publishable_key,
        "secret_key": keys.seal(configuration.secret_key, _place("secret_key", configuration.id)),
        "stripe_account": configuration.stripe_account,
        "livemode": configuration.livemode,
        "endpoint_id": configuration.endpoint_id,
        "endpoint_secrets": _sealed_list(keys, configuration.id, configuration.endpoint_secrets),
        "connect_endpoint_id": configuration.connect_endpoint_id,
        "connect_endpoint_secrets": _sealed_list(
            keys, configuration.id, configuration.connect_endpoint_secrets, "connect_endpoint_secrets"
        )
        if configuration.connect_endpoint_secrets
        else None,
        "options": msgspec.json.encode(configuration.options).decode(),
        "updated_at": configuration.updated_at,
    }


def _place(column: str, configuration_id: str) -> Where:
    return Where("configurations", column, configuration_id)


def _sealed_list(
    keys: KeyRing, configuration_id: str, secrets: tuple[str, ...], column: str = "endpoint_secrets"
) -> str:
    return keys.seal(json.dumps(secrets), _place(column, configuration_id))


def _opened_list(keys: KeyRing, row: Row[*tuple[object, ...]], column: str) -> tuple[str, ...]:
    sealed = getattr(row, column)
    return tuple(json.loads(keys.unseal(sealed, _place(column, row.id)))) if sealed is not None else ()


def _configuration(row: Row[*tuple[object, ...]], keys: KeyRing) -> Configuration:
    return Configuration(
        id=row.id,
        saleor_api_url=row.saleor_api_url,
        name=row.name,
        publishable_key=row.publishable_key,
        secret_key=keys.unseal(row.secret_key, _place("secret_key", row.id)),
        stripe_account=row.stripe_account,
        livemode=row.livemode,
        endpoint_id=row.endpoint_id,
        endpoint_secrets=_opened_list(keys, row, "endpoint_secrets"),
        created_at=row.created_at,
        updated_at=row.updated_at,
        archived_at=row.archived_at,
        options=_options.decode(row.options),
        connect_endpoint_id=row.connect_endpoint_id,
        connect_endpoint_secrets=_opened_list(keys, row, "connect_endpoint_secrets"),
    )
