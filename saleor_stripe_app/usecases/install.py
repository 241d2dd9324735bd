"""A Saleor installs the app, or takes it away."""

import asyncio
import logging
from contextlib import suppress
from dataclasses import replace

from saleor_stripe_app.domain import addresses
from saleor_stripe_app.domain.errors import AppError, Malformed, Refusal, Unavailable, Untrusted
from saleor_stripe_app.domain.shop import Installation
from saleor_stripe_app.saleor import apps, manifest, webhooks
from saleor_stripe_app.storage import installations
from saleor_stripe_app.usecases.backends import Backends
from saleor_stripe_app.usecases.look_at_everything import look_at_everything
from saleor_stripe_app.usecases.repair_endpoint import recreate_endpoints

log = logging.getLogger(__name__)

ENDPOINTS_WITHIN = 8.0  # seconds of the 18 that Saleor waits for the token to be taken


class NotAllowed(Untrusted):
    """A Saleor that may not install this app."""


class TokenNotProved(Untrusted):
    """The token is not known to the Saleor that is said to have given it."""


async def install(
    backends: Backends, *, saleor_api_url: str, token: str, version: tuple[int, int] | None
) -> Installation:
    """Record the installation once its token is proved.

    A reinstall keeps the payments, which belong to the app's identifier: the endpoints at Stripe are made again, and
    every payment is looked at, since events were missed. Raises
    NotAllowed, TokenNotProved, and Unavailable or Malformed when Saleor cannot be asked or shows no usable keys.
    """
    if not addresses.is_allowed(saleor_api_url, backends.allowed_saleor_urls):
        raise NotAllowed(
            f"{saleor_api_url[:200]} may not install this app. Its operator can add the address to "
            "SALEOR_STRIPE_ALLOWED_SALEOR_URLS.",
            forbidden=True,
        )
    saleor = version or (3, 21)
    try:
        app = await apps.prove(backends.saleor, apps.Credentials(saleor_api_url, token, saleor))
    except Untrusted as error:
        raise TokenNotProved(str(error)) from error
    if app.identifier not in (None, backends.app_id):
        raise TokenNotProved(f"The token is of the app {app.identifier}, and this is {backends.app_id}.")
    described = manifest.manifest(
        app_url=backends.app_url, app_id=backends.app_id, app_name=backends.app_name, version=saleor
    )
    installation = Installation(
        saleor_api_url=saleor_api_url,
        app_id=app.id,
        token=token,
        key_set=await apps.fetch_key_set(saleor_api_url),
        version=saleor,
        installed_at=backends.clock(),
        webhooks_digest=webhooks.digest(described),
    )
    await installations.save(backends.storage, installation)
    with suppress(TimeoutError, AppError):  # upkeep goes on with what is left
        async with asyncio.timeout(ENDPOINTS_WITHIN):
            await recreate_endpoints(backends, installation, lacking_only=True)
    await look_at_everything(backends, installation.saleor_api_url)
    log.info("installed", extra={"saleor_api_url": saleor_api_url, "app": app.id})
    return installation


async def uninstall(backends: Backends, installation: Installation, app_id: str) -> bool:
    """Take note of the end of the app of this id; False for another one, such as an earlier installation."""
    removed = await installations.mark_removed(backends.storage, installation.saleor_api_url, app_id, backends.clock())
    if removed:
        log.info("removed", extra={"saleor_api_url": installation.saleor_api_url, "app": app_id})
    return removed


async def was_removed(backends: Backends, installation: Installation) -> bool:
    """Whether a refusal of Saleor's means that it removed the app, which is then noted.

    A Saleor below 3.23 does not tell an app of its end. It answers an unknown token like a missing permission, so it is
    asked which app the token belongs to. Raises Unavailable when it cannot be asked.
    """
    access = apps.Credentials(installation.saleor_api_url, installation.token, installation.version)
    try:
        await apps.prove(backends.saleor, access)
    except Untrusted:
        await uninstall(backends, installation, installation.app_id)
        return True
    return False


async def saw_version(backends: Backends, installation: Installation, version: tuple[int, int]) -> Installation:
    """The installation with the version that its Saleor shows in a webhook: Saleor was upgraded since, or said none."""
    if version == installation.version:
        return installation
    await installations.update_version(backends.storage, installation.saleor_api_url, version)
    return replace(installation, version=version)


async def bring_up_to_date(backends: Backends, installation: Installation) -> bool:
    """Give an existing installation the webhooks of this version; False when Saleor does not let us now.

    Saleor reads a manifest once, at installation.
    """
    described = manifest.manifest(
        app_url=backends.app_url, app_id=backends.app_id, app_name=backends.app_name, version=installation.version
    )
    try:
        digest = await webhooks.bring_up_to_date(backends.saleor, installation, described)
    except (Refusal, Unavailable, Malformed) as error:
        log.warning(
            "webhooks not brought up to date",
            extra={"saleor_api_url": installation.saleor_api_url, "reason": str(error)},
        )
        return False
    except Untrusted as error:
        if not await was_removed(backends, installation):
            log.warning(
                "Saleor does not permit what the app needs",
                extra={"saleor_api_url": installation.saleor_api_url, "reason": str(error)},
            )
        return False
    if digest != installation.webhooks_digest:
        await installations.update_webhooks_digest(backends.storage, installation.saleor_api_url, digest)
    return True
