"""The load generator, a process of its own: prepared requests over a few kept connections, bounded in count and time.

`python -m benchmarks.load` reads jobs from its input, each a length in four bytes and that much MessagePack; sends each
request of a job once to 127.0.0.1, and prints a line of what came of it.
"""

import asyncio
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import msgspec


class Job(msgspec.Struct):
    """A round. An answer is good if it is 200 and holds `expected`; `seconds` bounds it."""

    port: int
    concurrency: int
    seconds: float
    expected: str
    requests: list[bytes]


class Outcome(msgspec.Struct):
    """What came of a run: `latencies` in seconds, `bad` the first few answers that were not as expected."""

    seconds: float
    latencies: list[float]
    bad: list[str]


@dataclass
class _Run:
    waiting: Iterator[bytes]
    expected: bytes
    latencies: list[float] = field(default_factory=list)
    bad: list[str] = field(default_factory=list)


async def run(job: Job) -> Outcome:
    """Send every request once. Raises TimeoutError when that takes too long."""
    state = _Run(iter(job.requests), job.expected.encode())
    connections = [await asyncio.open_connection("127.0.0.1", job.port) for _ in range(job.concurrency)]
    started = time.perf_counter()
    async with asyncio.timeout(job.seconds):
        await asyncio.gather(*(_work(state, reader, writer) for reader, writer in connections))
    taken = time.perf_counter() - started
    for _, writer in connections:
        writer.close()
        await writer.wait_closed()
    return Outcome(taken, state.latencies, state.bad[:3])


async def _work(state: _Run, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    for request in state.waiting:
        started = time.perf_counter()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        length = head.lower().split(b"content-length:")[1].split(b"\r\n")[0]
        body = await reader.readexactly(int(length))
        state.latencies.append(time.perf_counter() - started)
        if not head.startswith(b"HTTP/1.1 200 ") or state.expected not in body:
            state.bad.append((head[:60] + body[:200]).decode(errors="replace"))


def main() -> None:
    """Read, run, print, until the input ends."""
    while length := sys.stdin.buffer.read(4):
        job = msgspec.msgpack.decode(sys.stdin.buffer.read(int.from_bytes(length, "big")), type=Job)
        print(msgspec.json.encode(asyncio.run(run(job))).decode(), flush=True)


if __name__ == "__main__":
    main()
