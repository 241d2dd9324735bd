"""Whatever people do and whatever fails: once the dust has settled, both ledgers say the same.

The short run is part of the suite and always the same; `make chaos` draws anew for as long as it is let.
"""

import asyncio
import os
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, multiple, rule, run_state_machine_as_test

from saleor_stripe_app.sandbox.saleor.faults import ApiFault, DeliveryFault
from saleor_stripe_app.sandbox.saleor.races import Race
from saleor_stripe_app.sandbox.saleor.shop import Flow
from saleor_stripe_app.sandbox.stripe.faults import EventFault, EventFaultKind, Fault
from saleor_stripe_app.storage.tables import metadata
from tests.acceptance.chaos import Chaos, opened
from tests.acceptance.dashboard import HANDS, Payment
from tests.acceptance.shoppers import MEANS, NAMES, Means, Shoppers
from tests.acceptance.test_payment_options import choose
from tests.acceptance.troubles import ACTIONS, CARDS, CARTS, FLOWS, METHODS, OPTIONS, POSTS, TROUBLES, aimed, part

WHO = st.sampled_from([*NAMES, None])
PAYS = st.sampled_from(MEANS)
CARD = st.sampled_from(METHODS)
CONFIRMS = ["CONFIRM", "CREATE", "CUSTOMER"]


