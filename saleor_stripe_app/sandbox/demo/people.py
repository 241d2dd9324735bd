"""What people do, each over the wire that they would use: a shopper in a browser, the shop's staff, staff at Stripe."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx

_INITIALIZE = """
mutation Initialize($id: ID!, $gateway: PaymentGatewayToInitialize!) {
  transactionInitialize(id: $id, paymentGateway: $gateway) {
    transaction { id token }
    transactionEvent { type message }
    data
    errors { field code message }
  }
}
"""
_PROCESS = """
mutation Process($id: ID!) {
  transactionProcess(id: $id) {
    transactionEvent { type message }
    errors { field code message }
  }
}
"""
_ACT = """
mutation Act($id: ID!, $action: TransactionActionEnum!, $amount: PositiveDecimal) {
  transactionRequestAction(id: $id, actionType: $action, amount: $amount) {
    errors { field code message }
  }
}
"""


class Refused(Exception):
    """Stripe or Saleor would not do what it was asked."""


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment that a shopper has begun. `token` is the transaction's own in Saleor's ledger."""

    transaction: str
    token: str
    intent: str
    client_secret: str


@dataclass(frozen=True, slots=True)
class People:
    """Everybody, with the addresses and keys that they go by."""

    http: httpx.AsyncClient
    saleor: str
    """Saleor's address without a path."""
    stripe: str
    """Stripe's address without a path."""
    app_id: str
    publishable_key: str
    staff_token: str

    async def begin(self, amount: str, channel: str = "default-channel") -> Payment:
        """A shopper fills a cart and comes to the page where they pay."""
        checkout = await self._post(f"{self.saleor}/_sandbox/checkouts", json={"amount": amount, "channel": channel})
        gateway = {"id": self.app_id, "data": {"paymentIntent": {"paymentMethod": "card"}}}
        session = await self._ask_saleor(_INITIALIZE, {"id": checkout["id"], "gateway": gateway})
        if not session["data"]:
            raise Refused(f"transactionInitialize: {session['transactionEvent']}")
        secret = str(session["data"]["paymentIntent"]["stripeClientSecret"])
        transaction = session["transaction"]
        return Payment(transaction["id"], transaction["token"], secret.partition("_secret_")[0], secret)

    async def pay(self, payment: Payment, method: str = "pm_card_visa") -> str | None:
        """The shopper confirms with one of Stripe's test cards, as Stripe.js does; the page of a challenge, if any."""
        answer = await self.http.post(
            f"{self.stripe}/v1/payment_intents/{payment.intent}/confirm",
            data={
                "client_secret": payment.client_secret,
                "payment_method": method,
                "return_url": "https://shop.example/checkout",
            },
            headers={"authorization": f"Bearer {self.publishable_key}", "idempotency-key": str(uuid4())},
        )
        shown: dict[str, Any] = answer.json()
        if answer.is_error and shown["error"]["type"] != "card_error":
            raise Refused(f"Stripe: {shown['error']['message']}")
        action = shown.get("next_action")
        return str(action["use_stripe_sdk"]["stripe_js"]) if action else None

    async def pass_challenge(self, page: str) -> None:
        """The shopper proves to the bank that it is them."""
        answer = await self.http.post(page, data={"outcome": "succeed"})
        if not answer.is_redirect:
            raise Refused(f"the challenge: HTTP {answer.status_code} {answer.text}")

    async def return_to_shop(self, payment: Payment) -> None:
        """The storefront asks Saleor how the payment went."""
        await self._ask_saleor(_PROCESS, {"id": payment.transaction})

    async def act(self, payment: Payment, action: str, amount: str | None = None) -> None:
        """Staff CHARGE (capture), CANCEL or REFUND in Saleor's Dashboard."""
        await self._ask_saleor(_ACT, {"id": payment.transaction, "action": action, "amount": amount}, staff=True)

    async def refund_at_stripe(self, payment: Payment, minor_units: int) -> None:
        """Staff refund in Stripe's own dashboard."""
        await self._post(
            f"{self.stripe}/_sandbox/payment_intents/{payment.intent}/refund", json={"amount": minor_units}
        )

    async def dispute(self, payment: Payment) -> str:
        """The shopper's bank takes the money back; the id of the dispute."""
        opened = await self._post(f"{self.stripe}/_sandbox/payment_intents/{payment.intent}/dispute", json={})
        return str(opened["id"])

    async def win(self, dispute: str, minor_units: int) -> None:
        """The bank gives a part of it back."""
        await self._post(f"{self.stripe}/_sandbox/disputes/{dispute}/decide", json={"amount": minor_units})

    async def disturb(self, kind: str, seconds: int = 0) -> None:
        """From now on every event of Stripe's is "doubled" or "late" by so many seconds."""
        fault = {"kind": kind, "times": None, "seconds": seconds}
        await self._post(f"{self.stripe}/_sandbox/faults", json=fault)

    async def calm(self) -> None:
        """New events come as they should."""
        (await self.http.delete(f"{self.stripe}/_sandbox/faults")).raise_for_status()

    async def _ask_saleor(self, query: str, variables: dict[str, Any], *, staff: bool = False) -> dict[str, Any]:
        headers = {"authorization": f"Bearer {self.staff_token}"} if staff else {}
        content = {"query": query, "variables": variables}
        answer = await self._post(f"{self.saleor}/graphql/", json=content, headers=headers)
        if answer.get("errors"):
            raise Refused(f"Saleor: {answer['errors']}")
        [payload] = answer["data"].values()
        if payload["errors"]:
            raise Refused(f"Saleor: {payload['errors']}")
        return dict(payload)

    async def _post(self, url: str, *, json: object, headers: dict[str, str] | None = None) -> dict[str, Any]:
        answer = await self.http.post(url, json=json, headers=headers)
        if answer.is_error:
            raise Refused(f"{url}: HTTP {answer.status_code} {answer.text}")
        return dict(answer.json())
