"""Stripe says that something happened: a reason to look, written down before Stripe gets its 200."""

from saleor_stripe_app.domain import metadata
from saleor_stripe_app.domain.shop import Configuration
from saleor_stripe_app.storage import received, transactions
from saleor_stripe_app.storage.received import ReceivedEvent
from saleor_stripe_app.stripe_gateway.events import Event
from saleor_stripe_app.usecases.backends import Backends

INTENT_METADATA = frozenset({"payment_intent", "charge"})  # a charge has a copy of its intent's metadata


async def receive_event(backends: Backends, configuration: Configuration, event: Event) -> bool:
    """Mark the payment that the event is about as due; False for an object that is not ours.

    Stripe accounts are shared: an intent that names no Saleor, or another one, is somebody else's. A refund made in
    Stripe's Dashboard bears no metadata, so its intent is looked at before that is known.
    """
    intent = event.payment_intent
    record = None
    if intent is not None:
        record = await transactions.by_intent(backends.storage, configuration.stripe_account, intent)
        if record is None and is_foreign(configuration, event):
            intent = None
    await received.intake(
        backends.storage,
        ReceivedEvent(event.id, configuration.id, event.type, event.created, backends.clock()),
        backends.clock(),
        transaction=record.id if record else None,
        payment_intent_id=intent if record is None else None,
        warns=event.warns,
    )
    if intent is None:
        return False
    backends.wake()
    return True


def is_foreign(configuration: Configuration, event: Event) -> bool:
    """Whether the event itself says that its payment is not of this Saleor."""
    owner = metadata.owner(event.metadata)
    if owner is None:
        return event.object_type in INTENT_METADATA
    return owner.saleor_api_url != configuration.saleor_api_url
