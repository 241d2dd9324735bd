"""Databases for the tests: every test that asks for `storage` runs on SQLite and on PostgreSQL."""

import asyncio
import os
import shutil
import signal
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import psycopg
import pytest
from hypothesis import settings
from psycopg import sql
from sqlalchemy.engine import make_url

from saleor_stripe_app.storage.engine import Storage, open_storage, storage_url
from saleor_stripe_app.storage.migrate import migrate
from saleor_stripe_app.storage.sealed import KeyRing
from saleor_stripe_app.storage.tables import metadata
from tests import postgres
from tests.stripe_probes import live

# The suite draws the same examples at every run, so that a change is judged and not luck; HYPOTHESIS_PROFILE=chaos
# (`make chaos`) looks for new ones.
settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("chaos", deadline=None)
settings.load_profile("chaos" if os.environ.get("HYPOTHESIS_PROFILE") == "chaos" else "same")

BOTH = (pytest.param("sqlite"), pytest.param("postgresql", marks=pytest.mark.postgres))


def pytest_configure() -> None:
    """A shell's job in the background ignores Ctrl-C, and so would every program that a test starts and ends by it."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def keys() -> KeyRing:
    """One key for sealed columns."""
    return KeyRing((bytes(range(32)),))


@pytest.fixture(params=BOTH)
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of an empty, migrated database of the test's own, on SQLite and on PostgreSQL."""
    name = "sqlite_url" if request.param == "sqlite" else "postgresql_url"
    url: str = request.getfixturevalue(name)
    return url


@pytest.fixture(params=BOTH)
def bare_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database without any table, on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'bare.sqlite3'}"
        return
    server: str = request.getfixturevalue("postgresql_server")
    url = _create_database(server)
    yield url
    _drop_database(server, url)


@pytest.fixture
async def storage(database_url: str, keys: KeyRing) -> AsyncIterator[Storage]:
    """An empty, migrated database, on SQLite and on PostgreSQL."""
    opened = open_storage(database_url, keys)
    yield opened
    await opened.close()


@pytest.fixture
async def sqlite_storage(sqlite_url: str, keys: KeyRing) -> AsyncIterator[Storage]:
    """An empty, migrated SQLite database, where the kind does not matter."""
    opened = open_storage(sqlite_url, keys)
    yield opened
    await opened.close()


@pytest.fixture
def sqlite_url(_sqlite_template: Path, tmp_path: Path) -> str:
    """The URL of an empty, migrated SQLite file."""
    file = tmp_path / "test.sqlite3"
    shutil.copy(_sqlite_template, file)
    return f"sqlite:///{file}"


@pytest.fixture
def postgresql_url(_postgresql_database: str) -> Iterator[str]:
    """The URL of a migrated PostgreSQL database; it is one for the session, and every table is emptied after a test."""
    yield _postgresql_database
    empty = "; ".join(f"DELETE FROM {table.name}" for table in reversed(metadata.sorted_tables))
    with psycopg.connect(_postgresql_database, autocommit=True, options="-c lock_timeout=10s") as connection:
        connection.execute(empty.encode())


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The URL of a PostgreSQL server where databases may be made: TEST_DATABASE_URL, or one of our own."""
    if url := os.environ.get("TEST_DATABASE_URL"):
        yield storage_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        return
    programs = postgres.server_programs()
    if programs is None:
        pytest.skip(postgres.MISSING)
    with postgres.cluster(programs) as url:
        yield url


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory, keys: KeyRing) -> Path:
    file = tmp_path_factory.mktemp("template") / "template.sqlite3"
    asyncio.run(_migrate(f"sqlite:///{file}", keys))
    return file


@pytest.fixture(scope="session")
def _postgresql_database(postgresql_server: str, keys: KeyRing) -> Iterator[str]:
    url = _create_database(postgresql_server)
    asyncio.run(_migrate(url, keys))
    yield url
    _drop_database(postgresql_server, url)


async def _migrate(url: str, keys: KeyRing) -> None:
    storage = open_storage(url, keys)
    await migrate(storage)
    await storage.close()


def _create_database(server: str) -> str:
    name = f"test_{uuid.uuid4().hex}"
    statement = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(statement)
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def _drop_database(server: str, url: str) -> None:
    name = make_url(url).database
    assert name is not None
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> Iterator[None]:
    """Say loudly, and last of all, what was left out for lack of PostgreSQL or of a key of Stripe."""
    yield
    for title, missing, how_to in (
        ("NOT TESTED ON POSTGRESQL", postgres.MISSING, postgres.HOW_TO),
        ("NOT PROBED AT STRIPE ITSELF", live.MISSING, live.HOW_TO),
    ):
        skipped = [r for r in terminalreporter.stats.get("skipped", []) if missing in str(r.longrepr)]
        if skipped:
            terminalreporter.section(title, sep="!", red=True, bold=True)
            terminalreporter.write_line(f"{len(skipped)} tests were skipped: {missing} was found.", red=True)
            terminalreporter.write_line(how_to)
