"""The results for people, and for programs."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from benchmarks.measure import Measured

HEAD = ("request", "conc.", "server", "CPU ms", "least-most", "floor x", "req/s", "p50 ms", "p95 ms")
WIDTHS = (28, 6, 11, 8, 12, 8, 8, 8, 8)


def text(results: Sequence[Measured], memory: Mapping[str, Mapping[str, float]]) -> str:
    """A table: one line per request, concurrency and server, the floor first."""
    lines = [_line(HEAD), _line(["-" * (width - 1) for width in WIDTHS])]
    floors = _floors(results)
    for one in sorted(results, key=lambda one: _order(results, one)):
        least, most = one.cpu_spread
        p50, p95 = one.percentiles
        floor = floors.get((one.scenario, one.concurrency))
        ratio = None if one.server == "floor" else _ratio(one, floor)
        lines.append(
            _line(
                [
                    one.scenario,
                    str(one.concurrency),
                    one.server,
                    f"{one.cpu_ms:.2f}",
                    f"{least:.2f}-{most:.2f}",
                    "" if ratio is None else f"{ratio:.1f}",
                    f"{one.rate:.0f}",
                    f"{p50:.1f}",
                    f"{p95:.1f}",
                ]
            )
        )
    lines += ["", "Memory (RSS, MB): " + "; ".join(_memory(name, marks) for name, marks in memory.items())]
    mixed = sorted({one.scenario for one in results if one.mixed and one.scenario == "refund requested"})
    lines += [f"Slow: {name} took so long that looks at its first payments are counted in." for name in mixed]
    return "\n".join(lines)


def data(results: Sequence[Measured], memory: Mapping[str, Mapping[str, float]]) -> dict[str, Any]:
    """The same, with every round, without each single latency."""
    floors = _floors(results)
    return {
        "results": [
            {
                "scenario": one.scenario,
                "concurrency": one.concurrency,
                "server": one.server,
                "requests": one.requests,
                "cpu_ms": round(one.cpu_ms, 4),
                "cpu_ms_over_floor": _ratio(one, floors.get((one.scenario, one.concurrency))),
                "rate": round(one.rate, 1),
                "latency_ms": {"p50": round(one.percentiles[0], 3), "p95": round(one.percentiles[1], 3)},
                "rounds": [
                    {name: round(value, 4) for name, value in asdict(r).items() if name != "latencies_ms"}
                    for r in one.rounds
                ],
            }
            for one in results
        ],
        "memory_mb": memory,
    }


def _floors(results: Sequence[Measured]) -> dict[tuple[str, int], Measured]:
    return {(one.scenario, one.concurrency): one for one in results if one.server == "floor"}


def _ratio(one: Measured, floor: Measured | None) -> float | None:
    return round(one.cpu_ms / floor.cpu_ms, 2) if floor and floor.cpu_ms else None


def _order(results: Sequence[Measured], one: Measured) -> tuple[int, int, int]:
    scenarios, servers = [r.scenario for r in results], [r.server for r in results]
    return scenarios.index(one.scenario), one.concurrency, servers.index(one.server)


def _memory(name: str, marks: Mapping[str, float]) -> str:
    return f"{name} " + ", ".join(f"{value:.0f} {when}" for when, value in marks.items())


def _line(cells: Sequence[str]) -> str:
    return "".join(
        cell.ljust(width) if number in (0, 2) else cell.rjust(width - 1) + " "
        for number, (cell, width) in enumerate(zip(cells, WIDTHS, strict=True))
    ).rstrip()
