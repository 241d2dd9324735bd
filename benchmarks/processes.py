"""Processes of the benchmark, and what they used by the system's own accounting."""

import asyncio
import json
import os
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
import psutil

from benchmarks.load import Job, Outcome

STARTS_WITHIN = 30.0
ROUND_WITHIN = 30.0
PREFIX = "SALEOR_STRIPE_"


@dataclass(frozen=True, slots=True)
class Server:
    """A server under load."""

    port: int
    process: psutil.Process

    @property
    def cpu(self) -> float:
        """CPU seconds used so far, user and system, by all its threads.

        On Linux to the nanosecond, as the scheduler counts them (Documentation/scheduler/sched-stats.rst); elsewhere
        by ticks of the clock, 10 ms each.
        """
        tasks = list(Path(f"/proc/{self.process.pid}/task").glob("*/schedstat"))
        if tasks:
            return sum(int(task.read_text(encoding="ascii").split()[0]) for task in tasks) / 1e9
        times = self.process.cpu_times()
        return float(times.user + times.system)

    @property
    def memory(self) -> float:
        """Resident memory in megabytes (10^6 bytes)."""
        return float(self.process.memory_info().rss / 1e6)


@asynccontextmanager
async def stand_in(module: str, *arguments: str, given: object = None) -> AsyncIterator[dict[str, Any]]:
    """A process that says in its first line where it is."""
    async with _process("-m", module, *arguments, given=given, output=asyncio.subprocess.PIPE) as process:
        assert process.stdout is not None
        async with asyncio.timeout(STARTS_WITHIN):
            line = await process.stdout.readline()
        if not line:
            raise RuntimeError(f"{module} did not start")
        said: dict[str, Any] = json.loads(line)
        yield said


@asynccontextmanager
async def app(port: int, database_url: str, settings: Mapping[str, str], log: Path) -> AsyncIterator[Server]:
    """The app, as `saleor-stripe serve` runs it; everything that it logs goes to `log`."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    environment |= {f"{PREFIX}{name}": value for name, value in settings.items()}
    environment |= {f"{PREFIX}PORT": str(port), f"{PREFIX}DATABASE_URL": database_url}
    with log.open("ab") as output:
        async with _process("-m", "saleor_stripe_app", "serve", output=output, environment=environment) as process:
            yield await _opened(process, port)


@asynccontextmanager
async def floor(port: int, given: Mapping[str, object], log: Path) -> AsyncIterator[Server]:
    """The floor."""
    with log.open("ab") as output:
        async with _process("-m", "benchmarks.floor", given=dict(given) | {"port": port}, output=output) as process:
            yield await _opened(process, port)


@dataclass(frozen=True, slots=True)
class Load:
    """The load generator."""

    process: asyncio.subprocess.Process

    async def send(self, requests: list[bytes], port: int, concurrency: int, expected: str) -> Outcome:
        """Let it send these requests. Raises RuntimeError when an answer is not as expected."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        job = msgspec.msgpack.encode(Job(port, concurrency, ROUND_WITHIN, expected, requests))
        self.process.stdin.write(len(job).to_bytes(4, "big") + job)
        await self.process.stdin.drain()
        said = await self.process.stdout.readline()
        if not said:
            raise RuntimeError("the load generator failed")
        outcome = msgspec.json.decode(said, type=Outcome)
        if outcome.bad:
            raise RuntimeError(f"answers that were not as expected, such as {outcome.bad[0]}")
        return outcome


@asynccontextmanager
async def load() -> AsyncIterator[Load]:
    """The load generator, for any number of rounds."""
    pipe = asyncio.subprocess.PIPE
    arguments = ("-m", "benchmarks.load")
    process = await asyncio.create_subprocess_exec(sys.executable, *arguments, stdin=pipe, stdout=pipe, limit=2**24)
    try:
        yield Load(process)
    finally:
        await _end(process)


def free_port() -> int:
    """A port of 127.0.0.1 that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@asynccontextmanager
async def _process(
    *arguments: str, output: int | BinaryIO, given: object = None, environment: Mapping[str, str] | None = None
) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *arguments,
        stdin=asyncio.subprocess.PIPE,
        stdout=output,
        stderr=None if output == asyncio.subprocess.PIPE else output,
        env=environment,
        limit=2**24,
    )
    async with AsyncExitStack() as stack:
        stack.push_async_callback(_end, process)
        assert process.stdin is not None
        if given is not None:
            process.stdin.write(json.dumps(given).encode())
        process.stdin.close()
        yield process


async def _end(process: asyncio.subprocess.Process) -> None:
    with suppress(ProcessLookupError):
        process.terminate()
    try:
        async with asyncio.timeout(10):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()


async def _opened(process: asyncio.subprocess.Process, port: int) -> Server:
    async with asyncio.timeout(STARTS_WITHIN):
        while process.returncode is None:
            with suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.close()
                return Server(port, psutil.Process(process.pid))
            await asyncio.sleep(0.05)
    raise RuntimeError(f"a server ended at its start with status {process.returncode}")
