"""Requests of Saleor's with any content, bearing a good signature: what the stand-in itself would never send."""

import json
from typing import Any

import httpx

from saleor_stripe_app.sandbox.saleor.saleor import transaction_id
from saleor_stripe_app.sandbox.saleor.sessions import Session
from tests.acceptance.world import KEY, World

AMOUNTS = ("authorized", "authorizePending", "charged", "chargePending")
MORE_AMOUNTS = ("refunded", "refundPending", "canceled", "cancelPending")


async def post(world: World, path: str, body: Any, **headers: str) -> httpx.Response:
    """Send a body (bytes, or what becomes JSON) as the world's Saleor; `headers` replace what it would send."""
    content = body if isinstance(body, bytes) else encoded(body)
    signed = {"saleor_api_url": world.saleor.api_url, "saleor_signature": KEY.detached(content), **headers}
    return await world.app.post(
        f"/api/webhooks/saleor/{path}",
        content=content,
        headers={name.replace("_", "-"): value for name, value in signed.items()},
    )


def encoded(body: Any) -> bytes:
    """The bytes of a body."""
    return json.dumps(body).encode()


def initialize(world: World, **action: Any) -> dict[str, Any]:
    """TRANSACTION_INITIALIZE_SESSION of 20.00 USD, but for what is named."""
    assert world.installation is not None
    channel = world.saleor.channel("default-channel")
    return {
        "issuedAt": world.clock().isoformat(),
        "version": "3.24.0",
        "recipient": {"id": world.installation.app_id},
        "action": {"actionType": "CHARGE", "amount": 20.0, "currency": "USD", **action},
        "data": None,
        "idempotencyKey": "cart",
        "sourceObject": {"__typename": "Checkout", "id": "Q2hlY2tvdXQ6MQ==", "channel": {"id": channel.id}},
        "transaction": {"id": "VHJhbnNhY3Rpb25JdGVtOjE=", "pspReference": "", "events": []},
    }


def action(world: World, session: Session, kind: str, amount: Any, currency: str = "USD") -> dict[str, Any]:
    """A request to capture, cancel or refund a session's payment."""
    assert world.installation is not None
    ledger = {f"{name}Amount": {"amount": 100.0, "currency": "USD"} for name in AMOUNTS + MORE_AMOUNTS}
    return {
        "issuedAt": world.clock().isoformat(),
        "version": "3.24.0",
        "recipient": {"id": world.installation.app_id},
        "action": {"actionType": kind, "amount": amount, "currency": currency},
        "transaction": {
            "id": transaction_id(session.transaction),
            "pspReference": world.intent(session),
            "events": [],
            **ledger,
        },
    }
