"""What Radar holds about a payment: its review."""

import logging

import stripe

from saleor_stripe_app.domain.errors import AppError
from saleor_stripe_app.domain.radar import Review
from saleor_stripe_app.stripe_gateway.calls import WITHIN, answered
from saleor_stripe_app.stripe_gateway.failures import is_forbidden, is_missing
from saleor_stripe_app.stripe_gateway.wire import ReviewWire, moment, narrowed

log = logging.getLogger(__name__)


async def review(client: stripe.StripeClient, review_id: str, *, within: float = WITHIN) -> Review | None:
    """The review as it stands; None where the key may not read it: no amount depends on it.

    Raises Declined for any other refusal, and Unavailable.
    """
    try:
        found = await answered(lambda: client.v1.reviews.retrieve_async(review_id), within=within)
    except AppError as error:
        if is_forbidden(error) or is_missing(error):
            log.info("review not read", extra={"reason": str(error)})
            return None
        raise
    wire = narrowed(found, ReviewWire)
    return Review(
        id=wire.id,
        is_open=wire.open,
        opened_reason=wire.opened_reason,
        created=moment(wire.created),
        closed_reason=wire.closed_reason,
    )
