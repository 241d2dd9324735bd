"""What every mutation begins and ends with: who may change settings, and errors as a list."""

import logging
from collections.abc import Awaitable
from typing import TypeVar

from saleor_stripe_app.domain.errors import AppError
from saleor_stripe_app.web.settings_api.caller import Caller
from saleor_stripe_app.web.settings_api.errors import SettingsError, SettingsErrorCode, settings_error

log = logging.getLogger(__name__)

Done = TypeVar("Done")


def writer(caller: Caller, what: str) -> Caller:
    """The caller, who may change settings; who did is worth a line in the log. Raises Untrusted."""
    caller.require_write()
    log.info(
        "staff change settings",
        extra={"mutation": what, "user": caller.user.id, "shop": caller.installation.saleor_api_url},
    )
    return caller


async def done(
    work: Awaitable[Done], fields: dict[SettingsErrorCode, str] | None = None
) -> tuple[Done | None, list[SettingsError]]:
    """What the work came to, or the errors for which it did nothing; `fields` as in `settings_error`."""
    try:
        return await work, []
    except AppError as error:
        return None, [settings_error(error, fields)]
