"""How fast the app is, beside the least that could do the same: `python -m benchmarks`, two to four minutes.

Everything runs on this machine and on loopback: the app as `saleor-stripe serve`, Stripe's stand-in behind its lean
server with validation off, a Saleor that knows only what a look asks, and a load generator, each a process of its own.
Requests are signed beforehand. CPU is what the system charged to the server's process; rates depend on what else runs.
"""

import argparse
import asyncio
import json
import os
import platform
import sys
import tempfile
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import processes, targets
from benchmarks.measure import CONCURRENCIES, Measured, measure
from benchmarks.scenarios import SCENARIOS, Scenario
from benchmarks.table import data, text
from benchmarks.targets import HELD, Target
from tests.postgres import HOW_TO, cluster, server_programs

Memory = dict[str, dict[str, float]]


def main() -> None:
    """Measure and print."""
    asked = _arguments()
    results: list[Measured] = []
    memory: Memory = {}
    with tempfile.TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True) as name, _postgresql(asked) as url:
        folder = Path(name)
        payments = HELD + sum(_used(scenario, asked) for scenario in SCENARIOS)
        opened: list[AbstractAsyncContextManager[Target]] = [targets.floor(payments, folder)]
        opened.append(targets.app("SQLite", payments, f"sqlite:///{folder / 'bench.sqlite'}", folder))
        if url is not None:
            opened.append(targets.app("PostgreSQL", payments, url, folder))
        for target in opened:
            asyncio.run(_run(target, asked, results, memory))
        complaints = [line for log in sorted(folder.glob("*.log")) for line in targets.said(log)]
    machine = f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    print(f"\n{machine}; medians of {asked.rounds} rounds\n\n{text(results, memory)}")
    if asked.json is not None:
        measured = {"at": datetime.now(UTC).isoformat(), "machine": machine, **data(results, memory)}
        asked.json.write_text(json.dumps(measured, indent=2) + "\n", encoding="utf-8")
    if complaints:
        sys.exit("\n".join(("\nA server complained, so these numbers are not to be trusted:", *complaints[:5])))


async def _run(
    opened: AbstractAsyncContextManager[Target], asked: argparse.Namespace, results: list[Measured], memory: Memory
) -> None:
    async with opened as target, processes.load() as load:
        marks = memory[target.name] = {"at start": target.server.memory}
        for scenario in SCENARIOS:
            if asked.only not in scenario.name:
                continue
            for concurrency in CONCURRENCIES:
                print(f"{target.name}: {scenario.name}, concurrency {concurrency} ...", file=sys.stderr, flush=True)
                one = await measure(
                    target.name,
                    target.server,
                    load,
                    target.shop,
                    scenario,
                    concurrency,
                    path=target.path(scenario),
                    rounds=asked.rounds,
                    count=_count(scenario, asked),
                    settled=target.settled,
                    cleared=target.cleared,
                )
                results.append(one)
        marks["at the end"] = target.server.memory


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m benchmarks", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every round to this file, too")
    parser.add_argument("--quick", action="store_true", help="a smoke run: one small round of each")
    parser.add_argument("--rounds", type=int, default=3, help="measured rounds of each (default: 3)")
    parser.add_argument("--only", default="", metavar="WORDS", help="only the requests whose name holds these words")
    parser.add_argument("--no-postgresql", action="store_true", help="leave PostgreSQL out")
    asked = parser.parse_args()
    if asked.quick:
        asked.rounds = 1
    return asked


def _count(scenario: Scenario, asked: argparse.Namespace) -> int:
    count: int = scenario.count // 4 if asked.quick else scenario.count
    return count


def _used(scenario: Scenario, asked: argparse.Namespace) -> int:
    """The payments that a scenario uses up, its warm-up included."""
    count = _count(scenario, asked)
    rounds: int = asked.rounds + 1
    return scenario.paid * len(CONCURRENCIES) * rounds * max(count, *CONCURRENCIES)


@contextmanager
def _postgresql(asked: argparse.Namespace) -> Iterator[str | None]:
    """The URL of an empty database on a server of our own, if its programs are on this machine."""
    programs = None if asked.no_postgresql else server_programs()
    if programs is None:
        if not asked.no_postgresql:
            print(f"Without PostgreSQL: no server programs were found. {HOW_TO}", file=sys.stderr)
        yield None
        return
    with cluster(programs) as url:
        yield url


if __name__ == "__main__":
    main()
