"""Setup intents: made, perhaps confirmed at once, and read. https://docs.stripe.com/api/setup_intents."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, cast

import msgspec
import stripe

from saleor_stripe_app.domain.errors import Declined
from saleor_stripe_app.domain.report import Json
from saleor_stripe_app.domain.tokenization import SetupIntent, SetupStatus
from saleor_stripe_app.stripe_gateway.calls import WITHIN, answered, under_key
from saleor_stripe_app.stripe_gateway.failures import is_missing, public_message
from saleor_stripe_app.stripe_gateway.payment_methods import MethodWire
from saleor_stripe_app.stripe_gateway.wire import Failure, Identified, identifier, narrowed

if TYPE_CHECKING:
    from stripe.params import SetupIntentCreateParams, SetupIntentListParams


class _Microdeposits(msgspec.Struct, frozen=True):
    hosted_verification_url: str | None = None


class _NextAction(msgspec.Struct, frozen=True):
    type: str
    verify_with_microdeposits: _Microdeposits | None = None


class _SetupWire(Identified, frozen=True):
    status: SetupStatus
    client_secret: str | None = None
    customer: Identified | str | None = None
    metadata: dict[str, str] | None = None
    payment_method: MethodWire | str | None = None
    latest_attempt: Identified | str | None = None
    last_setup_error: Failure | None = None
    next_action: _NextAction | None = None


async def create(
    client: stripe.StripeClient, parameters: Mapping[str, Json], idempotency_key: str, *, within: float = WITHIN
) -> SetupIntent:
    """Make a setup intent from domain.tokenization.create_parameters.

    Raises Declined, also when what was to be confirmed at once is declined, and Unavailable.
    """
    params = cast("SetupIntentCreateParams", dict(parameters))
    answer = await under_key(
        lambda options: client.v1.setup_intents.create_async(params, options), idempotency_key, within=within
    )
    return _from(answer)


async def read(client: stripe.StripeClient, setup_id: str, *, within: float = WITHIN) -> SetupIntent | None:
    """A setup intent with its payment method; None where Stripe knows none of this id. Raises Declined, Unavailable."""
    try:
        answer = await answered(
            lambda: client.v1.setup_intents.retrieve_async(setup_id, {"expand": ["payment_method"]}), within=within
        )
    except Declined as declined:
        if is_missing(declined):
            return None
        raise
    return _from(answer)


async def begun_since(
    client: stripe.StripeClient, customer: str, since: datetime, most: int, *, within: float = WITHIN
) -> int:
    """How many setup intents of the customer were made since then, counted up to `most` (100 at the most).

    None were made of a customer that Stripe does not know (any more). Raises Declined, Unavailable.
    """
    params: SetupIntentListParams = {
        "customer": customer,
        "created": {"gte": int(since.timestamp())},
        "limit": most,
    }
    try:
        page = await answered(lambda: client.v1.setup_intents.list_async(params), within=within)
    except Declined as declined:
        if is_missing(declined):
            return 0
        raise
    return len(page.data)


def _from(answer: stripe.SetupIntent) -> SetupIntent:
    wire = narrowed(answer, _SetupWire)
    action = wire.next_action
    deposits = action.verify_with_microdeposits if action else None
    return SetupIntent(
        id=wire.id,
        status=wire.status,
        client_secret=wire.client_secret or "",
        customer=identifier(wire.customer),
        metadata=wire.metadata or {},
        method=wire.payment_method.method() if isinstance(wire.payment_method, MethodWire) else None,
        attempt=identifier(wire.latest_attempt),
        error=public_message(wire.last_setup_error.message) if wire.last_setup_error else None,
        action=action.type if action else None,
        verification_url=deposits.hosted_verification_url if deposits else None,
    )
