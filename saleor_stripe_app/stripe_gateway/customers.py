"""Customers at Stripe: made, kept current, deleted. https://docs.stripe.com/api/customers."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, cast
from uuid import uuid4

import stripe

from saleor_stripe_app.domain.errors import Declined
from saleor_stripe_app.domain.report import Json
from saleor_stripe_app.stripe_gateway.calls import WITHIN, answered, under_key
from saleor_stripe_app.stripe_gateway.failures import is_missing

if TYPE_CHECKING:
    from stripe.params import CustomerCreateParams, CustomerUpdateParams


async def create(
    client: stripe.StripeClient, parameters: Mapping[str, Json], idempotency_key: str, *, within: float = WITHIN
) -> str:
    """Make a customer from domain.customer.create_parameters; its id. Raises Declined and Unavailable."""
    params = cast("CustomerCreateParams", dict(parameters))
    made = await under_key(
        lambda options: client.v1.customers.create_async(params, options), idempotency_key, within=within
    )
    return made.id


async def update(
    client: stripe.StripeClient, customer: str, profile: Mapping[str, Json], *, within: float = WITHIN
) -> bool:
    """Tell Stripe the profile as it is now; False when it knows no such customer (any more).

    Each try has a key of its own, since what it says is true whenever it is said. Raises Declined and Unavailable.
    """
    params = cast("CustomerUpdateParams", dict(profile))
    try:
        shown = await answered(
            lambda: client.v1.customers.update_async(customer, params, {"idempotency_key": f"saleor-{uuid4()}"}),
            keyed=True,
            within=within,
        )
    except Declined as declined:
        if is_missing(declined):
            return False
        raise
    return not getattr(shown, "deleted", False)


async def delete(client: stripe.StripeClient, customer: str, *, within: float = WITHIN) -> None:
    """Delete a customer with everything that was saved; their payments stay. Raises Declined and Unavailable."""
    try:
        await answered(lambda: client.v1.customers.delete_async(customer), within=within)
    except Declined as declined:
        if not is_missing(declined):
            raise
