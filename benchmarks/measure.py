"""Rounds of one scenario against one server: what each request cost, and how many came through in a second."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from statistics import median, quantiles

from benchmarks.processes import Load, Server
from benchmarks.scenarios import Scenario
from benchmarks.shop import Shop

CONCURRENCIES = (1, 16)
# A refund is looked at 3 s after its answer; a round that lasts longer would count looks of its first requests.
LOOKS_BEGIN = 3.0


@dataclass(frozen=True, slots=True)
class Round:
    """One round: CPU milliseconds per request, requests per second, and the latencies in milliseconds."""

    cpu_ms: float
    rate: float
    latencies_ms: tuple[float, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class Measured:
    """All rounds of a scenario at one concurrency."""

    server: str
    scenario: str
    concurrency: int
    requests: int
    rounds: tuple[Round, ...]

    @property
    def cpu_ms(self) -> float:
        """CPU milliseconds per request, the median of the rounds."""
        return median(one.cpu_ms for one in self.rounds)

    @property
    def cpu_spread(self) -> tuple[float, float]:
        """The least and the most of the rounds."""
        return min(one.cpu_ms for one in self.rounds), max(one.cpu_ms for one in self.rounds)

    @property
    def rate(self) -> float:
        """Requests per second, the median of the rounds."""
        return median(one.rate for one in self.rounds)

    @property
    def percentiles(self) -> tuple[float, float]:
        """The 50th and the 95th percentile of all latencies, in milliseconds."""
        cut = quantiles([value for one in self.rounds for value in one.latencies_ms], n=20)
        return cut[9], cut[18]

    @property
    def mixed(self) -> bool:
        """Whether a round took so long that looks at its first requests may be in it."""
        return any(one.seconds > LOOKS_BEGIN for one in self.rounds)


async def measure(
    name: str,
    server: Server,
    load: Load,
    shop: Shop,
    scenario: Scenario,
    concurrency: int,
    *,
    path: str,
    rounds: int,
    count: int,
    settled: Callable[[], Awaitable[None]],
    cleared: Callable[[], Awaitable[None]],
) -> Measured:
    """Warm up with half a round, then measure `rounds` of `count` requests.

    `settled` waits until what the requests caused is done, and counts; `cleared` takes away what does not.
    """
    done = []
    for number in range(rounds + 1):
        prepared = scenario.prepare(shop, path, count if number else max(concurrency, count // 2))
        before = server.cpu
        outcome = await load.send(prepared, server.port, concurrency, scenario.expected)
        seconds, answered = outcome.seconds, time.perf_counter()
        if scenario.looks:
            await settled()
            seconds += time.perf_counter() - answered
        used = server.cpu - before
        await cleared()
        if number:
            done.append(
                Round(
                    cpu_ms=used / count * 1000,
                    rate=count / seconds,
                    latencies_ms=tuple(value * 1000 for value in outcome.latencies),
                    seconds=seconds,
                )
            )
    return Measured(name, scenario.name, concurrency, count, tuple(done))
