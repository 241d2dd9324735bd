"""Look at every payment of a Saleor, since events of Stripe's may have been missed."""

from datetime import timedelta

from saleor_stripe_app.storage import due
from saleor_stripe_app.usecases.backends import Backends

# Refunds and disputes still come in for so long; older payments are looked at when something happens to them.
PAYMENTS_LIVE_FOR = timedelta(days=180)
AT_ONCE = timedelta(0)


async def look_at_everything(backends: Backends, saleor_api_url: str, after: timedelta = AT_ONCE) -> None:
    """Mark every payment of this Saleor that may still change as due `after` so long."""
    now = backends.clock()
    await due.mark_all(backends.storage, saleor_api_url, now - PAYMENTS_LIVE_FOR, now + after)
    backends.wake()
