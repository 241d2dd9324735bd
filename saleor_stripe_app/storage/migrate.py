"""Bringing a database to the schema that this version of the app needs, with Alembic and under a lock."""

from collections.abc import Callable
from pathlib import Path

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from sqlalchemy import Connection

from saleor_stripe_app.domain.errors import Unavailable
from saleor_stripe_app.storage.engine import Storage
from saleor_stripe_app.storage.statement_tables import metadata

_FOLDER = Path(__file__).parent / "migrations"


async def migrate(storage: Storage) -> tuple[str, ...]:
    """Apply what is pending, all of it or nothing, and name it, oldest first.

    Replicas that start at once wait for each other; the second finds nothing to do. Raises Unavailable, also for a
    database that a newer version of the app has changed.
    """
    async with storage.migrating() as connection:
        return await connection.run_sync(_upgrade)


async def pending(storage: Storage) -> tuple[str, ...]:
    """The migrations that are still to be applied, oldest first. Raises Unavailable, as `migrate` does."""
    async with storage.read() as connection:
        return await connection.run_sync(_pending)


def _upgrade(connection: Connection) -> tuple[str, ...]:
    missing = _pending(connection)
    if missing:
        script = ScriptDirectory(str(_FOLDER))
        with EnvironmentContext(Config(), script, fn=_to_the_newest(script)) as environment:
            environment.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
            environment.run_migrations()
    return missing


def _to_the_newest(script: ScriptDirectory) -> Callable[..., list[object]]:
    def steps(revision: str, _: MigrationContext) -> list[object]:
        return list(script._upgrade_revs("heads", revision))  # noqa: SLF001 (what alembic's own command does)

    return steps


def _pending(connection: Connection) -> tuple[str, ...]:
    applied = MigrationContext.configure(connection).get_current_revision()
    newest_first: list[Script] = list(ScriptDirectory(str(_FOLDER)).walk_revisions())
    names = [script.revision for script in reversed(newest_first)]
    if applied is None:
        return tuple(names)
    if applied not in names:
        raise Unavailable(f"The database is of a newer version of the app (its schema is {applied}).")
    return tuple(names[names.index(applied) + 1 :])