class Machine(RuleBasedStateMachine):
    """Random operations and faults, one after the other; at the end everything works again and the dust settles."""

    database: Callable[[], str]
    payments = Bundle("payments")

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.stack = AsyncExitStack()
        self.broken = False
        self.dropped = False
        self.reconciles = False
        self.down_for = 0
        self.chaos: Chaos
        self.shoppers: Shoppers

    def run(self, work: Coroutine[Any, Any, Any]) -> None:
        """Do it, with the app back on its feet where it has been down long enough."""

        async def on_its_feet() -> None:
            if self.chaos.replica.points.dead:
                self.down_for -= 1
                if self.down_for < 0:
                    await self.chaos.start()
            await work

        try:
            self.runner.run(on_its_feet())
        except BaseException:
            self.broken = True
            raise

    @initialize(
        target=payments,
        version=st.sampled_from(["3.24", "3.23", "3.22", "3.21"]),
        reconciles=st.booleans(),
        methods=st.tuples(st.sampled_from(CARDS), st.sampled_from(CARDS)),
        options=OPTIONS,
    )
    def begins(self, version: str, reconciles: bool, methods: tuple[str, str], options: dict[str, Any]) -> Any:
        """A shop with something to work on: one payment charged and one authorized, as far as their methods go."""
        self.reconciles = reconciles
        self.chaos = self.runner.run(self.stack.enter_async_context(opened(type(self).database(), version)))
        self.shoppers = Shoppers(self.chaos)
        self.run(choose(self.chaos.world, **options))
        self.begin_paid("CHARGE", methods[0])
        self.begin_paid("AUTHORIZATION", methods[1])
        return multiple(*self.chaos.payments)

    def begin_paid(self, flow: Flow, method: str) -> Payment:
        self.run(self.chaos.begin("100.00", flow, "default-channel"))
        payment = self.chaos.payments[-1]
        self.chaos.pay(payment, method)
        self.run(self.chaos.process(payment))
        return payment

    @rule(target=payments, cart=st.sampled_from(CARTS), flow=FLOWS)
    def begin(self, cart: tuple[str, str], flow: Flow) -> Payment:
        channel, amount = cart
        self.run(self.chaos.begin(amount, flow, channel))
        return self.chaos.payments[-1]

    @rule(
        target=payments,
        cart=st.sampled_from(CARTS),
        flow=FLOWS,
        who=WHO,
        means=PAYS,
        method=CARD,
        consents=st.booleans(),
    )
    def begin_by(
        self, cart: tuple[str, str], flow: Flow, who: str | None, means: Means, method: str, consents: bool
    ) -> Payment:
        channel, amount = cart
        self.run(self.shoppers.begin(amount, flow, channel, who, means, method, consents=consents))
        return self.chaos.payments[-1]

    @rule(target=payments, who=st.sampled_from(NAMES), means=PAYS, trouble=TROUBLES, aim=st.sampled_from(CONFIRMS))
    def begin_by_in_trouble(self, who: str, means: Means, trouble: Any, aim: str) -> Payment:
        self.run(self.shoppers.begin("50.00", "CHARGE", CARTS[0][0], who, "token", CARDS[0], consents=True))
        self.trouble(aimed(trouble, POSTS[aim]))
        self.run(self.shoppers.begin("60.00", "CHARGE", CARTS[0][0], who, means, CARDS[0], consents=True))
        return self.chaos.payments[-1]

    @rule(target=payments, share=st.sampled_from([1, 2, 3]), flow=FLOWS, who=WHO, means=PAYS, method=CARD)
    def pay_invoice(self, share: int, flow: Flow, who: str | None, means: Means, method: str) -> Payment:
        self.run(self.shoppers.begin_part(share, flow, who, means, method))
        return self.chaos.payments[-1]

    @rule(payment=payments, means=PAYS, method=CARD)
    def confirm(self, payment: Payment, means: Means, method: str) -> None:
        self.run(self.shoppers.confirm(payment, means, method))

    @rule(payment=payments)
    def declined_again_and_again(self, payment: Payment) -> None:
        self.run(self.shoppers.declined_again_and_again(payment))

    @rule(payment=payments, what=st.sampled_from(["complete", "abandon", "cancel"]))
    def purchase(self, payment: Payment, what: str) -> None:
        match what:
            case "complete":
                self.shoppers.complete(payment)
            case "abandon":
                self.shoppers.abandon(payment)
            case "cancel":
                self.shoppers.cancel_order(payment)

    @rule(payment=payments)
    def begin_again(self, payment: Payment) -> None:
        self.run(self.chaos.begin_again(payment))

    @rule(payment=payments, method=st.sampled_from(METHODS), returns=st.booleans())
    def pay(self, payment: Payment, method: str, returns: bool) -> None:
        self.chaos.pay(payment, method)
        if returns:
            self.run(self.chaos.process(payment))

    @rule(payment=payments)
    def process(self, payment: Payment) -> None:
        self.run(self.chaos.process(payment))

    @rule(payment=payments, asked=st.lists(ACTIONS, min_size=1, max_size=2))
    def act(self, payment: Payment, asked: list[tuple[Any, int | None]]) -> None:
        self.run(self.chaos.act(payment, *((action, part(payment, share)) for action, share in asked)))

    @rule(asked=ACTIONS, trouble=TROUBLES)
    def act_in_trouble(self, asked: tuple[Any, int | None], trouble: Any) -> None:
        for payment in self.chaos.payments[:4]:
            self.trouble(aimed(trouble, POSTS[asked[0]]))
            self.act(payment, [asked])
            self.meanwhile(events=True, looks=1, seconds=4)

    @rule(target=payments, flow=FLOWS, method=st.sampled_from(CARDS), trouble=TROUBLES)
    def begin_in_trouble(self, flow: Flow, method: str, trouble: Any) -> Payment:
        self.trouble(aimed(trouble, POSTS["CREATE"]))
        return self.begin_paid(flow, method)

    @rule(payment=payments, asked=ACTIONS, race=st.sampled_from(Race), seconds=st.sampled_from([1, 4, 40]))
    def act_overtaken(self, payment: Payment, asked: tuple[Any, int | None], race: Race, seconds: int) -> None:
        action, share = asked
        self.chaos.world.saleor.races.race = race
        self.run(self.chaos.overtaken(self.chaos.act(payment, (action, part(payment, share))), seconds))

    @rule(payment=payments, method=st.sampled_from(CARDS), race=st.sampled_from(Race), first=st.booleans())
    def process_overtaken(self, payment: Payment, method: str, race: Race, first: bool) -> None:
        self.chaos.pay(payment, method)
        self.chaos.world.saleor.races.race = race
        work = self.chaos.begin_again(payment) if first else self.chaos.process(payment)
        self.run(self.chaos.overtaken(work, 1))

    @rule(payment=payments, hand=st.sampled_from(HANDS), well=st.booleans(), share=st.sampled_from([1, 2, 3]))
    def hand(self, payment: Payment, hand: str, well: bool, share: int) -> None:
        self.chaos.stripe.do(hand, payment, share, well=well)

    @rule(trouble=TROUBLES)
    def trouble(self, trouble: Any) -> None:
        world, points = self.chaos.world, self.chaos.replica.points
        match trouble:
            case Fault():
                world.stripe.faults.add(replace(trouble))
            case EventFault():
                self.dropped = self.dropped or trouble.kind is EventFaultKind.DROPPED
                world.stripe.faults.add(replace(trouble))
            case ApiFault() | DeliveryFault():
                world.served.courier.faults.add(replace(trouble))
            case Race():
                world.saleor.races.race = trouble
            case ("die", point, down_for):
                self.down_for = down_for
                points.die_at(point)
            case ("gateway", times, _):
                self.chaos.bad_gateways = times
            case (_, point, _):
                points.strike_at(point, self.chaos.stall)

    @rule(events=st.booleans(), looks=st.integers(0, 2), seconds=st.sampled_from([0, 1, 4, 10, 60, 400, 80_000]))
    def meanwhile(self, events: bool, looks: int, seconds: int) -> None:
        if events:
            self.run(self.chaos.deliver())
        for _ in range(looks):
            self.run(self.chaos.look())
        self.chaos.world.clock.advance(seconds)

    @rule(what=st.sampled_from(["house", "restart", "uninstall", "install"]))
    def staff(self, what: str) -> None:
        match what:
            case "house":
                self.run(self.chaos.keep_house())
            case "restart":
                self.run(self.chaos.start())
            case "uninstall":
                self.run(self.chaos.uninstall())
            case "install":
                self.run(self.chaos.install())

    @rule(check=st.booleans())
    def all_works_again(self, check: bool) -> None:
        self.chaos.world.stripe.faults.clear()
        self.chaos.world.served.courier.faults.clear()
        if check:
            self.run(self._settled())

    async def _settled(self) -> None:
        await self.chaos.dust_settles()
        if self.dropped or self.reconciles:
            reconciled = await self.chaos.reconcile()
            assert reconciled.equal, reconciled.different
            await self.chaos.dust_settles()
        self.chaos.assert_true()

    def teardown(self) -> None:
        try:
            if not self.broken and hasattr(self, "chaos"):
                self.run(self._settled())
        finally:
            self.runner.run(self.stack.aclose())
            self.runner.close()


