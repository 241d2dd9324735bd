"""The commands. What people read is printed here and nowhere else."""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Coroutine
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Annotated, Any, Literal, NoReturn, TypeVar

import typer
import uvicorn
from sqlalchemy import make_url
from uvicorn.loops.auto import auto_loop_factory

from saleor_stripe_app import telemetry
from saleor_stripe_app.app import background, create_app, now, open_backends
from saleor_stripe_app.domain.errors import AppError
from saleor_stripe_app.settings import BadSettings, Settings, load, secret_keys
from saleor_stripe_app.storage import rotation, sanitation
from saleor_stripe_app.storage.engine import Storage, open_storage
from saleor_stripe_app.storage.migrate import migrate as apply_migrations
from saleor_stripe_app.usecases.backends import Backends
from saleor_stripe_app.usecases.comparison_table import comparison_table
from saleor_stripe_app.usecases.explain import explain as explained
from saleor_stripe_app.usecases.run_reconciliation import run_reconciliations

Result = TypeVar("Result")
SaleorVersion = Literal["3.21", "3.22", "3.23", "3.24"]

DAY = "%Y-%m-%d"
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
sandbox = typer.Typer(
    no_args_is_help=True,
    help="Run a stand-in of Stripe or of Saleor on this machine, to develop a storefront or an app against.",
)
main.add_typer(sandbox, name="sandbox")


@main.command()
def serve() -> None:
    """Run the app until it is told to stop. An embedded SQLite database is made and brought up to date first."""
    settings = _settings()
    _run(_serve(settings), auto_loop_factory())


@main.command()
def migrate() -> None:
    """Bring the database to this version's schema. Needed with PostgreSQL, before new replicas start."""
    applied = _run(_stored(_settings(), apply_migrations))
    print("\n".join(f"applied {name}" for name in applied) or "nothing to do: the database is up to date")


@main.command()
def reconcile(
    days: Annotated[int | None, typer.Option(help="Compare what happened in this many days.", min=1)] = None,
    since: Annotated[datetime | None, typer.Option(formats=[DAY], help="From this day on (UTC).")] = None,
    until: Annotated[datetime | None, typer.Option(formats=[DAY], help="To the end of this day (UTC).")] = None,
    url: Annotated[str | None, typer.Option(help="Only this Saleor, by its API URL.")] = None,
) -> None:
    """Compare both ledgers and mend Saleor's: of payments begun in a period, and of all that changed at Stripe then.

    The period is what was not compared before, by this command or by `serve` (at first 90 days), unless one is given.
    Stripe tells of older payments' changes for 30 days. Exits 1 if any payment stays different or Stripe's lists could
    not be read.
    """
    if days is not None and since is not None:
        raise typer.BadParameter("give either --days or --since")
    first = since.replace(tzinfo=UTC) if since else now() - timedelta(days=days) if days else None
    last = min(until.replace(tzinfo=UTC) + timedelta(days=1), now()) if until else None
    if first and first >= (last or now()):
        raise typer.BadParameter("the period ends before it begins")
    work = partial(run_reconciliations, since=first, until=last, url=url)
    results, failures = _run(_opened(_settings(), work))
    if results:
        print(comparison_table(results))
    for failure in failures:
        print(failure, file=sys.stderr)
    if not results and not failures:
        print("no Saleor has installed the app" if url is None else f"{url} has not installed the app")
    if failures or not all(result.equal for result in results.values()):
        raise typer.Exit(FAILED)


@main.command()
def explain(named: Annotated[str, typer.Argument(metavar="ORDER|TRANSACTION")]) -> None:
    """Say how a payment was divided among vendors: each line, rule, amount and rounding, and what was sent to whom.

    It is named by Saleor's id of the order or the transaction, or by Stripe's of the payment intent (pi_...).
    """
    found = _run(_opened(_settings(), lambda backends: explained(backends.storage, named)))
    if not found:
        _end(f"no payment of {named} is divided among vendors", FAILED)
    print("\n".join(one.text for one in found), end="")


@main.command()
def rotate_secrets() -> None:
    """Seal every stored secret with the newest key. Afterwards the older keys may be taken from SECRET_KEYS."""
    done = _run(_stored(_settings(), rotation.rotate))
    print(f"{done.resealed} sealed anew, {done.already} already under the newest key, {done.changed} changed meanwhile")
    for where in done.unreadable:
        print(f"  cannot be opened with any key: {where}")
    if done.changed or done.unreadable:
        raise typer.Exit(FAILED)


@main.command()
def sanitize(yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False) -> None:
    """Take every secret out of a COPY of the database, for good: keys, tokens and endpoint secrets.

    `serve` and `reconcile` refuse such a copy, so that nothing is changed at Stripe or in Saleor from it. There is no
    way back. The keys that sealed the secrets are not needed.
    """
    settings = _settings()
    if settings.sqlite_file is not None and not settings.sqlite_file.exists():
        _end(f"There is no database at {settings.sqlite_file}.", FAILED)
    shown = make_url(settings.database_url).render_as_string(hide_password=True)

    def confirmed() -> bool:
        return yes or typer.confirm(f"Every secret in {shown} will be gone for good. Is it a copy, and shall I go on?")

    done = _run(_sanitize(settings, confirmed))
    if done is None:
        _end("nothing was changed", FAILED)
    print(
        f"{done.secrets} secrets of {done.installations} installations and {done.configurations} configurations are "
        "gone; serve and reconcile refuse this database from now on"
    )


