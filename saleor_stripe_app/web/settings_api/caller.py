"""Who asks: a member of staff at Saleor's Dashboard, by the token that the Dashboard gave to this app's page."""

import asyncio
from dataclasses import dataclass, field

from starlette.datastructures import Headers

from saleor_stripe_app.domain.errors import Untrusted
from saleor_stripe_app.domain.shop import Installation
from saleor_stripe_app.saleor import channels as saleor_channels
from saleor_stripe_app.saleor import dashboard_token, signature
from saleor_stripe_app.saleor.channels import Channel
from saleor_stripe_app.saleor.dashboard_token import DashboardUser
from saleor_stripe_app.storage import installations
from saleor_stripe_app.usecases.backends import Backends
from saleor_stripe_app.usecases.keys import fresh_key_set

READ = "HANDLE_PAYMENTS"
WRITE = "MANAGE_APPS"


@dataclass(slots=True)
class Caller:
    """A member of staff who may read, and what is looked up for one request of theirs."""

    backends: Backends
    installation: Installation
    user: DashboardUser
    _channels: asyncio.Task[tuple[Channel, ...]] | None = field(default=None, repr=False)

    def require_write(self) -> None:
        """Return if this user may change settings. Raises Untrusted (forbidden)."""
        self.user.require(READ, WRITE)

    async def channels(self) -> tuple[Channel, ...]:
        """Saleor's channels, read once for a request however many fields show them."""
        if self._channels is None:
            self._channels = asyncio.create_task(saleor_channels.read(self.backends.saleor, self.installation))
        return await asyncio.shield(self._channels)


async def caller(backends: Backends, headers: Headers) -> Caller:
    """Whose token the headers bear: `authorization-bearer`, as Saleor's own apps send it, or `Authorization: Bearer`.

    The Saleor is named by `saleor-api-url` or by the token itself; only one that installed the app counts, and its
    keys. Raises Untrusted: with `forbidden` when the token is good and the user may not handle payments.
    """
    token = _token(headers)
    url = headers.get("saleor-api-url") or dashboard_token.issuer(token)
    installation = await installations.by_url(backends.storage, url)
    if installation is None or installation.removed_at is not None:
        raise Untrusted("This Saleor has not installed the app.")
    try:
        user = _verified(backends, installation, token)
    except signature.UnknownKey:
        installation = await fresh_key_set(backends, installation)
        user = _verified(backends, installation, token)
    user.require(READ)
    return Caller(backends, installation, user)


def _token(headers: Headers) -> str:
    token = headers.get("authorization-bearer", "").strip()
    if not token:
        scheme, _, rest = headers.get("authorization", "").partition(" ")
        token = rest.strip() if scheme.lower() == "bearer" else ""
    if not token:
        raise Untrusted("There is no token of Saleor's Dashboard: open this page there, under Extensions.")
    return token


def _verified(backends: Backends, installation: Installation, token: str) -> DashboardUser:
    return dashboard_token.verify(
        token,
        signature.key_set(installation.key_set),
        saleor_api_url=installation.saleor_api_url,
        app_id=installation.app_id,
        now=backends.clock(),
    )
