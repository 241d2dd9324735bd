"""Payment intents: made, confirmed, captured, cancelled, and listed.

Every parameter comes from the domain (plan, confirmation, described) and is sent as it was stored; the idempotency key
is the operation's.
Each function raises Declined (nothing moved) and Unavailable (the outcome is not known).
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, cast

import stripe

from saleor_stripe_app.domain.payment import Payment
from saleor_stripe_app.domain.report import Json
from saleor_stripe_app.stripe_gateway.calls import PAGE_SIZE, WITHIN, every, under_key
from saleor_stripe_app.stripe_gateway.payments import from_intent
from saleor_stripe_app.stripe_gateway.wire import Identified, moment

if TYPE_CHECKING:
    from stripe.params import (
        PaymentIntentCancelParams,
        PaymentIntentCaptureParams,
        PaymentIntentConfirmParams,
        PaymentIntentCreateParams,
        PaymentIntentListParams,
        PaymentIntentUpdateParams,
    )


@dataclass(frozen=True, slots=True)
class ListedIntent:
    """An intent in a list: enough to tell whose it is. `status` is Stripe's word, known to this version or not."""

    id: str
    status: str
    created: datetime
    metadata: Mapping[str, str]


class _ListedWire(Identified, frozen=True):
    status: str
    created: int
    metadata: dict[str, str] | None = None


async def create(
    client: stripe.StripeClient, parameters: Mapping[str, Json], idempotency_key: str, *, within: float = WITHIN
) -> Payment:
    """Make an intent from domain.plan.create_parameters."""
    params = cast("PaymentIntentCreateParams", dict(parameters))
    intent = await under_key(
        lambda options: client.v1.payment_intents.create_async(params, options), idempotency_key, within=within
    )
    return from_intent(intent)


async def confirm(
    client: stripe.StripeClient,
    payment_intent_id: str,
    parameters: Mapping[str, Json],
    idempotency_key: str,
    *,
    within: float = WITHIN,
) -> Payment:
    """Try to take or authorise the money, as domain.confirmation planned; a decline is Declined."""
    params = cast("PaymentIntentConfirmParams", dict(parameters))
    intent = await under_key(
        lambda options: client.v1.payment_intents.confirm_async(payment_intent_id, params, options),
        idempotency_key,
        within=within,
    )
    return from_intent(intent)


async def capture(
    client: stripe.StripeClient,
    payment_intent_id: str,
    parameters: Mapping[str, Json],
    idempotency_key: str,
    *,
    within: float = WITHIN,
) -> Payment:
    """Take authorised money, as domain.plan.capture_parameters planned."""
    params = cast("PaymentIntentCaptureParams", dict(parameters))
    intent = await under_key(
        lambda options: client.v1.payment_intents.capture_async(payment_intent_id, params, options),
        idempotency_key,
        within=within,
    )
    return from_intent(intent)


async def cancel(
    client: stripe.StripeClient,
    payment_intent_id: str,
    parameters: Mapping[str, Json],
    idempotency_key: str,
    *,
    within: float = WITHIN,
) -> Payment:
    """End an intent and release what it holds, as domain.plan.cancel_parameters planned."""
    params = cast("PaymentIntentCancelParams", dict(parameters))
    intent = await under_key(
        lambda options: client.v1.payment_intents.cancel_async(payment_intent_id, params, options),
        idempotency_key,
        within=within,
    )
    return from_intent(intent)


async def update(
    client: stripe.StripeClient,
    payment_intent_id: str,
    parameters: Mapping[str, Json],
    idempotency_key: str,
    *,
    within: float = WITHIN,
) -> None:
    """Change what an intent says, as domain.described planned; no money moves."""
    params = cast("PaymentIntentUpdateParams", dict(parameters))
    await under_key(
        lambda options: client.v1.payment_intents.update_async(payment_intent_id, params, options),
        idempotency_key,
        within=within,
    )


async def list_created(
    client: stripe.StripeClient, since: datetime, until: datetime | None = None, *, within: float = WITHIN
) -> AsyncIterator[ListedIntent]:
    """Every intent of the account made from `since` to `until`, newest first: ours, and those of others.

    Stripe's search is not used: it lags behind and is not offered everywhere. `within` seconds are for each page.
    """

    async def page(after: str | None) -> stripe.ListObject[stripe.PaymentIntent]:
        params: PaymentIntentListParams = {"created": {"gte": int(since.timestamp())}, "limit": PAGE_SIZE}
        if until is not None:
            params["created"] = {"gte": int(since.timestamp()), "lte": int(until.timestamp())}
        if after is not None:
            params["starting_after"] = after
        return await client.v1.payment_intents.list_async(params)

    async for wire in every(page, _ListedWire, within=within):
        yield ListedIntent(wire.id, wire.status, moment(wire.created), wire.metadata or {})
