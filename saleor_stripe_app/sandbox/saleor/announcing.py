"""Asynchronous events: told to every app that wants them and may know, by a job for each."""

from collections.abc import Callable

from saleor_stripe_app.sandbox.saleor.apps import App
from saleor_stripe_app.sandbox.saleor.checkouts import Checkout
from saleor_stripe_app.sandbox.saleor.orders import Order
from saleor_stripe_app.sandbox.saleor.requestor import ANONYMOUS, Requestor
from saleor_stripe_app.sandbox.saleor.saleor import Saleor
from saleor_stripe_app.sandbox.saleor.sending import body, queue
from saleor_stripe_app.sandbox.saleor.shop import User
from saleor_stripe_app.sandbox.saleor.webhook_events import CheckoutEvent, CustomerEvent, Event, OrderEvent


def of_checkout(saleor: Saleor, name: str, kind: type[CheckoutEvent], checkout: Checkout) -> None:
    """Tell of a checkout; `name` is the webhook's event, such as CHECKOUT_FULLY_PAID."""

    def made(app: App) -> Event:
        return kind(issued_at=saleor.now(), version=saleor.release, recipient=app, checkout=checkout)

    _tell(saleor, name, made)


def of_order(saleor: Saleor, name: str, kind: type[OrderEvent], order: Order, by: Requestor = ANONYMOUS) -> None:
    """Tell of an order."""

    def made(app: App) -> Event:
        who = by.principal
        return kind(issued_at=saleor.now(), version=saleor.release, issuing_principal=who, recipient=app, order=order)

    _tell(saleor, name, made)


def of_customer(saleor: Saleor, name: str, kind: type[CustomerEvent], user: User, by: Requestor = ANONYMOUS) -> None:
    """Tell of a customer."""

    def made(app: App) -> Event:
        who = by.principal
        return kind(issued_at=saleor.now(), version=saleor.release, issuing_principal=who, recipient=app, user=user)

    _tell(saleor, name, made)


def _tell(saleor: Saleor, name: str, made: Callable[[App], Event]) -> None:
    """The payload is what the shop shows now, whenever it arrives."""
    for app in saleor.apps:
        webhook = app.webhook_for(name)
        content = body(saleor, webhook, made(app)) if webhook is not None else None
        if webhook is not None and content is not None:
            queue(saleor, webhook, name, content)
