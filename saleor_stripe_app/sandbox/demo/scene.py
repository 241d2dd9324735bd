"""A shop with the app between the two stand-ins: three HTTP servers on loopback, the app a process of its own."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx

from saleor_stripe_app.sandbox.demo.app_process import AppProcess, app_process
from saleor_stripe_app.sandbox.demo.keys import enter_keys
from saleor_stripe_app.sandbox.demo.people import People
from saleor_stripe_app.sandbox.saleor import tokens
from saleor_stripe_app.sandbox.saleor.saleor import Saleor
from saleor_stripe_app.sandbox.saleor.server import Running, fresh, running
from saleor_stripe_app.sandbox.stripe import serving
from saleor_stripe_app.sandbox.stripe.api import Stripe
from saleor_stripe_app.sandbox.stripe.books import Account
from saleor_stripe_app.sandbox.stripe.keys import Key

_TOKEN_LIFE = timedelta(days=1)
_PATIENCE = 30.0
"""Seconds that the demo's own requests wait: a storefront's ends after Saleor's 18."""


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything that is running, and everybody."""

    app: AppProcess
    stripe: Stripe
    stripe_url: str
    account: Account
    key: Key
    """The restricted key that the app works with."""
    served: Running
    people: People
    settings_token: str
    """What Saleor's Dashboard gives the app's pages for a member of staff, good for a day."""

    @property
    def saleor(self) -> Saleor:
        """The shop."""
        return self.served.saleor


@asynccontextmanager
async def opened(directory: Path, log: Path, *, version: str = "3.24") -> AsyncIterator[Scene]:
    """Start everything, install the app through its manifest, enter Stripe's keys; end everything with the block.

    The app keeps its database in `directory` and logs to `log`; `version` is Saleor's. Raises AppFailed,
    ManifestRefused, InstallationFailed and NotSetUp.
    """
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(httpx.AsyncClient(timeout=_PATIENCE, trust_env=False))
        served = await stack.enter_async_context(running(fresh(version), http=http, work=True))
        stripe = Stripe()
        stripe_url = await stack.enter_async_context(_stripe(stripe))
        app = await stack.enter_async_context(app_process(stripe_url, served.api_url, directory / "demo.sqlite", log))
        saleor = served.saleor
        staff = saleor.add_user("staff@shop.example", is_staff=True, permissions=["HANDLE_PAYMENTS", "MANAGE_APPS"])
        installed = await served.courier.install(f"{app.url}/api/manifest")
        account = stripe.create_account("A shop")
        now = saleor.now()
        token = tokens.staff_token(saleor.key, saleor.api_url, installed, staff, now, life=_TOKEN_LIFE)
        login = tokens.access_token(saleor.key, saleor.api_url, staff, now, life=_TOKEN_LIFE)
        key = await enter_keys(http, app.url, token, stripe, account)
        people = People(
            http=http,
            saleor=served.base_url,
            stripe=stripe_url,
            app_id=installed.identifier,
            publishable_key=account.publishable_key,
            secret_key=account.secret_key,
            staff_token=login,
        )
        yield Scene(app, stripe, stripe_url, account, key, served, people, token)


@asynccontextmanager
async def _stripe(stripe: Stripe) -> AsyncIterator[str]:
    """Serve the stand-in of Stripe; its address."""
    address: asyncio.Queue[str] = asyncio.Queue()
    serving_stripe = asyncio.create_task(serving.serve(server=stripe, ready=address.put_nowait))
    opening = asyncio.create_task(address.get())
    try:
        await asyncio.wait({serving_stripe, opening}, return_when=asyncio.FIRST_COMPLETED)
        if not opening.done():
            opening.cancel()
            await serving_stripe
        yield await opening
    finally:
        serving_stripe.cancel()
        with suppress(asyncio.CancelledError):
            await serving_stripe
