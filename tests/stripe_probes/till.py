"""A merchant's till for one probe: the app's own functions on Stripe or its stand-in, and everything put away after."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

import pytest
import stripe

from saleor_stripe_app.domain import metadata, plan
from saleor_stripe_app.domain.errors import AppError, Declined, Refusal
from saleor_stripe_app.domain.operation import Operation, OperationKind
from saleor_stripe_app.domain.payment import UNPAID, IntentStatus, Payment, Refund
from saleor_stripe_app.domain.transaction import Flow
from saleor_stripe_app.sandbox.stripe.problem import Finding
from saleor_stripe_app.stripe_gateway import payment_intents, payments, webhook_endpoints
from saleor_stripe_app.stripe_gateway.calls import answered
from saleor_stripe_app.stripe_gateway.client import StripeConnections
from saleor_stripe_app.stripe_gateway.failures import is_forbidden
from saleor_stripe_app.stripe_gateway.operations import perform
from saleor_stripe_app.stripe_gateway.webhook_endpoints import Endpoint

SALEOR = "https://shop.example.com/graphql/"
APP = "QXBwOjE="
RETURN_URL = "https://shop.example.com/return"
TOTAL = 1000
CURRENCY = "usd"
# https://docs.stripe.com/error-codes; that no method takes the currency has no code of its own.
NOT_OFFERED = {
    None,
    "payment_intent_invalid_parameter",
    "payment_method_currency_mismatch",
    "payment_method_not_available",
    "payment_method_unactivated",
}


@dataclass
class Till:
    """`key` is a secret or restricted one, `restricted_key` lacks a permission, `begun` is Stripe's time or earlier.

    `findings` is what the stand-in found wrong with requests and answers; a probe that is wrong on purpose clears it.
    """

    connections: StripeConnections
    key: str
    begun: datetime
    at_stripe: bool
    restricted_key: str | None = None
    publishable_key: str | None = None
    findings: list[Finding] = field(default_factory=list)
    run: str = field(default_factory=lambda: uuid.uuid4().hex[:20])
    has_endpoints: bool = False

    @property
    def client(self) -> stripe.StripeClient:
        return self.connections.client(self.key)

    @property
    def owner(self) -> dict[str, str]:
        """Marks that only this probe's objects bear."""
        return metadata.of_transaction(
            saleor_api_url=SALEOR,
            app_id=APP,
            transaction_id=f"probe-{self.run}",
            source_id="Q2hlY2tvdXQ6MQ==",
            source_type="Checkout",
        )

    async def make(self, flow: Flow, amount: int = TOTAL, currency: str = CURRENCY, number: int = 0) -> Payment:
        """An intent, as the app makes it. The same number again is the same request under the same key."""
        reference = f"made-{number}"
        parameters = plan.create_parameters(
            amount=amount, currency=currency, flow=flow, metadata=self.owner, operation=reference
        )
        with self.where_offered():
            payment = await payment_intents.create(self.client, parameters, f"{self.run}-{reference}")
        assert not payment.livemode
        return payment

    async def pay(self, flow: Flow, card: str = "pm_card_visa", number: int = 0) -> Payment:
        """An intent, confirmed by the server in the shopper's stead."""
        payment = await self.make(flow, number=number)
        await self.confirm(payment.id, card)
        return await self.read(payment.id)

    async def confirm(self, intent: str, card: str) -> None:
        """Raises Declined as the app would, though in the app only the shopper confirms."""
        client = self.client
        with self.where_offered():
            await answered(
                lambda: client.v1.payment_intents.confirm_async(
                    intent, {"payment_method": card, "return_url": RETURN_URL}
                )
            )

    async def read(self, intent: str) -> Payment:
        payment = await payments.read(self.client, intent)
        assert payment is not None
        return payment

    async def capture(self, intent: str, amount: int, number: int = 1, *, keep_rest_open: bool = False) -> Payment:
        parameters = plan.capture_parameters(
            amount=amount, operation=f"capture-{number}", keep_rest_open=keep_rest_open
        )
        answer = await self._perform(OperationKind.CAPTURE, parameters, number, intent)
        assert isinstance(answer, Payment)
        return answer

    async def cancel(self, intent: str, number: int = 1) -> Payment:
        parameters = plan.cancel_parameters(reason="requested_by_customer")
        answer = await self._perform(OperationKind.CANCEL, parameters, number, intent)
        assert isinstance(answer, Payment)
        return answer

    async def refund(self, intent: str, amount: int, number: int = 1) -> Refund:
        parameters = plan.refund_parameters(
            payment_intent_id=intent, amount=amount, metadata=self.owner, operation=f"refund-{number}"
        )
        answer = await self._perform(OperationKind.REFUND, parameters, number)
        assert isinstance(answer, Refund)
        return answer

    async def endpoint(self, url: str) -> Endpoint:
        """A webhook endpoint of this probe's configuration; asked for again it is the same request.

        A key that may not even list endpoints skips the probe before there is anything to put away.
        """
        with self.where_offered():
            await webhook_endpoints.find(self.client, self.run)
            self.has_endpoints = True
            return await webhook_endpoints.create(
                self.client,
                url,
                configuration_id=self.run,
                saleor_api_url=SALEOR,
                app_id=APP,
                name="Probe",
                idempotency_key=f"{self.run}-endpoint",
            )

    @contextmanager
    def where_offered(self) -> Iterator[None]:
        """Skip the probe where Stripe's refusal is about this account; the stand-in's account may do everything."""
        try:
            yield
        except Refusal as refusal:
            if self.at_stripe and is_of_the_account(refusal):
                pytest.skip(f"not offered to this Stripe account: {refusal}")
            raise

    async def put_away(self) -> list[str]:
        """Cancel, refund and delete everything of this probe, also what a lost answer left; answers what remains.

        Intents are found by their metadata, endpoints by theirs.
        """
        left = []
        async for intent in payment_intents.list_created(self.client, self.begun):
            if intent.metadata.get(metadata.TRANSACTION) != self.owner[metadata.TRANSACTION]:
                continue
            try:
                await self._end(intent.id)
            except AppError as error:
                left.append(f"{intent.id}: {error}")
        for endpoint in await webhook_endpoints.find(self.client, self.run) if self.has_endpoints else ():
            try:
                await webhook_endpoints.delete(self.client, endpoint.id, configuration_id=self.run)
            except AppError as error:
                left.append(f"{endpoint.id}: {error}")
        return left

    async def _end(self, intent: str) -> None:
        payment = await self.read(intent)
        if payment.status in UNPAID | {IntentStatus.REQUIRES_CAPTURE}:
            await self.cancel(intent, number=100)
        if payment.refundable:
            await self.refund(intent, payment.refundable, number=100)

    async def _perform(
        self, kind: OperationKind, parameters: plan.Parameters, number: int, intent: str | None = None
    ) -> Payment | Refund:
        reference = f"{kind}-{number}"
        key = f"{self.run}-{reference}-{intent or parameters['payment_intent']}"
        operation = Operation(
            reference, self.run, kind, reference, number, key, reference, TOTAL, self.begun, parameters
        )
        return await perform(self.client, operation, intent)


def is_of_the_account(refusal: Refusal) -> bool:
    """Whether Stripe refuses for what an account or key lacks: a permission, a method, a currency, or room."""
    if not isinstance(refusal, Declined):
        return refusal.code == "NoRoomForWebhookEndpoint"
    cause = refusal.__cause__
    return is_forbidden(refusal) or (
        isinstance(cause, stripe.InvalidRequestError)
        and cause.param in (None, "currency", "payment_method")
        and refusal.stripe_code in NOT_OFFERED
    )
