"""Plan the split of a payment that is about to begin: whose the goods are, and whether their vendors can be paid.

A checkout can still change, so that nothing is worked out to the cent before there is an order.
"""

import asyncio
import logging

from saleor_stripe_app.domain.errors import AppError, Refusal
from saleor_stripe_app.domain.marketplace.order_to_split import ToSplit
from saleor_stripe_app.domain.marketplace.payee import refuse_unpaid_vendors
from saleor_stripe_app.domain.marketplace.split import Split
from saleor_stripe_app.domain.requests import SessionRequest
from saleor_stripe_app.domain.shop import Installation
from saleor_stripe_app.saleor import orders_to_split
from saleor_stripe_app.storage import transactions
from saleor_stripe_app.usecases.backends import Backends
from saleor_stripe_app.usecases.marketplace_terms import terms_of

log = logging.getLogger(__name__)

SECONDS = 3.0  # Saleor waits for the answer meanwhile
ORDER = "Order"
PLANNED = "The payment began."


async def plan_split(backends: Backends, installation: Installation, request: SessionRequest) -> Split | None:
    """The plan, not yet kept and of no transaction; None where it was planned before or Saleor does not say enough.

    Raises Refusal (VendorNotPayable) where the operator takes no payment for such a vendor.
    """
    url = installation.saleor_api_url
    if await transactions.by_transaction(backends.storage, url, request.transaction_id) is not None:
        return None
    read = orders_to_split.read_order if request.source.type == ORDER else orders_to_split.read_checkout
    try:
        async with asyncio.timeout(SECONDS):
            found = await read(backends.saleor, installation, request.source.id)
    except (AppError, TimeoutError) as error:
        # The look divides what the order says: a payment is not lost over its plan.
        log.warning("no split is planned", extra={"transaction": request.transaction_id, "reason": str(error)})
        return None
    return await _planned(backends, url, request, found) if found is not None else None


async def _planned(backends: Backends, url: str, request: SessionRequest, found: ToSplit) -> Split:
    terms = await terms_of(backends, url, found.channel)
    purchase = found.purchase(terms.policy.sources, {})
    try:
        refuse_unpaid_vendors(purchase, terms.policy, terms.vendors, request.currency.lower())
    except Refusal:
        log.info("a vendor cannot be paid", extra={"transaction": request.transaction_id})
        raise
    pairs = zip(found.lines, purchase.lines, strict=True)
    return Split(
        transaction="",
        saleor_api_url=url,
        version=1,
        reason=PLANNED,
        policy=terms.policy,
        updated_at=backends.clock(),
        seen={line.variant: priced.vendor for line, priced in pairs if line.variant},
    )
