"""The events that Stripe has kept: what happened while nobody listened. https://docs.stripe.com/api/events/list."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import stripe

from saleor_stripe_app.stripe_gateway.calls import PAGE_SIZE, WITHIN, every
from saleor_stripe_app.stripe_gateway.events import Event, EventWire, narrow
from saleor_stripe_app.stripe_gateway.webhook_endpoints import EVENTS
from saleor_stripe_app.stripe_gateway.wire import moment

if TYPE_CHECKING:
    from stripe.params import EventListParams

KEPT_FOR = timedelta(days=30)
MOST_TYPES = 20  # in one request


async def happened(
    client: stripe.StripeClient, since: datetime, until: datetime, *, within: float = WITHIN
) -> AsyncIterator[Event]:
    """Every event of a type that we listen to, from `since` to `until`: ours, and those of others.

    Newest first, of one lot of types after the other. Stripe gives no events older than KEPT_FOR. `within` seconds are
    for each page. Raises Declined (a restricted key needs "Events: Read") and Unavailable.
    """
    for start in range(0, len(EVENTS), MOST_TYPES):
        types = list(EVENTS[start : start + MOST_TYPES])

        async def page(after: str | None, types: list[str] = types) -> stripe.ListObject[stripe.Event]:
            params: EventListParams = {
                "created": {"gte": int(since.timestamp()), "lte": int(until.timestamp())},
                "types": types,
                "limit": PAGE_SIZE,
            }
            if after is not None:
                params["starting_after"] = after
            return await client.v1.events.list_async(params)

        async for wire in every(page, EventWire, within=within):
            yield narrow(wire, moment(wire.created))
