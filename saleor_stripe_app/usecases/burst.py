"""A burst of declines: tell staff while somebody tests stolen cards in their shop."""

from saleor_stripe_app.domain.attempts import WITHIN, is_burst
from saleor_stripe_app.domain.shop import Configuration, Installation
from saleor_stripe_app.storage import received
from saleor_stripe_app.usecases import tell_staff
from saleor_stripe_app.usecases.backends import Backends

DECLINED = "payment_intent.payment_failed"
PAID = ("payment_intent.succeeded", "payment_intent.amount_capturable_updated")


async def tell_burst(backends: Backends, installation: Installation, configuration: Configuration) -> bool:
    """Whether there is one, by Stripe's events of the last hour. Raises Unavailable (the database)."""
    came = await received.count(backends.storage, configuration.id, backends.clock() - WITHIN)
    declined, paid = came.get(DECLINED, 0), sum(came.get(kind, 0) for kind in PAID)
    if not is_burst(declined, paid):
        return False
    await tell_staff.of_declines(backends, installation, configuration, declined, paid)
    return True
