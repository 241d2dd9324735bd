"""A private PostgreSQL cluster for one test session, from the server programs on this machine."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

MISSING = "no PostgreSQL server"
HOW_TO = (
    "Install the server programs (Debian: apt-get install postgresql; they need not be started), "
    "or set TEST_DATABASE_URL=postgresql://user:password@host/database to one whose role may create databases."
)


def server_programs() -> Path | None:
    """The folder of initdb and postgres, the newest version first."""
    folders = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: float(folder.parent.name), reverse=True
    )
    if pg_config := shutil.which("pg_config"):
        listed = subprocess.run([pg_config, "--bindir"], capture_output=True, text=True, check=True).stdout.strip()
        folders.append(Path(listed))
    if initdb := shutil.which("initdb"):
        folders.append(Path(initdb).resolve().parent)
    return next((f for f in folders if (f / "initdb").exists() and (f / "postgres").exists()), None)


@contextmanager
def cluster(programs: Path) -> Iterator[str]:
    """Run a cluster of its own, reached through a socket file only, and give the URL of its first database."""
    user = _unprivileged()
    with tempfile.TemporaryDirectory(prefix="pg-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        if user:
            shutil.chown(folder, user)
        data = folder / "data"
        initdb = [programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-N", "-E", "UTF8", "--locale=C"]
        made = subprocess.run(initdb, capture_output=True, text=True, user=user, cwd=folder, check=False)
        if made.returncode:
            raise RuntimeError(f"initdb failed: {made.stderr}")
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": name,
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
        }
        options = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        with (folder / "log").open("w") as log:
            server = subprocess.Popen(
                [programs / "postgres", "-D", data, *options], stdout=log, stderr=log, user=user, cwd=folder
            )
        try:
            url = f"postgresql://postgres@/postgres?host={name}"
            _wait_until_ready(server, url, folder / "log")
            yield url
        finally:
            server.send_signal(
                signal.SIGINT
            )  # a fast shutdown: https://www.postgresql.org/docs/current/server-shutdown.html
            server.wait(30)


def _unprivileged() -> str | None:
    """PostgreSQL refuses to run as root, so a root session lends it another user."""
    if os.geteuid() != 0:
        return None
    known = {line.partition(":")[0] for line in Path("/etc/passwd").read_text().splitlines()}
    return "postgres" if "postgres" in known else "nobody"


def _wait_until_ready(server: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            psycopg.connect(url, connect_timeout=5).close()
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"PostgreSQL did not start: {log.read_text()}") from None
            time.sleep(0.05)
        else:
            return
