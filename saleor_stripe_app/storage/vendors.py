"""Vendors: who is paid for goods, on which Stripe account. Every change is written down with who made it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

import msgspec
from sqlalchemy import ColumnElement, Row, and_, exists, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from saleor_stripe_app.domain.marketplace.rate import Rate
from saleor_stripe_app.domain.marketplace.vendor import AccountState, Vendor, VendorStatus
from saleor_stripe_app.domain.marketplace.vendor_record import AskedAccount, VendorRecord
from saleor_stripe_app.storage import vendor_changes
from saleor_stripe_app.storage.engine import Storage, insert_if_new
from saleor_stripe_app.storage.marketplace_tables import vendors

What = Mapping[str, tuple[str | None, str | None]]

_account = msgspec.json.Decoder(AccountState)
_rate = msgspec.json.Decoder(Rate)
_asked = msgspec.json.Decoder(AskedAccount)


async def insert(storage: Storage, record: VendorRecord, who: str, what: What) -> bool:
    """Record a new vendor. False if this Saleor has one with the key."""
    row = (
        _editable(record)
        | _of_account(record)
        | {
            "saleor_api_url": record.saleor_api_url,
            "key": record.vendor.key,
            "created_at": record.created_at,
        }
    )
    async with storage.begin() as connection:
        inserted = await insert_if_new(connection, vendors, row)
        if inserted:
            await _note(connection, record, who, what)
    return inserted


async def save(storage: Storage, record: VendorRecord, unchanged_since: datetime, who: str, what: What) -> bool:
    """Save what staff edit, not the account. False, and nothing is changed, if somebody saved it meanwhile."""
    return await _saved(storage, record, _editable(record), unchanged_since, who, what)


async def link(storage: Storage, record: VendorRecord, unchanged_since: datetime, who: str, what: What) -> bool:
    """Save the account that the vendor has now, and all else. False, and nothing is changed, as with `save`."""
    return await _saved(storage, record, _editable(record) | _of_account(record), unchanged_since, who, what)


async def ask(storage: Storage, record: VendorRecord, asked: AskedAccount, instead_of: AskedAccount | None) -> bool:
    """Write down the account that Stripe is about to be asked for. False if another request is recorded, or it has one.

    `instead_of` is the request that was given up for this one.
    """
    before = vendors.c.asked.is_(None) if instead_of is None else vendors.c.asked == _text(instead_of)
    statement = update(vendors).where(_same(record), vendors.c.stripe_account.is_(None), before)
    async with storage.begin() as connection:
        return bool((await connection.execute(statement.values(asked=_text(asked)))).rowcount)


async def give_up(storage: Storage, record: VendorRecord, asked: AskedAccount) -> None:
    """Stripe makes no such account: the next request is a new one."""
    statement = update(vendors).where(_same(record), vendors.c.asked == _text(asked))
    async with storage.begin() as connection:
        await connection.execute(statement.values(asked=None))


async def mark(storage: Storage, saleor_api_url: str, stripe_account: str, now: datetime) -> tuple[VendorRecord, ...]:
    """Have the vendors of this Saleor with this account looked at now; these vendors."""
    mine = and_(vendors.c.saleor_api_url == saleor_api_url, vendors.c.stripe_account == stripe_account)
    async with storage.begin() as connection:
        await connection.execute(update(vendors).where(mine).values(look_at=now))
        rows = (await connection.execute(select(vendors).where(mine))).all()
    return tuple(_record(row) for row in rows)


async def claim(storage: Storage, record: VendorRecord, until: datetime) -> bool:
    """Have nobody else look at this vendor until then, unless there is news. False if somebody else does."""
    statement = update(vendors).where(_same(record), vendors.c.look_at == record.look_at).values(look_at=until)
    async with storage.begin() as connection:
        return bool((await connection.execute(statement)).rowcount)


async def looked(
    storage: Storage,
    record: VendorRecord,
    state: AccountState,
    at: datetime,
    claimed_until: datetime | None,
    look_at: datetime,
    what: What,
) -> bool:
    """Keep what Stripe showed of the account. False if it is another account by now, or a later look was kept.

    `claimed_until` is what `claim` was given: where news came in since, the vendor stays due; None looks unasked.
    """
    same_account = vendors.c.stripe_account == record.vendor.stripe_account
    not_newer = (vendors.c.read_at.is_(None)) | (vendors.c.read_at <= at)
    kept = update(vendors).where(_same(record), same_account, not_newer).values(account=_text(state), read_at=at)
    due = update(vendors).where(_same(record), same_account)
    if claimed_until is not None:
        due = due.where(vendors.c.look_at == claimed_until)
    async with storage.begin() as connection:
        done = bool((await connection.execute(kept)).rowcount)
        if done:
            await connection.execute(due.values(look_at=look_at))
            await vendor_changes.record_in(connection, record.saleor_api_url, record.vendor.key, at, "", what)
    return done


async def due(storage: Storage, now: datetime, limit: int) -> tuple[VendorRecord, ...]:
    """Vendors whose account should be looked at by now, longest due first."""
    statement = select(vendors).where(vendors.c.look_at <= now).order_by(vendors.c.look_at).limit(limit)
    async with storage.read() as connection:
        rows = (await connection.execute(statement)).all()
    return tuple(_record(row) for row in rows)


async def by_key(storage: Storage, saleor_api_url: str, key: str) -> VendorRecord | None:
    """One vendor of this Saleor."""
    statement = select(vendors).where(vendors.c.saleor_api_url == saleor_api_url, vendors.c.key == key)
    async with storage.read() as connection:
        row = (await connection.execute(statement)).one_or_none()
    return None if row is None else _record(row)


async def of_installation(storage: Storage, saleor_api_url: str) -> tuple[VendorRecord, ...]:
    """All vendors of this Saleor, by key; closed ones too."""
    statement = select(vendors).where(vendors.c.saleor_api_url == saleor_api_url).order_by(vendors.c.key)
    async with storage.read() as connection:
        rows = (await connection.execute(statement)).all()
    return tuple(_record(row) for row in rows)


async def has_any(storage: Storage, configuration_id: str) -> bool:
    """Whether a vendor's account is asked about with the key of this configuration."""
    statement = select(exists().where(vendors.c.configuration_id == configuration_id))
    async with storage.read() as connection:
        return bool((await connection.execute(statement)).scalar_one())


