"""Disputes of a payment, with what they withdrew and returned in the charge's currency."""

from typing import TYPE_CHECKING

import stripe

from saleor_stripe_app.domain.dispute import Booked, Dispute, moved
from saleor_stripe_app.domain.errors import Unavailable
from saleor_stripe_app.stripe_gateway.calls import PAGE_SIZE, WITHIN, every
from saleor_stripe_app.stripe_gateway.wire import DisputeWire, moment

if TYPE_CHECKING:
    from stripe.params import DisputeListParams


async def of_payment(
    client: stripe.StripeClient, payment_intent_id: str, currency: str, *, within: float = WITHIN
) -> tuple[Dispute, ...]:
    """Every dispute and inquiry of a payment in `currency`, oldest first. Raises Declined and Unavailable."""

    async def page(after: str | None) -> stripe.ListObject[stripe.Dispute]:
        params: DisputeListParams = {"payment_intent": payment_intent_id, "limit": PAGE_SIZE}
        if after is not None:
            params["starting_after"] = after
        return await client.v1.disputes.list_async(params)

    newest_first = [_dispute(wire, currency) async for wire in every(page, DisputeWire, within=within)]
    return tuple(reversed(newest_first))


def _dispute(wire: DisputeWire, currency: str) -> Dispute:
    booked = [
        Booked(entry.id, entry.amount, entry.currency, moment(entry.created), entry.exchange_rate)
        for entry in sorted(wire.balance_transactions, key=lambda entry: (entry.created, entry.id))
    ]
    if wire.currency != currency and any(entry.currency != currency for entry in booked):
        # Nothing shows then what of the charge is disputed, and a guess would be booked for ever.
        raise Unavailable(f"Dispute {wire.id} is in {wire.currency.upper()}, and its payment in {currency.upper()}.")
    withdrawn, reinstated = moved(wire.amount, currency, booked)
    due_by = wire.evidence_details.due_by if wire.evidence_details else None
    return Dispute(
        id=wire.id,
        status=wire.status,
        amount=wire.amount,
        created=moment(wire.created),
        reason=wire.reason,
        due_by=moment(due_by) if due_by else None,
        withdrawn=withdrawn,
        reinstated=reinstated,
    )
