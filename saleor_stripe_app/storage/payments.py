"""What is kept of one payment, read over one connection: opening one costs as much as a short statement."""

from dataclasses import dataclass

from saleor_stripe_app.domain.operation import Operation
from saleor_stripe_app.domain.shop import Configuration, Installation, TransactionRecord
from saleor_stripe_app.domain.transaction import EventType
from saleor_stripe_app.storage import configurations, installations, operations, refused, transactions
from saleor_stripe_app.storage.engine import Storage


@dataclass(frozen=True, slots=True)
class Kept:
    """A record with the Saleor to tell and the keys to ask with; None for what is there no more."""

    record: TransactionRecord
    installation: Installation | None
    configuration: Configuration | None


async def of_record(storage: Storage, record_id: str) -> Kept | None:
    """The payment of this record, and whose it is."""
    async with storage.read() as connection:
        record = await transactions.by_id_in(connection, record_id)
        if record is None:
            return None
        installation = await installations.by_url_in(connection, storage.keys, record.saleor_api_url)
        configuration = await configurations.by_id_in(connection, storage.keys, record.configuration_id)
    return Kept(record, installation, configuration)


async def of_transaction(
    storage: Storage, saleor_api_url: str, transaction_id: str
) -> tuple[TransactionRecord, Configuration | None] | None:
    """The record of Saleor's transaction, and the configuration that it was made with."""
    async with storage.read() as connection:
        record = await transactions.by_transaction_in(connection, saleor_api_url, transaction_id)
        if record is None:
            return None
        return record, await configurations.by_id_in(connection, storage.keys, record.configuration_id)


async def history(storage: Storage, record_id: str) -> tuple[tuple[Operation, ...], frozenset[tuple[EventType, str]]]:
    """The operations of a payment, in the order they were begun, and the reports of it that Saleor refused."""
    async with storage.read() as connection:
        known = await operations.of_transaction_in(connection, record_id)
        return known, await refused.of_transaction_in(connection, record_id)
