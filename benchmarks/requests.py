"""Requests as bytes on the wire, signed beforehand: what Saleor and Stripe would send."""

import base64
import json
import time
import uuid
from collections.abc import Iterable
from datetime import UTC, datetime

import stripe

from benchmarks.shop import CHANNEL, ENDPOINT_SECRET, RECIPIENT, Paid, Shop, transaction_id

AMOUNT = 42.0
REFUND = 10.0


def gateway_initialize(shop: Shop, path: str) -> bytes:
    """A storefront greets the gateway."""
    return _from_saleor(shop, path, {"amount": AMOUNT, "data": None, "sourceObject": _source()})


def transaction_initialize(shop: Shop, path: str) -> bytes:
    """A shopper begins to pay with a new transaction."""
    number, key = transaction_id(), str(uuid.uuid4())
    payload: dict[str, object] = {
        "action": {"actionType": "CHARGE", "amount": AMOUNT, "currency": "USD"},
        "data": None,
        "idempotencyKey": key,
        "merchantReference": number,
        "customerIpAddress": "127.0.0.1",
        "sourceObject": _source() | _purchase(),
        "transaction": {"id": number, "pspReference": "", "events": [_event("CHARGE_REQUEST", "", AMOUNT, key)]},
    }
    return _from_saleor(shop, path, payload)


def refund_requested(shop: Shop, path: str, paid: Paid) -> bytes:
    """Staff refund a part of a charged payment."""
    amounts = {
        name: _money(AMOUNT if name == "chargedAmount" else REFUND if name == "refundPendingAmount" else 0.0)
        for name in (
            "authorizedAmount authorizePendingAmount chargedAmount chargePendingAmount refundedAmount "
            "refundPendingAmount canceledAmount cancelPendingAmount"
        ).split()
    }
    transaction: dict[str, object] = {
        "id": paid.transaction,
        "pspReference": paid.intent,
        **amounts,
        "events": [
            _event("CHARGE_REQUEST", "", AMOUNT, str(uuid.uuid4())),
            _event("CHARGE_ACTION_REQUIRED", paid.intent, AMOUNT),
            _event("CHARGE_SUCCESS", paid.intent, AMOUNT),
            _event("REFUND_REQUEST", "", REFUND),
        ],
        "checkout": {"id": "Q2hlY2tvdXQ6MQ==", "channel": {"id": CHANNEL, "slug": "default-channel"}},
        "order": None,
    }
    action: dict[str, object] = {"actionType": "REFUND", "amount": REFUND, "currency": "USD"}
    payload: dict[str, object] = {"action": action, "transaction": transaction}
    return _from_saleor(shop, path, payload)


def payment_succeeded(shop: Shop, path: str, paid: Paid) -> bytes:
    """Stripe's event payment_intent.succeeded, with the whole intent in it."""
    event = {
        "id": f"evt_{uuid.uuid4().hex[:24]}",
        "object": "event",
        "api_version": "2026-10-28.endive",
        "created": int(time.time()),
        "data": {"object": shop.shown | {"id": paid.intent}},
        "livemode": False,
        "pending_webhooks": 1,
        "request": {"id": None, "idempotency_key": None},
        "type": "payment_intent.succeeded",
    }
    body = json.dumps(event, indent=2).encode()
    signature = stripe.WebhookSignature.generate_signature_header(payload=body.decode(), secret=ENDPOINT_SECRET)
    # The floor keeps nothing, so it is told which transaction this is; the app does not read it.
    return _post(path, body, {"stripe-signature": signature, "x-transaction": paid.transaction})


def _from_saleor(shop: Shop, path: str, payload: dict[str, object]) -> bytes:
    head = {"issuedAt": datetime.now(UTC).isoformat(), "version": "3.24.1", "recipient": {"id": RECIPIENT}}
    body = json.dumps(head | payload).encode()
    return _post(path, body, {"saleor-signature": shop.key.detached(body), "saleor-api-url": shop.saleor_api_url})


def _post(path: str, body: bytes, headers: dict[str, str]) -> bytes:
    lines: Iterable[str] = (
        f"POST {path} HTTP/1.1",
        "host: 127.0.0.1",
        "content-type: application/json",
        f"content-length: {len(body)}",
        *(f"{name}: {value}" for name, value in headers.items()),
    )
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def _source() -> dict[str, object]:
    """A cart of its own: one cart may begin only so many payments."""
    return {
        "__typename": "Checkout",
        "id": base64.b64encode(f"Checkout:{uuid.uuid4()}".encode()).decode(),
        "channel": {"id": CHANNEL, "slug": "default-channel"},
    }


def _purchase() -> dict[str, object]:
    """A cart of three lines with its shipping, which comes to AMOUNT."""
    lines = (("Monospace Tee", 1, 20.0, "328223580"), ("Mug", 2, 12.0, "MUG-S"), ("Sticker", 1, 5.0, None))
    return {
        "email": "ada@example.com",
        "shippingAddress": {
            "firstName": "Ada",
            "lastName": "Lovelace",
            "companyName": "",
            "streetAddress1": "2000 Main St",
            "streetAddress2": "Apt 4",
            "city": "AUSTIN",
            "postalCode": "78701",
            "countryArea": "TX",
            "country": {"code": "US"},
            "phone": "+15125550100",
        },
        "shippingPrice": _price(5.0),
        "totalPrice": _price(AMOUNT),
        "discount": {"amount": 0.0},
        "delivery": {"shippingMethod": {"name": "Default"}},
        "lines": [
            {
                "quantity": quantity,
                "totalPrice": _price(total),
                "undiscountedTotalPrice": {"amount": total},
                "variant": {"name": "S", "sku": sku, "product": {"name": name}},
            }
            for name, quantity, total, sku in lines
        ],
    }


def _price(amount: float) -> dict[str, object]:
    return {"gross": {"amount": amount}, "net": {"amount": amount}}


def _money(amount: float) -> dict[str, object]:
    return {"amount": amount, "currency": "USD"}


def _event(kind: str, reference: str, amount: float, key: str | None = None) -> dict[str, object]:
    return {
        "type": kind,
        "pspReference": reference,
        "amount": _money(amount),
        "createdAt": datetime.now(UTC).isoformat(),
        "idempotencyKey": key,
        "message": "",
    }
