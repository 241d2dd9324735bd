"""Customer sessions: they let Stripe's elements show a customer what they saved, for half an hour.

https://docs.stripe.com/api/customer_sessions
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, cast
from uuid import uuid4

import stripe

from saleor_stripe_app.domain.report import Json
from saleor_stripe_app.stripe_gateway.calls import WITHIN, under_key

if TYPE_CHECKING:
    from stripe.params import CustomerSessionCreateParams


async def create(client: stripe.StripeClient, parameters: Mapping[str, Json], *, within: float = WITHIN) -> str:
    """The client secret of a new session, from domain.customer_session. Raises Declined and Unavailable."""
    params, key = cast("CustomerSessionCreateParams", dict(parameters)), f"saleor-{uuid4()}"
    session = await under_key(
        lambda options: client.v1.customer_sessions.create_async(params, options), key, within=within
    )
    return session.client_secret
