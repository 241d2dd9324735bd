"""A shop to keep: an installation, a configuration, records and operations, with every field set."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from saleor_stripe_app.domain.operation import Operation, OperationKind
from saleor_stripe_app.domain.shop import Configuration, Installation, TransactionRecord
from saleor_stripe_app.domain.transaction import Flow
from saleor_stripe_app.storage import configurations, installations, transactions
from saleor_stripe_app.storage.engine import Storage

NOW = datetime(2026, 11, 24, 12, 0, 0, 123456, tzinfo=UTC)
SECOND = timedelta(seconds=1)
URL = "https://shop.example/graphql/"
OTHER_URL = "https://other.example/graphql/"


def installation(url: str = URL, **changes) -> Installation:
    given = {
        "saleor_api_url": url,
        "app_id": "QXBwOjE=",
        "token": "saleor-token",
        "key_set": '{"keys": []}',
        "version": (3, 22),
        "installed_at": NOW,
        "webhooks_digest": "abc",
    }
    return Installation(**given | changes)


def configuration(url: str = URL, **changes) -> Configuration:
    given = {
        "id": str(uuid4()),
        "saleor_api_url": url,
        "name": "Main",
        "publishable_key": "pk_test_1",
        "secret_key": "rk_test_secret",
        "stripe_account": "acct_1",
        "livemode": False,
        "endpoint_id": "we_1",
        "endpoint_secrets": ("whsec_new", "whsec_old"),
        "created_at": NOW,
        "updated_at": NOW,
    }
    return Configuration(**given | changes)


def record(configuration: Configuration, **changes) -> TransactionRecord:
    given = {
        "id": str(uuid4()),
        "saleor_api_url": configuration.saleor_api_url,
        "transaction_id": f"transaction-{uuid4()}",
        "configuration_id": configuration.id,
        "stripe_account": configuration.stripe_account,
        "flow": Flow.AUTHORIZATION,
        "created_at": NOW,
        "source_id": "Q2hlY2tvdXQ6MQ==",
        "source_type": "Checkout",
    }
    return TransactionRecord(**given | changes)


def operation(transaction: str, **changes) -> Operation:
    given = {
        "id": str(uuid4()),
        "transaction": transaction,
        "kind": OperationKind.CREATE,
        "request": "request-1",
        "attempt": 1,
        "idempotency_key": f"saleor-{uuid4()}",
        "reference": "reference-1",
        "amount": 9_007_199_254_740_993,
        "created": NOW,
        "parameters": {"amount": 1000, "metadata": {"b": "ü", "a": None}, "list": ["x", True]},
    }
    return Operation(**given | changes)


async def open_shop(storage: Storage, url: str = URL) -> Configuration:
    """Install the app in a Saleor and give it one configuration."""
    kept = configuration(url)
    await installations.save(storage, installation(url))
    await configurations.insert(storage, kept)
    return kept


async def one_record(storage: Storage) -> TransactionRecord:
    """A shop with one transaction."""
    return await transactions.adopt(storage, record(await open_shop(storage)))
