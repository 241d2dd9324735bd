"""A shop and a Stripe account on their worst day: everything that people do, and everything that fails meanwhile."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random

import httpx
import msgspec
from sqlalchemy import func, select
from starlette.responses import PlainTextResponse
from starlette.types import Message, Receive, Scope, Send

from saleor_stripe_app.domain.errors import AppError
from saleor_stripe_app.domain.order_awaited import LONG_PATIENCE, PATIENCE
from saleor_stripe_app.sandbox.saleor import actions, purchases
from saleor_stripe_app.sandbox.saleor.currencies import quantize
from saleor_stripe_app.sandbox.saleor.errors import SaleorError
from saleor_stripe_app.sandbox.saleor.faults import DeliveryFailure, DeliveryFault, Gate
from saleor_stripe_app.sandbox.saleor.installations import InstallationFailed
from saleor_stripe_app.sandbox.saleor.races import Race
from saleor_stripe_app.sandbox.saleor.requestor import Requestor
from saleor_stripe_app.sandbox.saleor.saleor import Saleor, transaction_id
from saleor_stripe_app.sandbox.saleor.server import running
from saleor_stripe_app.sandbox.saleor.shop import Flow
from saleor_stripe_app.sandbox.stripe.api import Stripe
from saleor_stripe_app.settings import Settings
from saleor_stripe_app.storage.tables import due, operations
from saleor_stripe_app.usecases.await_orders import await_orders
from saleor_stripe_app.usecases.reconcile import Reconciled, reconcile
from saleor_stripe_app.usecases.sweep import sweep
from saleor_stripe_app.usecases.upkeep import upkeep
from tests.acceptance import truth
from tests.acceptance.dashboard import Dashboard, Payment
from tests.acceptance.replicas import ProcessDied, Replica
from tests.acceptance.world import APP_URL, GATEWAY, KEY, START, Clock, World, settings_for

ROUNDS = 400
LONGEST = timedelta(days=2)
STALLED_FOR = 40
STAFF = Requestor(permissions=frozenset({"HANDLE_PAYMENTS"}))


@dataclass
class Chaos:
    """The verbs of the state machine. None of them raises for what Saleor, Stripe or the app refuse."""

    world: World
    settings: Settings
    replica: Replica
    stripe: Dashboard
    payments: list[Payment] = field(default_factory=list)
    bad_gateways: int = 0
    """So many of the next answers are replaced by the 502 of what stands before the app."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The app's address: whichever process is there now."""
        if self.bad_gateways == 0:
            await self.replica(scope, receive, send)
            return
        self.bad_gateways -= 1
        await self.replica(scope, receive, _unheard)
        await PlainTextResponse("bad gateway", truth.BAD_GATEWAY)(scope, receive, send)

    async def start(self) -> None:
        """Begin a process of the app with nothing in memory; the one before is gone."""
        await self.replica.stop()
        self.replica = await Replica.start(self.settings, self.world.stripe, self.world.clock)
        self.world.backends = self.replica.backends

    async def another(self) -> Replica:
        """A second process of the app on the same database; whoever asked for it stops it."""
        return await Replica.start(self.settings, self.world.stripe, self.world.clock)

    async def begin(self, amount: str, flow: Flow, channel: str) -> Payment:
        """A shopper chooses to pay with Stripe."""
        checkout = purchases.checkout_of(self.world.saleor, amount, channel=channel)
        payment = Payment(checkout.id, Decimal(amount), flow, f"cart-{len(self.payments)}")
        self.payments.append(payment)
        await self.begin_again(payment)
        return payment

    async def begin_again(self, payment: Payment) -> None:
        """The storefront repeats itself, with the idempotency key it used before."""
        with suppress(SaleorError):
            payment.take(
                await self.world.served.courier.initialize(
                    payment.source,
                    GATEWAY,
                    amount=payment.amount,
                    action=payment.flow,
                    idempotency_key=payment.key,
                    by=STAFF,
                )
            )

    async def process(self, payment: Payment) -> None:
        """The shopper returns to the shop."""
        if payment.transaction is not None:
            with suppress(SaleorError):
                payment.take(await self.world.served.courier.process(transaction_id(payment.transaction)))

    def pay(self, payment: Payment, method: str) -> None:
        """The shopper confirms in Stripe's Payment Element."""
        intent = self.stripe.intent(payment)
        if payment.secret and intent is not None:
            name = "payment_method" if method.startswith("pm_") else "payment_method_data[type]"
            form = {"client_secret": payment.secret, name: method, "return_url": "https://shop.example/checkout"}
            path = f"/v1/payment_intents/{intent.id}/confirm"
            with suppress(msgspec.DecodeError):  # the browser lost the answer
                self.world.ask_stripe("POST", path, form, key=self.world.account.publishable_key)

    async def act(self, payment: Payment, *asked: tuple[actions.ActionType, Decimal | None]) -> None:
        """Staff ask for one action, or for several at once: as many workers of Saleor deliver them."""
        if payment.transaction is None:
            return
        for action, amount in asked:
            with suppress(SaleorError):
                actions.request_action(
                    self.world.saleor,
                    transaction_id(payment.transaction),
                    action,
                    by=self.world.staff,
                    amount=quantize(amount, payment.transaction.currency) if amount is not None else None,
                )
        await asyncio.gather(*(self.world.served.courier.work() for _ in asked))

    async def overtaken(self, work: Coroutine[None, None, None], seconds: int) -> None:
        """Do what asks the app, while the answer is on its way so long and events and looks overtake it."""
        gate = Gate()
        self.world.served.courier.faults.deliveries.insert(0, DeliveryFault(DeliveryFailure.HELD, gate=gate))
        working, reached = asyncio.create_task(work), asyncio.create_task(gate.reached())
        await asyncio.wait({working, reached}, return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            self.world.clock.advance(seconds)
            await self.deliver()
            await self.look()
        gate.open()
        reached.cancel()
        await working

    async def deliver(self) -> None:
        """Stripe sends the events that are due."""
        await self.world.deliver_events()

    async def look(self) -> bool:
        """The app looks at one payment that is due; False when there was none."""
        if self.replica.points.dead:
            return False
        with suppress(ProcessDied):
            return (await sweep(self.replica.backends, 1)).looked > 0
        return False

    async def keep_house(self) -> None:
        """The round that the app makes every minute."""
        if not self.replica.points.dead:
            with suppress(ProcessDied, AppError):
                await upkeep(self.replica.backends)
                await await_orders(self.replica.backends)

    async def stall(self) -> None:
        """What happens while a process stands still: its lease ends, and another one looks at what is due."""
        self.replica.stalls += 1
        self.world.clock.advance(STALLED_FOR)
        other = await self.another()
        try:
            for _ in range(3):
                await sweep(other.backends, 1)
                self.world.clock.advance(2)
        finally:
            await other.stop()

    async def uninstall(self) -> None:
        """Staff remove the app."""
        app = self.world.saleor.app_by_identifier(GATEWAY)
        if app is not None:
            await self.world.served.courier.uninstall(app)

    async def install(self) -> None:
        """Staff install the app, unless it is there."""
        if self.world.saleor.app_by_identifier(GATEWAY) is None:
            with suppress(InstallationFailed):
                await self.world.install()

    async def dust_settles(self) -> None:
        """Everything works again; let time pass until nobody has anything left to do."""
        self.world.stripe.faults.clear()
        self.world.served.courier.faults.clear()
        self.world.saleor.races.race = Race.NONE
        self.bad_gateways = 0
        self.replica.points.disarm()
        if self.replica.points.dead:
            await self.start()
        await self.install()
        await self.keep_house()
        await self._calm_down()
        for patience in (PATIENCE, LONG_PATIENCE):
            self.world.clock.advance(patience.total_seconds())
            await self.keep_house()
            await self._calm_down()
        stuck = await self._open()
        assert not stuck, f"pending for ever: {stuck}"

    async def _calm_down(self) -> None:
        until = self.world.clock() + LONGEST
        for _ in range(ROUNDS):
            await self.world.deliver_events()
            await self.world.served.courier.work()
            while await self.look():
                pass
            following = await self._next_due()
            if following is None or following > until:
                break
            self.world.clock.now = max(following, self.world.clock() + timedelta(seconds=1))

    async def reconcile(self) -> Reconciled:
        """The command of this name."""
        assert self.world.installation is not None
        return await reconcile(self.replica.backends, self.world.installation, START - timedelta(days=1))

    def assert_true(self) -> None:
        """Both ledgers agree, no money moved twice, nothing pends that Stripe has decided."""
        found = truth.wrong(self.world, self.stripe.made)
        assert not found, "\n".join(found)

    async def _next_due(self) -> datetime | None:
        event = min((due_at for due_at, _, _ in self.world.stripe._outbox._due), default=None)
        job = self.world.saleor.jobs.next_due()
        async with self.replica.backends.storage.read() as connection:
            look = (await connection.execute(select(func.min(due.c.next_try)))).scalar_one()
        times = [datetime.fromtimestamp(event, UTC) if event is not None else None, job, look]
        return min((time for time in times if time is not None), default=None)

    async def _open(self) -> list[str]:
        async with self.replica.backends.storage.read() as connection:
            left = (await connection.execute(select(due.c.id, due.c.error).where(due.c.next_try.is_not(None)))).all()
            undone = (await connection.execute(select(operations).where(operations.c.state == "open"))).all()
        return [f"look at {row.id}: {row.error}" for row in left] + [f"{row.kind} {row.reference}" for row in undone]


async def _unheard(_: Message) -> None:
    pass


@asynccontextmanager
async def opened(database_url: str, version: str = "3.24") -> AsyncIterator[Chaos]:
    """A shop with the app installed and configured, whose processes may die."""
    clock = Clock()
    saleor, stripe, settings = Saleor(KEY, clock, Random(7), version), Stripe(), settings_for(database_url)
    replica = await Replica.start(settings, stripe, clock)
    user = saleor.add_user("staff@shop.example", is_staff=True, permissions=["HANDLE_PAYMENTS", "MANAGE_APPS"])

    async def address(scope: Scope, receive: Receive, send: Send) -> None:
        await chaos(scope, receive, send)

    async with (
        httpx.AsyncClient(transport=httpx.ASGITransport(address), base_url=APP_URL) as app,
        running(saleor, http=app) as served,
    ):
        staff = Requestor.of_user(user)
        world = World(clock, stripe, stripe.create_account(), served, replica.backends, app, staff)
        chaos = Chaos(world, settings, replica, Dashboard(world))
        try:
            await world.install()
            await world.configure()
            yield chaos
        finally:
            await chaos.replica.stop()
