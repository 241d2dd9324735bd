"""Customers: which of Stripe's customers is which user of Saleor's, for each Stripe account and mode."""

import json
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, Row, and_, bindparam, select, update
from sqlalchemy import delete as sql_delete

from saleor_stripe_app.domain.customer import CustomerRecord
from saleor_stripe_app.domain.shop import Configuration
from saleor_stripe_app.storage.engine import Storage, insert_if_new
from saleor_stripe_app.storage.tables import customers

_OF_USER = select(customers).where(
    customers.c.saleor_api_url == bindparam("url"),
    customers.c.user_id == bindparam("user"),
    customers.c.stripe_account == bindparam("account"),
    customers.c.livemode == bindparam("live"),
)


async def of_user(storage: Storage, configuration: Configuration, user_id: str) -> CustomerRecord | None:
    """What is kept of a user in the account and mode of this configuration."""
    which = {
        "url": configuration.saleor_api_url,
        "user": user_id,
        "account": configuration.stripe_account,
        "live": configuration.livemode,
    }
    async with storage.read() as connection:
        row = (await connection.execute(_OF_USER, which)).one_or_none()
    return None if row is None else _record(row)


async def as_it_stands(storage: Storage, record: CustomerRecord) -> CustomerRecord | None:
    """The record as it is now; None once the user is forgotten."""
    async with storage.read() as connection:
        row = (await connection.execute(select(customers).where(_same_user(record)))).one_or_none()
    return None if row is None else _record(row)


async def begin(storage: Storage, record: CustomerRecord) -> CustomerRecord:
    """Write down that a customer will be made; who comes second gets what the first wrote."""
    row = {
        "saleor_api_url": record.saleor_api_url,
        "user_id": record.user_id,
        "stripe_account": record.stripe_account,
        "livemode": record.livemode,
        "generation": record.generation,
        "begun_at": record.begun_at,
        "parameters": json.dumps(record.parameters),
        "customer": record.customer,
        "told": record.told,
    }
    async with storage.begin() as connection:
        if await insert_if_new(connection, customers, row):
            return record
        return _record((await connection.execute(select(customers).where(_same_user(record)))).one())


async def begin_again(storage: Storage, record: CustomerRecord) -> CustomerRecord:
    """Write down that the next generation will be made, unless another did so; what is there now is given back.

    `record` is the next generation: its predecessor was forgotten by Stripe, or was asked for too long ago.
    """
    statement = (
        update(customers)
        .where(_same_user(record), customers.c.generation == record.generation - 1)
        .values(
            generation=record.generation,
            begun_at=record.begun_at,
            parameters=json.dumps(record.parameters),
            customer=None,
            told="",
        )
    )
    async with storage.begin() as connection:
        await connection.execute(statement)
        return _record((await connection.execute(select(customers).where(_same_user(record)))).one())


async def made(storage: Storage, record: CustomerRecord, customer: str, told: str, now: datetime) -> CustomerRecord:
    """Record the customer that Stripe made from the record's parameters. Saleor's user is to be shown its id."""
    statement = (
        update(customers)
        .where(_same_generation(record), customers.c.customer.is_(None))
        .values(customer=customer, parameters=None, told=told, show_at=now)
    )
    async with storage.begin() as connection:
        await connection.execute(statement)
    return replace(record, customer=customer, parameters=None, told=told)


async def note_told(storage: Storage, record: CustomerRecord, told: str) -> None:
    """Stripe knows this profile now."""
    async with storage.begin() as connection:
        await connection.execute(update(customers).where(_same_generation(record)).values(told=told))


async def forget(storage: Storage, saleor_api_url: str, user_id: str, now: datetime) -> int:
    """Have everything of a user deleted, in whichever accounts; how many customers there are."""
    statement = (
        update(customers)
        .where(customers.c.saleor_api_url == saleor_api_url, customers.c.user_id == user_id)
        .values(forget_at=now, show_at=None)
    )
    async with storage.begin() as connection:
        return (await connection.execute(statement)).rowcount


async def users(storage: Storage, saleor_api_url: str, after: str, limit: int) -> tuple[str, ...]:
    """A page of the users who are customers and are not to be forgotten, by id: those after the page before."""
    statement = (
        select(customers.c.user_id)
        .distinct()
        .where(
            customers.c.saleor_api_url == saleor_api_url,
            customers.c.user_id > after,
            customers.c.forget_at.is_(None),
        )
        .order_by(customers.c.user_id)
        .limit(limit)
    )
    async with storage.read() as connection:
        return tuple((await connection.execute(statement)).scalars().all())


async def to_forget(storage: Storage, now: datetime, limit: int) -> tuple[CustomerRecord, ...]:
    """Customers that are to be deleted at Stripe now."""
    return await _due(storage, customers.c.forget_at, now, limit)


async def to_show(storage: Storage, now: datetime, limit: int) -> tuple[CustomerRecord, ...]:
    """Customers whose id Saleor's user is to be shown now."""
    return await _due(storage, customers.c.show_at, now, limit)


async def forget_later(storage: Storage, record: CustomerRecord, at: datetime) -> None:
    """It could not be deleted; try again then."""
    async with storage.begin() as connection:
        await connection.execute(update(customers).where(_same_user(record)).values(forget_at=at))


async def show_later(storage: Storage, record: CustomerRecord, at: datetime | None) -> None:
    """Show it then; None: it is shown, or never will be."""
    async with storage.begin() as connection:
        await connection.execute(update(customers).where(_same_generation(record)).values(show_at=at))


async def forgotten(storage: Storage, record: CustomerRecord) -> None:
    """Nothing of the user is left at Stripe, nor here."""
    async with storage.begin() as connection:
        await connection.execute(sql_delete(customers).where(_same_user(record)))


async def _due(
    storage: Storage, column: ColumnElement[datetime], now: datetime, limit: int
) -> tuple[CustomerRecord, ...]:
    statement = select(customers).where(column <= now).order_by(column).limit(limit)
    async with storage.read() as connection:
        rows = (await connection.execute(statement)).all()
    return tuple(_record(row) for row in rows)


def _same_user(record: CustomerRecord) -> ColumnElement[bool]:
    return and_(
        customers.c.saleor_api_url == record.saleor_api_url,
        customers.c.user_id == record.user_id,
        customers.c.stripe_account == record.stripe_account,
        customers.c.livemode.is_(record.livemode),
    )


def _same_generation(record: CustomerRecord) -> ColumnElement[bool]:
    return and_(_same_user(record), customers.c.generation == record.generation)


def _record(row: Row[*tuple[object, ...]]) -> CustomerRecord:
    return CustomerRecord(
        saleor_api_url=row.saleor_api_url,
        user_id=row.user_id,
        stripe_account=row.stripe_account,
        livemode=row.livemode,
        generation=row.generation,
        begun_at=row.begun_at,
        customer=row.customer,
        parameters=None if row.parameters is None else json.loads(row.parameters),
        told=row.told,
    )
