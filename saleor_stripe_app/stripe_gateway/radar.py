"""What Radar holds about a payment: its review, and the warnings of the card's bank."""

import logging
from typing import TYPE_CHECKING

import stripe

from saleor_stripe_app.domain.errors import AppError
from saleor_stripe_app.domain.radar import EarlyFraudWarning, Review
from saleor_stripe_app.stripe_gateway.calls import PAGE_SIZE, WITHIN, answered, every
from saleor_stripe_app.stripe_gateway.failures import is_forbidden, is_missing
from saleor_stripe_app.stripe_gateway.wire import EarlyFraudWarningWire, ReviewWire, moment, narrowed

if TYPE_CHECKING:
    from stripe.params.radar import EarlyFraudWarningListParams

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


async def warnings(
    client: stripe.StripeClient, payment_intent_id: str, *, within: float = WITHIN
) -> tuple[EarlyFraudWarning, ...]:
    """Every warning of fraud, oldest first; none where the key may not read them: no amount depends on it.

    Raises Declined for any other refusal, and Unavailable.
    """

    async def page(after: str | None) -> stripe.ListObject[stripe.radar.EarlyFraudWarning]:
        params: EarlyFraudWarningListParams = {"payment_intent": payment_intent_id, "limit": PAGE_SIZE}
        if after is not None:
            params["starting_after"] = after
        return await client.v1.radar.early_fraud_warnings.list_async(params)

    try:
        newest_first = [_warning(wire) async for wire in every(page, EarlyFraudWarningWire, within=within)]
    except AppError as error:
        if is_forbidden(error):
            log.info("early fraud warnings not read", extra={"reason": str(error)})
            return ()
        raise
    return tuple(reversed(newest_first))


def _warning(wire: EarlyFraudWarningWire) -> EarlyFraudWarning:
    return EarlyFraudWarning(wire.id, wire.actionable, wire.fraud_type, moment(wire.created))
