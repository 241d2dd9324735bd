"""One shop with charged payments, written into the app's database before the app starts."""

import json
import uuid
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, insert, select, update

from saleor_stripe_app.domain.shop import Configuration, Installation, TransactionRecord
from saleor_stripe_app.domain.transaction import Flow
from saleor_stripe_app.saleor import manifest, webhooks
from saleor_stripe_app.sandbox.saleor.signing import SigningKey
from saleor_stripe_app.storage import channels, configurations, installations, leases, reconciliations, tables
from saleor_stripe_app.storage.engine import Storage
from saleor_stripe_app.storage.reconciliations import Outcome

APP_ID = "saleor.app.payment.stripe"
RECIPIENT = "QXBwOjE="
CHANNEL = "Q2hhbm5lbDox"
CONFIGURATION = "0c8f2a52-6a53-4f0e-9d7c-5a5a3d1f5b10"
ACCOUNT = "acct_benchmark"
SECRET_KEY = "sk_test_benchmark0000000000000000"
PUBLISHABLE_KEY = "pk_test_benchmark0000000000000000"
ENDPOINT_SECRET = "whsec_benchmark0000000000000000"
SEALING_KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
VERSION = (3, 24)


@dataclass(frozen=True, slots=True)
class Paid:
    """A charged payment: Saleor's transaction and its intent."""

    transaction: str
    intent: str


@dataclass(slots=True)
class Shop:
    """Everything a request is made of. `paid` is taken from the front, so that no payment is used twice."""

    key: SigningKey
    saleor_api_url: str
    paid: list[Paid]
    shown: dict[str, object]
    held: list[Paid] = field(default_factory=list)

    @property
    def key_set(self) -> str:
        """The shop's JSON Web Key Set."""
        return json.dumps({"keys": [self.key.jwk()]})

    def take(self, count: int) -> list[Paid]:
        """Payments that nothing was done with yet."""
        if len(self.paid) < count:
            raise RuntimeError("too few payments were prepared")
        taken, self.paid = self.paid[:count], self.paid[count:]
        return taken


def transaction_id() -> str:
    """A new global id of Saleor's form."""
    return b64encode(f"TransactionItem:{uuid.uuid4()}".encode()).decode()


async def fill(storage: Storage, shop: Shop, app_url: str, held: int) -> None:
    """Install, configure and record the payments; `held` of them are leased to another replica for an hour."""
    now = datetime.now(UTC)
    described = manifest.manifest(app_url=app_url, app_id=APP_ID, app_name="Stripe", version=VERSION)
    digest = webhooks.digest(described)
    await installations.save(
        storage, Installation(shop.saleor_api_url, RECIPIENT, "token", shop.key_set, VERSION, now, digest)
    )
    configuration = Configuration(
        id=CONFIGURATION,
        saleor_api_url=shop.saleor_api_url,
        name="Shop",
        publishable_key=PUBLISHABLE_KEY,
        secret_key=SECRET_KEY,
        stripe_account=ACCOUNT,
        livemode=False,
        endpoint_id=None,
        endpoint_secrets=(ENDPOINT_SECRET,),
        created_at=now,
        updated_at=now,
    )
    await configurations.insert(storage, configuration)
    await channels.assign(storage, shop.saleor_api_url, CHANNEL, CONFIGURATION)
    records = [_record(shop, paid, now) for paid in shop.paid]
    await _insert(storage, records)
    shop.held = shop.take(held)
    for record in records[:held]:
        await leases.take(storage, record.id, "another replica", now, timedelta(hours=1))
    # Otherwise the comparison that a first start brings would look at every payment, and be charged to the requests.
    comparing = await reconciliations.claim(storage, shop.saleor_api_url, now, timedelta(minutes=1))
    assert comparing is not None
    await reconciliations.finish(storage, comparing, now, Outcome(now, now), now)


async def waiting(storage: Storage, now: datetime) -> int:
    """How many payments are to be looked at by now, but for those that another replica holds."""
    held = select(tables.leases.c.transaction).where(tables.leases.c.expires > now + timedelta(minutes=5))
    statement = select(func.count()).where(
        tables.due.c.next_try.is_not(None), tables.due.c.since <= now, tables.due.c.transaction.not_in(held)
    )
    async with storage.read() as connection:
        return int((await connection.execute(statement)).scalar_one())


async def strike_due(storage: Storage) -> None:
    """Let nothing be due any more: what follows from one measurement must not run in the next."""
    async with storage.begin() as connection:
        await connection.execute(update(tables.due).values(generation="", since=None, next_try=None))


def _record(shop: Shop, paid: Paid, now: datetime) -> TransactionRecord:
    return TransactionRecord(
        id=str(uuid.uuid4()),
        saleor_api_url=shop.saleor_api_url,
        transaction_id=paid.transaction,
        configuration_id=CONFIGURATION,
        stripe_account=ACCOUNT,
        flow=Flow.CHARGE,
        created_at=now,
        payment_intent_id=paid.intent,
        source_id="Q2hlY2tvdXQ6MQ==",
        source_type="Checkout",
    )


async def _insert(storage: Storage, records: Sequence[TransactionRecord]) -> None:
    rows = [asdict(record) | {"flow": record.flow.value} for record in records]
    async with storage.begin() as connection:
        for start in range(0, len(rows), 500):
            await connection.execute(insert(tables.transactions), rows[start : start + 500])
