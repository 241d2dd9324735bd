"""What Saleor tells without waiting for an answer: each a reason to look or to note something."""

from saleor_stripe_app.domain.shop import Installation
from saleor_stripe_app.saleor import payloads, user_events
from saleor_stripe_app.saleor.events import WebhookEvent
from saleor_stripe_app.usecases.backends import Backends
from saleor_stripe_app.usecases.customer_updated import customer_updated
from saleor_stripe_app.usecases.forget_customers import customer_deleted
from saleor_stripe_app.usecases.install import uninstall
from saleor_stripe_app.usecases.order_created import order_created
from saleor_stripe_app.web.saleor_handlers.handling import require_recipient


async def on_order_created(
    backends: Backends, installation: Installation, _: WebhookEvent, body: bytes, __: float
) -> bytes:
    """ORDER_CREATED."""
    event = payloads.order_created(body)
    require_recipient(installation, event.app_id)
    await order_created(backends, installation, event.transactions)
    return b"{}"


async def on_customer_updated(
    backends: Backends, installation: Installation, _: WebhookEvent, body: bytes, __: float
) -> bytes:
    """CUSTOMER_UPDATED."""
    event = user_events.customer_updated(body)
    require_recipient(installation, event.app_id)
    if event.user is not None:
        await customer_updated(backends, installation, event.user, event.billing, event.shipping)
    return b"{}"


async def on_customer_deleted(
    backends: Backends, installation: Installation, _: WebhookEvent, body: bytes, __: float
) -> bytes:
    """CUSTOMER_DELETED."""
    event = user_events.customer_deleted(body)
    require_recipient(installation, event.app_id)
    if event.user_id is not None:
        await customer_deleted(backends, installation, event.user_id)
    return b"{}"


async def on_app_deleted(
    backends: Backends, installation: Installation, _: WebhookEvent, body: bytes, __: float
) -> bytes:
    """APP_DELETED."""
    deleted = payloads.app_deleted(body)
    await uninstall(backends, installation, deleted.app_id)
    return b"{}"
