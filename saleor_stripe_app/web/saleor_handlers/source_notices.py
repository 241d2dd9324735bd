"""What Saleor tells of checkouts and orders that are paid for: a reason to look at their payments."""

from saleor_stripe_app.domain.shop import Installation
from saleor_stripe_app.saleor.events import WebhookEvent
from saleor_stripe_app.saleor.source_events import source_event
from saleor_stripe_app.usecases.backends import Backends
from saleor_stripe_app.usecases.source_changed import fulfilled, source_changed
from saleor_stripe_app.web.saleor_handlers.handling import require_recipient


async def on_source_changed(
    backends: Backends, installation: Installation, _: WebhookEvent, body: bytes, __: float
) -> bytes:
    """CHECKOUT_FULLY_PAID, CHECKOUT_FULLY_AUTHORIZED and ORDER_CANCELLED."""
    event = source_event(body)
    require_recipient(installation, event.app_id)
    await source_changed(backends, installation, event.transactions)
    return b"{}"


async def on_fulfilled(
    backends: Backends, installation: Installation, _: WebhookEvent, body: bytes, __: float
) -> bytes:
    """FULFILLMENT_CREATED and FULFILLMENT_APPROVED."""
    event = source_event(body)
    require_recipient(installation, event.app_id)
    await fulfilled(backends, installation, event.transactions)
    return b"{}"
