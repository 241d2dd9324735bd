"""The demonstration: a whole day as a newcomer runs it, and that it tells the truth when something is wrong."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from saleor_stripe_app.sandbox.demo import day, table
from saleor_stripe_app.sandbox.demo.demo import play_and_compare
from saleor_stripe_app.sandbox.demo.ledgers import Compared, Sums, compare, totals
from saleor_stripe_app.sandbox.demo.people import Payment
from saleor_stripe_app.sandbox.demo.playing import agrees
from saleor_stripe_app.sandbox.demo.scene import opened
from saleor_stripe_app.sandbox.saleor.faults import ApiFailure, ApiFault
from saleor_stripe_app.sandbox.saleor.ledger import Amounts
from saleor_stripe_app.sandbox.saleor.transactions import Transaction
from saleor_stripe_app.sandbox.stripe.ledger import Entry
from tests.acceptance.world import START

ALWAYS = 10**9


class Demo:
    """A demo that runs as a process, with what it has printed so far."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process
        self.output = ""

    def read_until(self, text: str) -> None:
        """Wait for a line with this text."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.output += line
            if text in line:
                return
        raise AssertionError(f"{text!r} was not printed:\n{self.output}")

    def ended(self) -> int:
        """Read to the end; the exit status."""
        assert self.process.stdout is not None
        self.output += self.process.stdout.read()
        return self.process.wait(60)

    def found(self, pattern: str) -> str:
        """What the first group of a pattern matches in the output."""
        match = re.search(pattern, self.output)
        assert match is not None, self.output
        return match[1]

    def children(self) -> list[psutil.Process]:
        """The processes that it has started."""
        return psutil.Process(self.process.pid).children(recursive=True)


@contextmanager
def running(temporary: Path, *options: str) -> Iterator[Demo]:
    """`saleor-stripe demo`, whose temporary files go to a directory of the test's own."""
    process = subprocess.Popen(
        [sys.executable, "-m", "saleor_stripe_app", "demo", *options],
        env=os.environ
        | {"TMPDIR": str(temporary), "SALEOR_STRIPE_PORT": "not a port, and none of the demo's business"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    demo = Demo(process)
    try:
        with process:
            try:
                yield demo
            finally:
                if process.poll() is None:
                    process.terminate()
    finally:
        process.kill()


def test_a_whole_day_ends_with_equal_ledgers_and_stays_up_when_asked(tmp_path: Path) -> None:
    with running(tmp_path, "--keep") as demo:
        demo.read_until("lose, double, delay events")
        children = demo.children()
        for address in (r"App manifest +(\S+)", r"  ledger +(\S+)", r"transactions, events +(\S+)"):
            assert httpx.get(demo.found(address), trust_env=False).status_code == 200
        demo.process.send_signal(signal.SIGINT)
        assert demo.ended() == 0, demo.output
    rows = [line for line in demo.output.splitlines() if line.endswith(" equal")]
    assert "Both ledgers are equal: 32 steps, 18 payments" in demo.output
    assert len(rows) == 32 + len(("EUR", "JPY", "KWD", "USD"))
    assert "DIFFERS" not in demo.output
    assert re.search(r"- and pays with it later +succeeded, charged 18\.00 +charged 18\.00 +equal", demo.output)
    assert re.search(r"An invoice is paid .* charged 240\.00, order \d+ +equal", demo.output)
    assert re.search(r"- the app makes the order .* charged 72\.00, order \d+ +equal", demo.output)
    assert "\x1b" not in demo.output
    day_itself = demo.output.partition("Everything is left running")[0]
    assert max(map(len, day_itself.splitlines())) <= 120
    assert [child for child in children if child.is_running()] == []
    assert list(tmp_path.iterdir()) == []


def test_an_app_that_dies_makes_the_demo_fail_and_leaves_only_its_log(tmp_path: Path) -> None:
    with running(tmp_path) as demo:
        demo.read_until("Step ")
        [app] = demo.children()
        app.kill()
        assert demo.ended() == 1, demo.output
    assert "the app has ended by itself, with exit status -9" in demo.output
    log = Path(demo.found(r"The app's log: (\S+)"))
    assert "installed" in log.read_text(encoding="utf-8")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [log]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_demo_that_is_stopped_leaves_nothing_behind(tmp_path: Path, number: signal.Signals) -> None:
    with running(tmp_path) as demo:
        demo.read_until("Step ")
        children = demo.children()
        demo.process.send_signal(number)
        assert demo.ended() == 128 + number, demo.output
    assert "Traceback" not in demo.output
    assert [child for child in children if child.is_running()] == []
    assert list(tmp_path.iterdir()) == []


async def test_reports_that_never_arrive_make_the_day_fail_and_are_named(tmp_path: Path) -> None:
    shown: list[str] = []
    async with opened(tmp_path, tmp_path / "app.log") as scene:
        scene.served.courier.faults.add(ApiFault(ApiFailure.STATUS, "TransactionEventReport", times=ALWAYS))
        assert not await play_and_compare(scene, shown.append, [day.refund_at_stripe], patience=2)
    text = "\n".join(shown)
    assert "- 10.00 refunded at Stripe   succeeded, charged 25.00, refunded 10.00" in text
    assert "charged 25.00 at Stripe, 35.00 in Saleor; refunded 10.00 at Stripe, 0.00 in Saleor" in text


def entry(**given: Any) -> Entry:
    names = "capturable received charged refunded refund_pending disputed released processing moved"
    amounts = dict.fromkeys(names.split(), 0)
    words = {"account": "acct_1", "payment_intent": "pi_1", "status": "succeeded", "currency": "usd", "amount": 5000}
    return Entry(**words | amounts | given)


def transaction(currency: str = "USD", reference: str = "pi_1", **amounts: str) -> Transaction:
    found = Transaction("token", currency, START, START, lambda: 1, 1, "app", psp_reference=reference)
    found.amounts = Amounts(**{name: Decimal(amount) for name, amount in amounts.items()})
    return found


def told(compared: list[Compared]) -> str:
    return "\n".join(table.differences(compared))


def test_ledgers_that_agree_on_the_wrong_thing_do_not_agree_with_the_day() -> None:
    [found] = compare([entry(received=5000, charged=5000)], [transaction(charged="50.00")])
    payment = Payment("id", "token", "pi_1", "secret")
    refunded = day.Step("- refunded", payment, "succeeded", Sums(refunded=Decimal(5000)))
    assert found.equal
    assert not agrees(found, refunded)
    charged = replace(refunded, sums=Sums(charged=Decimal(5000)))
    assert agrees(found, charged)
    assert not agrees(found, replace(charged, status="requires_capture"))
    assert not agrees(None, refunded)
    assert "expected: succeeded, refunded 50.00" in table.row(table.Row(refunded, found, agreed=False))


def test_a_payment_without_an_order_does_not_agree_with_a_day_that_wants_one() -> None:
    [found] = compare([entry(received=5000, charged=5000)], [transaction(charged="50.00")])
    payment = Payment("id", "token", "pi_1", "secret")
    step = day.Step("- an order", payment, "succeeded", Sums(charged=Decimal(5000)), ordered=True)
    assert found.equal
    assert not agrees(found, step)
    assert "expected: succeeded, charged 50.00, an order" in table.row(table.Row(step, found, agreed=False))
    assert agrees(replace(found, order="7"), step)
    assert "charged 50.00, order 7" in table.row(table.Row(step, replace(found, order="7"), agreed=True))


def test_a_saleor_that_takes_no_reasons_for_refunds_plays_the_rest_of_the_day() -> None:
    assert day.of_version("3.24") == day.of_version("3.22") == day.DAY
    assert set(day.DAY) - set(day.of_version("3.21")) == {day.refund_with_reason}


def test_a_refund_that_saleor_does_not_know_is_a_difference() -> None:
    compared = compare([entry(received=5000, charged=3500, refunded=1500)], [transaction(charged="50.00")])
    assert not compared[0].equal
    assert told(compared) == (
        "pi_1 (USD): charged 35.00 at Stripe, 50.00 in Saleor; refunded 15.00 at Stripe, 0.00 in Saleor"
    )


def test_a_payment_that_saleor_does_not_know_is_a_difference() -> None:
    assert told(compare([entry(received=5000, charged=5000)], [])) == "pi_1: Stripe has it, Saleor does not"


def test_a_payment_that_stripe_does_not_know_is_a_difference() -> None:
    assert told(compare([], [transaction(charged="50.00")])) == "pi_1: Saleor has it, Stripe does not"


def test_an_intent_made_to_try_keys_is_no_payment() -> None:
    assert compare([entry(status="canceled", released=5000)], []) == []


def test_a_fraction_of_a_minor_unit_is_a_difference_and_is_shown() -> None:
    assert "50.00 at Stripe, 50.001 in Saleor" in told(
        compare([entry(received=5000, charged=5000)], [transaction(charged="50.001")])
    )


def test_money_that_is_on_its_way_at_one_side_only_is_a_difference() -> None:
    assert "pending 50.00 at Stripe, 0.00 in Saleor" in told(
        compare([entry(status="processing", processing=5000)], [transaction()])
    )


@pytest.mark.parametrize(("currency", "major", "minor"), [("JPY", "6497", 6497), ("KWD", "10.630", 10630)])
def test_currencies_without_and_with_three_decimals_are_compared_exactly(currency: str, major: str, minor: int) -> None:
    compared = compare(
        [entry(currency=currency.lower(), received=minor, charged=minor)], [transaction(currency, charged=major)]
    )
    assert compared[0].equal
    assert list(totals(compared)) == [(currency, Sums(charged=Decimal(minor)), Sums(charged=Decimal(minor)))]
    assert major in "\n".join(table.sums(compared))
