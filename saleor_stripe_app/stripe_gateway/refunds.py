"""Refunds: made, and found again by the reference that our request left on them."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

import stripe

from saleor_stripe_app.domain import metadata as marks
from saleor_stripe_app.domain.errors import Unavailable
from saleor_stripe_app.domain.payment import Refund, RefundStatus
from saleor_stripe_app.domain.report import Json
from saleor_stripe_app.stripe_gateway.calls import PAGE_SIZE, WITHIN, every, under_key
from saleor_stripe_app.stripe_gateway.wire import RefundWire, moment, narrowed

if TYPE_CHECKING:
    from stripe.params import RefundCreateParams, RefundListParams


async def create(
    client: stripe.StripeClient, parameters: Mapping[str, Json], idempotency_key: str, *, within: float = WITHIN
) -> Refund:
    """Send back what domain.plan.refund_parameters planned. Raises Declined and Unavailable."""
    params = cast("RefundCreateParams", dict(parameters))
    refund = await under_key(
        lambda options: client.v1.refunds.create_async(params, options), idempotency_key, within=within
    )
    return _refund(narrowed(refund, RefundWire))


async def of_payment(
    client: stripe.StripeClient, payment_intent_id: str, *, within: float = WITHIN
) -> tuple[Refund, ...]:
    """Every refund of a payment, oldest first, whoever made it and whatever became of it."""

    async def page(after: str | None) -> stripe.ListObject[stripe.Refund]:
        params: RefundListParams = {"payment_intent": payment_intent_id, "limit": PAGE_SIZE}
        if after is not None:
            params["starting_after"] = after
        return await client.v1.refunds.list_async(params)

    newest_first = [_refund(wire) async for wire in every(page, RefundWire, within=within)]
    return tuple(reversed(newest_first))


async def find(
    client: stripe.StripeClient, payment_intent_id: str, operation: str, *, within: float = WITHIN
) -> Refund | None:
    """The refund that our operation of this reference made; None when Stripe has none."""
    found = await of_payment(client, payment_intent_id, within=within)
    return next((refund for refund in found if refund.operation == operation), None)


def _refund(wire: RefundWire) -> Refund:
    try:
        status = RefundStatus(wire.status or "")
    except ValueError as error:
        raise Unavailable(f"Refund {wire.id} has a status unknown to this version: {wire.status}.") from error
    return Refund(
        id=wire.id,
        amount=wire.amount,
        status=status,
        created=moment(wire.created),
        operation=(wire.metadata or {}).get(marks.OPERATION),
        failure_reason=wire.failure_reason,
        reason=wire.reason,
    )
