"""Orphans: payment intents that name this Saleor, hold money and are not shown by it."""

from collections.abc import Sequence

from saleor_stripe_app.domain.errors import Declined
from saleor_stripe_app.domain.shop import Installation
from saleor_stripe_app.storage import configurations
from saleor_stripe_app.stripe_gateway import payments
from saleor_stripe_app.usecases import tell_staff
from saleor_stripe_app.usecases.adopt import adopt
from saleor_stripe_app.usecases.backends import Backends

# Saleor keeps a hundred problems of an app and drops the oldest: others shall not be lost to these.
MOST_TOLD = 20


async def tell_of_orphans(backends: Backends, installation: Installation, orphans: Sequence[tuple[str, str]]) -> None:
    """Show staff what a comparison found: (payment intent, why). Never raises."""
    for payment_intent_id, why in orphans[:MOST_TOLD]:
        await tell_staff.of_orphan(backends, installation, payment_intent_id, why)


async def is_orphan(backends: Backends, installation: Installation, payment_intent_id: str) -> bool:
    """Whether the intent still holds money and Saleor still does not show it; what cannot be seen stays one.

    Raises Unavailable and what `SaleorClient.execute` raises.
    """
    url = installation.saleor_api_url
    for configuration in await configurations.of_installation(backends.storage, url, archived=True):
        if not configuration.secret_key:
            continue
        try:
            payment = await payments.read(backends.stripe.client(configuration.secret_key), payment_intent_id)
        except Declined:
            continue
        if payment is not None:
            return payment.holds_money and await adopt(backends, installation, configuration, payment) is None
    return True
