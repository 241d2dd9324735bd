"""CUSTOMER_UPDATED and CUSTOMER_DELETED, decoded from their verified bytes."""

from dataclasses import dataclass, field

import msgspec

from saleor_stripe_app.domain.purchase import Address
from saleor_stripe_app.domain.shopper import User
from saleor_stripe_app.saleor.payloads import decoded
from saleor_stripe_app.saleor.purchases import PostalAddress
from saleor_stripe_app.saleor.wire import Identified, Shopper


class _Updated(Shopper, frozen=True, rename="camel"):
    default_billing_address: PostalAddress | None = None
    default_shipping_address: PostalAddress | None = None


class _CustomerUpdated(msgspec.Struct, frozen=True):
    recipient: Identified
    user: _Updated | None = None


class _CustomerDeleted(msgspec.Struct, frozen=True):
    recipient: Identified
    user: Identified | None = None


@dataclass(frozen=True, slots=True)
class UpdatedUser:
    """CUSTOMER_UPDATED: the user as it is now, with the addresses that their next checkout begins with."""

    app_id: str
    user: User | None
    billing: Address | None = field(default=None, repr=False)
    shipping: Address | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class DeletedUser:
    """CUSTOMER_DELETED: the global id of the user who is gone."""

    app_id: str
    user_id: str | None


_updated = msgspec.json.Decoder(_CustomerUpdated)
_deleted = msgspec.json.Decoder(_CustomerDeleted)


def customer_updated(body: bytes) -> UpdatedUser:
    """Decode CUSTOMER_UPDATED. Raises Malformed."""
    payload = decoded(_updated.decode, body, "customer_updated")
    if payload.user is None:
        return UpdatedUser(payload.recipient.id, None)
    billing, shipping = payload.user.default_billing_address, payload.user.default_shipping_address
    return UpdatedUser(
        payload.recipient.id,
        payload.user.user(),
        billing.address() if billing else None,
        shipping.address() if shipping else None,
    )


def customer_deleted(body: bytes) -> DeletedUser:
    """Decode CUSTOMER_DELETED. Raises Malformed."""
    payload = decoded(_deleted.decode, body, "customer_deleted")
    return DeletedUser(payload.recipient.id, payload.user.id if payload.user else None)
