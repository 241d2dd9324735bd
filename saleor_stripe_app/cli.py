"""The commands. What people read is printed here and nowhere else."""

import asyncio
import os
import signal
import sys
from collections.abc import Coroutine
from datetime import timedelta
from typing import Annotated, Any, NoReturn, TypeVar

import typer
import uvicorn

from saleor_stripe_app import telemetry
from saleor_stripe_app.app import background, create_app, now, open_backends
from saleor_stripe_app.domain.errors import AppError
from saleor_stripe_app.settings import BadSettings, Settings, load, secret_keys
from saleor_stripe_app.storage import installations, rotation
from saleor_stripe_app.storage.engine import open_storage
from saleor_stripe_app.storage.migrate import migrate as apply_migrations
from saleor_stripe_app.usecases.reconcile import Reconciled
from saleor_stripe_app.usecases.reconcile import reconcile as compare

Result = TypeVar("Result")

BAD_SETTINGS = 2
FAILED = 1

main = typer.Typer(
    name="saleor-stripe",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
    help="Stripe for Saleor: a payment app whose ledger equals Stripe's. Settings come from the environment "
    "(SALEOR_STRIPE_..., see README); every command has its own --help.",
)
sandbox = typer.Typer(no_args_is_help=True, help="Stand-ins of Stripe and Saleor on this machine, for development.")
main.add_typer(sandbox, name="sandbox")


@main.command()
def serve() -> None:
    """Run the app until it is told to stop. An embedded SQLite database is made and brought up to date first."""
    settings = _settings()
    _run(_serve(settings))


@main.command()
def migrate() -> None:
    """Bring the database to this version's schema. Needed with PostgreSQL, before new replicas start."""
    applied = _run(_migrate(_settings()))
    print("\n".join(f"applied {name}" for name in applied) or "nothing to do: the database is up to date")


@main.command()
def reconcile(
    days: Annotated[int, typer.Option(help="Compare payments begun in this many days.", min=1)] = 90,
    url: Annotated[str | None, typer.Option(help="Only this Saleor, by its API URL.")] = None,
) -> None:
    """Compare both ledgers of every payment and mend Saleor's. Exits 1 if any payment stays different."""
    results = _run(_reconcile(_settings(), timedelta(days=days), url))
    for saleor_api_url, result in results.items():
        print(
            f"{saleor_api_url}: {result.looked} payments compared, {result.adopted} adopted, "
            f"{result.reported} reports sent, {len(result.different)} different"
        )
        for transaction, why in result.different:
            print(f"  {transaction}: {why}")
    if not results:
        print("no Saleor has installed the app" if url is None else f"{url} has not installed the app")
    if not all(result.equal for result in results.values()):
        raise typer.Exit(FAILED)


@main.command()
def rotate_secrets() -> None:
    """Seal every stored secret with the newest key. Afterwards the older keys may be taken from SECRET_KEYS."""
    done = _run(_rotate(_settings()))
    print(f"{done.resealed} sealed anew, {done.already} already under the newest key, {done.changed} changed meanwhile")
    for where in done.unreadable:
        print(f"  cannot be opened with any key: {where}")
    if done.changed or done.unreadable:
        raise typer.Exit(FAILED)


async def _serve(settings: Settings) -> None:
    telemetry.configure(settings.log_format, settings.log_level)
    woken = asyncio.Event()
    async with open_backends(settings, woken=woken) as backends:
        config = uvicorn.Config(
            create_app(backends, settings),
            host=settings.host,
            port=settings.port,
            log_config=None,
            access_log=False,
            proxy_headers=True,
            forwarded_allow_ips=list(settings.trusted_proxies),
            server_header=False,
            timeout_graceful_shutdown=20,
            lifespan="off",
        )
        async with background(backends, woken, settings.settle_concurrency):
            await uvicorn.Server(config).serve()


async def _migrate(settings: Settings) -> tuple[str, ...]:
    storage = open_storage(settings.database_url, secret_keys(settings))
    try:
        return await apply_migrations(storage)
    finally:
        await storage.close()


async def _reconcile(settings: Settings, age: timedelta, url: str | None) -> dict[str, Reconciled]:
    async with open_backends(settings) as backends:
        found = await installations.all_active(backends.storage)
        return {
            installation.saleor_api_url: await compare(backends, installation, now() - age)
            for installation in found
            if url in (None, installation.saleor_api_url)
        }


async def _rotate(settings: Settings) -> rotation.Rotated:
    storage = open_storage(settings.database_url, secret_keys(settings))
    try:
        return await rotation.rotate(storage)
    finally:
        await storage.close()


def _settings() -> Settings:
    try:
        return load(os.environ)
    except BadSettings as error:
        _end(str(error), BAD_SETTINGS)


def _run(work: Coroutine[Any, Any, Result]) -> Result:
    try:
        return asyncio.run(work)
    except BadSettings as error:
        _end(str(error), BAD_SETTINGS)
    except AppError as error:
        _end(str(error), FAILED)
    except KeyboardInterrupt:
        raise typer.Exit(128 + signal.SIGINT) from None


def _end(message: str, status: int) -> NoReturn:
    print(message, file=sys.stderr)
    raise typer.Exit(status)
