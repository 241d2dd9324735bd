"""What people do, each over the wire that they would use: a shopper in a browser, the shop's staff, staff at Stripe."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx

from saleor_stripe_app.sandbox.stripe.description import API_VERSION

_INITIALIZE = """
mutation Initialize($id: ID!, $gateway: PaymentGatewayToInitialize!) {
  transactionInitialize(id: $id, paymentGateway: $gateway) {
    transaction { id token }
    transactionEvent { type message pspReference }
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
_REFUND = """
mutation Refund($id: ID!, $amount: PositiveDecimal, $reason: String) {
  transactionRequestAction(id: $id, actionType: REFUND, amount: $amount, refundReason: $reason) {
    errors { field code message }
  }
}
"""
_SAVED = """
query Saved($channel: String!) { me { storedPaymentMethods(channel: $channel) { id } } }
"""
_CARD = {"type": "card", "card[number]": "4242424242424242", "card[exp_month]": "12", "card[exp_year]": "2040"}


class Refused(Exception):
    """Stripe or Saleor would not do what it was asked."""


@dataclass(frozen=True, slots=True)
class Customer:
    """A shopper with an account, logged in by `token`."""

    email: str
    token: str


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment that a shopper has begun. `token` is the transaction's own in Saleor's ledger.

    Where the app has confirmed it already there is nothing left for Stripe.js, and no client secret.
    """

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
    secret_key: str
    """Of whoever looks around in Stripe's own dashboard."""
    staff_token: str

    async def begin(
        self, amount: str, channel: str = "default-channel", *, customer: Customer | None = None, saves: bool = False
    ) -> Payment:
        """A shopper fills a cart and comes to the page where they pay; with `saves` they agree to keep the card."""
        checkout = await self._cart(amount, channel, customer)
        return await self._begin(checkout, customer, {"paymentMethod": "card", "savePaymentMethod": saves})

    async def begin_invoice(self, amount: str) -> Payment:
        """Staff make an order and send its link to a customer, who comes to the page where they pay."""
        order = await self._post(f"{self.saleor}/_sandbox/orders", json={"amount": amount})
        return await self._begin(order["id"], None, {"paymentMethod": "card"})

    async def sign_up(self, email: str) -> Customer:
        """A shopper makes an account at the shop and logs in."""
        await self._post(f"{self.saleor}/_sandbox/users", json={"email": email})
        login = await self._post(f"{self.saleor}/_sandbox/tokens", json={"user": email})
        return Customer(email, str(login["token"]))

    async def pay_with_saved(self, amount: str, customer: Customer, channel: str = "default-channel") -> Payment:
        """A customer picks the newest card of those that the shop shows them; the app confirms, without Stripe.js."""
        answer = await self._graphql(_SAVED, {"channel": channel}, customer.token)
        saved = answer["me"]["storedPaymentMethods"]
        if not saved:
            raise Refused(f"no card is shown to {customer.email}")
        checkout = await self._cart(amount, channel, customer)
        return await self._begin(checkout, customer, {"paymentMethodId": saved[-1]["id"]})

    async def enter_card(self) -> str:
        """A shopper types a card into Stripe's form and ticks the box to be shown it again; its id."""
        card = _CARD | {"allow_redisplay": "always"}
        return str((await self._ask_stripe("payment_methods", card))["id"])

    async def _cart(self, amount: str, channel: str, customer: Customer | None) -> str:
        given = {"amount": amount, "channel": channel} | ({"user": customer.email} if customer else {})
        return str((await self._post(f"{self.saleor}/_sandbox/checkouts", json=given))["id"])

    async def _begin(self, purchase: str, customer: Customer | None, said: dict[str, Any]) -> Payment:
        gateway = {"id": self.app_id, "data": {"paymentIntent": said}}
        token = customer.token if customer else None
        session = await self._ask_saleor(_INITIALIZE, {"id": purchase, "gateway": gateway}, token)
        transaction, told = session["transaction"], session["data"]
        if told:
            secret = str(told["paymentIntent"]["stripeClientSecret"])
            return Payment(transaction["id"], transaction["token"], secret.partition("_secret_")[0], secret)
        if session["transactionEvent"]["type"] != "CHARGE_SUCCESS":
            raise Refused(f"transactionInitialize: {session['transactionEvent']}")
        return Payment(transaction["id"], transaction["token"], session["transactionEvent"]["pspReference"], "")

    async def pay(self, payment: Payment, method: str = "pm_card_visa") -> str | None:
        """The shopper confirms with one of Stripe's test cards, as Stripe.js does; the page of a challenge, if any."""
        form = {
            "client_secret": payment.client_secret,
            "payment_method": method,
            "return_url": "https://shop.example/checkout",
        }
        shown = await self._ask_stripe(f"payment_intents/{payment.intent}/confirm", form)
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
        await self._ask_saleor(_ACT, {"id": payment.transaction, "action": action, "amount": amount}, self.staff_token)

    async def refund(self, payment: Payment, amount: str, reason: str) -> None:
        """Staff refund in Saleor's Dashboard and say why."""
        await self._ask_saleor(
            _REFUND, {"id": payment.transaction, "amount": amount, "reason": reason}, self.staff_token
        )

    async def reasons_at_stripe(self, payment: Payment) -> list[str]:
        """What Stripe's dashboard shows as the reasons of a payment's refunds, newest first."""
        answer = await self.http.get(
            f"{self.stripe}/v1/refunds",
            params={"payment_intent": payment.intent},
            headers={"authorization": f"Bearer {self.secret_key}", "stripe-version": API_VERSION},
        )
        answer.raise_for_status()
        return [refund["metadata"].get("saleor_refund_reason", "") for refund in answer.json()["data"]]

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

    async def _ask_saleor(self, mutation: str, variables: dict[str, Any], token: str | None = None) -> dict[str, Any]:
        [payload] = (await self._graphql(mutation, variables, token)).values()
        if payload["errors"]:
            raise Refused(f"Saleor: {payload['errors']}")
        return dict(payload)

    async def _graphql(self, query: str, variables: dict[str, Any], token: str | None) -> dict[str, Any]:
        headers = {"authorization": f"Bearer {token}"} if token else {}
        content = {"query": query, "variables": variables}
        answer = await self._post(f"{self.saleor}/graphql/", json=content, headers=headers)
        if answer.get("errors"):
            raise Refused(f"Saleor: {answer['errors']}")
        return dict(answer["data"])

    async def _ask_stripe(self, path: str, form: dict[str, str]) -> dict[str, Any]:
        """As Stripe.js does. A card that is declined is an answer, too."""
        headers = {"authorization": f"Bearer {self.publishable_key}", "idempotency-key": str(uuid4())}
        answer = await self.http.post(f"{self.stripe}/v1/{path}", data=form, headers=headers)
        shown: dict[str, Any] = answer.json()
        if answer.is_error and shown["error"]["type"] != "card_error":
            raise Refused(f"Stripe: {shown['error']['message']}")
        return shown

    async def _post(self, url: str, *, json: object, headers: dict[str, str] | None = None) -> dict[str, Any]:
        answer = await self.http.post(url, json=json, headers=headers)
        if answer.is_error:
            raise Refused(f"{url}: HTTP {answer.status_code} {answer.text}")
        return dict(answer.json())
