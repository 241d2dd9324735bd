"""Saleor's webhooks about what is paid for: a checkout that is paid, an order that was canceled or
delivered."""

from dataclasses import dataclass

import msgspec

from saleor_stripe_app.saleor.payloads import decoded
from saleor_stripe_app.saleor.wire import Identified


class _Source(msgspec.Struct, frozen=True):
    transactions: tuple[Identified, ...] | None = None


class _Event(msgspec.Struct, frozen=True):
    recipient: Identified
    checkout: _Source | None = None
    order: _Source | None = None


_event = msgspec.json.Decoder(_Event)


@dataclass(frozen=True, slots=True)
class SourceEvent:
    """The transactions, ours or not, that pay for the checkout or order that an event is about."""

    app_id: str
    transactions: tuple[str, ...]


def source_event(body: bytes) -> SourceEvent:
    """Decode CHECKOUT_FULLY_PAID, CHECKOUT_FULLY_AUTHORIZED, ORDER_CANCELLED or FULFILLMENT_*. Raises Malformed."""
    event = decoded(_event.decode, body, "the event of a checkout or an order")
    source = event.checkout or event.order
    return SourceEvent(event.recipient.id, tuple(one.id for one in (source.transactions if source else None) or ()))