def _run(database: Callable[[], str], part: int = 1) -> None:
    """Run the profile's examples, or one in `part` of them."""
    profile = settings.get_profile(os.environ.get("HYPOTHESIS_PROFILE", "acceptance"))
    machine = type("Machine", (Machine,), {"database": staticmethod(database)})
    run_state_machine_as_test(machine, settings=settings(profile, max_examples=profile.max_examples // part))


def test_both_ledgers_agree_whatever_happens(sqlite_url: str, tmp_path: Path) -> None:
    empty = Path(sqlite_url.removeprefix("sqlite:///")).read_bytes()

    def database() -> str:
        for file in tmp_path.glob("chaos*"):
            file.unlink()
        (tmp_path / "chaos.sqlite3").write_bytes(empty)
        return f"sqlite:///{tmp_path / 'chaos.sqlite3'}"

    _run(database)


@pytest.mark.postgres
def test_both_ledgers_agree_whatever_happens_on_postgresql(postgresql_url: str) -> None:
    empty = "; ".join(f"DELETE FROM {table.name}" for table in reversed(metadata.sorted_tables))

    def database() -> str:
        with psycopg.connect(postgresql_url, autocommit=True) as connection:
            connection.execute(empty.encode())
        return postgresql_url

    _run(database, part=3)
