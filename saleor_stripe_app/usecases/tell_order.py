"""An intent made for a checkout learns which order it paid for."""

import logging
from uuid import uuid4

from saleor_stripe_app.domain import described
from saleor_stripe_app.domain.errors import Declined
from saleor_stripe_app.domain.payment import Payment
from saleor_stripe_app.domain.shop import Configuration
from saleor_stripe_app.domain.transaction import Transaction
from saleor_stripe_app.stripe_gateway import payment_intents
from saleor_stripe_app.usecases.backends import Backends

log = logging.getLogger(__name__)


async def tell_order(
    backends: Backends, configuration: Configuration, payment: Payment, transaction: Transaction
) -> None:
    """Write the order's number on the intent, if it is not there yet; then its metadata shows that it is.

    Nothing moves and nothing adds up, so each try has a key of its own. Raises Unavailable: the look is repeated.
    """
    update = described.order_update(
        payment.metadata, transaction.source_id or "", transaction.order_number, configuration.options
    )
    if not update:
        return
    client = backends.stripe.client(configuration.secret_key)
    # Stripe may keep the reference of a payment that went to the card network as it is.
    for parameters in (update, {key: value for key, value in update.items() if key != "payment_details"}):
        try:
            await payment_intents.update(client, payment.id, parameters, f"saleor-order-{uuid4()}")
        except Declined as declined:
            log.warning("an intent cannot be told its order", extra={"reason": str(declined)})
        else:
            return
