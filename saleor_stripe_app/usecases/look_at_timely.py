"""Look at payments for the sake of time alone: nothing happens at Stripe or Saleor when a deadline draws near,
or when a vendor has waited long enough."""

from saleor_stripe_app.storage import splits, timely
from saleor_stripe_app.usecases.backends import Backends

AT_ONCE = 200


async def look_at_timely(backends: Backends, limit: int = AT_ONCE) -> int:
    """Have those looked at whose time has come, the longest waiting first; how many.

    The look says what has to be said, and when it is time again. Raises Unavailable when the database does not answer.
    """
    marked = await timely.mark(backends.storage, backends.clock(), limit)
    marked += await splits.mark(backends.storage, backends.clock(), limit)
    if marked:
        backends.wake()
    return marked
