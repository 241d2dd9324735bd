"""Stored payment methods of a logged-in shopper: listed by every app and cached, deleted by the app that has them.

Source: saleor/plugins/webhook/plugin.py (list_stored_payment_methods, stored_payment_method_request_delete).
"""

from saleor_stripe_app.sandbox.saleor.answers import TopLevelNotAnObject
from saleor_stripe_app.sandbox.saleor.apps import App, Webhook
from saleor_stripe_app.sandbox.saleor.deliveries import Conversation
from saleor_stripe_app.sandbox.saleor.errors import MutationError
from saleor_stripe_app.sandbox.saleor.method_cache import Key
from saleor_stripe_app.sandbox.saleor.payment_methods import (
    Method,
    PaymentGateway,
    StoredPaymentMethod,
    of_payment_app_id,
)
from saleor_stripe_app.sandbox.saleor.saleor import Saleor
from saleor_stripe_app.sandbox.saleor.sending import send
from saleor_stripe_app.sandbox.saleor.sessions import usable
from saleor_stripe_app.sandbox.saleor.shop import Channel, User
from saleor_stripe_app.sandbox.saleor.stored_method_answers import Outcome, deleted, listed
from saleor_stripe_app.sandbox.saleor.webhook_events import (
    ListStoredPaymentMethods,
    StoredPaymentMethodDeleteRequested,
)

_LIST = "LIST_STORED_PAYMENT_METHODS"
_DELETE = "STORED_PAYMENT_METHOD_DELETE_REQUESTED"


def active_channel(saleor: Saleor, slug: str) -> Channel:
    """The channel a shopper names; raises MutationError."""
    channel = next((channel for channel in saleor.channels if channel.slug == slug), None)
    if channel is None:
        raise MutationError("channel", f"Channel with '{slug}' slug does not exist.", "NOT_FOUND")
    if not channel.is_active:
        raise MutationError("channel", f"Channel with '{slug}' is inactive.", "CHANNEL_INACTIVE")
    return channel


def stored_payment_methods(saleor: Saleor, user: User, channel: Channel) -> Conversation[list[StoredPaymentMethod]]:
    """`User.storedPaymentMethods`: from the cache where an app answered within five minutes."""
    found: list[StoredPaymentMethod] = []
    for app in saleor.apps:
        webhook = app.webhook_for(_LIST)
        if webhook is not None:
            gateway = PaymentGateway(app.identifier, app.name, (channel.currency_code,))
            methods = yield from _listed_by(saleor, app, webhook, user, channel)
            found += [StoredPaymentMethod(gateway, method) for method in methods]
    return found


def _listed_by(saleor: Saleor, app: App, webhook: Webhook, user: User, channel: Channel) -> Conversation[list[Method]]:
    key = Key(user.key, channel.slug, app.identifier, webhook.target_url)
    cached = saleor.method_cache.get(key, saleor.now())
    if cached is not None:
        return listed(cached.body)
    event = ListStoredPaymentMethods(
        issued_at=saleor.now(),
        version=saleor.release,
        issuing_principal=user,
        recipient=app,
        user=user,
        channel=channel,
    )
    outcome = yield from send(saleor, app, _LIST, event)
    try:
        body = usable(outcome)
    except TopLevelNotAnObject:
        body = {}
    saleor.method_cache.put(key, body, saleor.now())
    return listed(body)


def request_delete(saleor: Saleor, user: User, method_id: str, channel_slug: str) -> Conversation[Outcome]:
    """`storedPaymentMethodRequestDelete`; Saleor does not look whose method it is. Raises MutationError."""
    channel = active_channel(saleor, channel_slug)
    named = of_payment_app_id(method_id)
    app = saleor.app_by_identifier(named[0]) if named else None
    if named is None or app is None or app.webhook_for(_DELETE) is None:
        return Outcome("FAILED_TO_DELIVER", error="Payment method request delete failed to deliver.")
    event = StoredPaymentMethodDeleteRequested(
        issued_at=saleor.now(),
        version=saleor.release,
        issuing_principal=user,
        recipient=app,
        user=user,
        channel=channel,
        payment_method_id=named[1],
    )
    outcome = yield from send(saleor, app, _DELETE, event)
    try:
        body = usable(outcome)
    except TopLevelNotAnObject:
        body = {}
    if body is not None:
        saleor.method_cache.forget(user.key, channel.slug, app.identifier)
    return deleted(body)
