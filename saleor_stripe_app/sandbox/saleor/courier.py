"""Carries Saleor's calls to apps over HTTP and brings their replies to the core."""

import asyncio
from decimal import Decimal
from typing import TypeVar

import httpx

from saleor_stripe_app.sandbox.saleor import installations, sessions
from saleor_stripe_app.sandbox.saleor.answers import Json
from saleor_stripe_app.sandbox.saleor.apps import App
from saleor_stripe_app.sandbox.saleor.deliveries import (
    CONNECT_TIMEOUT,
    READ_TIMEOUT,
    Call,
    Conversation,
    NoReply,
    Outcome,
    Reply,
)
from saleor_stripe_app.sandbox.saleor.faults import DeliveryFailure, Faults
from saleor_stripe_app.sandbox.saleor.requestor import ANONYMOUS, Requestor
from saleor_stripe_app.sandbox.saleor.saleor import Saleor
from saleor_stripe_app.sandbox.saleor.shop import Flow

T = TypeVar("T")


class Courier:
    """One Saleor's way out to its apps.

    `http` decides how calls travel: a real client, or one with `httpx.ASGITransport(app)` for an app in this process.
    `patience` is how long Saleor waits, in seconds; an app that is given up on works on undisturbed.
    """

    def __init__(
        self, saleor: Saleor, http: httpx.AsyncClient, faults: Faults | None = None, *, patience: float = READ_TIMEOUT
    ) -> None:
        self.saleor = saleor
        self.faults = faults if faults is not None else Faults()
        self.patience = patience
        self._http = http
        self._given_up: set[asyncio.Task[httpx.Response]] = set()

    async def converse(self, conversation: Conversation[T]) -> T:
        """Run a conversation to its end and return its result; raises what the core raises."""
        try:
            call = next(conversation)
            while True:
                call = conversation.send(await self.send(call))
        except StopIteration as finished:
            result: T = finished.value
            return result
        finally:
            conversation.close()

    async def send(self, call: Call) -> Outcome:
        fault = self.faults.for_event(call.event) if call.event is not None else None
        if fault is not None and fault.failure is DeliveryFailure.UNREACHABLE:
            return NoReply("connection refused")
        outcome = await self._exchange(call)
        if fault is not None and fault.gate is not None:
            await fault.gate.wait()
        if fault is not None and fault.failure is DeliveryFailure.ANSWER_LOST:
            return NoReply("timed out")
        return outcome

    async def _exchange(self, call: Call) -> Outcome:
        request = self._http.request(
            call.method,
            call.url,
            headers=call.headers,
            content=call.body,
            follow_redirects=False,
            timeout=httpx.Timeout(READ_TIMEOUT, connect=CONNECT_TIMEOUT),
        )
        task = asyncio.ensure_future(request)
        done, _ = await asyncio.wait({task}, timeout=self.patience)
        if not done:
            self._given_up.add(task)
            task.add_done_callback(self._forget)
            return NoReply("timed out")
        try:
            response = task.result()
        except httpx.HTTPError as error:
            return NoReply(f"{type(error).__name__}: {error}")
        return Reply(response.status_code, response.content)

    def _forget(self, task: asyncio.Task[httpx.Response]) -> None:
        """What an app answered too late, or how it failed, concerns nobody any more."""
        self._given_up.discard(task)
        if not task.cancelled():
            task.exception()

    async def settle(self) -> None:
        """Wait for the apps that Saleor gave up on."""
        while self._given_up:
            await asyncio.wait(set(self._given_up))

    async def work(self) -> int:
        """Do every job that is due now, and those they lead to at once; returns how many were done."""
        done = 0
        while (job := self.saleor.jobs.take_due(self.saleor.now())) is not None:
            await self.converse(job.start())
            done += 1
        return done

    async def install(self, manifest_url: str) -> App:
        """Install an app; raises ManifestRefused and InstallationFailed."""
        return await self.converse(installations.install(self.saleor, manifest_url))

    async def uninstall(self, app: App) -> None:
        """Delete an app and tell it so."""
        installations.uninstall(self.saleor, app)
        await self.work()

    async def initialize(
        self,
        source_id: str,
        gateway: str,
        *,
        data: Json = None,
        amount: Decimal | None = None,
        action: Flow | None = None,
        idempotency_key: str | None = None,
        customer_ip_address: str | None = "127.0.0.1",
        by: Requestor = ANONYMOUS,
    ) -> sessions.Session:
        """`transactionInitialize` of a storefront."""
        return await self.converse(
            sessions.initialize(
                self.saleor,
                source_id,
                gateway,
                data=data,
                amount=amount,
                action=action,
                idempotency_key=idempotency_key,
                customer_ip_address=customer_ip_address,
                by=by,
            )
        )

    async def process(self, transaction: str, *, data: Json = None, by: Requestor = ANONYMOUS) -> sessions.Session:
        """`transactionProcess`, by the transaction's id or token."""
        return await self.converse(sessions.process(self.saleor, transaction, data=data, by=by))

    async def initialize_gateways(
        self,
        source_id: str,
        *,
        amount: Decimal | None = None,
        gateways: dict[str, Json] | None = None,
        by: Requestor = ANONYMOUS,
    ) -> list[sessions.GatewayConfig]:
        """`paymentGatewayInitialize` of a storefront."""
        return await self.converse(
            sessions.initialize_gateways(self.saleor, source_id, amount=amount, gateways=gateways, by=by)
        )
