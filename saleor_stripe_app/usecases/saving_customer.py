"""Which of Stripe's customers a logged-in customer of Saleor's is, by this app's own map and never by e-mail."""

from saleor_stripe_app.domain.shop import Configuration
from saleor_stripe_app.domain.shopper import User
from saleor_stripe_app.storage import customers as stored
from saleor_stripe_app.usecases import customers
from saleor_stripe_app.usecases.backends import Backends


async def known(backends: Backends, configuration: Configuration, user: User) -> str | None:
    """Stripe's id (`cus_...`) of this user in the configuration's account and mode; None if none was made yet."""
    record = await stored.of_user(backends.storage, configuration, user.id)
    return record.customer if record else None


async def known_or_made(backends: Backends, configuration: Configuration, user: User) -> str:
    """The same, made where there is none. Of one that is known Stripe is told nothing: payments do that, which know
    more of the customer. Raises Declined when the key may make none, and Unavailable when the outcome is not known."""
    return await known(backends, configuration, user) or await customers.ensure(backends, configuration, user)