@main.command()
def demo(
    keep: Annotated[
        bool, typer.Option("--keep", help="Leave everything running afterwards and print the addresses.")
    ] = False,
    version: Annotated[SaleorVersion, typer.Option(help="The version of Saleor to stand in for.")] = "3.24",
) -> None:
    """Play a shop's day and compare both ledgers: no account, no settings and no network are needed.

    The app runs as a process of its own on a temporary SQLite file, between a stand-in of Stripe and one of Saleor,
    each an HTTP server on 127.0.0.1. Takes about half a minute. Exits 0 if Stripe's ledger and Saleor's say the same at
    the end of the day, 1 if they differ; then it prints what differs and where the app's log is.
    """
    # `serve` must not load the stand-ins.
    from saleor_stripe_app.sandbox.demo.demo import demo as play  # noqa: PLC0415

    if not _run(_until_terminated(play(_show, keep=keep, version=version))):
        raise typer.Exit(FAILED)


@sandbox.command("stripe")
def sandbox_stripe(
    host: Annotated[str, typer.Option(help="The address to listen on. It knows no secrets: leave it on loopback.")] = (
        "127.0.0.1"
    ),
    port: Annotated[int, typer.Option(help="The port to listen on; 0 is any free one.", min=0, max=65535)] = 8020,
    secret_key: Annotated[str | None, typer.Option(help="The account's secret key, sk_test_...")] = None,
    publishable_key: Annotated[str | None, typer.Option(help="The account's publishable key, pk_test_...")] = None,
    processing: Annotated[
        int | None,
        typer.Option(help="Seconds until a bank reports on a payment in processing, else a control does."),
    ] = None,
    refund: Annotated[
        int | None, typer.Option(help="Seconds until a pending refund arrives, else a control does.")
    ] = None,
) -> None:
    """A Stripe in memory: payments, refunds, webhook endpoints and signed events, test cards, and faults on demand.

    Point the app to it with SALEOR_STRIPE_STRIPE_API_BASE and enter the keys that it prints. It also prints how to do
    what shoppers, banks and staff at Stripe do. Everything is gone when it ends.
    """
    from saleor_stripe_app.sandbox.alone import stripe_alone  # noqa: PLC0415

    _run(
        stripe_alone(
            _show,
            host,
            port,
            secret_key=secret_key,
            publishable_key=publishable_key,
            processing=processing,
            refund=refund,
        )
    )


@sandbox.command("saleor")
def sandbox_saleor(
    host: Annotated[str, typer.Option(help="The address to listen on. Anyone who reaches it is staff.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port to listen on; 0 is any free one.", min=0, max=65535)] = 8010,
    version: Annotated[SaleorVersion, typer.Option(help="The version of Saleor to stand in for.")] = "3.24",
    install: Annotated[
        str | None, typer.Option(help="Install this app: the URL of its manifest, http://127.0.0.1:8000/api/manifest.")
    ] = None,
) -> None:
    """A Saleor in memory: checkouts, transactions with their real arithmetic, signed webhooks, installing of apps.

    It prints its GraphQL API, a staff token, and how to fill a cart or act as staff. Everything is gone when it ends.
    """
    from saleor_stripe_app.sandbox.alone import saleor_alone  # noqa: PLC0415

    _run(saleor_alone(_show, host, port, version=version, manifest_url=install))


async def _until_terminated(work: Coroutine[Any, Any, Result]) -> Result:
    """End by SIGTERM and SIGHUP as by Ctrl-C: in order, with everything that was started."""
    task = asyncio.current_task()
    assert task is not None
    for name in (signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(name, task.cancel)
    return await work


def _show(text: str) -> None:
    print(text, flush=True)


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


async def _stored(settings: Settings, work: Callable[[Storage], Awaitable[Result]]) -> Result:
    storage = open_storage(settings.database_url, secret_keys(settings))
    try:
        return await work(storage)
    finally:
        await storage.close()


async def _opened(settings: Settings, work: Callable[[Backends], Awaitable[Result]]) -> Result:
    async with open_backends(settings) as backends:
        return await work(backends)


async def _sanitize(settings: Settings, confirmed: Callable[[], bool]) -> sanitation.Cleaned | None:
    storage = open_storage(settings.database_url, secret_keys(settings))
    try:
        await sanitation.check(storage, now())
        return await sanitation.sanitize(storage, now()) if confirmed() else None
    finally:
        await storage.close()


def _settings() -> Settings:
    try:
        return load(os.environ)
    except BadSettings as error:
        _end(str(error), BAD_SETTINGS)


def _run(
    work: Coroutine[Any, Any, Result], loop_factory: Callable[[], asyncio.AbstractEventLoop] | None = None
) -> Result:
    try:
        with asyncio.Runner(loop_factory=loop_factory) as runner:
            return runner.run(work)
    except BadSettings as error:
        _end(str(error), BAD_SETTINGS)
    except AppError as error:
        _end(str(error), FAILED)
    except KeyboardInterrupt:
        raise typer.Exit(128 + signal.SIGINT) from None
    except asyncio.CancelledError:
        raise typer.Exit(128 + signal.SIGTERM) from None


def _end(message: str, status: int) -> NoReturn:
    print(message, file=sys.stderr)
    raise typer.Exit(status)
