"""The app as a process of its own: `saleor-stripe serve` with settings from the environment, as in production."""

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx

_PREFIX = "SALEOR_STRIPE_"
_STARTS_WITHIN = 30.0
_ENDS_WITHIN = 10.0
_ASK_EVERY = 0.05
_TRIES = 3


class AppFailed(Exception):
    """The app did not start."""


@dataclass(frozen=True, slots=True)
class AppProcess:
    """The app and its address."""

    url: str
    process: asyncio.subprocess.Process

    @property
    def exit_status(self) -> int | None:
        """None while it runs; negative the number of the signal that ended it."""
        return self.process.returncode


@asynccontextmanager
async def app_process(stripe_api_base: str, saleor_url: str, database: Path, log: Path) -> AsyncIterator[AppProcess]:
    """Run the app on an SQLite file until the block ends, which begins once it is ready to work.

    Everything it logs goes to `log`. Raises AppFailed when it does not come up.
    """
    for left in reversed(range(_TRIES)):
        # The app needs its port before it starts, since its address is part of its settings: another process may
        # take the port meanwhile.
        url = f"http://127.0.0.1:{_free_port()}"
        process = await _started(_environment(url, stripe_api_base, saleor_url, database), log)
        try:
            await _ready(url, process)
        except AppFailed:
            await _end(process)
            if left and _port_was_taken(log):
                continue
            raise
        except BaseException:
            await _end(process)
            raise
        break
    try:
        yield AppProcess(url, process)
    finally:
        await _end(process)


def _environment(url: str, stripe_api_base: str, saleor_url: str, database: Path) -> dict[str, str]:
    """The settings of the demo alone: none of whoever starts it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_PREFIX)}
    settings = {
        "HOST": "127.0.0.1",
        "PORT": url.rpartition(":")[2],
        "APP_URL": url,
        "DATABASE_URL": f"sqlite:///{database}",
        "STRIPE_API_BASE": stripe_api_base,
        "ALLOWED_SALEOR_URLS": saleor_url,
    }
    return kept | {f"{_PREFIX}{name}": value for name, value in settings.items()}


async def _started(environment: dict[str, str], log: Path) -> asyncio.subprocess.Process:
    with log.open("ab") as output:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "saleor_stripe_app",
            "serve",
            env=environment,
            cwd=log.parent,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            # Ctrl-C reaches every process of the terminal's group; this one ends when the demo says so.
            start_new_session=True,
        )


async def _ready(url: str, process: asyncio.subprocess.Process) -> None:
    try:
        async with asyncio.timeout(_STARTS_WITHIN), httpx.AsyncClient(trust_env=False) as http:
            while process.returncode is None:
                with suppress(httpx.TransportError):
                    if (await http.get(f"{url}/ready")).is_success:
                        return
                await asyncio.sleep(_ASK_EVERY)
    except TimeoutError:
        raise AppFailed(f"The app was not ready within {_STARTS_WITHIN:.0f} s.") from None
    raise AppFailed(f"The app ended at its start with exit status {process.returncode}.")


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    with suppress(ProcessLookupError):
        process.terminate()
    try:
        async with asyncio.timeout(_ENDS_WITHIN):
            await process.wait()
    except TimeoutError:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
    except BaseException:
        # Somebody is in a hurry: nothing may be left behind all the same.
        with suppress(ProcessLookupError):
            process.kill()
        raise


def _port_was_taken(log: Path) -> bool:
    return "address already in use" in log.read_text(encoding="utf-8", errors="replace")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
