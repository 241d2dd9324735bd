"""A customer looks at what they saved."""

from saleor_stripe_app.domain.errors import Declined
from saleor_stripe_app.domain.saved_request import SavedRequest
from saleor_stripe_app.domain.shop import Installation
from saleor_stripe_app.domain.stored_methods import StoredMethod, shown
from saleor_stripe_app.storage import configurations
from saleor_stripe_app.stripe_gateway import payment_methods
from saleor_stripe_app.usecases import tell_staff
from saleor_stripe_app.usecases.backends import Backends
from saleor_stripe_app.usecases.saving_customer import known


async def list_stored_methods(
    backends: Backends, installation: Installation, request: SavedRequest
) -> tuple[StoredMethod, ...]:
    """What the customer may see in this channel: nothing where it pays without Stripe, or where nothing was saved.

    Saleor keeps an answer for five minutes, so a list that cannot be read is an error and not an empty one. Raises
    Declined when the key is refused, and Unavailable.
    """
    assigned = await configurations.for_channel(backends.storage, installation.saleor_api_url, request.channel_id)
    customer = await known(backends, assigned.configuration, request.user) if assigned else None
    if assigned is None or customer is None:
        return ()
    client = backends.stripe.client(assigned.configuration.secret_key)
    try:
        methods = await payment_methods.of_customer(client, customer)
    except Declined as declined:
        await tell_staff.of_refused_key(backends, installation, assigned.configuration, declined)
        raise
    return shown(methods, assigned.options.save_methods, backends.clock())
