"""Whose payment it is at Stripe. A payment is never lost for want of a customer: it goes on without one."""

import logging

from saleor_stripe_app.domain.errors import Declined, Unavailable
from saleor_stripe_app.domain.requests import SessionRequest
from saleor_stripe_app.domain.saving import saves
from saleor_stripe_app.domain.shop import Configuration, Installation
from saleor_stripe_app.domain.shopper import may_use_saved_methods
from saleor_stripe_app.usecases import customers, tell_staff
from saleor_stripe_app.usecases.backends import Backends
from saleor_stripe_app.usecases.guest_customer import guest_customer

log = logging.getLogger(__name__)


async def paying_customer(
    backends: Backends, installation: Installation, configuration: Configuration, request: SessionRequest
) -> str | None:
    """Stripe's customer of the user whose purchase it is; None for a guest, and where customers are not told.

    It is the user's only if it is they who ask, or an app of the shop: whoever else pays for their checkout could save
    a card for them by Stripe.js. Such a payer gets a customer of their own if they save.
    """
    purchase = request.purchase
    if purchase is None or not configuration.options.send_customer:
        return None
    if purchase.user is None or not may_use_saved_methods(request.principal, purchase.user):
        agreed = saves(configuration.options, request.instruction)
        return await guest_customer(backends, installation, configuration, request, purchase) if agreed else None
    try:
        return await customers.ensure(
            backends,
            configuration,
            purchase.user,
            billing=purchase.billing_address,
            shipping=purchase.shipping_address,
        )
    except Declined as declined:
        await tell_staff.of_refused_key(backends, installation, configuration, declined)
        log.warning("a payment is made without a customer", extra={"reason": str(declined)})
    except Unavailable as unavailable:
        log.warning("a payment is made without a customer", extra={"reason": str(unavailable)})
    return None


async def instead_of(
    backends: Backends, configuration: Configuration, request: SessionRequest, gone: str
) -> str | None:
    """The user's customer made anew, since Stripe no longer knows this one; None as above."""
    assert request.purchase is not None
    assert request.purchase.user is not None
    try:
        return await customers.make_anew(backends, configuration, request.purchase.user, gone)
    except (Declined, Unavailable) as error:
        log.warning("a payment is made without a customer", extra={"reason": str(error)})
        return None
