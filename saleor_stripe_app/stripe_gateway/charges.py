"""Charges: every try of a payment, of which an intent shows the latest alone."""

from typing import TYPE_CHECKING

import stripe

from saleor_stripe_app.stripe_gateway.calls import PAGE_SIZE, WITHIN, answered

if TYPE_CHECKING:
    from stripe.params import ChargeListParams


async def declined(client: stripe.StripeClient, payment_intent_id: str, *, within: float = WITHIN) -> int:
    """How many tries of a payment were declined, of the latest hundred. Raises Declined and Unavailable."""
    params: ChargeListParams = {"payment_intent": payment_intent_id, "limit": PAGE_SIZE}
    found = await answered(lambda: client.v1.charges.list_async(params), within=within)
    return sum(charge.status == "failed" for charge in found.data)
