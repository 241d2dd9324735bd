"""Whether Stripe's events arrive: a payment changed at Stripe and no event has come since.

Stripe itself does not say how the deliveries of one endpoint fare, and a signature that does not fit may be anybody's:
the signing secret of another endpoint, or an address that Stripe does not reach, shows only by what never came.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from saleor_stripe_app.domain.payment import Payment
from saleor_stripe_app.domain.shop import Configuration
from saleor_stripe_app.storage import received, transactions
from saleor_stripe_app.stripe_gateway import payments
from saleor_stripe_app.usecases.backends import Backends

# Stripe sends an event within seconds.
PATIENCE = timedelta(minutes=15)
LOOKED_BACK = timedelta(days=1)
PAYMENTS = 5  # the newest ones; each is read from Stripe
EVENTS = 20


async def unheard(backends: Backends, configuration: Configuration) -> str | None:
    """The id of a payment intent that changed a while ago, when no event has come of anything later.

    None also where there is nothing to tell it by. Raises Declined and Unavailable.
    """
    now = backends.clock()
    latest = await received.latest(backends.storage, configuration.id, EVENTS)
    # The endpoint may be as young as the last change of the configuration.
    heard = max([now - LOOKED_BACK, configuration.updated_at, *(event.created for event in latest)])
    if heard >= now - PATIENCE:
        return None
    client = backends.stripe.client(configuration.secret_key)
    since = now - LOOKED_BACK
    for intent in await transactions.intents_begun(backends.storage, configuration.id, since, now, PAYMENTS):
        payment = await payments.read(client, intent)
        if payment is not None and any(heard < time <= now - PATIENCE for time in _changes(payment)):
            return intent
    return None


def _changes(payment: Payment) -> Iterator[datetime]:
    """When something happened that Stripe tells by an event, in whole seconds as the event's own time."""
    if payment.charge is not None:
        yield payment.charge.created
    if payment.canceled_at is not None:
        yield payment.canceled_at
    for refund in payment.refunds:
        yield refund.created
