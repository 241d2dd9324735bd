"""What a merchant has at Stripe and enters in the app, and what is left of it there and here."""

from sqlalchemy import select

from saleor_stripe_app.domain.shop import Configuration, TransactionRecord
from saleor_stripe_app.domain.transaction import Flow
from saleor_stripe_app.sandbox.stripe.objects import WebhookEndpoint
from saleor_stripe_app.storage import configurations, tables, transactions
from saleor_stripe_app.stripe_gateway.permissions import NEEDED, SAVING
from saleor_stripe_app.usecases.create_configuration import NewConfiguration, create_configuration
from tests.acceptance.world import World

ID = "6f1c2a52-6a0e-4b6e-9f0b-0d6f5f0a1b2c"


def entered(world: World, **changes) -> NewConfiguration:
    """The keys of the world's account, as typed into the form."""
    given = {
        "name": "Main",
        "publishable_key": world.account.publishable_key,
        "secret_key": world.account.secret_key,
        "id": ID,
    }
    return NewConfiguration(**given | changes)


async def created(world: World, **changes) -> Configuration:
    saved = await create_configuration(world.backends, world.installation, entered(world, **changes))
    return saved.configuration


def restricted_key(world: World, without: str | None = None) -> str:
    """A key with the permissions that the app needs, but for one."""
    return world.stripe.create_key(world.account.id, permissions=set(NEEDED | SAVING) - {without}).value


def endpoints_at_stripe(world: World, account: str | None = None) -> dict[str, WebhookEndpoint]:
    return world.stripe.registry.books(account or world.account.id).webhook_endpoints


async def stored(world: World, configuration_id: str = ID) -> Configuration | None:
    return await configurations.by_id(world.backends.storage, configuration_id)


async def rows(world: World) -> tuple[int, int]:
    """How many configurations, drafts included, and notes of endpoints there are."""
    async with world.backends.storage.read() as connection:
        configurations_ = (await connection.execute(select(tables.configurations.c.id))).all()
        notes = (await connection.execute(select(tables.endpoints_to_delete.c.id))).all()
    return len(configurations_), len(notes)


async def paid_with(world: World, configuration: Configuration) -> TransactionRecord:
    """A payment that was begun with it just now."""
    record = TransactionRecord(
        id=f"record-of-{configuration.id}",
        saleor_api_url=configuration.saleor_api_url,
        transaction_id="VHJhbnNhY3Rpb246MQ==",
        configuration_id=configuration.id,
        stripe_account=configuration.stripe_account,
        flow=Flow.CHARGE,
        created_at=world.clock(),
        payment_intent_id="pi_1",
    )
    return await transactions.adopt(world.backends.storage, record)
