"""A user of Saleor's changed: their customers at Stripe say so, too."""

from saleor_stripe_app.domain.errors import Declined
from saleor_stripe_app.domain.purchase import Address
from saleor_stripe_app.domain.shop import Installation
from saleor_stripe_app.domain.shopper import User
from saleor_stripe_app.storage import configurations, customers
from saleor_stripe_app.usecases import tell_staff
from saleor_stripe_app.usecases.backends import Backends
from saleor_stripe_app.usecases.customers import ensure


async def customer_updated(
    backends: Backends, installation: Installation, user: User, billing: Address | None, shipping: Address | None
) -> None:
    """Tell every account that knows the user. Raises Unavailable: Saleor tries again."""
    for configuration in await configurations.of_installation(backends.storage, installation.saleor_api_url):
        record = await customers.of_user(backends.storage, configuration, user.id)
        if record is None or record.customer is None or not configuration.options.send_customer:
            continue
        try:
            await ensure(backends, configuration, user, billing=billing, shipping=shipping)
        except Declined as declined:
            await tell_staff.of_refused_key(backends, installation, configuration, declined)