async def _saved(
    storage: Storage,
    record: VendorRecord,
    row: Mapping[str, object],
    unchanged_since: datetime,
    who: str,
    what: What,
) -> bool:
    statement = update(vendors).where(_same(record), vendors.c.updated_at == unchanged_since).values(row)
    async with storage.begin() as connection:
        saved = bool((await connection.execute(statement)).rowcount)
        if saved:
            await _note(connection, record, who, what)
    return saved


async def _note(connection: AsyncConnection, record: VendorRecord, who: str, what: What) -> None:
    at = record.updated_at
    await vendor_changes.record_in(connection, record.saleor_api_url, record.vendor.key, at, who, what)


def _same(record: VendorRecord) -> ColumnElement[bool]:
    return and_(vendors.c.saleor_api_url == record.saleor_api_url, vendors.c.key == record.vendor.key)


def _text(value: object) -> str | None:
    return None if value is None else msgspec.json.encode(value, order="sorted").decode()


def _editable(record: VendorRecord) -> dict[str, object]:
    vendor = record.vendor
    return {
        "configuration_id": record.configuration_id,
        "name": vendor.name,
        "status": vendor.status.value,
        "commission": _text(vendor.commission),
        "country": vendor.country,
        "currency": vendor.currency,
        "onboarding": record.onboarding,
        "updated_at": record.updated_at,
    }


def _of_account(record: VendorRecord) -> dict[str, object]:
    return {
        "stripe_account": record.vendor.stripe_account,
        "interface": record.interface,
        "account": _text(record.vendor.account),
        "read_at": record.read_at,
        "look_at": record.look_at,
        "asked": _text(record.asked),
    }


def _record(row: Row[*tuple[object, ...]]) -> VendorRecord:
    bare = Vendor(
        key=row.key,
        name=row.name,
        stripe_account=row.stripe_account,
        status=VendorStatus(row.status),
        country=row.country,
        currency=row.currency,
    )
    vendor = replace(
        bare,
        commission=None if row.commission is None else _rate.decode(row.commission),
        account=None if row.account is None else _account.decode(row.account),
    )
    return VendorRecord(
        vendor=vendor,
        saleor_api_url=row.saleor_api_url,
        configuration_id=row.configuration_id,
        created_at=row.created_at,
        updated_at=row.updated_at,
        interface=row.interface,
        read_at=row.read_at,
        look_at=row.look_at,
        asked=None if row.asked is None else _asked.decode(row.asked),
        onboarding=row.onboarding,
    )
