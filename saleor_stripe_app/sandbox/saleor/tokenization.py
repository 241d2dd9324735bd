"""Storing a payment method without paying: the three calls of a logged-in shopper's storefront.

Each asks the app once, and only a 2xx counts. Source: saleor/plugins/webhook/plugin.py and
saleor/graphql/payment/mutations/stored_payment_methods/.
"""

from collections.abc import Mapping
from typing import Literal

from saleor_stripe_app.sandbox.saleor.answers import Json, TopLevelNotAnObject
from saleor_stripe_app.sandbox.saleor.apps import App
from saleor_stripe_app.sandbox.saleor.deliveries import Conversation
from saleor_stripe_app.sandbox.saleor.errors import InternalServerError
from saleor_stripe_app.sandbox.saleor.payment_methods import of_payment_app_id
from saleor_stripe_app.sandbox.saleor.saleor import Saleor
from saleor_stripe_app.sandbox.saleor.sending import send
from saleor_stripe_app.sandbox.saleor.sessions import usable
from saleor_stripe_app.sandbox.saleor.shop import User
from saleor_stripe_app.sandbox.saleor.stored_method_answers import Outcome, gateway_initialized, tokenized
from saleor_stripe_app.sandbox.saleor.stored_methods import active_channel
from saleor_stripe_app.sandbox.saleor.webhook_events import (
    Event,
    PaymentGatewayInitializeTokenizationSession,
    PaymentMethodInitializeTokenizationSession,
    PaymentMethodProcessTokenizationSession,
)

_GATEWAY = "PAYMENT_GATEWAY_INITIALIZE_TOKENIZATION_SESSION"
_INITIALIZE = "PAYMENT_METHOD_INITIALIZE_TOKENIZATION_SESSION"
_PROCESS = "PAYMENT_METHOD_PROCESS_TOKENIZATION_SESSION"
_CHANGES_THE_LIST = frozenset({"SUCCESSFULLY_TOKENIZED", "PENDING"})


def initialize_gateway(
    saleor: Saleor, user: User, gateway: str, channel_slug: str, *, data: Json = None
) -> Conversation[Outcome]:
    """`paymentGatewayInitializeTokenization`. Raises MutationError."""
    channel = active_channel(saleor, channel_slug)
    app = _receiver(saleor, gateway, _GATEWAY)
    if app is None:
        error = "Payment gateway initialize tokenization failed to deliver."
        return Outcome("FAILED_TO_DELIVER", error=error)
    event = PaymentGatewayInitializeTokenizationSession(
        issued_at=saleor.now(),
        version=saleor.release,
        issuing_principal=user,
        recipient=app,
        user=user,
        channel=channel,
        data=data,
    )
    return gateway_initialized((yield from _answer(saleor, app, _GATEWAY, event)))


def initialize_method(
    saleor: Saleor,
    user: User,
    gateway: str,
    channel_slug: str,
    *,
    data: Json = None,
    payment_flow_to_support: Literal["INTERACTIVE"] = "INTERACTIVE",
) -> Conversation[Outcome]:
    """`paymentMethodInitializeTokenization`. Raises MutationError."""
    channel = active_channel(saleor, channel_slug)
    app = _receiver(saleor, gateway, _INITIALIZE)
    if app is None:
        return Outcome("FAILED_TO_DELIVER", error="Payment method initialize tokenization failed to deliver.")
    event = PaymentMethodInitializeTokenizationSession(
        issued_at=saleor.now(),
        version=saleor.release,
        issuing_principal=user,
        recipient=app,
        user=user,
        channel=channel,
        data=data,
        payment_flow_to_support=payment_flow_to_support,
    )
    return (yield from _tokenized(saleor, app, _INITIALIZE, event, user, channel_slug))


def process_method(
    saleor: Saleor, user: User, method_id: str, channel_slug: str, *, data: Json = None
) -> Conversation[Outcome]:
    """`paymentMethodProcessTokenization`, by the id that the initialization brought. Raises MutationError."""
    channel = active_channel(saleor, channel_slug)
    named = of_payment_app_id(method_id)
    app = _receiver(saleor, named[0], _PROCESS) if named else None
    if named is None or app is None:
        return Outcome("FAILED_TO_DELIVER", error="Payment method process tokenization failed to deliver.")
    event = PaymentMethodProcessTokenizationSession(
        issued_at=saleor.now(),
        version=saleor.release,
        issuing_principal=user,
        recipient=app,
        user=user,
        channel=channel,
        data=data,
        id=named[1],
    )
    return (yield from _tokenized(saleor, app, _PROCESS, event, user, channel_slug))


def _receiver(saleor: Saleor, identifier: str, event_name: str) -> App | None:
    app = saleor.app_by_identifier(identifier)
    return app if app is not None and app.webhook_for(event_name) is not None else None


def _tokenized(
    saleor: Saleor, app: App, name: str, event: Event, user: User, channel_slug: str
) -> Conversation[Outcome]:
    outcome = tokenized((yield from _answer(saleor, app, name, event)), app.identifier)
    if outcome.result in _CHANGES_THE_LIST:
        saleor.method_cache.forget(user.key, channel_slug, app.identifier)
    return outcome


def _answer(saleor: Saleor, app: App, name: str, event: Event) -> Conversation[Mapping[str, Json] | None]:
    try:
        return usable((yield from send(saleor, app, name, event)))
    except TopLevelNotAnObject as crash:
        raise InternalServerError("Internal Server Error") from crash
